#!/bin/bash
# Who opens a store, and what they may: readers, liaisons, verifiers, administrators.
. "$(dirname "$0")/lib.sh"
export QORGAN_NOW=2026-02-01T10:00:00Z
store_make
unset QORGAN_IDENTITY
qorgan() { command qorgan -i "$WORK/identity" "$@"; }
by() { local who=$1; shift; command qorgan --passphrase-file "$WORK/$who" "$@"; }
qorgan -q load "$ROOT/catalogue/2026-2028"
for who in liaison reader verifier second later; do
	echo "the passphrase of the $who" >$who
	chmod 600 $who
done
add() { qorgan -q user add "$1" --role "$2" --new-passphrase-file "$2" --kdf interactive; }

test_case 'the first user of a store is its administrator' '
	expect_same "[\"a.karimova\",\"admin\",1,\"identity\"]" \
		"$(qorgan user list --json | jq -c ".[] | [.id, .role, (.slots | length), .slots[0].kind]")"
	expect_same "$(age-keygen -y identity)" "$(qorgan user show a.karimova --json | jq -r ".slots[0].recipient")"
	qorgan user retire a.karimova --reason "left" 2>said && exit 1
	expect_one_line "is the last administrator"
	unchanged 77 qorgan user role a.karimova reader
'

test_case 'a reader reads all and writes nothing' '
	add b.reader reader
	expect_same "$(qorgan dump | sha256sum)" "$(by reader dump | sha256sum)"
	by reader verify >/dev/null
	for command in "status CYB-01-M1 in-progress" "user add x --role reader --recipient $(age-keygen -y identity)" \
	               "rekey --yes" "passphrase --new-passphrase-file later" "partner retire KAZ --reason x" \
	               "user slot add b.reader --new-passphrase-file later" "restore NONE-1@2" "identity"; do
		before=$(root_now)
		expect_code 77 command qorgan --passphrase-file reader $command
		expect_one_line ""
		expect_same "$before" "$(root_now)"
	done
'

test_case 'a liaison writes, and decides about nobody' '
	add c.liaison liaison
	by liaison -q status CYB-01-M1 in-progress --progress 10
	expect_same c.liaison "$(by liaison log CYB-01-M1/UZB --json | jq -r ".[0].user")"
	for command in "user add x --role reader --new-passphrase-file later" "user role c.liaison admin" \
	               "user confirm c.liaison" "user retire b.reader --reason x" "rekey --yes" \
	               "user slot add b.reader --new-passphrase-file later"; do
		before=$(root_now)
		expect_code 77 command qorgan --passphrase-file liaison $command
		expect_one_line "administrator"
		expect_same "$before" "$(root_now)"
	done
'

test_case 'a liaison writes in no other name, and verifies nothing' '
	unchanged 77 command qorgan --passphrase-file liaison note CYB-01 "not mine" --as a.karimova
	expect_one_line "only an administrator"
	add d.verifier verifier
	qorgan -q status CYB-01-M1 completed
	unchanged 65 command qorgan --passphrase-file liaison status CYB-01-M1 verified
	grep "a liaison reports" said
	by verifier -q status CYB-01-M1 verified
	by liaison -q status CYB-01-M1 verified --note "the file is with the ministry"
	expect_same "[\"verified\",\"c.liaison\"]" "$(qorgan show CYB-01-M1/UZB --json | jq -c "[.status, .user]")"
'

test_case 'what is nonsense is refused in one line' '
	unchanged 65 qorgan user add "no such name" --role reader --recipient "$(age-keygen -y identity)"
	unchanged 64 qorgan user add d --recipient "$(age-keygen -y identity)"
	unchanged 64 qorgan user add d --role king --recipient "$(age-keygen -y identity)"
	unchanged 65 qorgan user add d --role reader --recipient age1nonsense
	unchanged 65 qorgan user add b.reader --role reader --recipient "$(age-keygen -y identity)"
	unchanged 64 qorgan user add d --role reader --recipient "$(age-keygen -y identity)" --kdf moderate
	unchanged 66 qorgan user role nobody reader
	unchanged 66 qorgan user slot remove b.reader 40
	unchanged 77 qorgan user slot remove b.reader 1
	unchanged 64 qorgan user slot take b.reader
	unchanged 65 qorgan user role b.reader reader
	unchanged 64 qorgan user retire b.reader --reason ""
