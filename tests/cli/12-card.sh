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
# pinned STATE: what is on record of its card.
pinned() { qorgan partner show "$1" --json | jq -c '[.version, .fingerprint, .vkey, .former]'; }

# on_terminal ANSWER COMMAND...: with a terminal whose user gives that answer.
cat >answer.exp <<'END'
set timeout 20
set answer [lindex $argv 0]
eval spawn -noecho [lrange $argv 1 end]
expect {
	"by telephone. Do they agree? " { send "$answer\r"; exp_continue }
	eof {}
}
exit [lindex [wait] 3]
END
on_terminal() { expect -f answer.exp -- "$@"; }

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

# ---- No trust on first use ----------------------------------------------------

test_case 'without a terminal a card is refused, and its digits are not told' '
	expect_code 77 setsid -w qorgan partner add KAZ.card
	expect_one_line "by telephone"
	not grep -q "${digits%% *}" said
	unchanged 77 setsid -w qorgan partner add - <KAZ.card
	expect_code 66 qorgan partner show KAZ
'

test_case 'other digits than those of the card are refused' '
	unchanged 77 qorgan partner add KAZ.card --fingerprint "$(echo "$digits" | tr 0-9 1-90)"
	expect_one_line "another fingerprint"
	last=$(((${digits: -1} + 1) % 10))
	unchanged 77 qorgan partner add KAZ.card --fingerprint "${digits%?}$last"
	unchanged 64 qorgan partner add KAZ.card --fingerprint "${digits% *}"
	unchanged 64 qorgan partner add KAZ.card --fingerprint ""
'

test_case 'the terminal shows who and the digits, and asks; no is no' '
	before=$(root_now)
	expect_code 77 on_terminal n qorgan partner add KAZ.card >shown
	grep "of KAZ (Kazakhstan), made 2026-02-01" shown
	grep "qorgan/KAZ/" shown
	grep "from 2026-02-01 to 2029-02-01" shown
	grep "$digits" shown
	grep "was not added" shown
	expect_same "$before" "$(root_now)"
	expect_code 77 on_terminal "" qorgan -q partner add KAZ.card >shown
	grep "$digits" shown
'

test_case 'yes pins all that the card says' '
	on_terminal y qorgan -S "$QORGAN_STORE" partner add KAZ.card -m "compared with B. Akhmetov"
	expect_same "$(jq -S "{recipient, minisign, vkey, cosigner, fingerprint, valid_from, valid_until}" kaz.json)" \
		"$(qorgan partner show KAZ --json | jq -S "{recipient, minisign, vkey, cosigner, fingerprint, valid_from, valid_until}")"
	qorgan partner show KAZ | grep "^Fingerprint *$digits$"
	expect_same "$digits" "$(qorgan partner list --columns fingerprint -f csv | tail -n 1)"
	qorgan -q partner add KAZ.card
	expect_same 1 "$(qorgan partner show KAZ --json | jq .version)"
'

test_case 'the whole fingerprint is shown even on a narrow terminal' '
	script -qec "stty cols 80; qorgan partner list --columns id,fingerprint,recipient" /dev/null | grep -F "$digits"
'

test_case 'digits in any groups are taken, and a card from standard input' '
	QORGAN_STORE=$WORK/other qorgan -q init --state UZB --as x --recipient "$recipient"
	export QORGAN_STORE=$WORK/other
	expect_same KAZ "$(qorgan -q partner add - --fingerprint "$(echo "$digits" | tr " " -)" --title.en Kazakhstan <KAZ.card)"
	expect_same Kazakhstan "$(qorgan partner show KAZ --json | jq -r .title.en)"
	qorgan -q partner add KAZ.card --fingerprint "$(echo "$digits" | tr -d " ")"
'

# ---- Cards that are refused ----------------------------------------------------

