#!/bin/bash
# What is forgotten is gone from every table and from the file's bytes; that it was there, and
# the proof of it, remain, here and with partners.
. "$(dirname "$0")/lib.sh"
python3() { command python3 -B "$@"; }
interop=$ROOT/tests/interop
rows() { python3 "$ROOT/tests/cli/store_rows.py" "$@"; }
# absent OLD STORE: of values that the store had, and has no more, nothing is in its bytes.
absent() {
	store_file "$2" new.file
	rows absent "$1" new.file
}
now() { export QORGAN_NOW=2026-0$1-01T10:00:00Z; }
now 1
store_make
recipient=$(age-keygen -y identity)
age-keygen -o liaison 2>/dev/null
chmod 600 liaison
qorgan -S kaz -q init --state KAZ --as b.akhmetov --recipient "$recipient" >/dev/null
kaz() { qorgan -S "$WORK/kaz" "$@"; }
for store in store kaz; do qorgan -S $store -q load "$ROOT/catalogue/2026-2028"; done
qorgan identity >UZB.card
kaz identity >KAZ.card
pin() { "$1" -q partner add "$2.card" --fingerprint "$(python3 "$interop/make_card.py" --fingerprint <"$2.card")" >/dev/null; }
pin qorgan KAZ
pin kaz UZB
qorgan -q user add l.iaison --role liaison --recipient "$(age-keygen -y liaison)"
words="Zanzibar quagga, unlikely words"
long=$(python3 -c 'print("Quagga in the reservoir %s. " * 300 % tuple(range(300)))')
given() { "$1" -q risk add "$2" --domain CYB --title.en "$3" --coordinator "$4" --marking GREEN --release "$5" >/dev/null; }

# The store leads a life before: rows are written, changed, and lie in pages that are used again.
given qorgan SEC-1 "First title" UZB KAZ
now 2
qorgan -q risk edit SEC-1 --title.en "$words" --scenario.en "$long"
now 3
qorgan -q risk edit SEC-1 --title.en "Third title"
head -c 300000 /dev/urandom >photo
qorgan -q status CYB-01-M1 in-progress --progress 40 --evidence photo --note "$words"
qorgan -q proof SEC-1@2 --disclose -o early.proof >/dev/null
qorgan -q export --to KAZ -o 1.age && kaz -q receive 1.age
photo=$(b2sum -l 256 photo | cut -d" " -f1)
now 4

test_case 'it is for administrators, with a reason and a yes, and of what others are not told by' '
	unchanged 77 qorgan -i liaison forget SEC-1 --reason "Mine" --yes
	expect_one_line "only an administrator"
	unchanged 64 qorgan forget SEC-1 --yes
	expect_one_line "say why"
	unchanged 64 qorgan forget --list SEC-1
	unchanged 66 qorgan forget NOBODY --reason "None" --yes
	unchanged 66 qorgan forget SEC-1@9 --reason "None" --yes
	for one in "UZB -K state" "KAZ -K partner" "a.karimova -K user" "2 -K commit"; do
		unchanged 65 qorgan forget $one --reason "None" --yes
	done
	expect_code 64 setsid -w qorgan forget SEC-1 --reason "None" </dev/null
	grep -q -- "--yes" said
	qorgan show SEC-1@2 | grep -q Zanzibar
'

test_case 'a dry run tells what would go and what would remain, and changes nothing' '
	before=$(root_now)
	qorgan forget -n SEC-1@2 >told
	expect_same "$before" "$(root_now)"
	grep -q "goes .*risk SEC-1 version 2, of 2026-02-01 by a.karimova" told
	grep -q "remains .*KAZ was given risk SEC-1 version 2, with package 1" told
	grep -q "remains .*backups" told
	not grep -q "version 3, of" told
	qorgan -i liaison forget -n SEC-1 --json | jq -e "
		([.versions[].version] | sort) == [1, 2, 3] and ([.copies[].version] | unique) == [1, 2, 3] and
		.copies[0].partner == \"KAZ\" and .commit == 0 and (.rewritten | not)"
	qorgan forget -n CYB-01-M1/UZB | grep -q "remains .*the attached file $photo"
'

