# The sending side over time: packages follow one another, are sent again, and take
# back; who was given what is on record.
. "$(dirname "$0")/lib.sh"
store_make
for partner in kaz kgz; do
	age-keygen -o $partner 2>/dev/null
	qorgan -q partner add ${partner^^} --recipient "$(age-keygen -y $partner)" >/dev/null 2>warning
done
VKEY=$(qorgan identity --json | jq -r .vkey)
number=0

# domain ID RELEASE [OPTION...]: a domain of this state.
domain() {
	qorgan -q domain add "$1" --title.en "Domain $1" --coordinator UZB --marking GREEN --release "$2" "${@:3}" >/dev/null
}

# send TO [OPTION...]: the next package, its plaintext in the file `sent`.
send() {
	number=$((number + 1))
	qorgan -q export --to "$1" -o p$number.age "${@:2}"
	first=${1%%,*}
	age -d -i "${first,,}" p$number.age >sent
}

# sent_records: "ID@VERSION" of what the last package holds of the register, in one line.
sent_records() {
	jq -r 'select(.type == "record" and (.record.kind | IN("domain", "risk", "measure", "status")))
		| "\(.record.id)@\(.record.version)"' sent | xargs
}

# checked PARTNER FILE...: by the independent reader, as packages of one partner.
checked() {
	python3 "$ROOT/tests/interop/check_package.py" --vkey "$VKEY" --to "$@"
}

test_case 'a package says, for each recipient, after which one it comes' '
	number=100
	domain A-1 KAZ,KGZ
	send KAZ
	jq -se ".[0] | .sequence == 1 and .previous == [0]" sent
	cp sent k1
	domain A-2 KAZ,KGZ
	send KAZ,KGZ
	jq -se ".[0] | .to == [\"KAZ\", \"KGZ\"] and .sequence == 2 and .previous == [1, 0]" sent
	expect_same "A-1@1 A-2@1" "$(sent_records)"
	cp sent both2
	domain A-3 KAZ
	send KAZ
	jq -se ".[0] | .sequence == 3 and .previous == [2]" sent
	cp sent k3
	domain A-4 KGZ
	send KGZ
	jq -se ".[0] | .sequence == 3 and .previous == [2]" sent
	cp sent g3
	checked KAZ k1 both2 k3
	checked KGZ both2 g3
	! checked KAZ both2 k3
	! checked KAZ k1 k3
	! checked KGZ g3
	! checked KGZ k1 both2
'

test_case 'a partner who lacks a package gets it and all later ones again' '
	number=200
	domain B-1 KAZ
	send KAZ
	cp sent k4
	domain B-2 KAZ
	send KAZ
	send KAZ --from 4
	jq -se ".[0] | .sequence == 6 and .previous == [3]" sent
	expect_same "B-1@1 B-2@1" "$(sent_records)"
	cp sent k6
	checked KAZ k1 both2 k3 k6
	checked KAZ k1 both2 k3 k4 k6
	! checked KAZ k1 both2 k6
	send KAZ
	jq -se ".[0].previous == [6]" sent
	cp sent k7
	checked KAZ k1 both2 k3 k6 k7
	# From one that was itself sent again: what that one covered, after the same as that one.
	send KAZ --from 6
	jq -se ".[0] | .sequence == 8 and .previous == [3]" sent
	expect_same "B-1@1 B-2@1" "$(sent_records)"
	checked KAZ k1 both2 k3 sent
	send KAZ --from 1
	jq -se ".[0] | .previous == [0]" sent
	expect_same "A-1@1 A-2@1 A-3@1 B-1@1 B-2@1" "$(sent_records)"
	checked KAZ sent
	send KAZ --full
	jq -se ".[0] | .previous == [0]" sent
	checked KAZ sent
	# The partner may name any package that was to it, and then needs none before.
	send KAZ --from 10
	jq -se ".[0] | .sequence == 11 and .previous == [0]" sent
	checked KAZ sent
'

test_case 'what cannot be sent again is told apart' '
	unchanged 66 qorgan export --to KAZ --from 12 -o again.age
	expect_one_line "no package 12 went to KAZ: the last one was 11"
	unchanged 66 qorgan export --to KGZ --from 1 -o again.age
	expect_one_line "no package 1 went to KGZ: the next one was 2"
	age-keygen -o tjk 2>/dev/null
	qorgan -q partner add TJK --recipient "$(age-keygen -y tjk)" >/dev/null 2>warning
	unchanged 66 qorgan export --to TJK --from 1 -o again.age
	expect_one_line "no package went to TJK yet"
	unchanged 64 qorgan export --to KAZ,KGZ --from 2 -o again.age
	expect_one_line "--from goes with one partner"
	unchanged 64 qorgan export --to KAZ --from 2 --full -o again.age
	for wrong in 0 -1 x 1.5 99999999999999999999; do unchanged 64 qorgan export --to KAZ --from "$wrong" -o again.age; done
	[ ! -e again.age ]
'

# ---- What is this state's to send ---------------------------------------------------

test_case 'MISP #1720: who may hold a record does not thereby pass it on' '
	number=300
	qorgan -q domain add C-1 --title.en "KAZ has it" --coordinator KAZ --marking GREEN --release KAZ,KGZ >/dev/null
	qorgan -q risk add C-1-R --domain C-1 --title.en "KAZ has it" --coordinator KAZ --marking CLEAR --release KGZ >/dev/null
	qorgan -q measure add C-1-M --risks C-1-R --title.en Led --type detect --lead KAZ --marking CLEAR --release KGZ >/dev/null
	echo "a file of KAZ" >file.txt
	qorgan -q status C-1-M in-progress --state KAZ --note THEIRS --evidence file.txt --release KGZ
	qorgan export --to KGZ --dry-run --json >plan
	jq -e "map(select(.id | startswith(\"C-1\"))) | length == 4 and all(.goes == false)" plan
	jq -e "map(select(.kind == \"evidence\")) | length == 1 and all(.goes == false)" plan
	expect_same "KAZ keeps it; this is a copy" "$(jq -r ".[] | select(.id == \"C-1-M\").why" plan)"
	send KGZ
	expect_same "" "$(sent_records)"
	! grep -e THEIRS -e "\"type\":\"evidence\"" sent
	# Nor is anything of it owed, so a package begins where the one for both ended.
	send KAZ,KGZ
	! grep -e THEIRS -e C-1 sent
	end=$(qorgan partner list --json | jq ".[] | select(.id == \"KGZ\").sent")
	send KGZ
	expect_same "$end" "$(jq "select(.type == \"leaves\").first" sent)"
'

test_case 'a hand-over goes, and nothing before the state took up' '
	number=400
	qorgan -q measure add D-M --risks C-1-R --title.en "First" --type detect --lead KAZ --marking GREEN --release KGZ >/dev/null
	qorgan -q measure edit D-M --lead UZB
	qorgan -q measure edit D-M --title.en "Third"
	qorgan -q status D-M in-progress --note OURS
	qorgan -q measure edit D-M --lead KAZ
	send KGZ
	expect_same "D-M@2 D-M@3 D-M/UZB@1 D-M@4" "$(sent_records)"
	# A state that names nobody speaks for itself.
	qorgan -q risk add D-R --domain A-1 --title.en "Nobody yet" --marking GREEN --release KGZ >/dev/null 2>warning
	qorgan -q risk edit D-R --coordinator KAZ
	send KGZ
	expect_same "D-R@1" "$(sent_records)"
'

test_done
