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
# lines_of FILE: the most lines of signature on a checkpoint of TJK in a package to `reader`.
lines_of() {
	age -d -i reader "$1" | jq -r 'select(.type == "witness").note | select(startswith("qorgan/TJK/"))
		| split("\n\n")[1] | split("\n") | length - 1' | sort -n | tail -n 1
}

test_case 'a checkpoint with as many signatures as are read does not make the packages of others unreadable' '
	id=T-1 make t1.age --strangers 99
	qorgan -q receive t1.age
	qorgan -q export --to KAZ -o u1.age
	kaz -q receive u1.age
	# Of its lines only the one that was checked goes on, and the own one.
	age-keygen -o reader 2>/dev/null
	qorgan -q partner add AZE --recipient "$(age-keygen -y reader)" >/dev/null 2>&1
	qorgan -q export --to AZE -o a1.age
	expect_same 2 "$(lines_of a1.age)"
	qorgan verify | grep "^All is well"
'

test_case 'a checkpoint that is longer than three lines is refused' '
	cp tjk.log other.log
	log=other.log id=T-2 make t2.age --sequence 2 --previous 1 --extension more
	expect_code 76 qorgan receive t2.age
	expect_one_line "a signed note with a checkpoint of three lines was expected"
'

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
	id=T-3 make good.age --sequence 2 --previous 1
	cp good.age "$evil.age"
	cp good.age.minisig "$evil.age.minisig"
	qorgan receive "$evil.age" >out 2>&1
	harmless out || { cat -v out; false; }
	grep -q "^package 2 of TJK (?\[2J?x?qorgan: ?.age): 1 new" out
	printf x >"$evil.bad"
	expect_code 66 qorgan receive "$evil.bad"
	harmless said || { cat -v said; false; }
'
test_case 'what a partner calls a state of its own making does not take the place of a name that is known here' '
	for state in AAA ZZZ; do
		echo "{\"kind\":\"state\",\"id\":\"$state\",\"title\":{\"en\":\"Turkmenistan\",\"ru\":\"Туркменистан\"},
			\"alpha2\":\"TM\",\"aliases\":[\"TKM\",\"Avaza\"],\"release\":[\"UZB\"],\"marking\":\"TLP:GREEN\"}" | tr -d "\n"
		echo
	done | kaz -q load -
	kaz -q export --to UZB -o states.age
	qorgan -q receive states.age >/dev/null
	expect_same "AAA ZZZ" "$(qorgan dump state | jq -r "select(.title.en == \"Turkmenistan\" and .id != \"TKM\").id" | sort | xargs)"
	number=0
	for name in Turkmenistan Туркменистан TM tkm TKM; do
		number=$((number + 1))
		qorgan -q domain add "NAMED-$number" --title.en Named --coordinator UZB --release "$name" >/dev/null
		expect_same "[\"TKM\"]" "$(qorgan domain show "NAMED-$number" --json | jq -c .release)"
	done
	# Where nobody here has such a name, theirs will do.
	qorgan -q domain add NAMED-9 --title.en Named --coordinator UZB --release Avaza >/dev/null
	qorgan domain show NAMED-9 --json | jq -e ".release[0] == \"AAA\" or .release[0] == \"ZZZ\""
'
test_done
