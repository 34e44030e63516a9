#!/bin/bash
# A state whose disk is gone puts back an old backup, and its partner hands it back what it sent since: the log is whole
# again, and what only that state knew is said by name.
. "$(dirname "$0")/lib.sh"
all_about_files "repair reads files"
store_make
recipient=$(age-keygen -y identity)
qorgan -S kaz -q init --state KAZ --as b.akhmetov --recipient "$recipient"
kaz() { qorgan -S "$WORK/kaz" "$@"; }
kaz identity >KAZ.card
qorgan identity >UZB.card
qorgan -q partner add KAZ.card --fingerprint "$(kaz identity --json | jq -r .fingerprint)"
kaz -q partner add UZB.card --fingerprint "$(qorgan identity --json | jq -r .fingerprint)"
qorgan -S kgz -q init --state KGZ --as c.osmonova --recipient "$recipient"
kgz() { qorgan -S "$WORK/kgz" "$@"; }
kgz identity >KGZ.card
qorgan -q partner add KGZ.card --fingerprint "$(kgz identity --json | jq -r .fingerprint)"
qorgan -q load "$ROOT/catalogue/2026-2028"
kaz -q load "$ROOT/catalogue/2026-2028"
qorgan -q risk edit TER-01 --owner-role 'First' --marking TLP:GREEN --release KAZ
qorgan -q export --to KAZ -o first.age
kaz -q receive first.age
qorgan -q backup old.backup
qorgan -q risk edit TER-01 --owner-role 'Second'
qorgan -q risk edit TER-02 --owner-role 'For nobody else'
qorgan -q risk edit TER-01 --owner-role 'Third'
head -c 100000 /dev/urandom >photo
qorgan -q status TER-01-M1 in-progress --progress 20 --evidence photo --marking TLP:GREEN --release KAZ
qorgan -q export --to KAZ -o second.age
kaz -q receive second.age
age-keygen -o reader 2>/dev/null
qorgan dump >good.jsonl
size=$(kaz verify --json | jq '.logs[] | select(.own | not) | .size')
mkdir kept
cp -a store kept/store
cp -a state/qorgan kept/seen

test_case 'a partner hands back what came, as a package that says nothing of its own store' '
	kaz -q risk add KAZ-SECRET --domain TER --title "Of KAZ alone" --coordinator KAZ
	root=$(kaz stats --json | jq -r "\"\(.leaves) \(.root)\"")
	kaz export --to UZB --for-repair -o back.age --json >told 2>said
	jq -e ".size == $size and .evidence == 1 and .records > 3" told
	grep -q "qorgan repair with --from-package" said
	minisign -q -Vm back.age -P "$(kaz identity --json | jq -r .minisign)"
	# Nothing is logged, and nothing of it can be taken for a package.
	expect_same "$root" "$(kaz stats --json | jq -r "\"\(.leaves) \(.root)\"")"
	expect_code 76 qorgan receive back.age

'

test_case 'its lines are those of a package of the other state, by an independent reader' '
	qorgan -q domain edit TER --title.en "For KGZ" --marking TLP:GREEN --release KGZ
	qorgan -q export --to KGZ -o for-kgz.age
	# KGZ has the keys of UZB, and for its recipient one whose identity we have.
	qorgan identity --json >uzb.json
	kgz -q partner add UZB --recipient "$(age-keygen -y reader)" --minisign "$(jq -r .minisign uzb.json)" --vkey "$(jq -r .vkey uzb.json)"
	kgz -q receive for-kgz.age
	kgz -q domain add SEC --title "Of KGZ alone" --coordinator KGZ
	kgz -q export --to UZB --for-repair -o readable.age
	age -d -i reader readable.age >lines
	python3 -B "$ROOT/tests/interop/check_package.py" --vkey "$(jq -r .vkey uzb.json)" lines
	grep -q "For KGZ" lines
	not grep -q "Of KGZ alone" lines
	not grep -q "For nobody else" lines
	rm -r store state/qorgan && cp -a kept/store store && cp -a kept/seen state/qorgan
'

test_case 'what makes no sense is refused, and nothing is written' '
	expect_code 64 kaz export --to UZB --for-repair --full -o x.age
	expect_code 64 kaz export --to UZB --for-repair --dry-run
	expect_code 64 kaz export --to UZB --for-repair
	expect_code 73 kaz export --to UZB --for-repair -o back.age
	kaz -q export --to UZB --for-repair --force -o back.age
	expect_code 66 kaz export --to TJK --for-repair -o x.age
	expect_code 66 qorgan export --to KAZ --for-repair -o x.age
	expect_one_line "nothing that KAZ sent was taken in here"
	not test -e x.age
