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
	not checked KAZ both2 k3
	not checked KAZ k1 k3
	not checked KGZ g3
	not checked KGZ k1 both2
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
	not checked KAZ k1 both2 k6
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

test_case 'a number that was skipped stands for the next one' '
	qorgan -q export --to KGZ --from 1 -o skipped1.age && qorgan -q export --to KGZ --from 2 -o skipped2.age
	for number in 1 2; do age -d -i kgz skipped$number.age >skipped$number.jsonl; done
	expect_same "$(jq -c "select(.type == \"record\")" skipped2.jsonl)" "$(jq -c "select(.type == \"record\")" skipped1.jsonl)"
	expect_same 0 "$(head -1 skipped1.jsonl | jq .previous[0])"
	rm skipped*
'

test_case 'what cannot be sent again is told apart' '
	unchanged 66 qorgan export --to KAZ --from 12 -o again.age
	expect_one_line "no package 12 went to KAZ: the last one was 11"
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
	not grep -e THEIRS -e "\"type\":\"evidence\"" sent
	# Nor is anything of it owed, so a package begins where the one for both ended.
	send KAZ,KGZ
	not grep -e THEIRS -e C-1 sent
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

# ---- What a partner may have no longer -----------------------------------------------

# withdrawn: "ID@VERSION" of the withdrawals in the last package, in one line.
withdrawn() {
	jq -r 'select(.type == "withdrawal") | "\(.id)@\(.version)"' sent | xargs
}

# fresh: a store of this state that has sent nothing; KAZ and KGZ are partners.
fresh() {
	export QORGAN_STORE=$WORK/fresh-$1
	number=$2
	qorgan -q init --state UZB --as a.karimova --recipient "$(age-keygen -y identity)" >/dev/null
	for partner in kaz kgz; do
		qorgan -q partner add ${partner^^} --recipient "$(age-keygen -y $partner)" >/dev/null 2>warning
	done
	VKEY=$(qorgan identity --json | jq -r .vkey)
	qorgan -q domain add DOM --title.en Domain --coordinator UZB --marking GREEN --release KAZ,KGZ >/dev/null
	qorgan -q risk add RSK --domain DOM --title.en Risk --coordinator UZB --marking GREEN --release KAZ,KGZ >/dev/null 2>warning
}

test_case 'a release that is taken back is told once, and again when packages are sent again' '
	fresh back 500
	send KAZ
	cp sent k1
	qorgan -q risk edit RSK --release KGZ
	qorgan export --to KAZ --dry-run >plan 2>said
	grep -q "^withdrawn *risk *RSK *2 *KAZ is asked to drop RSK$" plan
	grep -q "1 would be withdrawn" said
	qorgan export --to KAZ --dry-run --json | jq -e "map(select(.withdrawn)) | length == 1 and .[0].id == \"RSK\"
		and .[0].goes == false"
	send KAZ
	expect_same "RSK@2" "$(withdrawn)"
	expect_same "" "$(sent_records)"
	jq -se "map(.type) | index(\"withdrawal\") > (to_entries | map(select(.value == \"leaves\"))[-1].key)" sent
	jq -se "map(select(.type == \"withdrawal\"))[0] | keys == [\"id\", \"index\", \"kind\", \"type\", \"version\"]" sent
	cp sent k2
	checked KAZ k1 k2 | grep "objects held"
	[ "$(checked KAZ k1 | grep -o "[0-9]* objects")" != "$(checked KAZ k1 k2 | grep -o "[0-9]* objects")" ]
	# Still withdrawn, by a newer version: told already.
	qorgan -q risk edit RSK --owner-role Another
	send KAZ
	expect_same "" "$(withdrawn)"
	cp sent k3
	send KAZ --from 2
	expect_same "RSK@3" "$(withdrawn)"
	checked KAZ k1 sent
	send KAZ --full
	expect_same "RSK@3" "$(withdrawn)"
	checked KAZ sent
	send KAZ
	expect_same "" "$(withdrawn)"
	# Who was never given it is told nothing.
	send KGZ
	expect_same "" "$(withdrawn)"
	expect_same "DOM@1 RSK@1 RSK@2 RSK@3" "$(sent_records)"
'

