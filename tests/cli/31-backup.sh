# Backups: written while others write, checked, put back whole or not at all.
. "$(dirname "$0")/lib.sh"
store_make
qorgan -q load "$ROOT/catalogue/2026-2028"
head -c 300000 /dev/urandom >photo
qorgan -q status CYB-01-M1 in-progress --progress 10 --evidence photo 2>/dev/null
sum=$(sha256sum <photo)
package_key=$(qorgan identity --json | jq -r .minisign)
vkey=$(qorgan identity --json | jq -r .vkey)

# dumped: every object as it is now, for comparison.
dumped() {
	qorgan dump | sha256sum
}

# fresh: no store, and a computer that never saw one.
fresh() {
	rm -rf "$WORK"/store "$WORK"/store.* "$WORK"/state
}

# What a refused restore leaves: the store as it was, and nothing beside it.
untouched() {
	local before after
	all_there() { find store* state -type f ! -name "*lock*" -exec sha256sum {} + | sort; store_bytes store | sha256sum; }
	before=$(all_there)
	expect_code "$@" >told
	after=$(all_there)
	expect_same "$before" "$after"
	expect_same "store" "$(echo store*)"
}

# flipped OFFSET: a backup with one bit of it changed.
flipped() {
	cp one.backup bad.backup && cp one.backup.minisig bad.backup.minisig
	python3 -c "
f = open('bad.backup', 'r+b')
f.seek($1)
byte = f.read(1)[0]
f.seek($1)
f.write(bytes([byte ^ 1]))"
}

test_case 'stock minisign checks it, stock age opens it, an independent reader finds the signed log in it' '
	qorgan backup one.backup 2>said
	expect_one_line "one.backup and one.backup.minisig"
	minisign -Vm one.backup -P "$package_key" >/dev/null
	age -d -i identity one.backup >one.stream
	python3 "$ROOT/tests/interop/check_backup.py" --vkey "$vkey" one.stream >facts
	expect_same "$(qorgan stats --json | jq -r .root)" "$(jq -r .root facts)"
	expect_same "$(qorgan stats --json | jq -r .leaves)" "$(jq -r .leaves facts)"
	expect_same 600 "$(stat -c %a one.backup)"
	age-keygen -o other 2>/dev/null
	not age -d -i other one.backup 2>/dev/null
'

test_case 'no word of a record is in the clear, not even for who opens the file and has no key of the store' '
	for word in Ransomware CYB-01 a.karimova photo title; do
		not grep -qa "$word" one.backup
		tail -n +2 one.stream >rows
		not grep -qa "$word" rows
	done
'

test_case 'it tells by --json what it is of' '
	qorgan -q backup two.backup --json >made
	jq -e ".output == \"two.backup\" and .state == \"UZB\" and (.bytes | . == $(stat -c %s two.backup))" made
	expect_same "$(qorgan stats --json | jq -r "\"\(.store) \(.root)\"")" "$(jq -r "\"\(.store) \(.root)\"" made)"
'

test_case 'a file that is there is replaced with --force only' '
	sha256sum one.backup one.backup.minisig >sums
	expect_code 73 qorgan backup one.backup
	expect_one_line "--force"
	sha256sum -c --quiet sums
	qorgan -q backup two.backup --force
	minisign -Vm two.backup -P "$package_key" >/dev/null
	expect_code 73 qorgan backup /nowhere/x
	expect_code 64 qorgan backup -
	expect_code 73 qorgan backup "$WORK"
'

test_case 'backup --check finds all well, and leaves nothing behind' '
	qorgan backup --check one.backup >told
	grep -q "All is well" told
	qorgan backup --check one.backup --json | jq -e ".ok and .findings == [] and .evidence == 1"
	expect_same "store" "$(echo store*)"
	expect_code 64 qorgan backup --check one.backup --force
	expect_code 64 qorgan backup three.backup --unsigned
	not test -e three.backup
'

