#!/bin/bash
# Security keys: stores opened by a touch and a PIN. libfido2 is the real one; the keys are those of
# tests/security-key/authenticator.py, which take the place of what is plugged in (usb.c beside it).
. "$(dirname "$0")/lib.sh"
export QORGAN_NOW=2026-02-01T10:00:00Z
usb=$ROOT/build/release/security-key-usb.so
[ -e "$usb" ] || make -s -C "$ROOT" build/release/security-key-usb.so
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0
started=
trap 'kill $started 2>/dev/null; rm -rf "$WORK"' EXIT

# key_make NAME PRODUCT PIN: a key in a folder of that name, plugged in.
key_make() {
	mkdir "$1"
	jq -n --arg product "$2" --arg pin "$3" '{product: $product, pin: $pin, tries: 8, credentials: {}}' >"$1/key.json"
	exec 9< <(exec python3 "$ROOT/tests/security-key/authenticator.py" "$1")
	started="$started $!"
	read -r -u 9 _
	exec 9<&-
}
# key_set NAME FILTER: another state of it.
key_set() {
	jq "$2" "$1/key.json" >"$1/key.next"
	mv "$1/key.next" "$1/key.json"
}
key_get() { jq -r "$2" "$1/key.json"; }
# with NAME[:NAME] COMMAND...: with these keys plugged in, and nothing else that opens the store.
with() {
	local keys
	keys=$(sed "s|[^:]*[^:]|$WORK/&|g" <<<"$1")
	shift
	env -u QORGAN_IDENTITY QORGAN_TEST_KEYS="$keys" LD_PRELOAD="$usb" "$@"
}
by() { with "$1" qorgan --security-key --pin-file "$WORK/$1.pin" "${@:2}"; }
# Behind the lines about touching, one line that holds the text.
expect_refusal() {
	grep -v "^Touch the security key" said >rest || true
	mv rest said
	expect_one_line "$1"
}

