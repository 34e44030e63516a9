# Increments: only what changed since a backup, and the very rows again from a whole one and its increments.
. "$(dirname "$0")/lib.sh"
store_make
qorgan -q load "$ROOT/catalogue/2026-2028"
head -c 300000 /dev/urandom >photo
qorgan -q status CYB-01-M1 in-progress --progress 10 --evidence photo 2>/dev/null
vkey=$(qorgan identity --json | jq -r .vkey)

# stream FILE: what is in a backup, by stock age.
stream() {
	age -d -i identity "$1" >"$1.stream"
}

# rows FILE...: the rows of the store in a whole backup and its increments, by the independent reader.
rows() {
	local file
	for file in "$@"; do stream "$file"; done
	python3 "$ROOT/tests/interop/check_backup.py" --vkey "$vkey" --rows --except b "${@/%/.stream}"
}

# rows_equal FULL INC... OTHER: whether the chain is, row for row, the whole backup OTHER.
rows_equal() {
	local last=${!#}
	rows "${@:1:$#-1}" >rows.chain
	rows "$last" >rows.whole
	[ -s rows.whole ]
	cmp rows.chain rows.whole
}

# restored_equal FULL INC... OTHER: whether what restore-backup makes of the chain is the whole backup OTHER.
restored_equal() {
	local last=${!#}
	rm -rf restored restored.state
	XDG_STATE_HOME=$WORK/restored.state qorgan -q -S restored restore-backup "${@:1:$#-1}"
	XDG_STATE_HOME=$WORK/restored.state qorgan -q -S restored verify
	rm -f of-restored.backup*
	XDG_STATE_HOME=$WORK/restored.state qorgan -q -S restored backup of-restored.backup
	rows_equal of-restored.backup "$last"
	rm -rf restored restored.state
}

# refused CODE COMMAND...: one line, no store, nothing left.
refused() {
	expect_code "$@" >told
	[ "$(wc -l <said)" = 1 ]
	not test -e restored
	expect_same "" "$(ls -d restored.new* 2>/dev/null)"
}

test_case 'an increment holds what changed, and is small; with the whole one it is the store, row for row' '
	qorgan -q backup one.backup
	qorgan -q domain add NEW --title.en "New"
	qorgan -q risk edit CYB-01 --title.en "Renamed"
	head -c 100000 /dev/urandom >map
	qorgan -q status CYB-01-M1 in-progress --progress 20 --evidence map
	qorgan backup --parent one.backup two.backup 2>said
	grep -q "what changed since one.backup" said
	qorgan -q backup two.whole
	minisign -Vm two.backup -P "$(qorgan identity --json | jq -r .minisign)" >/dev/null
	[ "$(stat -c %s two.backup)" -lt $(($(stat -c %s one.backup) / 3)) ]
	rows_equal one.backup two.backup two.whole
	restored_equal one.backup two.backup two.whole
'

test_case 'increments go on from increments, and one in which nothing changed is all but empty' '
	qorgan -q backup --parent two.backup same.backup
	rows_equal one.backup two.backup same.backup two.whole
	[ "$(stat -c %s same.backup)" -lt 4000 ]
	qorgan -q domain edit NEW --title.en "Newer"
	qorgan -q backup --parent same.backup three.backup --json >made
	qorgan -q backup three.whole
	jq -e ".parent | length == 64" made
	rows_equal one.backup two.backup same.backup three.backup three.whole
	restored_equal one.backup two.backup same.backup three.backup three.whole
	# Two may go on from the same one.
	qorgan -q backup --parent two.backup other.backup
	restored_equal one.backup two.backup other.backup three.whole
'

test_case 'backup --check examines them together' '
	qorgan backup --check one.backup two.backup same.backup three.backup >told
	grep -q "All is well" told
	qorgan backup --check one.backup two.backup --json >told
	jq -e ".ok and (.parent | length == 64) and .rows == $(rows one.backup two.backup | wc -l)" told
	expect_code 1 qorgan backup --check two.backup >told
	grep -q "finding: two.backup: it holds only what changed after the backup of" told
	expect_code 1 qorgan backup --check one.backup same.backup >told
	grep -q "finding: same.backup: it goes on from a backup of" told
'

test_case 'a gap, another order, a foreign or a swapped part is refused with one line' '
	refused 65 qorgan -S restored restore-backup two.backup
	grep -q "name that one before it" said
	refused 65 qorgan -S restored restore-backup one.backup same.backup
	refused 65 qorgan -S restored restore-backup one.backup three.backup two.backup same.backup
	refused 65 qorgan -S restored restore-backup one.backup two.backup two.backup
	refused 65 qorgan -S restored restore-backup one.backup two.backup three.backup
	grep -q "three.backup: it goes on from a backup of .* and two.backup before it" said
	refused 65 qorgan -S restored restore-backup two.whole two.backup
	refused 65 qorgan -S restored restore-backup one.backup two.whole
	grep -q "it is a whole backup" said
	QORGAN_STORE=$WORK/second qorgan -q init --state KAZ --recipient "$(age-keygen -y identity)" >/dev/null
	qorgan -q -S second backup kaz.backup
	qorgan -q -S second backup --parent kaz.backup kaz2.backup
	refused 65 qorgan -S restored restore-backup one.backup kaz2.backup
	grep -q "it is of another store than one.backup" said
	refused 66 qorgan -S restored restore-backup one.backup two.backup absent.backup
	refused 64 qorgan -S restored restore-backup one.backup two.backup --signature two.backup.minisig
'

test_case 'each part is signed: one that was changed or signed by another is refused' '
	cp two.backup bad.backup && cp one.backup.minisig bad.backup.minisig
	refused 65 qorgan -S restored restore-backup one.backup bad.backup
	grep -q "bad.backup cannot be trusted" said
	cp one.backup first.backup && cp two.backup.minisig first.backup.minisig
	refused 65 qorgan -S restored restore-backup first.backup two.backup
	grep -q "first.backup cannot be trusted" said
	rm first.backup.minisig
	refused 66 qorgan -S restored restore-backup first.backup two.backup
	for at in 200 $(($(stat -c %s two.backup) / 2)) $(($(stat -c %s two.backup) - 1)); do
		cp two.backup bad.backup && cp two.backup.minisig bad.backup.minisig
		python3 -c "
f = open(\"bad.backup\", \"r+b\")
f.seek($at)
byte = f.read(1)[0]
f.seek($at)
f.write(bytes([byte ^ 1]))"
		refused 65 qorgan -S restored restore-backup one.backup bad.backup
	done
'

test_case 'rows that do not fit, by who can open the file, are found without a signature too' '
	# An increment that leaves out a row that changed, and one that leaves out what is no more.
	stream two.backup
	for what in "table != 0xFE and table >= 8" "table == 0xFE" "table == 3"; do
		python3 - "$ROOT" "$what" <<-END >bad.stream
		import hashlib, json, sys
		sys.argv, root, what = ["check_backup.py"], sys.argv[1], sys.argv[2]
		source = open(root + "/tests/interop/check_backup.py").read().rsplit("main()", 1)[0]
		exec(source)
		first, rows, last, _ = split(open("two.backup.stream", "rb").read())
		left = next(i for i, (table, key, value) in enumerate(rows) if eval(what))
		del rows[left]
		body, end = joined(first, rows), json.loads(last)
		end.update(rows=len(rows), hash=hashlib.blake2b(body, digest_size=32).hexdigest())
		sys.stdout.buffer.write(body + b"\xff" + json.dumps(end).encode() + b"\n")
		END
		age -r "$(age-keygen -y identity)" -o bad2.backup bad.stream 2>/dev/null && mv bad2.backup bad.backup
		refused 65 qorgan -S restored restore-backup --unsigned one.backup bad.backup
		grep -q "bad.backup: it does not fit the backup that it goes on from" said
	done
'

test_case 'the index alone is needed of the parent, and only the true one is taken' '
	mkdir elsewhere && mv three.backup three.backup.minisig elsewhere/
	qorgan -q domain edit NEW --title.en "Newest"
	qorgan -q backup --parent three.backup four.backup
	qorgan -q backup four.whole
	mv elsewhere/* . && rmdir elsewhere
	restored_equal one.backup two.backup same.backup three.backup four.backup four.whole
	expect_code 66 qorgan backup --parent absent.backup x.backup
	expect_one_line "no index beside it"
	for at in 0 30 50 100 $(($(stat -c %s one.backup.index) - 1)); do
		cp one.backup.index bad.index
		python3 -c "
f = open(\"bad.index\", \"r+b\")
f.seek($at)
byte = f.read(1)[0]
f.seek($at)
f.write(bytes([byte ^ 1]))"
		expect_code 65 qorgan backup --parent bad x.backup
	done
	for size in 0 60 100; do
		head -c $size one.backup.index >bad.index
		expect_code 65 qorgan backup --parent bad x.backup
	done
	expect_code 65 qorgan backup --parent kaz.backup x.backup
	expect_one_line "another store"
	# The file was made anew, and the index is the old one.
	cp one.backup.index saved.index
	cp one.backup again.backup && cp one.backup.minisig again.backup.minisig
	cp four.whole.minisig again.backup.minisig && cp one.backup.index again.backup.index
	expect_code 65 qorgan backup --parent again.backup x.backup
	expect_one_line "of another backup"
	not test -e x.backup
	expect_code 64 qorgan backup --parent one.backup one.backup --force
	expect_code 64 qorgan backup --check --parent one.backup two.backup
	expect_code 64 qorgan backup x.backup y.backup
'

test_case 'the index tells nothing but how many rows there are, and grows by 8 bytes for each' '
	for word in Ransomware CYB-01 a.karimova photo title; do
		not grep -qa "$word" one.backup.index
	done
	expect_same 600 "$(stat -c %a one.backup.index)"
	expect_same $((68 + 88 + 16 + 8 * $(rows one.backup | wc -l))) "$(stat -c %s one.backup.index)"
'

test_case 'what a partner sent, and what is no more, is in it' '
	qorgan -S neighbour init --state KAZ --recipient "$(age-keygen -y identity)" >/dev/null 2>&1
	qorgan -S neighbour identity >KAZ.card
	qorgan identity >UZB.card
	qorgan -q partner add KAZ.card --fingerprint "$(qorgan -S neighbour identity --json | jq -r .fingerprint)"
	qorgan -q -S neighbour partner add UZB.card --fingerprint "$(qorgan identity --json | jq -r .fingerprint)"
	qorgan -q -S neighbour domain add KAZDOM --title.en "Of KAZ" --release UZB
	qorgan -q backup --parent four.backup five.backup
	qorgan -q -S neighbour export --to UZB -o to-uzb.age
	qorgan -q receive to-uzb.age
	(umask 077; echo "a secret that two states agreed on" >secret)
	qorgan -q partner edit KAZ --shared-secret-file secret
	qorgan -q backup --parent five.backup six.backup
	qorgan -q partner edit KAZ --no-shared-secret
	qorgan -q backup --parent six.backup seven.backup
	qorgan -q backup seven.whole
	restored_equal one.backup two.backup same.backup three.backup four.backup five.backup six.backup seven.backup seven.whole
'

test_case 'while others write, each increment is of one moment' '
	jq -cn "range(3000) | {kind: \"domain\", id: \"W\\(.)\", title: {en: \"Written meanwhile \\(.)\"}}" >many.jsonl
	for i in 1 2 3 4 5 6 7 8; do
		split -n l/$i/8 many.jsonl >part.$i.jsonl
		qorgan -q load part.$i.jsonl
	done &
	before=seven.backup
	chain=(one.backup two.backup same.backup three.backup four.backup five.backup six.backup seven.backup)
	for i in 1 2 3 4; do
		qorgan -q backup --parent "$before" "moment.$i.backup"
		before=moment.$i.backup
		chain+=("$before")
		qorgan -q backup --check "${chain[@]}"
	done
	wait
	qorgan -q backup --parent "$before" last.backup
	qorgan -q backup last.whole
	restored_equal "${chain[@]}" last.backup last.whole
	[ "$(rows last.whole | wc -l)" -gt 9000 ]
'

test_case 'after a change of keys it is whole again, and says so' '
	qorgan -q rekey --yes >/dev/null
	vkey=$(qorgan identity --json | jq -r .vkey)
	qorgan backup --parent last.backup renewed.backup 2>said
	grep -q "warning: the keys of the store were changed since" said
	qorgan backup --check renewed.backup >/dev/null
	qorgan -q backup renewed.whole
	restored_equal renewed.backup renewed.whole
	qorgan -q domain edit NEW --title.en "After the keys"
	qorgan -q backup --parent renewed.backup after.backup --json >made
	jq -e ".parent != null" made
	qorgan -q backup after.whole
	restored_equal renewed.backup after.backup after.whole
'

test_case_files 'what kills it counts its calls of files' 'a backup or restore of several that is killed leaves what was there' '
	killed() {
		local code=0
		strace -f -qq -o /dev/null -e trace="$1" -e inject="$1:signal=KILL:when=$2" "${@:3}" >/dev/null 2>&1 || code=$?
		[ "$code" -eq 137 ]
	}
	before=$(root_now)
	calls=0
	for call in pwrite64 write fdatasync renameat2 rename; do
		for when in 1 2 3 4 5 6; do
			killed $call $when qorgan -q restore-backup renewed.backup after.backup || continue
			calls=$((calls + 1))
			expect_same "$before" "$(root_now)"
			qorgan -q verify
		done
	done
	[ "$calls" -gt 8 ]
	rm -rf store.*
	for when in 1 2 3; do
		if killed rename $when qorgan -q backup --parent renewed.backup killed.backup; then
			not test -e killed.backup
		fi
		rm -f killed.backup*
	done
'

test_case 'with a passphrase, the passphrase opens every part' '
	export QORGAN_STORE=$WORK/phrased
	unset QORGAN_IDENTITY
	(umask 077; echo "seven words that nobody guesses at all" >phrase)
	export QORGAN_PASSPHRASE_FILE=$WORK/phrase
	qorgan -q init --state KGZ --kdf interactive >/dev/null
	qorgan -q backup p.backup
	qorgan -q domain add A --title.en "A"
	qorgan -q backup --parent p.backup p2.backup
	before=$(root_now)
	rm -rf phrased state/qorgan
	qorgan -q restore-backup p.backup p2.backup
	expect_same "$before" "$(root_now)"
'

test_done
