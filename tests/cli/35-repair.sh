#!/bin/bash
# A damaged store is repaired into a new one: whatever authenticates is kept, a backup and packages
# give back the rest, what is lost is said by name, and the damaged one stays as it was.
. "$(dirname "$0")/lib.sh"
all_about_files "repair reads files"
python3() { command python3 -B "$@"; }
store_make
recipient=$(age-keygen -y identity)
qorgan -S kaz -q init --state KAZ --as b.akhmetov --recipient "$recipient"
kaz() { qorgan -S "$WORK/kaz" "$@"; }
fingerprint_of() { python3 "$ROOT/tests/interop/make_card.py" --fingerprint <"$1"; }
qorgan identity >UZB.card
kaz identity >KAZ.card
qorgan -q partner add KAZ.card --fingerprint "$(fingerprint_of KAZ.card)"
kaz -q partner add UZB.card --fingerprint "$(fingerprint_of UZB.card)"
age-keygen -o observer 2>/dev/null
qorgan -q partner add UNRCCA --observer --recipient "$(age-keygen -y observer)"
qorgan -q load "$ROOT/catalogue/2026-2028"
kaz -q load "$ROOT/catalogue/2026-2028"
qorgan -q risk edit TER-01 --owner-role 'First' --marking TLP:GREEN --release KAZ,UNRCCA
qorgan -q risk edit TER-01 --owner-role 'Second'
head -c 100000 /dev/urandom >report.pdf
qorgan -q status TER-01-M1 in-progress --progress 20 --evidence report.pdf
qorgan -q export --to KAZ -o uzb.pkg
qorgan -q export --to UNRCCA -o observer.pkg
age -d -i observer observer.pkg >lines
kaz -q receive uzb.pkg
kaz -q risk add WAT-77 --title 'Theirs' --coordinator KAZ --domain WAT --marking TLP:GREEN --release UZB >/dev/null
kaz -q export --to UZB -o kaz.pkg
qorgan -q receive kaz.pkg
qorgan -q backup store.backup
qorgan dump >good.jsonl
qorgan log --json >good.log
qorgan verify >good.verify
mkdir kept
cp -a state/qorgan kept/seen
cp store/store.mdb kept/good.mdb
pages=$(($(stat -c %s kept/good.mdb) / 4096))

# afresh: the store as it was, and nothing beside it.
afresh() {
	rm -rf new store.moved state/qorgan
	cp -a kept/seen state/qorgan
	cp kept/good.mdb store/store.mdb
}
# damage HOW PAGE [COUNT]: of the store's file, without the program.
damage() {
	python3 - "$@" <<-'END'
	import os, random, sys
	how, page, count = sys.argv[1], int(sys.argv[2]), int((sys.argv + ["1"])[3])
	data = bytearray(open("store/store.mdb", "rb").read())
	at = page * 4096
	if how == "zero": data[at:at + 4096 * count] = bytes(4096 * count)
	elif how == "noise": data[at:at + 4096 * count] = random.Random(page).randbytes(4096 * count)
	elif how == "sector": data[at + 512 * (page % 8):at + 512 * (page % 8) + 512] = bytes(512)
	elif how == "cut": del data[at + 1000:]
	open("store/store.mdb", "wb").write(data)
	END
}
# repair OPTION...: its answer is in repaired.json; 0 and 1 are both an answer.
repair() {
	local code=0
	qorgan repair new --yes --json "$@" >repaired.json 2>said || code=$?
	[ $code -le 1 ] || { echo "code $code"; cat said; return 1; }
	jq -e ".lost $([ $code -eq 0 ] && echo == || echo '>') 0" repaired.json >/dev/null
}
mended() { qorgan -S new "$@"; }