test_case 'the file and what opens it are all that is needed: the lost store comes back, evidence too' '
	before=$(dumped) root=$(root_now)
	mkdir kept && mv store state kept/
	qorgan restore-backup one.backup 2>said
	expect_one_line "as it was on"
	expect_same "$before" "$(dumped)"
	expect_same "$root" "$(root_now)"
	expect_same "$sum" "$(qorgan evidence get "$(qorgan evidence list --json | jq -r ".[0].id")" | sha256sum)"
	qorgan verify >/dev/null
	qorgan -q domain add AFTER --title.en "After"
	qorgan verify >/dev/null
	fresh
	mv kept/store kept/state . && rmdir kept
	qorgan -q verify
'

test_case 'damage of any kind is found by --check, refused by restore-backup, and changes nothing' '
	size=$(stat -c %s one.backup)
	# Within the lines that hold the key, damage looks like a wrong key.
	flipped 3
	{ head -c 99 one.backup; head -c 100 one.backup | tail -c 1 | tr A-Za-z0-9+/ B-Za-z0-9+/A; tail -c +101 one.backup; } >bad.backup
	untouched 77 qorgan restore-backup bad.backup
	expect_code 77 qorgan backup --check bad.backup
	for at in 3 200 5000 $((size / 2)) $((size - 20)) $((size - 1)); do
		flipped "$at"
		untouched 65 qorgan restore-backup bad.backup
		[ "$(wc -l <said)" = 1 ]
		expect_code 1 qorgan backup --check bad.backup >told
		grep -q "^finding: " told
	done
	for at in 0 1 30 1000 65536 $((size / 2)) $((size - 1)); do
		head -c "$at" one.backup >bad.backup
		untouched 65 qorgan restore-backup bad.backup
		expect_code 1 qorgan backup --check bad.backup --json >told
		jq -e ".ok == false and (.findings | length) == 1" told
	done
	{ cat one.backup; echo more; } >bad.backup
	untouched 65 qorgan restore-backup bad.backup
	head -c 5000 /dev/urandom >bad.backup
	untouched 65 qorgan restore-backup bad.backup
'

test_case 'rows that were taken out, moved, or put there by who can open the file are found' '
	for how in drop swap cut more header; do
		python3 "$ROOT/tests/interop/check_backup.py" --damage $how one.stream >bad.stream
		age -r "$(age-keygen -y identity)" -o bad.backup bad.stream 2>/dev/null
		untouched 65 qorgan restore-backup --unsigned bad.backup
		expect_code 1 qorgan backup --check --unsigned bad.backup >told
	done
	# With its last line made to fit, a lost row is found by what the log says.
	for how in drop-fit value-fit; do
		python3 "$ROOT/tests/interop/check_backup.py" --damage $how one.stream >bad.stream
		age -r "$(age-keygen -y identity)" -o bad2.backup bad.stream 2>/dev/null && mv bad2.backup bad.backup
		untouched 65 qorgan restore-backup --unsigned bad.backup
		grep -q "^finding: " told
		expect_code 1 qorgan backup --check --unsigned bad.backup >told
	done
'

test_case 'the signature is asked for, and is the key of the store within' '
	cp one.backup bad.backup
	rm -f bad.backup.minisig
	untouched 66 qorgan restore-backup bad.backup
	grep -q -- "--unsigned" said
	minisign -G -W -p other.pub -s other.sec >/dev/null 2>&1
	minisign -S -W -s other.sec -m bad.backup -t "qorgan backup, made 2026-01-01T00:00:00Z" >/dev/null 2>&1
	minisign -V -p other.pub -m bad.backup >/dev/null
	untouched 65 qorgan restore-backup bad.backup
	grep -q "cannot be trusted" said
	cp two.backup.minisig bad.backup.minisig
	untouched 65 qorgan restore-backup bad.backup
	expect_code 1 qorgan backup --check bad.backup >told
	qorgan -q backup --check bad.backup --signature one.backup.minisig
	qorgan -q backup --check bad.backup --unsigned
	qorgan -q backup --check - --signature one.backup.minisig <one.backup
	expect_code 64 qorgan backup --check - <one.backup
'

test_case 'what is no backup, no file, or for another key is told so' '
	untouched 66 qorgan restore-backup absent
	untouched 66 qorgan restore-backup .
	untouched 65 qorgan restore-backup --unsigned .
	untouched 65 qorgan restore-backup --unsigned photo
	echo "a text" | age -r "$(age-keygen -y identity)" >text.age
	untouched 65 qorgan restore-backup --unsigned text.age
	grep -q "not a backup" said
	age-keygen -o other 2>/dev/null || true
	untouched 77 qorgan -i other restore-backup one.backup
	expect_code 77 qorgan -i other backup --check one.backup