store_make
qorgan -q load "$ROOT/catalogue/2026-2028"
key_make first "First Key" 123456
key_make second "Second Key" "пароль"
key_make bare "Bare Key" ""
echo 123456 >first.pin
echo "пароль" >second.pin
echo 654321 >bare.pin
echo 999999 >wrong.pin
chmod 600 ./*.pin

test_case 'a user is added with a security key, touched twice, and opens the store by it' '
	with first qorgan -i identity user add b.liaison --role liaison --security-key --new-pin-file first.pin 2>said
	expect_same 2 "$(grep -c "^Touch the security key First Key$" said)"
	expect_same "[\"security-key\"]" "$(qorgan user show b.liaison --json | jq -c "[.slots[].kind]")"
	by first verify 2>said
	expect_same "Touch the security key First Key" "$(cat said)"
	by first -q status CYB-01-M1 in-progress --progress 10
	expect_same b.liaison "$(qorgan log CYB-01-M1/UZB --json | jq -r ".[0].user")"
	qorgan verify
	expect_same 1 "$(jq ".credentials | length" first/key.json)"
'

test_case 'what is plugged in opens the store without being named' '
	with first qorgan --pin-file first.pin stats 2>said
	grep "^Touch" said
	# Nor is a passphrase asked for: there is none, and no terminal.
	expect_code 77 with "" setsid -w qorgan stats
	expect_one_line "no security key is plugged in"
	with first qorgan -q --pin-file first.pin stats >/dev/null 2>said
	expect_same "" "$(cat said)"
'

test_case 'what is given goes before a key that is plugged in' '
	with first qorgan -i identity stats 2>said >/dev/null
	expect_same "" "$(cat said)"
	expect_code 64 with first qorgan -i identity --security-key stats
	expect_one_line "leave out --identity"
	expect_code 64 with first qorgan --passphrase-file first.pin --security-key stats
'

test_case 'where no key is plugged in that opens the store, a passphrase is asked for, if there is one' '
	echo "a passphrase of the reader" >reader
	chmod 600 reader
	qorgan -q user add f.reader --role reader --new-passphrase-file reader --kdf interactive
	for keys in "" second; do
		expect_code 77 with "$keys" setsid -w qorgan stats
		expect_one_line "a passphrase is needed and there is no terminal"
		expect_code 77 with "$keys" setsid -w qorgan --security-key stats
		expect_one_line "no security key"
	done
	with "" qorgan --passphrase-file reader stats >/dev/null
	with first qorgan --passphrase-file reader stats 2>said >/dev/null
	expect_same "" "$(cat said)"
	with first qorgan --pin-file first.pin stats 2>said >/dev/null
	expect_same "Touch the security key First Key" "$(cat said)"
	# What the command line says goes before what the environment says.
	with first env QORGAN_PASSPHRASE_FILE=reader QORGAN_IDENTITY=identity qorgan --security-key --pin-file first.pin stats 2>said >/dev/null
	expect_same "Touch the security key First Key" "$(cat said)"
'

test_case 'without a slot for one, a security key opens nothing, and is told so' '
	export QORGAN_STORE=$WORK/without
	qorgan -q init --state KGZ --recipient "$(age-keygen -y identity)" >/dev/null
	expect_code 77 with first qorgan --security-key stats
	expect_one_line "no slot of $WORK/without is for a security key"
	expect_code 77 with first qorgan stats
	expect_one_line "identity file"
'

test_case 'without libfido2 no security key can be asked, and what needs none goes on' '
	mkdir libraries
	echo "no library" >libraries/libfido2.so.1
	without() { with first env LD_LIBRARY_PATH="$WORK/libraries" setsid -w qorgan "$@"; }
	expect_code 77 without --security-key --pin-file first.pin stats
	expect_one_line "security keys are asked by libfido2, which cannot be used"
	echo "int fido_init(int flags) { return flags; }" | cc -shared -fPIC -x c -o libraries/libfido2.so.1 -
	expect_code 77 without --security-key --pin-file first.pin stats
	expect_one_line "libfido2.so.1 has no function fido_strerr"
	expect_code 77 without stats
	expect_one_line "a passphrase is needed"
	without --passphrase-file reader stats >/dev/null
	without -i identity stats >/dev/null
'

test_case 'a wrong PIN is refused, and says how many tries are left' '
	expect_code 77 with first qorgan --security-key --pin-file wrong.pin stats
	expect_refusal "wrong PIN of the security key First Key; tries that are left before it is blocked: 7"
	expect_same 7 "$(key_get first .tries)"
	by first stats >/dev/null
	expect_same 8 "$(key_get first .tries)"
'

test_case 'a PIN that cannot be one costs no try' '
	printf "123" >short.pin
	printf "%064d" 0 >long.pin
	: >empty.pin
	printf "123456\n" >open.pin
	chmod 600 short.pin long.pin empty.pin
	chmod 644 open.pin
	expect_code 77 with first qorgan --security-key --pin-file short.pin stats
	expect_one_line "4 to 63"
	expect_code 65 with first qorgan --security-key --pin-file long.pin stats
	expect_one_line "longer than 63"
	expect_code 77 with first qorgan --security-key --pin-file empty.pin stats
	expect_one_line "holds no PIN"
	expect_code 77 with first qorgan --security-key --pin-file open.pin stats
	expect_one_line "open.pin"
	expect_code 77 with first qorgan --security-key --pin-file absent.pin stats
	expect_one_line "absent.pin"
	expect_same 8 "$(key_get first .tries)"
'

test_case 'after three wrong PINs it is to be plugged in anew, after eight it is blocked' '
	for try in 7 6; do
		expect_code 77 with first qorgan --security-key --pin-file wrong.pin stats
		expect_refusal "blocked: $try"
	done
	expect_code 77 with first qorgan --security-key --pin-file wrong.pin stats
	expect_refusal "pull it out, plug it in"
	expect_code 77 by first stats
	expect_refusal "pull it out, plug it in"
	key_set first ".pulled = 0 | .tries = 1"
	expect_code 77 with first qorgan --security-key --pin-file wrong.pin stats
	expect_refusal "is blocked after too many wrong ones"
	expect_code 77 by first stats
	expect_one_line "is blocked after too many wrong ones"
	key_set first ".pulled = 0 | .tries = 8"
	by first stats >/dev/null
'

test_case 'a key that nobody touches, or whose owner says no, opens nothing' '
	key_set first ".touch = false"
	expect_code 77 by first stats
	expect_refusal "nobody touched the security key First Key in time"
	key_set first ".touch = \"refused\""
	expect_code 77 by first stats
	expect_refusal "was told not to answer"
	key_set first ".touch = true"
	by first stats >/dev/null
'

test_case 'another key does not open the store, and is not asked for its PIN' '
	expect_code 77 by second stats
	expect_one_line "no security key that is plugged in opens this store"
	expect_same 8 "$(key_get second .tries)"
	expect_code 77 with "" qorgan --security-key stats
	expect_one_line "no security key is plugged in"
'

test_case 'of several keys the right one is found' '
	with second:bare:first qorgan --security-key --pin-file first.pin stats >/dev/null 2>said
	expect_same "Touch the security key First Key" "$(cat said)"
'

test_case 'which key is to be added must be plain' '
	before=$(root_now)
	add() { with "$1" qorgan -i identity user add c.new --role reader --security-key "${@:2}"; }
	expect_code 77 add second:bare --new-pin-file second.pin
	expect_one_line "leave only the one"
	expect_code 77 add first --new-pin-file first.pin
	expect_one_line "opens this store already"
	expect_code 77 add "" --new-pin-file second.pin
	expect_one_line "no security key is plugged in"
	expect_code 77 add bare --new-pin-file bare.pin
	expect_one_line "has no PIN"
	expect_code 64 add second --new-pin-file second.pin --kdf moderate
	expect_code 64 add second --recipient "$(age-keygen -y identity)"
	expect_code 64 with second qorgan -i identity user add c.new --role reader --without-pin
	key_set second ".extensions = [\"credProtect\"]"
	expect_code 77 add second --new-pin-file second.pin
	expect_one_line "hmac-secret"
	key_set second "del(.extensions) | .touch = false"
	expect_code 77 add second --new-pin-file second.pin
	expect_refusal "nobody touched the security key Second Key in time"
	key_set second ".touch = true"
	expect_code 77 add second --new-pin-file wrong.pin
	expect_refusal "wrong PIN"
	expect_same "$before" "$(root_now)"
	expect_same 0 "$(jq ".credentials | length" bare/key.json)"
'

test_case 'a second key is added while the first opens the store' '
	with first:second qorgan --security-key --pin-file first.pin user slot add b.liaison --security-key \
		--new-pin-file second.pin 2>said
	grep "qorgan user confirm b.liaison" said
	expect_same "first second second" "$(sed -n "s/^Touch the security key \(.*\) Key$/\L\1/p" said | paste -sd" ")"
	qorgan -q user confirm b.liaison --yes
	by second stats >/dev/null
	by first stats >/dev/null
	# Before the command it says what opens the store, behind it what opens the slot.
	expect_code 77 with first:second qorgan --security-key user slot add b.liaison --security-key --pin-file first.pin \
		--new-pin-file second.pin
	expect_refusal "opens this store already"
	expect_code 64 with first qorgan user slot add b.liaison --security-key --security-key
'

test_case 'new keys of the store need nobody to touch anything' '
	qorgan -q rekey --yes
	qorgan -q user role b.liaison verifier
	by first verify
	by second -q status CYB-01-M1 in-progress --progress 20
	qorgan verify
'

test_case 'a key is taken away' '
	number=$(qorgan user show b.liaison --json | jq ".slots[1].number")
	qorgan -q user slot remove b.liaison "$number"
	expect_code 77 by second stats
	by first stats >/dev/null
'

test_case 'a touch alone opens the store where that was asked for, whatever PIN comes later' '
	with bare qorgan -q -i identity user add d.bare --role reader --security-key --without-pin
	with bare qorgan --security-key stats >/dev/null
	key_set bare ".pin = \"654321\""
	with bare qorgan --security-key stats >/dev/null
	key_set bare ".always_uv = true"
	expect_code 77 with bare qorgan --security-key stats
	expect_refusal "another PIN setting"
	key_set bare ".always_uv = false"
	# And where a PIN was asked for, a key that was given up its PIN does not do without.
	key_set first ".pin = \"\""
	expect_code 77 by first stats
	expect_refusal "another PIN setting"
	key_set first ".pin = \"123456\""
'

test_case 'keys of either protocol, with names of any size, do' '
	key_make newer "Newer Key" 2468
	echo 2468 >newer.pin
	chmod 600 newer.pin
	key_set newer ".protocols = [2, 1] | .id_size = 700"
	with newer qorgan -q -i identity user slot add a.karimova --security-key --new-pin-file newer.pin
	by newer stats >/dev/null
	key_make huge "Huge Key" 2468
	key_set huge ".id_size = 1024"
	expect_code 74 with huge qorgan -i identity user slot add a.karimova --security-key --new-pin-file newer.pin
	expect_refusal "does not answer as it must"
	key_make foreign "Ключ" 2468
	with foreign qorgan -i identity user slot add a.karimova --security-key --new-pin-file newer.pin 2>said
	grep "^Touch the security key ????????$" said
	qorgan verify
'

test_case 'the PIN is asked for on the terminal, without echo' '
	cat >ask.exp <<-"END"
		set timeout 60
		log_file -noappend asked
		spawn qorgan --security-key stats
		expect "PIN of the security key First Key: " { send "123456\r" }
		expect eof
		lassign [wait] pid id failed code
		exit $code
	END
	with first expect ask.exp >/dev/null
	grep "Touch the security key First Key" asked
	not grep 123456 asked
	key_set first ".tries = 2"
	sed -i "s/Key: /Key (tries that are left: 2): /" ask.exp
	with first expect ask.exp >/dev/null
	expect_code 77 with first setsid -w qorgan --security-key stats
	expect_one_line "give --pin-file"
'

test_case 'a key that is taken out while it is asked is told of' '
	key_set first ".touch = \"gone\""
	expect_code 74 by first stats
	expect_refusal "does not answer as it must"
	key_set first ".touch = true"
	by first stats >/dev/null
'

test_case 'a slot that was altered opens nothing' '
	python3 "$ROOT/tests/security-key/slot_judge.py" --alter store/store.mdb first/key.json altered
	mkdir copy
	cp altered copy/store.mdb
	expect_code 77 with first qorgan -S copy --security-key --pin-file first.pin stats
	expect_refusal "the slot was altered"
'

test_case 'stock tools find the keys of a slot by the key alone' '
	with first python3 "$ROOT/tests/security-key/slot_judge.py" store/store.mdb first/key.json "/dev/hidraw-of-a-test:$WORK/first" 123456
'

test_case 'a store is made by a security key, backed up, and restored' '
	export QORGAN_STORE=$WORK/of-a-key
	unset QORGAN_IDENTITY
	with second qorgan -q --pin-file second.pin init --state KAZ --as k.key --security-key 2>said >/dev/null
	by second user list --json | jq -e ".[0].slots[0].kind == \"security-key\" and .[0].role == \"admin\""
	expect_code 77 by second backup file.age
	expect_refusal "--recipient"
	by second backup file.age --recipient "$(age-keygen -y identity)" 2>said
	grep "with the security key: keep both" said
	by second backup --check file.age --backup-identity identity
	mv of-a-key gone
	by second restore-backup file.age --backup-identity identity
	by second verify
	by second -q passphrase --recipient "$(age-keygen -y identity)"
	expect_code 77 by second stats
	expect_one_line "no slot of"
	qorgan -i identity verify
	with second qorgan -q -i identity passphrase --security-key --new-pin-file second.pin
	expect_code 77 qorgan -i identity stats
	by second verify
	by second -q user slot add k.key --recipient "$(age-keygen -y identity)"
	qorgan -q -i identity recovery make --shares 2-of-3 -o sheets >/dev/null
	chmod 600 sheets/*
	# The shares open it, and no key is asked.
	with second qorgan recovery use sheets/share-1-of-3.html sheets/share-2-of-3.html --recipient "$(age-keygen -o again 2>/dev/null; age-keygen -y again)" 2>said
	not grep "^Touch" said
	with second qorgan -i identity user slot remove k.key 0
	with second qorgan -q recovery use sheets/share-1-of-3.html sheets/share-3-of-3.html --security-key --new-pin-file second.pin
	by second verify
'

test_case 'what several persons have to agree to names the security key' '
	age-keygen -o other 2>/dev/null
	chmod 600 other
	qorgan -q user add g.other --role admin --recipient "$(age-keygen -y other)"
	qorgan -q policy require 2 for user
	expect_code 75 with second qorgan -i identity user add h.agreed --role reader --security-key --new-pin-file second.pin
	qorgan request list --json | jq -e "map(tostring | contains(\"user add h.agreed --role reader --security-key\")) | any"
	qorgan -q -i other approve r1 --yes
	with second qorgan -q -i identity user add h.agreed --role reader --security-key --new-pin-file second.pin
	by second stats >/dev/null
'

test_case 'unlock asks the key once' '
	keyctl session - sh -c "keyctl add user qorgan-test x @s" >/dev/null 2>&1 || exit 0
	with first keyctl session - setsid -w sh -c "qorgan --security-key --pin-file first.pin unlock && qorgan stats && qorgan -q lock && ! qorgan stats" 2>said
	expect_same 1 "$(grep -c "^Touch" said)"
'

test_done
