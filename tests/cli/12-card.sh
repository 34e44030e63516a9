#!/bin/bash
. "$(dirname "$0")/lib.sh"
export QORGAN_NOW=2026-02-01T10:00:00Z
store_make
qorgan -q load "$ROOT/catalogue/2026-2028"
recipient=$(age-keygen -y identity)
kaz() { QORGAN_STORE=$WORK/kaz qorgan "$@"; }
kaz -q init --state KAZ --as b.akhmetov --recipient "$recipient"
kaz identity >KAZ.card
kaz identity --json >kaz.json
digits=$(jq -r .fingerprint kaz.json)
python3() { command python3 -B "$@"; }
make_card() { python3 "$ROOT/tests/interop/make_card.py" "$@"; }
fingerprint_of() { python3 "$ROOT/tests/interop/make_card.py" --fingerprint <"$1"; }

# ---- What a state hands out --------------------------------------------------

test_case 'the card is a text with the same keys as the JSON, and three years' '
	for name in state origin recipient minisign vkey cosigner fingerprint; do
		expect_same "$name $(jq -r ".$name" kaz.json)" "$(grep "^$name " KAZ.card)"
	done
	expect_same "2026-02-01 2029-02-01" "$(jq -r "\"\(.valid_from) \(.valid_until)\"" kaz.json)"
	grep -x "created 2026-02-01T10:00:00Z" KAZ.card
	grep -x "valid-until 2029-02-01" KAZ.card
	expect_same "$(fingerprint_of KAZ.card)" "$digits"
'

test_case 'a card may end on another day, but not on one that has passed' '
	kaz identity --valid-until 2026-12-31 | grep -x "valid-until 2026-12-31"
	expect_same 2026-12-31 "$(kaz identity --valid-until 2026-12-31 --json | jq -r .valid_until)"
	expect_code 65 kaz identity --valid-until 2026-01-31
	expect_one_line "has passed"
	expect_code 65 kaz identity --valid-until soon
	QORGAN_NOW=2028-02-29T10:00:00Z kaz identity | grep -x "valid-until 2031-02-28"
'

test_case 'a card is written to a file, which appears whole' '
	kaz identity -o file.card
	cmp KAZ.card file.card
	expect_code 73 kaz identity -o none/file.card
'

test_case 'another program reads the code of the terminal and of the picture' '
	kaz identity --qr >code
	python3 "$ROOT/tests/interop/read_qr.py" <code >code.pgm
	zbarimg -q --raw code.pgm >read
	grep -E "^(state|origin|recipient|minisign|vkey|cosigner) " KAZ.card >keys
	grep . read | cmp keys -
	expect_same "$digits" "$(fingerprint_of read)"
	kaz identity --qr -o code.svg
	rsvg-convert -z 6 -o code.png code.svg
	zbarimg -q --raw code.png | grep . | cmp keys -
	expect_code 64 kaz identity --qr -o code.png
	expect_one_line ".svg"
	expect_code 64 kaz identity --qr --json
'

test_case 'on a terminal the code is black on white, unless NO_COLOR is set' '
	draw() { env -u NO_COLOR "$@" script -qec "stty cols 100; qorgan -S $WORK/kaz identity --qr" /dev/null | tr -d "\r"; }
	draw TERM=xterm >colours
	python3 "$ROOT/tests/interop/read_qr.py" <colours >colours.pgm
	zbarimg -q --raw colours.pgm | grep . | cmp keys -
	expect_same "$(wc -l <colours)" "$(grep -c "48;5;231" colours)"
	draw TERM=xterm NO_COLOR=1 >plain
	cmp plain code
	draw TERM=dumb | cmp - code
	expect_code 73 script -qec "stty cols 60; qorgan -S $WORK/kaz identity --qr" /dev/null >narrow
	grep "takes 77 columns, and the terminal has 60" narrow
'

test_done