'

test_case 'a newer backup replaces an older store, which is kept under the name that is told' '
	qorgan -q domain add NEWER --title.en "Newer"
	qorgan -q backup newer.backup
	newer=$(root_now)
	root_now >newer.root
	mkdir kept && mv store state kept/
	qorgan -q restore-backup one.backup
	older=$(root_now)
	qorgan -q restore-backup newer.backup --json >told
	expect_same "$newer" "$(root_now)"
	replaced=$(jq -r .replaced told)
	expect_same "$older" "$(qorgan -S "$replaced" stats --json 2>/dev/null | jq -r "\"\(.leaves) \(.root)\"")"
	jq -e ".newer == 0 and .original == null" told
	# What was replaced is a copy now, and cannot be written to by mistake.
	expect_code 77 qorgan -S "$replaced" domain add X --title.en X
	qorgan -q domain edit NEWER --title.en "Newer still"
	fresh
	mv kept/store kept/state . && rmdir kept
'

test_case 'an older state is refused, until it is wanted; then partners are spoken of' '
	untouched 77 qorgan restore-backup one.backup
	expect_one_line "--older"
	cp -a store saved && cp -a state saved.state
	qorgan restore-backup --older one.backup 2>said
	grep -q "warning: 2 entries .* no package was exported since" said
	grep -qF "What was there is kept at $(store_address "$WORK/store").replaced-" said
	qorgan verify >/dev/null
	expect_same "$(jq -r "\"\(.leaves) \(.root)\"" facts)" "$(root_now)"
	qorgan -q domain add GOES-ON --title.en "Goes on"
	# Now that the histories went on apart, neither is older: that is told too.
	untouched_names=$(echo store*)
	expect_code 77 qorgan restore-backup newer.backup
	expect_one_line "another history"
	expect_same "$untouched_names" "$(echo store*)"
	qorgan restore-backup --older newer.backup --json >told 2>said
	jq -e ".parted and .newer == 0" told
	grep -q "evidence of two histories" said
	fresh
	mv saved store && mv saved.state state
	qorgan -q verify
'

test_case 'what was exported after the backup is told, as partners hold it' '
	cp -a store saved && cp -a state saved.state
	qorgan -q backup before.backup
	age-keygen -o kaz 2>/dev/null
	qorgan -q partner add KAZ --recipient "$(age-keygen -y kaz)" 2>said
	qorgan -q domain edit NEWER --release KAZ
	qorgan -q export --to KAZ -o kaz.age
	qorgan -q domain edit NEWER --title.en "Newest"
	expect_code 77 qorgan restore-backup before.backup
	qorgan restore-backup --older before.backup --json >told 2>said
	grep -q "warning: 1 package was exported after the backup, to KAZ:" said
	expect_same "" "$(grep "handed out" said)"
	jq -e ".packages == 1 and .reports == 0 and .newer > .leaves" told
	fresh
	mv saved store && mv saved.state state
	qorgan -q verify
'

test_case 'a report that was handed out after the backup is told, too' '
	cp -a store saved && cp -a state saved.state
	age-keygen -o audience 2>/dev/null
	qorgan -q partner add KAZ --recipient "$(age-keygen -y audience)" 2>said
	qorgan -q report status --for KAZ -f json -o before.json
	qorgan -q backup before-report.backup
	qorgan -q report status --for KAZ -f json -o one.json
	qorgan -q domain edit NEWER --title.en "Newest"
	qorgan -q report status --for KAZ -f json -o two.json
	qorgan -q report status --for KAZ --preview -f json >/dev/null
	qorgan restore-backup --older before-report.backup --json >told 2>said
	grep -q "entries that came after the backup are given up; no package was exported since" said
	grep -q "warning: 2 reports were handed out after the backup, to KAZ: " said
	jq -e ".packages == 0 and .reports == 2 and .newer > .leaves" told
	fresh
	mv saved store && mv saved.state state
	qorgan -q verify