'

test_case 'who changes the own passphrase is confirmed before keys change' '
	by liaison passphrase --new-passphrase-file later --kdf interactive 2>said
	grep "qorgan user confirm c.liaison" said
	expect_code 77 command qorgan --passphrase-file liaison verify
	by later verify >/dev/null
	unchanged 77 qorgan rekey --yes
	expect_one_line "qorgan user confirm c.liaison"
	unchanged 64 setsid -w qorgan -i identity user confirm c.liaison
	expect_one_line "--yes"
	unchanged 66 qorgan user confirm nobody --yes
	qorgan -q user confirm c.liaison --yes
	unchanged 65 qorgan user confirm c.liaison --yes
	by later verify >/dev/null
'

test_case 'an administrator needs nobody to change a passphrase' '
	qorgan -q passphrase --new-passphrase-file second --kdf interactive
	expect_code 77 command qorgan -i identity verify
	by second verify >/dev/null
	by second -q passphrase --recipient "$(age-keygen -y identity)"
	qorgan verify >/dev/null
'

test_case 'an identity is one person'"'"'s: another user with it is refused, and told whose it is' '
	taken=$(age-keygen -y identity)
	unchanged 65 qorgan user add d.double --role reader --recipient "$taken"
	expect_one_line "$taken is that of a.karimova already (slot "
	unchanged 65 qorgan user slot add c.liaison --recipient "$taken"
	expect_one_line "is that of a.karimova already"
	unchanged 65 qorgan user slot add a.karimova --recipient "$taken"
	unchanged 65 by later passphrase --recipient "$taken"
	expect_one_line "is that of a.karimova already"
	# The same once more, in the place of itself, makes the key anew by which one signs.
	before=$(qorgan user show a.karimova --json | jq -r ".slots[0].author")
	qorgan -q passphrase --recipient "$taken"
	[ "$before" != "$(qorgan user show a.karimova --json | jq -r ".slots[0].author")" ]
	# Who was retired leaves it free.
	age-keygen -o freed 2>/dev/null
	qorgan -q user add d.double --role reader --recipient "$(age-keygen -y freed)"
	qorgan -q user retire d.double --reason "a test"
	qorgan -q user add e.other --role reader --recipient "$(age-keygen -y freed)"
	qorgan -q user retire e.other --reason "a test"
	qorgan verify >/dev/null
'

test_case 'a second way in opens, and is taken away' '
	qorgan user slot add b.reader --new-passphrase-file second --kdf interactive 2>said
	number=$(grep -o "slot [0-9]*" said | cut -d" " -f2)
	by second verify >/dev/null
	by reader verify >/dev/null
	expect_code 77 by second status CYB-01-M1 in-progress
	qorgan -q user slot remove b.reader "$number"
	expect_code 77 by second verify
	by reader verify >/dev/null
'

test_case 'another role opens by the same slot' '
	qorgan -q user role b.reader liaison
	by reader -q status CYB-01-M1 in-progress --progress 20
	qorgan -q user role b.reader reader
	expect_code 77 by reader status CYB-01-M1 in-progress --progress 30
	by reader verify >/dev/null
'

test_case 'who is retired opens it no longer, and may come back' '
	qorgan user retire b.reader --reason "left the ministry" 2>said
	grep "qorgan rekey" said
	expect_code 77 by reader verify
	qorgan user list --retired --json | grep "left the ministry"
	qorgan user list --json | not grep b.reader
	unchanged 77 qorgan user role b.reader liaison
	unchanged 77 qorgan user slot add b.reader --recipient "$(age-keygen -y identity)"
	add b.reader reader
	by reader verify >/dev/null
	expect_same null "$(qorgan user show b.reader --json | jq .retired)"
'

test_case 'only what a role opens lies in its slot' '
	# Whoever holds the reader'"'"'s passphrase and the whole program cannot sign: the keys are not there.
	by reader identity --json | jq -r .vkey >vkey
	expect_code 77 by reader identity
	expect_code 77 by reader export --to KAZ -o x.age || expect_code 66 by reader export --to KAZ -o x.age
'

test_case 'users and slots never leave the store' '
	qorgan dump | not grep -E "b.reader|\"user\"" 
	strings -n 6 store/store.mdb | not grep -E "c.liaison|b.reader|liaison"
'
test_done
