#!/bin/bash
# What a hostile partner sends, and a hostile courier lays into the folder, harms neither
# the terminal nor what is sent to others.
. "$(dirname "$0")/lib.sh"
python3() { command python3 -B "$@"; }
interop=$ROOT/tests/interop
store_make
recipient=$(age-keygen -y identity)
kaz() { QORGAN_STORE=$WORK/kaz qorgan "$@"; }
kaz -q init --state KAZ --as b.akhmetov --recipient "$recipient" >/dev/null
qorgan identity >UZB.card
kaz identity >KAZ.card
openssl genpkey -algorithm ed25519 -out key 2>/dev/null
store_id=0123456789abcdef0123456789abcdef
python3 "$interop/make_card.py" TJK $store_id "$recipient" key >TJK.card
digits() { sed -n 's/^fingerprint //p' "$1"; }
pin() { "$1" -q partner add "$2.card" --fingerprint "$(digits "$2.card")" >/dev/null; }
pin qorgan KAZ; pin qorgan TJK; pin kaz UZB; pin kaz TJK
# make FILE [OPTION...]: a package of TJK with one domain.
make() {
	echo '{"kind":"domain","id":"'"$id"'","version":1,"body":{"coordinator":"TJK","marking":"TLP:GREEN",
		"release":["UZB"],"title":{"en":"Theirs"}}}' | tr -d '\n' |
		python3 "$interop/make_package.py" TJK $store_id key "${log:-tjk.log}" --to UZB \
			--recipient "$(sed -n 's/^recipient //p' UZB.card)" -o "$@"
}
# As a terminal is told: no byte that steers it, no mark of direction, no line of its own.
harmless() {
	python3 -c "
import sys, unicodedata
for line in open(sys.argv[1], encoding=\"utf-8\"):
    for c in line.rstrip(\"\\n\"):
        if unicodedata.category(c) in (\"Cc\", \"Cf\", \"Zl\", \"Zp\"):
            sys.exit(\"U+%04X is shown\" % ord(c))
" "$1"
}

test_case 'names of files that a courier chose steer no terminal' '
	evil=$(printf "\033[2J\007x\nqorgan: \342\200\256")
	mkdir folder
	echo x >"folder/$evil-UZB-1.age"
	qorgan exchange folder --receive-only >out 2>&1
	[ ! -s out ]
	id=T-3 make good.age
	cp good.age "$evil.age"
	cp good.age.minisig "$evil.age.minisig"
	qorgan receive "$evil.age" >out 2>&1
	harmless out || { cat -v out; false; }
	grep -q "^package 1 of TJK (?\[2J?x?qorgan: ?.age): 1 new" out
	printf x >"$evil.bad"
	expect_code 66 qorgan receive "$evil.bad"
	harmless said || { cat -v said; false; }
'
test_done
