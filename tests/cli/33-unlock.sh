#!/bin/bash
# The keys for a session, kept by the kernel. Each case is a session of its own.
. "$(dirname "$0")/lib.sh"
export QORGAN_NOW=2026-02-01T10:00:00Z QORGAN_STORE=$WORK/store
echo "a passphrase to unlock with" >passphrase
echo "another passphrase, for later" >another
chmod 600 passphrase another
qorgan -q --passphrase-file passphrase init --state UZB --as a.karimova --kdf interactive >/dev/null
qorgan -q --passphrase-file passphrase load "$ROOT/catalogue/2026-2028"
open="qorgan --passphrase-file passphrase"
# session COMMANDS: in a session of its own, without a terminal.
session() { keyctl session - setsid -w bash -c "set -e; . \"$ROOT/tests/cli/lib.sh\"; trap - EXIT; cd \"$WORK\"; export QORGAN_STORE=$WORK/store QORGAN_NOW=$QORGAN_NOW XDG_STATE_HOME=$WORK/state; $1" 2>&1; }

if ! keyctl session - sh -c 'keyctl add user qorgan-test x @s && keyctl search @s user qorgan-test' >/dev/null 2>&1; then
	test_skip "unlock, as the kernel gives no keyring here (or keyctl is missing: Debian keyutils)"
	test_done
	exit
fi

test_case 'commands of a session open the store without a passphrase, until it is locked' '
	session "
		expect_code 77 qorgan stats
		$open unlock
		qorgan verify
		qorgan -q status CYB-01-M1 in-progress --progress 10
		qorgan user list
		qorgan lock
		expect_code 77 qorgan stats
		qorgan lock"
'

test_case 'another session has nothing of it' '
	session "$open unlock; qorgan stats >/dev/null"
	session "expect_code 77 qorgan stats"
'

test_case 'it ends with its time' '
	session "
		$open unlock --for 1h
		keyctl timeout \$(keyctl search @s user qorgan:\$(qorgan stats --json | jq -r .store)) 1

		until ! qorgan stats >/dev/null 2>&1; do :; done"
'

test_case 'a span of time that is none is refused' '
	session "
		for span in 0m x 5 5d 1h2m -3m 13h; do
			[ \$span = 5 ] || expect_code 64 $open unlock --for \$span >/dev/null
		done
		$open unlock --for 5
		qorgan stats >/dev/null"
'

test_case 'what changes the slot ends it' '
	session "
		$open unlock
		qorgan -q passphrase --new-passphrase-file another --kdf interactive
		expect_code 77 qorgan stats
		qorgan --passphrase-file another unlock
		qorgan -q rekey --yes
		expect_code 77 qorgan stats
		qorgan --passphrase-file another -q passphrase --new-passphrase-file passphrase --kdf interactive
		$open stats >/dev/null"
'

test_case 'a reader stays a reader, and goes when retired' '
	$open -q user add b.reader --role reader --new-passphrase-file another --kdf interactive
	session "
		qorgan --passphrase-file another unlock
		qorgan stats --json | jq -e \".user == \\\"b.reader\\\"\"
		expect_code 77 qorgan status CYB-01-M1 in-progress --progress 20
		$open -q user retire b.reader --reason left
		expect_code 77 qorgan stats"
'

test_case 'what somebody else put there opens nothing' '
	session "
		$open unlock
		name=qorgan:\$(qorgan stats --json | jq -r .store)
		keyctl pipe \$(keyctl search @s user \$name) >kept
		size=\$(stat -c %s kept)
		for what in \"head -c \$size /dev/urandom\" \"head -c \$size /dev/zero\" \"head -c \$((size - 1)) kept\" \
		            \"cat kept kept\" \"head -c 10 kept\"; do
			\$what | keyctl padd user \$name @s >/dev/null
			expect_code 77 qorgan stats
			expect_one_line \"passphrase\"
		done
		for byte in 0 4 \$((size - 40)); do
			{ head -c \$byte kept; printf \"\\377\\377\\377\\377\"; tail -c +\$((byte + 5)) kept; } | keyctl padd user \$name @s >/dev/null
			qorgan stats >/dev/null 2>said || [ \$(wc -l <said) = 1 ]
		done"
	rm -f kept
'

test_case 'what is given is what is used' '
	session "
		$open unlock
		expect_code 77 qorgan --passphrase-file another stats
		QORGAN_PASSPHRASE_FILE=another expect_code 77 qorgan stats"
'
test_done
