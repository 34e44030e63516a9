#!/bin/bash
# New keys for a store, and what its partners see of that.
. "$(dirname "$0")/lib.sh"
python3() { command python3 -B "$@"; }
interop=$ROOT/tests/interop
export QORGAN_NOW=2026-02-01T10:00:00Z
store_make
recipient=$(age-keygen -y identity)
for state in kaz kgz tjk; do
	qorgan -S $state -q init --state ${state^^} --as b.akhmetov --recipient "$recipient" >/dev/null
	qorgan -S $state -q load "$ROOT/catalogue/2026-2028"
	qorgan -S $state identity >${state^^}.card
done
qorgan -q load "$ROOT/catalogue/2026-2028"
qorgan identity >UZB.card
kaz() { qorgan -S "$WORK/kaz" "$@"; }
kgz() { qorgan -S "$WORK/kgz" "$@"; }
tjk() { qorgan -S "$WORK/tjk" "$@"; }
pin() { "$1" -q partner add "$2" --fingerprint "$(python3 "$interop/make_card.py" --fingerprint <"$2")" >/dev/null; }
vkey_of() { sed -n 's/^vkey //p' "$1"; }
for sender in KAZ KGZ TJK; do pin qorgan $sender.card; done
for store in kaz kgz; do pin $store UZB.card; done
pin kaz KGZ.card; pin kgz KAZ.card; pin tjk KAZ.card; pin kaz TJK.card
echo "a secret of two states, at least so long" >secret
chmod 600 secret
release() { qorgan -q measure add "$1" --risks CYB-01 --title.en "$1" --lead UZB --type prevent \
	--marking GREEN --release KAZ,KGZ,TJK --start 2026-01-01 --due 2027-01-01; }
release ONE
qorgan -q export --to KAZ -o 1.age && kaz -q receive 1.age
qorgan -q export --to KGZ -o k1.age && kgz -q receive k1.age
kaz -q domain add KZD --title.en "Of KAZ" --coordinator KAZ --marking GREEN --release UZB,KGZ,TJK
kaz -q export --to UZB -o b1.age && qorgan -q receive b1.age

# Made for the keys of before, and still on their way when they change.
kaz -q domain edit KZD --title.en "Of KAZ, again"
kaz -q export --to UZB -o b2.age
release TWO
qorgan -q export --to KAZ -o 2.age

test_case 'nothing changes without a yes' '
	unchanged 64 setsid -w qorgan rekey
	expect_one_line "--yes"
	qorgan rekey --continue 2>said
	expect_one_line "nothing to go on with"
'

test_case 'one command changes all keys, and the store is what it was' '
	qorgan dump >before
	cp -r store old-store
	qorgan rekey --yes -m "b.aliyev left" 2>said
	grep "qorgan identity > UZB.card" said
	qorgan dump >after
	cmp before after
	qorgan verify
	expect_same "b.aliyev left" "$(qorgan log --json | jq -r ".[0].message")"
'

test_case 'the card is signed by both keys, as openssl says' '
	cp UZB.card UZB1.card
	qorgan identity >UZB2.card
	for line in recipient minisign vkey cosigner fingerprint; do
		not grep -qxF "$(grep "^$line " UZB1.card)" UZB2.card
	done
	grep -xF "replaces $(vkey_of UZB1.card)" UZB2.card
	expect_same 2 "$(python3 "$interop/check_card.py" UZB2.card "$(vkey_of UZB2.card)" "$(vkey_of UZB1.card)")"
	expect_same 1 "$(python3 "$interop/check_card.py" UZB1.card "$(vkey_of UZB2.card)" "$(vkey_of UZB1.card)")"
	cmp UZB2.card <(qorgan identity)
	expect_same "$(vkey_of UZB1.card)" "$(qorgan identity --json | jq -r .replaces)"
	expect_code 66 qorgan identity --epoch 3
	expect_code 66 qorgan identity --epoch 1
	expect_code 64 qorgan identity --epoch 2 --valid-until 2028-01-01
'

test_case 'a package for the former identity is taken in' '
	qorgan -q receive b2.age
	qorgan show KZD | grep "Of KAZ, again"
'