test_case 'a whole store gives one that is the same, and the old one is not written to' '
	afresh
	{ find store -printf "%p %s %T@ %m\n" | sort; b2sum store/*; } >before
	expect_same "" "$(qorgan repair new --yes --json | jq -r ".plan[] | select(.fate == \"lost\" or .fate == \"taken\")")"
	{ find store -printf "%p %s %T@ %m\n" | sort; b2sum store/*; } >after
	cmp before after
	mended dump | cmp - good.jsonl
	mended log --json | cmp - good.log
	mended verify | cmp - good.verify
	expect_code 77 qorgan -q risk edit TER-01 --owner-role "In the old one"
	grep -q "copy of the store" said
	mended -q risk edit TER-01 --owner-role "Written after"
	mended verify >/dev/null
'

test_case 'who cannot remember which store is in use from now on is told, and by the new store what to do' '
	afresh
	qorgan domain list >/dev/null
	b2sum "$WORK"/state/qorgan/* >before
	XDG_STATE_HOME=/proc/nowhere qorgan repair new --yes >/dev/null 2>said
	expect_one_line "warning: this computer cannot remember that the store at new is the one in use"
	b2sum "$WORK"/state/qorgan/* | cmp before -
	expect_code 77 qorgan -q -S new risk edit TER-01 --owner-role Read
	expect_one_line "copy of the store $WORK/store"
	rm store/store.mdb
	mended -q risk edit TER-01 --owner-role Written
	mended verify >/dev/null
'

test_case 'the plan alone makes nothing' '
	afresh
	damage zero 40
	{ b2sum store/* state/qorgan/*; ls -d new* "$WORK/state"/* || :; } >before 2>&1
	code=0
	qorgan repair new --dry-run --from-backup store.backup >plan || code=$?
	[ $code -le 1 ]
	grep -q "^rebuilt " plan
	{ b2sum store/* state/qorgan/*; ls -d new* "$WORK/state"/* || :; } >after 2>&1
	cmp before after
	# Without a terminal nobody says yes.
	expect_code 77 qorgan repair new
	[ ! -e new ]
'

test_case 'each page lost in turn: what is there is kept, and with a backup all of it' '
	step=${QORGAN_REPAIR_STEP:-31} # 1: every page, in some minutes
	for how in zero noise sector; do
		for ((page = step / 2 % pages; page < pages; page += step)); do
			afresh
			damage $how $page
			repair || { echo "page $page of $how"; exit 1; }
			mended verify >/dev/null || { echo "page $page of $how does not verify"; exit 1; }
			mended dump >after.jsonl
			[ -z "$(comm -13 <(sort good.jsonl) <(sort after.jsonl))" ] || { echo "page $page of $how: another record"; exit 1; }
			# As many of the newest versions are missing as are said to be lost.
			missing=$(comm -23 <(sort good.jsonl) <(sort after.jsonl) | wc -l)
			told=$(jq "[.plan[] | select(.fate == \"lost\" and (.what | test(\"newest version\")))] | length" repaired.json)
			[ "$missing" -le "$told" ] || jq -e ".plan[] | select(.fate == \"lost\" and (.object == \"KAZ\"))" repaired.json ||
				{ echo "page $page of $how: $missing missing, $told told"; exit 1; }
			rm -rf new
			cp kept/seen/* state/qorgan/
			repair --from-backup store.backup
			jq -e ".lost == 0" repaired.json >/dev/null || { echo "page $page of $how with a backup"; jq -c .plan[] repaired.json; exit 1; }
			mended dump | cmp - good.jsonl
			mended log --json | cmp - good.log
			mended verify | cmp - good.verify
		done
	done
'

test_case 'a hash of the log that rotted is made again from its record' '
	afresh
	python3 - <<-END
	import base64, json
	hashes = [h for line in open("lines") for h in json.loads(line).get("hashes", [])]
	data = bytearray(open("store/store.mdb", "rb").read())
	for text in (hashes[5], hashes[100], hashes[101]):
	    hash, at, found = base64.b64decode(text), -1, 0
	    while (at := data.find(hash, at + 1)) >= 0:
	        data[at + 9] ^= 4
	        found += 1
	    assert found
	open("store/store.mdb", "wb").write(data)
	END
	expect_code 1 qorgan verify >/dev/null
	repair
	jq -e ".lost == 0" repaired.json >/dev/null
	mended dump | cmp - good.jsonl
	mended verify | cmp - good.verify
'

test_case 'a file cut short, and whole stretches gone' '
	for count in 10 $((pages / 3)); do
		afresh
		damage zero $((pages - count)) $count
		repair --from-backup store.backup
		mended dump | cmp - good.jsonl
		mended verify | cmp - good.verify
		afresh
		damage cut $((pages - count))
		repair --from-backup store.backup
		mended dump | cmp - good.jsonl
		mended verify | cmp - good.verify
	done
	# Of nothing nothing is made.
	afresh
	damage zero 0 $pages
	expect_code 65 qorgan repair new --yes
	: >store/store.mdb
	expect_code 65 qorgan repair new --yes
	rm store/store.mdb
	expect_code 66 qorgan repair new --yes
	[ ! -e new ]
'

# lose OBJECT: one page whose loss takes that from the store, as far as the plan of a repair says, and nothing else.
lose() {
	python3 - "$1" <<-'END'
	import json, subprocess, sys
	good = open("store/store.mdb", "rb").read()
	for page in reversed(range(2, len(good) // 4096)):
	    data = bytearray(good)
	    data[page * 4096:page * 4096 + 4096] = bytes(4096)
	    open("store/store.mdb", "wb").write(data)
	    plan = subprocess.run(["qorgan", "repair", "trial", "--dry-run", "--json"], capture_output=True, text=True)
	    lost = [x["object"] for x in json.loads(plan.stdout)["plan"] if x["fate"] == "lost"]
	    if len(lost) == 1 and lost[0].startswith(sys.argv[1]):
	        break
	else:
	    sys.exit("no page is of that alone")
	END
	cp store/store.mdb "kept/${1// /-}.mdb"
}

test_case 'a record that is lost for good is told by name, and can be written anew' '
	afresh
	lose "UZB risk TER-01 version 3"
	repair
	jq -e "[.plan[] | select(.fate == \"lost\")] | length == 1 and (.[0].object | test(\"^UZB risk TER-01 version 3 [(]\"))" repaired.json >/dev/null
	expect_code 66 mended show TER-01
	grep -q "version 3 of TER-01 was lost by damage" said
	mended show TER-01@2 >/dev/null || { expect_code 66 mended show TER-01@2; grep -q "lost" said; }
	mended verify >told
	grep -q "^lost: risk TER-01 version 3, entry" told
	mended verify --json | jq -e ".ok and .lost == [{kind: \"risk\", id: \"TER-01\", version: 3, leaf: .lost[0].leaf, found: .lost[0].found}]" >/dev/null
	mended risk list >listed
	not grep -q "^TER-01 " listed
	mended report status >/dev/null
	mended log >/dev/null
	# It is written anew as the version after it, by the dump of another time.
	grep "\"TER-01\"" good.jsonl | grep "\"risk\"" | head -n 1 >again.jsonl
	mended -q load again.jsonl
	expect_same 4 "$(mended show TER-01 --json | jq .version)"
	mended verify >/dev/null
	# What goes to a partner fits what it has.
	mended -q export --to KAZ -o again.pkg
	kaz -q receive again.pkg
	expect_same Second "$(kaz show TER-01 --owner UZB --json | jq -r .owner_role)"
	kaz verify >/dev/null
'

test_case 'a package gives back what is lost: of this state, if the partner decrypts it' '
	afresh
	cp kept/UZB-risk-TER-01-version-3.mdb store/store.mdb
	expect_code 77 qorgan repair new --yes --from-package uzb.pkg
	grep -q "age -d" said
	repair --from-package lines
	jq -e ".lost == 0 and .taken == 1" repaired.json >/dev/null
	mended dump | cmp - good.jsonl
	mended verify | cmp - good.verify
	# Its hash in the log has rotted, too: which of both is right, the signed root says.
	rm -rf new
	cp kept/seen/* state/qorgan/
	python3 - <<-END
	import base64, json
	lines = [json.loads(line) for line in open("lines")]
	hashes = [h for line in lines for h in line.get("hashes", [])]
	index = [line["index"] for line in lines if line["type"] == "record" and line["record"]["id"] == "TER-01" and
	         line["record"]["version"] == 3][0]
	data = open("store/store.mdb", "rb").read()
	hash = base64.b64decode(hashes[index])
	assert hash in data
	open("store/store.mdb", "wb").write(data.replace(hash, hash[:9] + bytes([hash[9] ^ 4]) + hash[10:]))
	END
	repair --from-package lines
	jq -e ".lost == 0" repaired.json >/dev/null
	mended dump | cmp - good.jsonl
	# What a package says counts only if it is what was signed.
	rm -rf new
	cp kept/seen/* state/qorgan/
	cp kept/UZB-risk-TER-01-version-3.mdb store/store.mdb
	sed "s/Second/Forged/" lines >forged
	repair --from-package forged
	jq -e ".lost == 1" repaired.json >/dev/null
'

test_case 'what a partner sent is taken from its package, or dropped whole and sent again' '
	afresh
	lose KAZ
	repair --from-package kaz.pkg
	jq -e "[.plan[] | select(.fate == \"lost\" and .object == \"KAZ\")] == []" repaired.json >/dev/null
	mended show WAT-77 --owner KAZ >/dev/null
	mended verify >/dev/null
	rm -rf new
	cp kept/seen/* state/qorgan/
	repair
	jq -r ".plan[] | select(.fate == \"lost\" and .object == \"KAZ\") | .advice" repaired.json | grep -q "export --to UZB --from 1"
	expect_code 66 mended show WAT-77
	mended -q receive kaz.pkg
	mended show WAT-77 --owner KAZ >/dev/null
	mended verify >/dev/null
'

test_case 'a backup of another store, and a damaged one, are refused' '
	afresh
	damage zero 40
	kaz -q backup kaz.backup
	expect_code 65 qorgan repair new --yes --from-backup kaz.backup
	grep -q "another store" said
	head -c 100000 store.backup >cut.backup
	cp store.backup.minisig cut.backup.minisig
	expect_code 65 qorgan repair new --yes --from-backup cut.backup
	expect_code 73 qorgan repair store --yes
	expect_same "" "$(ls -d new* 2>/dev/null)"
'

test_case 'an end of the log that is lost is not given up unawares' '
	afresh
	qorgan -q risk edit TER-01 --owner-role "After the backup"
	damage zero 0 $pages
	# Nothing is left but the backup and what this computer remembers.
	cp kept/good.mdb store/store.mdb
	expect_code 77 qorgan repair new --yes
	grep -q "the end of the log is lost" said
	[ ! -e new ]
	code=0
	qorgan repair new --yes --older >plan 2>said || code=$?
	[ $code -eq 1 ]
	grep -q "the end of the log: it had" plan
	mended verify >/dev/null
	mended -q risk edit TER-01 --owner-role "Another way"
'

test_case 'the key by which a user signs is named when it is lost, and a backup gives it back' '
	afresh
	python3 - <<-END
	data = open("store/store.mdb", "rb").read()
	key = b"a\0age-encryption.org/v1\n"
	assert key in data
	open("store/store.mdb", "wb").write(data.replace(key, b"a\0bge-encryption.org/v1\n"))
	END
	repair
	jq -e "[.plan[] | select(.fate == \"lost\")] | length == 1 and .[0].object == \"user a.karimova\" and
	       (.[0].what | test(\"signs who opens the store by slot 0\")) and (.[0].advice | test(\"backup\"))" repaired.json >/dev/null
	expect_code 77 mended -q risk edit TER-01 --owner-role "Not signed"
	grep -q "the key by which you sign" said
	expect_code 1 mended verify >told
	grep -q "the key by which the user signs" told
	rm -rf new
	cp kept/seen/* state/qorgan/
	repair --from-backup store.backup
	jq -e ".lost == 0" repaired.json >/dev/null
	mended -q risk edit TER-01 --owner-role "Signed"
	mended verify >/dev/null
'

test_case 'old copies of pages within the file bring nothing old back' '
	afresh
	cp store/store.mdb older.mdb
	qorgan -q risk edit TER-01 --owner-role "Newer"
	qorgan dump >newer.jsonl
	python3 - <<-END
	old, new = open("older.mdb", "rb").read(), bytearray(open("store/store.mdb", "rb").read())
	new += old[8192:]
	open("store/store.mdb", "wb").write(new)
	END
	repair
	mended dump | cmp - newer.jsonl
	mended verify >/dev/null
'

test_case 'what was forgotten stays so, though a backup from before has it' '
	afresh
	qorgan -q forget TER-01@1 --reason "Mistake" --yes
	qorgan dump >less.jsonl
	for from in "" "--from-backup store.backup"; do
		rm -rf new
		repair $from
		mended verify >/dev/null
		mended dump | cmp - less.jsonl
		expect_code 66 mended show TER-01@1
		grep -q "was forgotten" said
		expect_same 1 "$(mended verify --json | jq .forgotten)"
	done
'

test_done