test_case 'an older version goes from the tables and from the bytes of the store; its leaf stays' '
	former=server
	if ! on_server; then
		former=overwritten
		chmod 750 store
		chmod 640 store/store.mdb
		exec 9<store/store.mdb
	fi
	store_file store old.mdb
	leaves=$(qorgan stats --json | jq .leaves)
	qorgan forget SEC-1@2 --reason "A person was named" --yes --json 2>said >told
	jq -e "([.versions[].version] == [2]) and .rewritten and .former == \"$former\"" told
	absent old.mdb store >found
	[ "$(cut -d" " -f2 found)" -gt 8000 ]
	# The former file, which is open here under no name, holds nothing any more.
	on_server || expect_same 0 "$(tr -d "\0" <&9 | wc -c)"
	on_server || expect_same "750 640" "$(stat -c %a store store/store.mdb | xargs)"
	expect_same "identity kaz store" "$(ls -d identity* kaz* store* | grep -v "\.mdb" | xargs)"
	expect_same "$((leaves + 2))" "$(qorgan stats --json | jq .leaves)"
	qorgan verify >told
	grep -q "^Of 1 version the content was forgotten" told
	expect_same 1 "$(qorgan verify --json | jq .forgotten)"
'

test_case 'whoever asks for it is told since when, by whom and why' '
	expect_code 66 qorgan show SEC-1@2
	expect_one_line "risk SEC-1 version 2 was forgotten, 2026-04-01 by a.karimova: A person was named"
	expect_code 66 qorgan proof SEC-1@2
	expect_one_line "was forgotten"
	expect_code 66 qorgan diff SEC-1@1 SEC-1@2
	expect_code 66 qorgan restore SEC-1@2
	qorgan show SEC-1 | grep -q "Third title"
	qorgan log SEC-1 | grep -q "2026-04-01 by a.karimova: A person was named"
	expect_same "3 2 1" "$(qorgan log SEC-1 --json | jq -r "[.[].version] | join(\" \")")"
	qorgan forget --list --json | jq -e "length == 1 and (.[0] | .id == \"SEC-1\" and .version == 2 and .endorsed)"
	qorgan search Zanzibar | not grep -q SEC-1
	qorgan partner ledger KAZ --json | jq -e "any(.id == \"SEC-1\" and .version == 2)"
'

test_case 'a proof that was made before still holds' '
	qorgan check-proof early.proof --vkey "$(qorgan identity --json | jq -r .vkey)" --json | jq -e .proven
'

test_case 'a day on which it stood shows nothing older in its place' '
	qorgan report register --as-of 2026-01-15 --json >then
	grep -q "First title" then
	qorgan report register --as-of 2026-02-15 --json >then
	not grep -q SEC-1 then
	qorgan report register --json | grep -q "Third title"
'

test_case 'to forget it again is no change' '
	before=$(root_now)
	qorgan forget SEC-1@2 --reason "Again" --yes --json 2>said | jq -e ".commit == 0 and .versions == []"
	expect_same "$before" "$(root_now)"
'

test_case 'an attached file goes with its description, and can be attached again' '
	store_file store old.mdb
	qorgan -q forget "$photo" --reason "Faces" --yes
	absent old.mdb store >found
	[ "$(cut -d" " -f2 found)" -gt 49000 ]
	expect_code 66 qorgan evidence get "$photo" -o got
	expect_one_line "was forgotten"
	qorgan verify >/dev/null
	qorgan -q status CYB-01-M1 in-progress --progress 45 --evidence photo
	qorgan evidence get "$photo" -o got
	cmp photo got
	qorgan verify >/dev/null
	qorgan -q forget "$photo" --content --reason "Faces" --yes
	qorgan show "$photo" | grep -q photo
	expect_code 66 qorgan evidence get "$photo" -o got
	qorgan verify >/dev/null
'

test_case 'of a frozen report its files go too, and it is told of where it may hold what goes' '
	qorgan -q report freeze 2026-Q1 -f json,text
	qorgan forget -n SEC-1 | grep -q "remains .*the frozen report 2026-Q1 version 1"
	store_file store old.mdb
	qorgan forget 2026-Q1 -K snapshot --reason "It names somebody" --yes --json 2>said >told
	jq -e "(.files | length) == 2 and ([.versions[].kind] | unique) == [\"evidence\", \"snapshot\"]" told
	absent old.mdb store
	expect_code 66 qorgan report show 2026-Q1 -f json
	qorgan verify >/dev/null