test_case 'what is released again goes again, and can be taken back again' '
	fresh again 600
	send KAZ
	qorgan -q risk edit RSK --marking RED
	send KAZ
	expect_same "RSK@2" "$(withdrawn)"
	qorgan -q risk edit RSK --marking GREEN
	send KAZ
	expect_same "RSK@3" "$(sent_records)"
	expect_same "" "$(withdrawn)"
	qorgan -q risk edit RSK --release ""
	send KAZ
	expect_same "RSK@4" "$(withdrawn)"
	# Taken back and released again between two packages: nothing to tell.
	qorgan -q risk edit RSK --release KAZ
	send KAZ
	qorgan -q risk edit RSK --release ""
	qorgan -q risk edit RSK --release KAZ
	send KAZ
	expect_same "RSK@7" "$(sent_records)"
	expect_same "" "$(withdrawn)"
'

test_case 'with a measure its report goes and comes back, and the files of that' '
	fresh measure 700
	qorgan -q measure add MSR --risks RSK --title.en Measure --type detect --lead UZB --marking GREEN --release KAZ >/dev/null
	echo "a file" >file.txt
	qorgan -q status MSR in-progress --evidence file.txt
	send KAZ
	cp sent k1
	evidence=$(jq -r "select(.record.kind == \"evidence\").record.id" sent)
	expect_same "DOM@1 RSK@1 MSR@1 MSR/UZB@1" "$(sent_records)"
	grep -q "\"type\":\"evidence\"" sent
	qorgan -q measure edit MSR --release KGZ
	send KAZ
	cp sent k2
	expect_same "$evidence@1 MSR/UZB@1 MSR@2" "$(withdrawn | xargs -n1 | sort | xargs)"
	checked KAZ k1 k2
	# The index of a withdrawal is that of the leaf of the version that it names.
	expect_same "$(jq "select(.record.id == \"MSR/UZB\").index" k1)" "$(jq "select(.type == \"withdrawal\" and .id == \"MSR/UZB\").index" k2)"
	qorgan -q measure edit MSR --release KAZ
	send KAZ
	cp sent k3
	jq -r "select(.type == \"record\") | .record.id" sent | sort -u >got
	for id in MSR MSR/UZB "$evidence"; do grep -qx "$id" got; done
	grep -q "\"type\":\"evidence\"" sent
	expect_same "" "$(withdrawn)"
	checked KAZ k1 k2 k3
	send KAZ
	expect_same "" "$(sent_records)$(withdrawn)"
'

test_case 'with a risk its assessment goes and comes back' '
	fresh assessed 750
	qorgan -q risk assess RSK --likelihood 4 --impact 5 --release KAZ
	send KAZ
	expect_same "DOM@1 RSK@1" "$(sent_records)"
	grep -q "\"kind\":\"assessment\"" sent
	qorgan -q risk edit RSK --marking RED
	send KAZ
	expect_same "RSK/UZB@1 RSK@2" "$(withdrawn | xargs -n1 | sort | xargs)"
	qorgan -q risk edit RSK --marking GREEN
	send KAZ
	grep -q "\"kind\":\"assessment\"" sent
'

test_case 'who may keep nothing is told in a package of its own what the others keep' '
	fresh joint 800
	send KAZ,KGZ
	qorgan -q risk edit RSK --release KGZ
	qorgan export --to KAZ,KGZ -o both.age 2>said
	grep -q "^qorgan: .*KAZ may have something no longer that the others keep" said
	age -d -i kaz both.age >sent
	expect_same "" "$(withdrawn)$(sent_records)"
	send KAZ
	expect_same "RSK@2" "$(withdrawn)"
	send KGZ
	expect_same "RSK@2" "$(sent_records)"
	qorgan -q export --to KAZ,KGZ -o none.age 2>said
	[ ! -s said ]
	# Taken from all: told to all, KAZ once more.
	qorgan -q risk edit RSK --release ""
	send KAZ,KGZ
	expect_same "RSK@3" "$(withdrawn)"
	send KAZ
	expect_same "" "$(withdrawn)"
	qorgan -q domain edit DOM --release ""
	send KGZ
	expect_same "DOM@2" "$(withdrawn)"
	send KAZ
	expect_same "DOM@2" "$(withdrawn)"
'