'

test_case 'after an older state was put back, the package of a partner who has seen more closes the store' '
	cp -a store saved && cp -a state saved.state
	qorgan -S neighbour init --state KAZ --recipient "$(age-keygen -y identity)" >/dev/null 2>&1
	qorgan -S neighbour identity >KAZ.card
	qorgan identity >UZB.card
	qorgan -q partner add KAZ.card --fingerprint "$(qorgan -S neighbour identity --json | jq -r .fingerprint)"
	qorgan -q -S neighbour partner add UZB.card --fingerprint "$(qorgan identity --json | jq -r .fingerprint)"
	qorgan -q backup seen.backup
	qorgan -q domain edit NEWER --release KAZ
	qorgan -q export --to KAZ -o to-kaz.age
	qorgan -q -S neighbour receive to-kaz.age
	qorgan -q -S neighbour export --to UZB -o to-uzb.age
	qorgan restore-backup --older seen.backup 2>said
	grep -q "1 package was exported after the backup, to KAZ:" said
	# It warns, and lets who knows better go on, until the partner says what it has seen.
	expect_code 76 qorgan receive to-uzb.age
	expect_code 77 qorgan domain add FORK --title.en "A second history"
	fresh
	rm -rf neighbour
	mv saved store && mv saved.state state
	qorgan -q verify
'

test_case 'where the store is gone, what this computer remembers of it is not forgotten' '
	mv store gone
	expect_code 77 qorgan restore-backup one.backup
	expect_one_line "--older"
	not test -e store
	qorgan -q restore-backup --older one.backup 2>said
	grep -q "warning: 2 entries .* nobody here knows" said
	qorgan -q domain add ON --title.en "On"
	rm -rf store state && mv gone store
	qorgan -q verify
'

test_case_files 'its file is damaged' 'a damaged store is replaced only by wish, and kept' '
	cp -a store saved && cp -a state saved.state
	head -c 20000 saved/store.mdb >store/store.mdb
	damaged=$(sha256sum <store/store.mdb)
	expect_code 77 qorgan restore-backup newer.backup
	expect_one_line "cannot be read"
	expect_same "$damaged" "$(sha256sum <store/store.mdb)"
	qorgan -q restore-backup --older newer.backup 2>said
	expect_same "$(cat newer.root)" "$(root_now)"
	qorgan -q verify
	expect_same "$damaged" "$(sha256sum <store.replaced-*/store.mdb)"
	fresh
	mv saved store && mv saved.state state
'

test_case 'another store is never replaced, nor is a folder that is none' '
	QORGAN_STORE=$WORK/second qorgan -q init --state KAZ --recipient "$(age-keygen -y identity)" >/dev/null
	before=$(store_bytes second | sha256sum)
	expect_code 73 qorgan -S second restore-backup one.backup --older
	expect_one_line "another store"
	expect_same "$before" "$(store_bytes second | sha256sum)"
	if ! on_server; then
		mkdir full && echo x >full/file
		expect_code 73 qorgan -S full restore-backup one.backup --older
		expect_code 73 qorgan -S photo restore-backup one.backup --older
		expect_same file "$(ls full)"
	fi
	expect_same second "$(echo second*)"
	mkdir empty
	qorgan -q -S empty restore-backup --older one.backup 2>said
	grep -qF "copy of the store at $(store_address "$WORK/store")" said
	expect_code 77 qorgan -S empty domain add X --title.en X
	qorgan -q verify
	rm -rf empty second
'

test_case_files 'a name is no link' 'a link to the store stays a link, and what it leads to is replaced' '
	mkdir behind
	mv store behind/real && ln -s behind/real store
	qorgan -q restore-backup newer.backup --json >told
	jq -e ".original == null and .replaced == \"$(realpath behind)/real.replaced-\" + (.replaced | split(\"-\")[-1])" told
	test -L store
	qorgan -q domain edit NEWER --title.en "By a link"
	rm store
	mv behind/real store
	rm -rf behind
	qorgan -q verify
'

