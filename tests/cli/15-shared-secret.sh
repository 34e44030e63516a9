#!/bin/bash
# A secret that two states share: packages between them are locked with it, too.
. "$(dirname "$0")/lib.sh"
export QORGAN_NOW=2026-02-01T10:00:00Z
store_make
qorgan -q load "$ROOT/catalogue/2026-2028"
recipient=$(age-keygen -y identity)
kaz() { QORGAN_STORE=$WORK/kaz qorgan "$@"; }
kaz -q init --state KAZ --as b.akhmetov --recipient "$recipient"
add() { qorgan -q partner add "$1" --fingerprint "$(grep ^fingerprint "$1" | cut -d" " -f2-)"; }
qorgan identity >UZB.card
kaz identity >KAZ.card
add KAZ.card >/dev/null
QORGAN_STORE=$WORK/kaz add UZB.card >/dev/null
age-keygen -o kgz 2>/dev/null
qorgan -q partner add KGZ --recipient "$(age-keygen -y kgz)" >/dev/null 2>&1
# The identity of KAZ never leaves its store; that of TJK is here, for stock age.
age-keygen -o tjk 2>/dev/null
qorgan -q partner add TJK --recipient "$(age-keygen -y tjk)" >/dev/null 2>&1
qorgan -q domain add ONE --title.en "First" --marking GREEN --release KAZ,KGZ,TJK >/dev/null

secret=Zq7NeverShownAnywhere4821
echo "$secret" >secret
echo "another secret of that length" >another
printf 'too short\n' >short
printf 'a secret with\ta tab in it\n' >tabbed
chmod 600 secret another short tabbed
# Stock age asks on the terminal alone.
with_terminal() {
	ARGUMENTS=$* PASSPHRASE=$secret expect -c 'set timeout 60
		spawn -noecho age {*}$env(ARGUMENTS)
		expect {
			-nocase "enter passphrase" { send -- "$env(PASSPHRASE)\r"; exp_continue }
			eof
		}
		exit [lindex [wait] 3]'
}

test_case 'what is no secret is refused, and changes nothing' '
	unchanged 65 qorgan partner edit KAZ --shared-secret-file short
	expect_one_line "fewer than 16 characters"
	unchanged 65 qorgan partner edit KAZ --shared-secret-file tabbed
	expect_one_line "not text that can be typed"
	head -c 300 /dev/zero | tr "\0" a >long && chmod 600 long
	unchanged 65 qorgan partner edit KAZ --shared-secret-file long
	expect_one_line "longer than 255 bytes"
	unchanged 66 qorgan partner edit KAZ --shared-secret-file none
	cp secret open && chmod 644 open
	unchanged 77 qorgan partner edit KAZ --shared-secret-file open
	unchanged 66 qorgan partner edit KAZ --no-shared-secret
	expect_one_line "no secret is shared with KAZ"
	unchanged 64 qorgan partner edit KAZ --shared-secret-file secret --no-shared-secret
'

test_case 'a package is locked with it, and opened in one go' '
	qorgan -q partner edit KAZ --shared-secret-file secret
	kaz -q partner edit UZB --shared-secret-file secret
	expect_same 2026-02-01T10:00:00Z "$(qorgan partner show KAZ --json | jq -r .secret_since)"
	qorgan -q export --to KAZ -o kaz.age
	minisign -Vm kaz.age -P "$(qorgan identity --json | jq -r .minisign)" >/dev/null
	kaz -q receive --dry-run kaz.age
	kaz -q receive kaz.age 2>said
	not grep -q "not locked" said
	kaz domain show ONE --json | jq -e ".owner == \"UZB\""
	qorgan -q verify
	kaz -q verify
'

test_case 'stock age opens it in two steps' '
	qorgan -q partner edit TJK --shared-secret-file secret
	qorgan -q export --to TJK -o tjk.age
	age -d -i tjk tjk.age >inner.age
	head -1 inner.age | grep -x age-encryption.org/v1
	sed -n 2p inner.age | grep "^-> scrypt .* 18$"
	not grep -aq -e qorgan-package -e record inner.age
	with_terminal -d -o tjk.jsonl inner.age
	python3 -B "$ROOT/tests/interop/check_package.py" --vkey "$(qorgan identity --json | jq -r .vkey)" tjk.jsonl
	jq -r "select(.type == \"record\").record.id" tjk.jsonl | grep -qx ONE
'

test_case 'the secret is nowhere to be seen' '
	mkdir -p out
	qorgan partner show KAZ >out/show
	qorgan partner show KAZ --json >out/show.json
	qorgan partner list --json >out/list
	qorgan log KAZ >out/log
	qorgan log --json >out/log.json
	qorgan dump >out/dump
	qorgan dump partner --format csv >out/csv
	qorgan proof -K partner KAZ --disclose -o out/proof
	sed -n "s/^extra //p" out/proof | base64 -d >out/record
	qorgan stats --json >out/stats
	qorgan search "$secret" >out/search || :
	sed -i "/No.*match/d" out/search
	cp -r "$WORK/store" "$WORK/state" out/
	store_bytes "$WORK/store" >out/bytes
	not grep -raq -e "$secret" -e "$(printf %s "$secret" | base64)" out
	grep -q secret_since out/record
'

test_case 'a package to several is refused, and not one to the others' '
	unchanged 64 qorgan export --to KAZ,KGZ -o two.age
	expect_one_line "a secret is shared with KAZ"
	expect_one_line "export to KAZ alone"
	unchanged 64 qorgan export --to KGZ,KAZ --dry-run
	[ ! -e two.age ]
	qorgan -q export --to KGZ -o kgz.age
	age -d -i kgz kgz.age | head -1 | jq -e ".type == \"header\""
'

test_case 'who has another secret, or none, is told so' '
	qorgan -q domain edit ONE --title.en "Second"
	qorgan -q export --to KAZ -o kaz2.age
	kaz -q partner edit UZB --shared-secret-file another
	before=$(QORGAN_STORE=$WORK/kaz root_now)
	expect_code 77 kaz receive kaz2.age
	expect_same "$before" "$(QORGAN_STORE=$WORK/kaz root_now)"
	expect_one_line "locked with another secret than the one that is set for its sender"
	kaz -q partner edit UZB --no-shared-secret
	kaz partner show UZB --json | jq -e ".secret_since == null"
	expect_code 77 kaz receive kaz2.age
	expect_one_line "locked with a shared secret, too, and none is set for its sender"
	kaz domain show ONE --json | jq -e ".title.en == \"First\""
	kaz -q partner edit UZB --shared-secret-file secret
	kaz -q receive kaz2.age
	kaz domain show ONE --json | jq -e ".title.en == \"Second\""
'

test_case 'one that is not locked is taken in with a warning' '
	qorgan -q partner edit KAZ --no-shared-secret
	qorgan -q domain edit ONE --title.en "Third"
	qorgan -q export --to KAZ,KGZ -o open.age
	kaz receive open.age 2>said
	grep "was not locked with the secret that is shared with UZB" said
'

test_case 'a partner that came by a dump has its secret set again' '
	qorgan dump >dump.jsonl
	QORGAN_STORE=$WORK/again
	qorgan -q init --state UZB --as a.karimova --recipient "$recipient"
	qorgan -q load dump.jsonl
	expect_code 77 qorgan export --to TJK -o again.age
	expect_one_line "the secret shared with TJK is not in this store"
	[ ! -e again.age ]
	qorgan -q partner edit TJK --shared-secret-file secret
	qorgan -q export --to TJK -o again.age
	age -d -i tjk again.age | head -1 | grep -x age-encryption.org/v1
	qorgan -q verify
'

test_done