'

test_case 'the disk is gone: an old backup and the partner together give the log back, and the rest by name' '
	rm -r store state/qorgan
	qorgan -q restore-backup old.backup
	expect_code 1 qorgan repair mended --yes --json --from-package back.age >repaired.json
	jq -e ".leaves == $size and .known == $size and .taken > 3" repaired.json
	jq -e "[.plan[] | select(.fate == \"lost\" and (.what | test(\"record\")))] | length == 1" repaired.json
	mv store former && mv mended store
	qorgan verify >/dev/null
	expect_same Third "$(qorgan show TER-01 --json | jq -r .owner_role)"
	expect_same Second "$(qorgan show TER-01@3 --json | jq -r .owner_role)"
	expect_same 20 "$(qorgan show TER-01-M1/UZB --json | jq -r .progress)"
	qorgan evidence get "$(qorgan show TER-01-M1/UZB --json | jq -r ".evidence[0]")" -o photo.back
	cmp photo photo.back
	# What nobody else had is the version of the backup; all else is as it was.
	qorgan dump | diff good.jsonl - >differ || true
	expect_same 2 "$(grep -c "^[<>]" differ)"
	expect_same 2 "$(grep -c "^[<>].*\"id\":\"TER-02\"" differ)"
'

test_case 'both go on from there: the partner takes the next package in, and finds one history' '
	qorgan -q risk edit TER-01 --owner-role "Fourth"
	qorgan -q export --to KAZ -o third.age
	kaz receive third.age >told 2>said
	grep -q "nothing that was received here was given up" said
	expect_same Fourth "$(kaz show TER-01 --owner UZB --json | jq -r .owner_role)"
	qorgan -q risk edit TER-01 --owner-role "Fifth"
	qorgan -q export --to KAZ -o fourth.age
	kaz -q receive fourth.age 2>said
	not grep -q "put its store back" said
	kaz verify >told
	not grep -q "TWO HISTORIES" told
	kaz -q export --to UZB -o from-kaz.age
	qorgan -q receive from-kaz.age
	qorgan verify >/dev/null
'

test_case 'a file that the disk damaged is mended by it too' '
	kaz -q export --to UZB --for-repair --force -o back.age
	pages=$(($(stat -c %s store/store.mdb) / 4096))
	cp store/store.mdb good.mdb
	cp -r state/qorgan seen.before
	helped=0
	for ((page = 5; page < pages; page += 7)); do
		rm -rf new
		cp good.mdb store/store.mdb
		cp seen.before/* state/qorgan/
		dd if=/dev/zero of=store/store.mdb bs=4096 seek=$page count=1 conv=notrunc 2>/dev/null
		code=0
		qorgan repair new --yes --json --from-package back.age >repaired.json 2>said || code=$?
		[ $code -le 1 ] || { echo "page $page: $code"; cat said; exit 1; }
		code=0
		qorgan -S new verify >found || code=$?
		[ $code -eq 0 ] || jq -e "[.plan[] | select(.advice | test(\"card to qorgan partner add\"))] | length > 0" repaired.json || {
			echo "page $page"
			cat found
			exit 1
		}
		helped=$((helped + $(jq ".taken > 0 | if . then 1 else 0 end" repaired.json)))
	done
	[ $helped -gt 0 ]
'

test_case 'where a secret is shared, what is handed back is locked with it, and repair opens it' '
	echo "a secret of these two states" >secret
	chmod 600 secret
	cp good.mdb store/store.mdb
	cp seen.before/* state/qorgan/
	rm -rf new
	qorgan -q partner edit KAZ --shared-secret-file secret
	kaz -q partner edit UZB --shared-secret-file secret
	kaz -q export --to UZB --for-repair -o locked.age
	expect_code 1 qorgan repair new --dry-run --json --from-package locked.age >plan.json # what was lost before
	jq -e ".leaves == .known" plan.json
	echo "another one, which only KAZ has" >secret
	kaz -q partner edit UZB --shared-secret-file secret
	kaz -q export --to UZB --for-repair -o other.age
	expect_code 65 qorgan repair new --dry-run --from-package other.age >/dev/null
	expect_one_line "locked with a shared secret"
'

test_done