test_case 'while somebody writes to the store it is not replaced' '
	if on_server; then
		mkfifo slow
		qorgan -q load - <slow &
		loader=$!
		exec 7>slow
		until store_is_held store; do kill -0 $loader; done
		expect_code 75 qorgan restore-backup newer.backup
		exec 7>&-
		wait $loader
		exit
	fi
	python3 - "$WORK/store" <<-END
	import fcntl, os, struct, subprocess, sys
	lock = open(sys.argv[1] + "/writer.lock", "r+")
	fcntl.fcntl(lock, 37, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0)) # F_OFD_SETLK
	sys.exit(subprocess.run(["qorgan", "restore-backup", "newer.backup"]).returncode != 75)
	END
	expect_same "store" "$(echo store*)"
'

test_case 'a backup while a load is written is whole, and of one moment' '
	jq -cn "range(3000) | {kind: \"domain\", id: \"W\\(.)\", title: {en: \"Written meanwhile \\(.)\"}}" >many.jsonl
	for i in 1 2 3 4 5 6 7 8; do
		split -n l/$i/8 many.jsonl >part.$i.jsonl
		qorgan -q load part.$i.jsonl
	done &
	for i in 1 2 3 4 5 6; do
		qorgan -q backup moment.$i.backup
	done
	wait
	for i in 1 2 3 4 5 6; do
		qorgan backup --check moment.$i.backup >told
		age -d -i identity moment.$i.backup | python3 "$ROOT/tests/interop/check_backup.py" --vkey "$vkey" - >/dev/null
	done
	qorgan -q verify
'

test_case_files 'what kills it counts its calls of files' 'a restore that is killed leaves the old store; a backup that is killed leaves no file' '
	qorgan -q backup big.backup
	before=$(root_now)
	# killed CALL NUMBER COMMAND...: whether it was, at that call of the system.
	killed() {
		local code=0
		strace -f -qq -o /dev/null -e trace="$1" -e inject="$1:signal=KILL:when=$2" "${@:3}" >/dev/null 2>&1 || code=$?
		[ "$code" -eq 137 ]
	}
	calls=0
	for call in pwrite64 write fdatasync renameat2 rename; do
		for when in 1 2 3 4; do
			killed $call $when qorgan -q restore-backup big.backup || continue
			calls=$((calls + 1))
			expect_same "$before" "$(root_now)"
			qorgan -q verify
		done
	done
	[ "$calls" -gt 8 ]
	rm -rf store.*
	for call in write pwrite64 fsync rename; do
		if killed $call 1 qorgan -q backup killed.backup; then
			not test -e killed.backup
		fi
		rm -f killed.backup*
	done
	expect_same "$before" "$(root_now)"
'

test_case 'a full medium is one error, and leaves nothing' '
	(ulimit -f 64; trap "" XFSZ; expect_code 74 qorgan backup full.backup)
	not test -e full.backup
	not test -e full.backup.minisig
	if ! on_server; then
		(ulimit -f 64; trap "" XFSZ; expect_code 74 qorgan -S elsewhere restore-backup --older big.backup)
		expect_same "" "$(ls -d elsewhere* 2>/dev/null)"
	fi
'

test_case 'who only reads makes no backup, as none is signed by a reader' '
	age-keygen -o reader 2>/dev/null
	chmod 600 reader
	qorgan -q user add r.eader --role reader --recipient "$(age-keygen -y reader)"
	expect_code 77 qorgan -i reader backup reader.backup
	expect_one_line "only reads"
	not test -e reader.backup
'

test_case 'a backup from before a change of keys is an older state, and comes back with its own keys' '
	qorgan -q backup old-keys.backup
	old=$(root_now) old_key=$(qorgan identity --json | jq -r .minisign)
	qorgan -q rekey --yes >/dev/null
	new=$(root_now)
	expect_code 77 qorgan restore-backup old-keys.backup
	expect_one_line "--older"
	qorgan -q backup new-keys.backup
	minisign -Vm new-keys.backup -P "$(qorgan identity --json | jq -r .minisign)" >/dev/null
	qorgan -q restore-backup --older old-keys.backup 2>said
	expect_same "$old" "$(root_now)"
	expect_same "$old_key" "$(qorgan identity --json | jq -r .minisign)"
	qorgan verify >/dev/null
	qorgan -q restore-backup new-keys.backup
	expect_same "$new" "$(root_now)"
	qorgan verify >/dev/null
	qorgan -q domain add AFTERWARDS --title.en "Written with the new keys"