test_case 'an altered card is refused, whichever line it is' '
	for number in $(seq "$(wc -l <KAZ.card)"); do
		awk -v number=$number "NR == number { sub(/.\$/, substr(\$0, length(\$0)) == \"4\" ? \"5\" : \"4\") } { print }" KAZ.card >altered
		cmp -s KAZ.card altered && [ "$number" = 13 ] && continue
		code=0
		qorgan partner add altered --fingerprint "$digits" 2>said || code=$?
		[ $code = 65 ] || [ $code = 76 ] || { echo "line $number: code $code"; exit 1; }
		[ "$(wc -l <said)" = 1 ]
	done
	sed "s/valid-until 2029/valid-until 2039/" KAZ.card >longer
	unchanged 76 qorgan partner add longer --fingerprint "$digits"
	expect_one_line "was altered"
	sed "s/\$/\r/" KAZ.card >windows
	unchanged 65 qorgan partner add windows --fingerprint "$digits"
	head -c 20000 /dev/zero >large
	unchanged 65 qorgan partner add large
	: >empty
	unchanged 65 qorgan partner add empty
	unchanged 66 qorgan partner add absent.card
	expect_one_line "--recipient"
'

openssl genpkey -algorithm ed25519 -out one 2>/dev/null
openssl genpkey -algorithm ed25519 -out two 2>/dev/null
openssl genpkey -algorithm ed25519 -out three 2>/dev/null
openssl genpkey -algorithm ed25519 -out four 2>/dev/null
openssl genpkey -algorithm ed25519 -out five 2>/dev/null
STORE_ID=0123456789abcdef0123456789abcdef

# add FILE [OPTION]...: as if its digits had been compared.
add() { qorgan partner add "$1" --fingerprint "$(fingerprint_of "$1")" "${@:2}"; }

test_case 'expired, not yet valid, unknown and own cards are refused' '
	make_card KGZ $STORE_ID $recipient one --until 2026-01-31 >expired
	unchanged 77 add expired
	expect_one_line "has expired: it was valid from 2026-01-15 to 2026-01-31"
	make_card KGZ $STORE_ID $recipient one --from 2026-02-02 >early
	unchanged 77 add early
	expect_one_line "not valid yet: from 2026-02-02"
	make_card DEU $STORE_ID $recipient one >unknown
	unchanged 65 add unknown
	expect_one_line "no state on record"
	make_card UZ $STORE_ID $recipient one >alias
	unchanged 65 add alias
	qorgan identity >own
	unchanged 77 add own
	expect_one_line "whose store this is"
	make_card UZB $STORE_ID $recipient one >false-own
	unchanged 77 add false-own
'

# ---- One card after another ----------------------------------------------------

test_case 'a card made by openssl and Python is a card' '
	make_card TJK $STORE_ID $recipient one --until 2026-02-01 >tjk1
	add tjk1 -q
	expect_same "[1,\"$(fingerprint_of tjk1)\"]" "$(pinned TJK | jq -c .[:2])"
'

test_case 'a newer card of the same key takes its place, an older one does not' '
	make_card TJK $STORE_ID $recipient one --created 2026-01-20T10:00:00Z >tjk2
	qorgan partner add tjk2 2>said
	grep -x "TJK: replaces the card of 2026-01-15, signed by the same key" said
	expect_same 2029-01-15 "$(qorgan partner show TJK --json | jq -r .valid_until)"
	unchanged 77 add tjk1
	expect_one_line "older than the one that is pinned"
'

test_case 'a successor signed by the former key needs no comparison' '
	make_card TJK $STORE_ID $recipient two --former one --created 2026-01-21T10:00:00Z >tjk3
	qorgan partner add tjk3 2>said
	grep -x "TJK: replaces the card of 2026-01-20, signed by its former key" said
	expect_same "[\"$(grep -h ^vkey tjk1 | cut -c6-)\",\"2026-02-01\",10,\"$(grep -h ^cosigner tjk1 | cut -c10-)\"]" \
		"$(qorgan partner show TJK --json | jq -c ".former[0] | [.vkey, .replaced, .size, .cosigner]")"
	qorgan partner show TJK | grep "replaced on 2026-02-01"
'

test_case 'the key that was given up signs no further card' '
	make_card TJK $STORE_ID $recipient one --created 2026-01-25T10:00:00Z >tjk4
	unchanged 77 add tjk4 --lost-key
	expect_one_line "ceased to hold on 2026-02-01"
	make_card TJK $STORE_ID $recipient three --former one --created 2026-01-25T10:00:00Z >tjk5
	unchanged 77 add tjk5
'