test_case 'a report on what another state keeps goes as far as that state lets it' '
	fresh foreign 850
	uzb=$QORGAN_STORE kaz=$WORK/foreign-kaz
	on_kaz() {
		QORGAN_STORE=$kaz qorgan -q "$@"
	}
	# tell_uzb: a package of KAZ, taken in here.
	tell_uzb() {
		number=$((number + 1))
		on_kaz export --to UZB -o k$number.age
		qorgan -q receive k$number.age >/dev/null
	}
	on_kaz init --state KAZ --as a.omarov --recipient "$(age-keygen -y identity)" >/dev/null
	on_kaz identity >KAZ.card
	qorgan identity >UZB.card
	qorgan -q partner add KAZ.card --fingerprint "$(on_kaz identity --json | jq -r .fingerprint)" >/dev/null
	on_kaz partner add UZB.card --fingerprint "$(qorgan identity --json | jq -r .fingerprint)" >/dev/null
	on_kaz domain add KD --title.en D --coordinator KAZ --marking GREEN --release UZB >/dev/null
	on_kaz risk add KR --domain KD --title.en R --coordinator KAZ --marking GREEN --release UZB >/dev/null 2>&1
	on_kaz measure add KM --risks KR --title.en M --type detect --lead KAZ --support UZB --marking GREEN --release UZB >/dev/null
	tell_uzb
	qorgan -q status KM in-progress --release KAZ,KGZ
	send KGZ
	expect_same "DOM@1 RSK@1" "$(sent_records)"
	on_kaz measure edit KM --release UZB,KGZ
	tell_uzb
	send KGZ
	expect_same "KM/UZB@1" "$(sent_records)"
	send KGZ
	expect_same "" "$(sent_records)$(withdrawn)"
	on_kaz measure edit KM --release UZB
	tell_uzb
	send KGZ
	expect_same "KM/UZB@1" "$(withdrawn)"
	expect_same "" "$(sent_records)"
	send KGZ
	expect_same "" "$(sent_records)$(withdrawn)"
'

# ---- Stories of users of another platform -----------------------------------------------

test_case 'MISP #4200: an empty release list releases to nobody' '
	fresh nobody 900
	for object in "E-1\",\"release\":[],\"marking\":\"TLP:CLEAR" "E-2\",\"marking\":\"TLP:CLEAR"; do
		echo "{\"kind\":\"domain\",\"id\":\"$object\",\"title\":{\"en\":\"EMPTYWORD\"},\"coordinator\":\"UZB\"}"
	done >empty.jsonl
	qorgan -q load empty.jsonl
	qorgan -q domain add E-3 --title.en EMPTYWORD --marking CLEAR --release "" --coordinator UZB >/dev/null
	qorgan -q domain add E-4 --title.en EMPTYWORD --marking CLEAR --release KAZ,KGZ --coordinator UZB >/dev/null
	qorgan -q domain edit E-4 --release ""
	for to in KAZ KGZ KAZ,KGZ; do
		qorgan export --to $to --full --dry-run --json | jq -e "map(select(.id | startswith(\"E-\"))) |
			length == 5 and all(.goes == false)"
		send $to --full
		expect_same "DOM@1 RSK@1" "$(sent_records)"
		not grep EMPTYWORD sent
	done
'

test_case 'MISP #3468: a state added to a release list later gets what it may have, in the next package' '
	fresh later 1000
	qorgan -q measure add MSR --risks RSK --title.en Measure --type detect --lead UZB --marking GREEN --release KAZ >/dev/null
	echo "a file" >file.txt
	qorgan -q status MSR in-progress --evidence file.txt --release KAZ,KGZ
	qorgan -q risk add LATE --domain DOM --title.en Late --coordinator UZB --marking GREEN --release KAZ >/dev/null 2>warning
	send KGZ
	cp sent g1
	expect_same "DOM@1 RSK@1" "$(sent_records)"
	qorgan -q risk edit LATE --release KAZ,KGZ
	qorgan -q measure edit MSR --release KAZ,KGZ
	send KGZ
	cp sent g2
	expect_same "LATE@2 MSR/UZB@1 MSR@2" "$(sent_records | xargs -n1 | sort | xargs)"
	grep -q "\"type\":\"evidence\"" sent
	checked KGZ g1 g2
	send KGZ
	expect_same "" "$(sent_records)"
	# For several: who lacks it gets it with a package of its own, if not all may have it.
	qorgan -q measure edit MSR --release KAZ
	send KAZ
	send KGZ
	qorgan -q status MSR in-progress --progress 30
	qorgan -q measure edit MSR --release KGZ
	send KAZ,KGZ
	expect_same "" "$(sent_records)"
	send KGZ
	for version in MSR/UZB@2 MSR@4; do sent_records | xargs -n1 | grep -qx $version; done
	grep -q "\"type\":\"evidence\"" sent
'

# ---- The ledger ---------------------------------------------------------------------------

# ledger ID: "PACKAGE WHAT ID@VERSION" of the register, one in each line.
ledger() {
	qorgan partner ledger "$1" --json | jq -r ".[] | select(.kind | IN(\"domain\", \"risk\", \"measure\", \"status\"))
		| \"\(.package) \(.what) \(.id)@\(.version)\""
}