'

test_case 'with a passphrase, the file and the passphrase suffice' '
	export QORGAN_STORE=$WORK/phrased
	unset QORGAN_IDENTITY
	(umask 077; echo "seven words that nobody guesses at all" >phrase; echo "another thing altogether" >wrong)
	export QORGAN_PASSPHRASE_FILE=$WORK/phrase
	qorgan -q init --state KAZ --kdf interactive >/dev/null
	qorgan -q domain add A --title.en "A"
	before=$(root_now)
	qorgan -q backup kaz.backup
	head -2 kaz.backup | grep -aq "^-> scrypt .* 18$"
	expect_code 77 qorgan --passphrase-file wrong backup --check kaz.backup
	qorgan -q backup --check kaz.backup
	rm -rf phrased state/qorgan
	qorgan -q restore-backup kaz.backup
	expect_same "$before" "$(root_now)"
	expect - >/dev/null <<-END
	set timeout 60
	spawn age -d -o kaz.stream kaz.backup
	expect "passphrase:" { send "seven words that nobody guesses at all\r" }
	expect eof
	END
	python3 "$ROOT/tests/interop/check_backup.py" kaz.stream >/dev/null
'

test_case 'who cannot remember which store is in use from now on is told, and by the store what to do' '
	fresh
	qorgan -q restore-backup one.backup
	qorgan -q domain add AAB --title.en "After the backup" 2>/dev/null
	XDG_STATE_HOME=/proc/nowhere qorgan restore-backup --older one.backup 2>said
	grep -q "warning: this computer cannot remember that the store at $(store_address "$QORGAN_STORE") is the one in use" said
	expect_code 77 qorgan -q domain add AAC --title.en "Not yet"
	rm "$(sed "s/.*after a deliberate restore remove //" said)"
	qorgan -q domain add AAC --title.en "Now"
	qorgan verify >/dev/null
'

test_case 'recipients: either opens the file, and the passphrase is still needed for what is in it' '
	age-keygen -o keeper 2>/dev/null
	age-keygen -o keeper2 2>/dev/null
	chmod 600 keeper keeper2
	qorgan -q backup -r "$(age-keygen -y identity)" one-more.backup
	age -d -i identity one-more.backup >/dev/null
	expect_code 65 qorgan backup -r age1none x.backup
	not test -e x.backup
	export QORGAN_STORE=$WORK/phrased QORGAN_PASSPHRASE_FILE=$WORK/phrase
	unset QORGAN_IDENTITY
	qorgan backup -r "$(age-keygen -y keeper)" -r "$(age-keygen -y keeper2)" kept.backup 2>said
	grep -q "keep both" said
	age -d -i keeper2 kept.backup >/dev/null
	expect_code 77 qorgan backup --check kept.backup
	grep -q -- "--backup-identity" said
	expect_code 77 qorgan --passphrase-file wrong backup --check --backup-identity keeper kept.backup
	qorgan -q backup --check --backup-identity keeper kept.backup
	QORGAN_PASSPHRASE_FILE= expect_code 77 qorgan -i keeper backup --check kept.backup
'

test_case 'a backup of each format that there was is put back, history, attached files and former keys too' '
	unset QORGAN_PASSPHRASE_FILE
	tar xJf "$ROOT/tests/stores/backup-1.tar.xz"
	export QORGAN_STORE=$WORK/formats QORGAN_IDENTITY=$WORK/backup-1/identity
	qorgan -q backup --check backup-1/uzb.backup
	qorgan -q restore-backup backup-1/uzb.backup
	expect_same "$(jq -r "\"\(.leaves) \(.root)\"" backup-1/stats.json)" "$(root_now)"
	expect_same "$(sha256sum <backup-1/dump.jsonl)" "$(qorgan dump | sha256sum)"
	expect_same "$(cat backup-1/photo.sha256)" \
		"$(qorgan evidence get "$(qorgan evidence list --json | jq -r ".[0].id")" | sha256sum | cut -d" " -f1)"
	qorgan -q domain edit CYB --title.en "Goes on"
	qorgan -q verify
'

test_done