'

test_case 'a partner who was given it is asked to drop it, and can forget it too' '
	store_file store old.mdb
	qorgan -q forget SEC-1 --reason "All of it" --yes
	absent old.mdb store
	qorgan risk list | not grep -q SEC-1
	expect_code 66 qorgan show SEC-1
	qorgan dump risk | not grep -q SEC-1
	qorgan -q export --to KAZ -o 2.age
	kaz show SEC-1@2 --owner UZB | grep -q Zanzibar
	kaz receive 2.age --json | jq -e ".[0].withdrawn == 1"
	kaz risk list | not grep -q SEC-1
	store_file kaz old.mdb
	kaz -q forget SEC-1 --owner UZB --reason "UZB withdrew it" --yes
	absent old.mdb kaz
	expect_code 66 kaz show SEC-1@2 --owner UZB
	expect_one_line "UZB withdrew it"
	kaz verify | grep -q "^Of 3 versions"
'

test_case 'what is sent again stays forgotten, and a new version is shown' '
	given kaz KZR "$words" KAZ UZB
	kaz -q measure add KZM --risks KZR --title.en Theirs --lead KAZ --type detect --marking GREEN --release UZB
	head -c 100000 /dev/urandom >theirs
	kaz -q status KZM in-progress --progress 10 --evidence theirs --marking GREEN --release UZB
	theirs=$(b2sum -l 256 theirs | cut -d" " -f1)
	kaz -q export --to UZB -o k1.age && qorgan -q receive k1.age
	qorgan risk list | grep -q KZR
	qorgan evidence get "$theirs" -o got && cmp theirs got
	qorgan -q forget KZR --reason "Not for us" --yes
	qorgan -q forget "$theirs" --reason "Not for us" --yes
	qorgan verify >/dev/null
	sealed=$({ store_file store now.file && rows rows now.file; } | grep -c "^65 ") || true
	kaz -q export --to UZB --from 1 -o k2.age && qorgan -q receive k2.age
	qorgan risk list | not grep -q KZR
	expect_code 66 qorgan evidence get "$theirs" -o got
	expect_same "$sealed" "$({ store_file store now.file && rows rows now.file; } | grep -c "^65 " || true)"
	qorgan verify >/dev/null
	kaz -q risk edit KZR --title.en "Harmless"
	kaz -q export --to UZB -o k3.age && qorgan -q receive k3.age
	qorgan risk list | grep -q KZR
	expect_code 66 qorgan show KZR@1
	qorgan verify >/dev/null
'

test_case 'the id can be used again, and the next version goes on' '
	given qorgan SEC-1 "Another life" UZB KAZ
	expect_same 4 "$(qorgan show SEC-1 --json | jq .version)"
	qorgan -q export --to KAZ -o 3.age && kaz -q receive 3.age
	kaz risk list | grep -q "Another life"
	qorgan verify >/dev/null && kaz verify >/dev/null
'

test_case 'an older version can be had back where the newest was forgotten, for nobody at first' '
	given qorgan BAK-1 "Kept title" UZB KAZ
	qorgan -q risk edit BAK-1 --title.en "$words"
	qorgan -q forget BAK-1@2 --reason "Mistake" --yes
	expect_code 66 qorgan show BAK-1
	expect_code 66 qorgan risk edit BAK-1 --title.en "Edited"
	expect_code 66 qorgan restore BAK-1@2
	expect_code 66 qorgan restore BAK-2@1
	qorgan show BAK-1@1 | grep -q "Kept title"
	qorgan -q restore BAK-1@1
	qorgan show BAK-1 --json | jq -e ".version == 3 and .title.en == \"Kept title\" and .marking == \"TLP:GREEN\" and .release == null"
	qorgan verify >/dev/null
'