test_case 'two markings at once are refused' '
	fresh markings 1050
	unchanged 64 qorgan risk edit RSK --marking GREEN --marking RED
	expect_one_line "two markings at once"
	unchanged 65 qorgan risk edit RSK --marking GREEN,RED
'

test_case 'the ledger says what went to whom and when, and what was taken back' '
	fresh ledger 1100
	qorgan partner ledger KAZ 2>said
	grep -q "Nothing went to this partner yet" said
	expect_same "[]" "$(qorgan partner ledger KAZ --json)"
	export QORGAN_NOW=2027-03-01T10:00:00Z
	send KAZ,KGZ
	export QORGAN_NOW=2027-03-02T10:00:00Z
	qorgan -q risk edit RSK --release KGZ
	send KAZ
	send KGZ
	export QORGAN_NOW=2027-03-03T10:00:00Z
	qorgan -q risk edit RSK --release KAZ,KGZ
	send KAZ --full
	ledger KAZ >got
	cat >expected <<-"END"
	1 sent DOM@1
	1 sent RSK@1
	2 withdrawn RSK@2
	3 sent DOM@1
	3 sent RSK@1
	3 sent RSK@3
	END
	diff expected got
	ledger KGZ >got
	printf "1 sent DOM@1\n1 sent RSK@1\n2 sent RSK@2\n" | diff - got
	# What the packages themselves hold is the same.
	expect_same "$(jq -c "select(.type == \"record\") | [.record.kind, .record.id, .record.version]" sent)" \
		"$(qorgan partner ledger KAZ --json | jq -c ".[] | select(.package == 3) | [.kind, .id, .version]")"
	qorgan partner ledger KAZ | grep -qE "^ *2 +2027-03-02 +withdrawn +risk +RSK +2$"
	qorgan log RSK --releases >got
	cat >expected <<-"END"
	KAZ 1 2027-03-01 sent 1
	KGZ 1 2027-03-01 sent 1
	KAZ 2 2027-03-02 withdrawn 2
	KGZ 2 2027-03-02 sent 2
	KAZ 3 2027-03-03 sent 1
	KAZ 3 2027-03-03 sent 3
	END
	tail -n +2 got | sed -E "s/ +/ /g; s/^ //; s/ $//" | diff expected -
	qorgan log RSK --releases --json | jq -e "length == 6 and .[2] == {partner: \"KAZ\", package: 2,
		time: \"2027-03-02T10:00:00Z\", acknowledged: null, what: \"withdrawn\", kind: \"risk\", id: \"RSK\", version: 2}"
	qorgan -q note RSK "a remark" >/dev/null
	qorgan log RSK/n1 --releases 2>said
	grep -q "It went to nobody" said
	expect_same "[]" "$(qorgan log RSK/n1 --releases --json)"
	unchanged 66 qorgan partner ledger TJK
	unchanged 64 qorgan log --releases
	unchanged 64 qorgan log RSK --releases --limit 2
	unchanged 66 qorgan log NONE --releases
'

test_case 'a partner is shown with its last package and with what is owed to it' '
	fresh owed 1200
	qorgan partner show KAZ | grep -qE "^Last package +none was sent yet$"
	qorgan partner list --json | jq -e "all(.sequence == 0 and (has(\"sent_on\") | not))"
	export QORGAN_NOW=2027-04-01T10:00:00Z
	send KAZ
	qorgan partner show KAZ >got
	grep -qE "^Last package +1, sent on 2027-04-01$" got
	grep -qE "^Owed +nothing$" got
	qorgan -q risk edit RSK --release KGZ
	qorgan -q domain edit DOM --description.en "Described"
	qorgan partner show KAZ | grep -qE "^Owed +1 record, 1 withdrawn, with the next package$"
	qorgan partner show KAZ --json | jq -e ".sequence == 1 and .sent_on == \"2027-04-01\" and .owed == 1 and .owed_withdrawn == 1"
	qorgan partner list >got
	grep -qE "^KAZ .* 1 +2027-04-01 +0 +0" got
	expect_same KGZ "$(qorgan partner list --sent-on-before 2027-04-01 --json | jq -r ".[].id")"
	expect_same KAZ "$(qorgan partner list --sent-on 2027-04-01 --json | jq -r ".[].id")"
	expect_same "KAZ KGZ" "$(qorgan partner list --sort -sent-on -f csv --columns id | tail -n +2 | xargs)"
	qorgan -q partner edit KAZ --retired "no longer" >/dev/null
	qorgan partner show KAZ >got
	not grep Owed got
	qorgan partner show KAZ --json | jq -e "has(\"owed\") | not"
'

test_done