test_case 'a card by an unknown key needs the loss to be said, and a comparison' '
	make_card TJK $STORE_ID $recipient three --created 2026-01-26T10:00:00Z >tjk6
	unchanged 77 add tjk6
	expect_one_line "--lost-key"
	unchanged 77 setsid -w qorgan partner add tjk6 --lost-key
	expect_one_line "was not compared"
	unchanged 64 add tjk3 --lost-key
	add tjk6 --lost-key 2>said
	grep "TJK: the history .* card of 2026-01-21 .* ended at 2026-02-01" said
	qorgan partner show TJK | grep "history ended at 2026-02-01"
	expect_same "[\"replaced\",\"ended\"]" "$(pinned TJK | jq -c "[.[3][] | keys[] | select(test(\"replaced|ended\"))]")"
	expect_same "$(grep -h ^vkey tjk3 | cut -c6-)" "$(qorgan partner show TJK@3 --json | jq -r .vkey)"
'

test_case 'a loss can be answered on the terminal' '
	make_card TJK 1123456789abcdef0123456789abcdef $recipient one --created 2026-01-27T10:00:00Z >tjk7
	on_terminal y qorgan partner add tjk7 --lost-key >shown
	grep "$(fingerprint_of tjk7)" shown
	expect_same 3 "$(pinned TJK | jq ".[3] | length")"
'

test_case 'a retired partner is not brought back by a card' '
	qorgan -q partner edit TJK --retired left
	make_card TJK 1123456789abcdef0123456789abcdef $recipient one --created 2026-01-28T10:00:00Z >tjk8
	unchanged 77 add tjk8
	expect_one_line "is retired"
'

# ---- Keys without a card ---------------------------------------------------------

test_case 'a state without a card is warned of, an observer is not' '
	qorgan -q partner add Кыргызстан --recipient "$recipient" 2>said
	expect_one_line "the keys of KGZ were not compared"
	qorgan -q partner edit KGZ --recipient "$(age-keygen 2>/dev/null | age-keygen -y)" 2>said
	expect_one_line "the keys of KGZ were not compared"
	qorgan -q partner edit KGZ --title.en "Kyrgyz Republic" 2>said
	[ ! -s said ]
	qorgan -q partner add UNRCCA --recipient "$recipient" 2>said
	[ ! -s said ]
	unchanged 64 qorgan partner add AZE --recipient "$recipient" --fingerprint "$digits"
	make_card KGZ $STORE_ID $recipient four >kgz
	expect_code 77 setsid -w qorgan partner add kgz
	add kgz -q
	expect_same 4 "$(qorgan partner show KGZ --json | jq .version)"
'

test_case 'keys that were compared are changed by a card alone, and outlive a dump' '
	unchanged 65 qorgan partner edit KGZ --recipient "$(age-keygen 2>/dev/null | age-keygen -y)"
	expect_one_line "take a new card"
	qorgan -q partner edit KGZ --title.en Kyrgyzstan
	qorgan dump partner >partners.jsonl
	before=$(pinned KGZ)
	qorgan -q load partners.jsonl
	expect_same "$before" "$(pinned KGZ)"
	sed "s/2029-01-15/2099-01-15/; s/\"fingerprint\":\"[0-9]/\"fingerprint\":\"x/" partners.jsonl >false.jsonl
	unchanged 65 qorgan load false.jsonl
'

# ---- Export ----------------------------------------------------------------------

test_case 'nothing is exported under an expired card; a month ahead it is said' '
	make_card AZE $STORE_ID $recipient five --until 2026-03-04 >aze
	add aze -q
	qorgan -q domain edit CYB --release AZE,KGZ
	qorgan -q export --to AZE,aze -o first.age
	qorgan -q export --to AZE --full -o early.age 2>said
	[ ! -s said ]
	QORGAN_NOW=2026-02-02T10:00:00Z qorgan -q export --to AZE,KGZ --full -o late.age 2>said
	expect_one_line "AZE on 2026-03-04"
	QORGAN_NOW=2026-03-04T10:00:00Z qorgan -q export --to AZE --full -o last.age
	QORGAN_NOW=2026-03-05T10:00:00Z unchanged 77 qorgan export --to KGZ,AZE --full -o over.age
	expect_one_line "the card of AZE expired on 2026-03-04"
	[ ! -e over.age ]
	QORGAN_NOW=2026-03-05T10:00:00Z unchanged 77 qorgan export --to AZE --full --dry-run
'

test_done