test_case 'new keys endorse it anew; a backup has what is left, and no more' '
	qorgan rekey --yes
	qorgan verify >/dev/null
	qorgan forget --list --json | jq -e "length > 5 and all(.endorsed)"
	qorgan -q backup b.backup
	qorgan -q -S copy restore-backup b.backup
	expect_same "$(qorgan forget --list --json | b2sum)" "$(qorgan -S copy forget --list --json | b2sum)"
	rm -rf copy
'

# A killed run: what was committed is forgotten, and the file is finished by the next.
killed() {
	local code=0
	strace -f -o trace -e trace="$1" -e inject="$1":signal=KILL:when=1 qorgan -q forget "$2" --reason "Killed" --yes 2>said || code=$?
	expect_same 137 $code
}

test_case_files 'it is done in one transaction' 'killed before the new file is in place, the old store is there and says that it is not done' '
	given qorgan KIL-1 "$words" UZB KAZ
	store_file store old.mdb
	killed renameat2 KIL-1
	expect_code 66 qorgan show KIL-1
	qorgan verify | grep -q "forget --continue"
	qorgan verify --json | jq -e .rewrite_pending
	expect_code 1 qorgan doctor
	not absent old.mdb store 2>/dev/null
	qorgan note CYB-01 "Another" 2>said
	grep -q "forget --continue" said
	qorgan forget --continue
	absent old.mdb store
	expect_same store "$(ls -d store*)"
	qorgan forget --continue 2>said
	expect_one_line "nothing to go on with"
	qorgan verify --json | jq -e "(.rewrite_pending | not) and .ok"
'

test_case_files 'it is done in one transaction' 'killed before the former file is erased, the new store is there and the next run erases it' '
	given qorgan KIL-2 "$words" UZB KAZ
	store_file store old.mdb
	killed unlink KIL-2
	absent old.mdb store
	expect_same 2 "$(ls -d store* | wc -l)"
	qorgan verify | grep -q "forget --continue"
	qorgan -q forget CYB-02 --reason "The next one" --yes
	expect_same store "$(ls -d store*)"
	qorgan verify --json | jq -e "(.rewrite_pending | not) and .ok"
'

test_case_files 'there is no former file' 'who is reading goes on reading the former file, and is told of' '
	qorgan dump >whole
	mkfifo pipe
	exec 8<>pipe
	qorgan dump >pipe &
	reader=$!
	[ "$(stat -c %s whole)" -gt 150000 ]
	dd bs=1 count=1 <pipe >read 2>/dev/null # it reads, and waits until more is taken from it
	qorgan forget CYB-03 --reason "Read meanwhile" --yes --json 2>said | jq -e ".former == \"read\""
	head -c "$(($(stat -c %s whole) - 1))" <pipe >>read
	cmp read whole
	wait $reader
	qorgan verify >/dev/null
'

test_case_files 'there is no former file' 'another name of the file is left alone, and told of' '
	ln store/store.mdb linked.mdb
	cp linked.mdb before.mdb
	qorgan forget CYB-04 --reason "Linked" --yes 2>said
	grep -q "hard link" said
	python3 "$ROOT/tests/cli/store_rows.py" holds before.mdb store/store.mdb linked.mdb >found
	[ "$(cat found)" -gt 0 ]
'

test_case 'who waits to write meanwhile does not write to the former file' '
	# The editor may not write here: that it has begun is told by its name among the processes, and
	# it goes on when it sees a file.
	cat >editor-of-forget <<-END
		#!/bin/bash
		until [ -e $WORK/forgot ]; do sleep 0.05; done
		sed -i "s/\"en\": \"[^\"]*\"/\"en\": \"Edited\"/" "\$1"
	END
	chmod +x editor-of-forget
	(
		until pgrep -f "^/bin/bash $WORK/editor-of-forget" >/dev/null || [ -e edited ]; do sleep 0.05; done
		qorgan -q forget WAT-01 --reason "While another writes" --yes 2>forgot.said
		echo >forgot
	) &
	code=0
	EDITOR=$WORK/editor-of-forget qorgan risk edit WAT-02 2>said || code=$?
	echo >edited
	wait
	cat said
	not qorgan show WAT-01
	if [ $code = 0 ]; then qorgan show WAT-02 | grep -q Edited; else expect_same 75 $code; fi
	qorgan verify >/dev/null
'

test_done