test_case 'partners take nothing signed by the new key before they have the card' '
	release THREE
	qorgan -q export --to KAZ,KGZ -o 3.age
	expect_code 76 kaz receive 3.age
	expect_one_line ""
	kaz partner add UZB2.card 2>said
	grep "UZB: replaces the card of 2026-02-01, signed by its former key" said
	expect_same "[\"$(vkey_of UZB1.card)\",\"2026-02-01\"]" \
		"$(kaz partner show UZB --json | jq -c ".former[0] | [.vkey, .replaced]")"
'

test_case 'what the former key signed is not taken in any more, and is sent again' '
	expect_code 76 kaz receive 2.age
	expect_code 76 kaz receive 3.age
	grep -- "export --to KAZ --from 2" said
	qorgan -q export --to KAZ --from 2 -o 2b.age
	kaz -q receive 2b.age
	kaz show THREE >/dev/null
	kaz verify
	minisign -Vm 2b.age -P "$(sed -n "s/^minisign //p" UZB2.card)" >/dev/null
'

test_case 'a partner without the new card is not stopped by who has it' '
	kaz -q export --to KGZ -o c1.age
	kgz -q receive c1.age
	kgz verify
	kgz -q partner add UZB2.card
	kgz -q receive 3.age
	kaz -q domain edit KZD --title.en "Of KAZ, thrice"
	kaz -q export --to KGZ -o c2.age
	kgz -q receive c2.age
	kgz verify
	kgz verify --json | jq -e ".logs[] | select(.state == \"UZB\") | .countersigned[] | select(.by == \"KAZ\")" >/dev/null
'

test_case 'one who never had the former card needs it not' '
	pin tjk UZB2.card
	qorgan -q export --to TJK -o t1.age
	tjk -q receive t1.age
	kaz -q export --to TJK -o t2.age
	tjk -q receive t2.age
	tjk verify
'

test_case 'partners witness this state over the change' '
	kaz -q export --to UZB -o b3.age
	qorgan -q receive b3.age
	qorgan verify
	qorgan verify --json | jq -e ".logs[] | select(.own) | .countersigned[] | select(.by == \"KAZ\")" >/dev/null
	qorgan proof ONE --disclose -o p
	qorgan check-proof p --vkey "$(vkey_of UZB2.card)"
	expect_code 1 qorgan check-proof p --vkey "$(vkey_of UZB1.card)"
	kaz proof ONE --disclose -o q
	qorgan check-proof q --vkey "$(vkey_of UZB2.card)"
'

test_case 'whoever has the former keys signs nothing that anyone takes' '
	# The store of before, with all its keys: rolled back for who has this computer, and for partners by its key.
	export XDG_STATE_HOME=$WORK/elsewhere
	qorgan -S old-store -q domain add EVIL --title.en "Evil" --marking GREEN --release KAZ
	qorgan -S old-store -q export --to KAZ -o evil.age
	expect_code 76 kaz receive evil.age
	qorgan -S old-store identity >evil.card
	expect_code 77 kaz partner add evil.card
	expect_one_line "ceased to hold"
'

test_case 'a secret shared with a partner outlives the keys, and is told of' '
	qorgan -q partner edit KAZ --shared-secret-file secret
	kaz -q partner edit UZB --shared-secret-file secret
	qorgan rekey --yes 2>said
	grep "The secret shared with KAZ stays" said
	qorgan identity >UZB3.card
	kaz -q partner add UZB3.card
	release FOUR
	qorgan -q export --to KAZ -o 4.age
	kaz -q receive 4.age
	kaz show FOUR >/dev/null
	qorgan verify
'

test_case 'a partner that missed a change needs the cards between' '
	qorgan rekey --yes -q
	qorgan identity >UZB4.card
	expect_code 77 kgz partner add UZB4.card
	for epoch in 3 4; do
		qorgan identity --epoch $epoch >card
		kgz -q partner add card
	done
	cmp card UZB4.card
	qorgan -q export --to KGZ -o k4.age
	kgz -q receive k4.age
	kgz show FOUR >/dev/null
	kgz verify
'

test_case 'a form that was sent out before comes back after' '
	qorgan -q form --state UZB -o before.xlsx
	"$ROOT/tests/cli/fill_form.py" before.xlsx filled.xlsx "B4=c.clerk"
	qorgan -q rekey --yes
	qorgan load -n filled.xlsx
'
test_done
