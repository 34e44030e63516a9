# Reports made for another state: of what may go there alone, as packages decide; that state's own
# store, which has nothing but a package, is the judge.
. "$(dirname "$0")/lib.sh"
store_make
export QORGAN_NOW=2026-02-01T10:00:00Z
qorgan -q load "$ROOT/catalogue/2026-2028"
# state CODE: makes a partner's store, with an exchange of cards.
state() {
	age-keygen -o "$1.id" 2>/dev/null
	chmod 600 "$1.id"
	qorgan -S "$1" -i "$1.id" -q init --state "$1" --recipient "$(age-keygen -y "$1.id")"
	qorgan -S "$1" -i "$1.id" identity >"$1.card"
	qorgan -q partner add "$1.card" --fingerprint "$(qorgan -S "$1" -i "$1.id" identity --json | jq -r .fingerprint)"
	qorgan -S "$1" -i "$1.id" -q partner add uzb.card --fingerprint "$(qorgan identity --json | jq -r .fingerprint)"
}
qorgan identity >uzb.card
state KAZ
kaz() {
	qorgan -S KAZ -i KAZ.id "$@"
}
age-keygen -o un 2>/dev/null
qorgan -q partner add UNRCCA --observer --recipient "$(age-keygen -y un)"

# A domain, two risks and measures for all of KAZ; and beside each what is not for it.
qorgan -q domain add SPC --title.en "Space services" --marking GREEN --release KAZ,UNRCCA --coordinator UZB >/dev/null
qorgan -q domain add HID --title.en "HIDDENDOMAIN" --marking AMBER --release KGZ >/dev/null
qorgan -q risk add SPC-01 --domain SPC --title.en "Loss of a link" --likelihood 3 --impact 4 --marking GREEN --release KAZ,UNRCCA >/dev/null
qorgan -q risk add SPC-02 --domain SPC --title.en "Debris" --likelihood 2 --impact 5 --marking AMBER --release KAZ >/dev/null
qorgan -q risk add SPC-03 --domain SPC --title.en "HIDDENRISK" --likelihood 5 --impact 5 --marking RED >/dev/null
qorgan -q risk add SPC-04 --domain SPC --title.en "KGZRISK" --likelihood 5 --impact 5 --marking AMBER --release KGZ >/dev/null
qorgan -q measure add SPC-01-M1 --risks SPC-01 --title.en "Shared watch" --type detect --lead UZB --support KAZ,KGZ \
	--start 2026-02-01 --due 2026-05-15 --marking GREEN --release KAZ,UNRCCA >/dev/null
qorgan -q measure add SPC-01-M2 --risks SPC-01 --title.en "HIDDENMEASURE" --type detect --lead UZB \
	--start 2026-02-01 --due 2026-05-15 --marking AMBER --release KGZ >/dev/null
qorgan -q measure add SPC-02-M1 --risks SPC-02,SPC-03 --title.en "Avoidance drill" --type prevent --lead UZB \
	--start 2026-02-01 --due 2026-09-15 --marking AMBER --release KAZ >/dev/null
qorgan -q measure add SPC-02-M2 --risks SPC-02 --title.en "WITHDRAWNMEASURE" --type prevent --lead UZB \
	--start 2026-02-01 --due 2026-09-15 --marking AMBER --release KAZ >/dev/null
export QORGAN_NOW=2026-04-10T10:00:00Z
qorgan -q measure edit SPC-02-M2 --release KGZ -m "taken back"
qorgan -q measure edit SPC-01-M1 --due 2026-06-20 --due-reason "late delivery"
qorgan -q status SPC-01-M1 in-progress --progress 40 --marking GREEN --release KAZ,UNRCCA
printf 'HIDDENFILE\n' >hidden.txt
qorgan -q status SPC-02-M1 in-progress --progress 10 --obstacles.en "HIDDENOBSTACLE" --evidence hidden.txt --release KGZ
qorgan -q status SPC-01-M1 planned --state KGZ --help.en "HIDDENHELP" --marking AMBER --release KGZ
qorgan -q risk assess SPC-01 --likelihood 4 --impact 4 --note "HIDDENNOTE" --marking RED 2>/dev/null
qorgan -q risk assess SPC-02 --likelihood 4 --impact 4 --note.en "Seen note" --marking AMBER --release KAZ
qorgan -q note SPC-01 "HIDDENREMARK" >/dev/null
qorgan -q export --to KAZ -o kaz.age
kaz -q receive kaz.age
export QORGAN_NOW=2026-04-20T10:00:00Z

# picture: what a report says of the catalogue, in a form of two stores.
picture() {
	jq -S "{totals, domains, risks, measures, moved, without_lead, obstacles, help_needed, highest, milestones, due,
		declined_parts, indicators, changes: [.changes[]? | {kind, id, title, fields, sort}] | sort_by(.id)}"
}

test_case 'each report is the one that the state itself can make of its package' '
	for kind in status register matrix due; do
		qorgan report $kind --period 2026-Q2 --for KAZ --json | picture >here
		kaz report $kind --period 2026-Q2 --json | picture >there
		diff here there
	done
	qorgan report register --period 2026-Q2 --domain SPC --for KAZ --json | jq -e "[.risks[].id] == [\"SPC-01\",\"SPC-02\"]"
	qorgan report status --period 2026-Q2 --domain SPC --for KAZ --json | jq -e ".totals.measures == 2"
	qorgan report status --period 2026-Q2 --domain SPC --json | jq -e ".totals.measures == 4"
'

test_case 'nothing that may not go there is in any format' '
	for kind in status register matrix changes due summary; do
		for format in text csv json md html xlsx pdf ics oscal; do
			qorgan report $kind --period 2026-Q2 --for KAZ -f $format -o out 2>said || { grep -q "there is no report" said; continue; }
			case $format in
			xlsx) unzip -p out >plain ;;
			pdf) pdftotext out plain ;;
			*) cp out plain ;;
			esac
			not grep -qE "HIDDEN|KGZRISK|WITHDRAWNMEASURE|SPC-04" plain
			rm -f out
		done
	done
	qorgan report status --period 2026-Q2 --json | grep -q HIDDENOBSTACLE
'

test_case 'who wrote, and what came from others, is told to nobody else' '
	qorgan report changes --period 2026-Q2 --json | jq -e ".users | length > 0"
	qorgan report changes --period 2026-Q2 --for KAZ --json | jq -e ".users == [] and .packages == []"
	qorgan report changes --period 2026-Q2 --for KAZ --json >changes
	jq -e "[.changes[].id] | index(\"SPC-01-M1\") != null and index(\"SPC-02-M2\") == null" changes
'

test_case 'an observer sees what is CLEAR or GREEN alone' '
	qorgan report register --period 2026-Q2 --domain SPC --for UNRCCA --json | jq -e "[.risks[].id] == [\"SPC-01\"] and .for == \"UNRCCA\""
	qorgan report register --domain SPC --period 2026-Q2 --for UNRCCA --json | jq -e ".marking == \"TLP:GREEN\""
'

cp -r store states
# What a report is laid out by is not what it is of: a state whose record stays here, and one unknown to others.
test_case 'states and periods that may not go there are told by no report' '
	export QORGAN_STORE=$PWD/states XDG_STATE_HOME=$PWD/another
	printf "%s\n" "{\"kind\":\"state\",\"id\":\"TJK\",\"title\":{\"en\":\"Tajikistan\"},\"contact\":\"hidden@tjk.example\",\"marking\":\"RED\"}" \
		"{\"kind\":\"state\",\"id\":\"TJX\",\"title\":{\"en\":\"HIDDENSTATE\"},\"marking\":\"AMBER\"}" \
		"{\"kind\":\"state\",\"id\":\"KGZ\",\"title\":{\"en\":\"Kyrgyzstan\"},\"contact\":\"hidden@kgz.example\",\"marking\":\"CLEAR\"}" \
		"{\"kind\":\"period\",\"id\":\"third\",\"title\":{\"en\":\"HIDDENPERIOD\"},\"months\":4,\"prefix\":\"T\"}" |
		qorgan -q load -
	qorgan export --to KAZ --dry-run | not grep -qE "^goes +(state +(TJK|TJX|KGZ) +[2-9]|period +third)"
	for report in status register changes due summary "state KAZ" "measure SPC-01-M1"; do
		for format in text json html; do
			qorgan report $report --period 2026-Q2 -f $format >all
			qorgan report $report --period 2026-Q2 --for KAZ -f $format >some
			not grep -qE "HIDDEN|hidden@" some
		done
	done
	qorgan report changes --period 2026-Q2 -f json | grep -q HIDDENSTATE
	qorgan report state KGZ | grep -q "hidden@kgz"
	qorgan report status --period 2026-Q2 --for KAZ --json | jq -e "[.states[].id] | index(\"KGZ\") and (index(\"TJX\") | not)"
	qorgan report status --period 2026-Q2 --for TJX --json | jq -e ".for == \"TJX\""
	expect_code 65 qorgan report state TJK --for KAZ
	expect_code 66 qorgan report state KGZ --for KAZ
	not grep -q "hidden" said
'

test_case 'it says for whom it is, in the words of the language' '
	qorgan report status --period 2026-Q2 --for kazakhstan | grep -q "KAZ Kazakhstan"
	qorgan --lang ru report status --period 2026-Q2 --for KAZ -f html -o for.html
	grep -q "KAZ Казахстан" for.html
	qorgan report status --period 2026-Q2 | not grep -q "Made for"
	for format in text md html; do
		qorgan report status --period 2026-Q2 --for KAZ -f $format | grep -q "What may not go there counts as not received."
		qorgan report status --period 2026-Q2 -f $format | not grep -q "What may not go there"
	done
'

test_case 'every report of a run is made for it, and none is the joint one' '
	qorgan -q --lang en report --all folder --for KAZ -f text,json --period 2026-Q2
	test -e folder/status.json
	not test -e folder/joint.json
	not grep -rqE "HIDDEN|KGZRISK" folder
	(cd folder && sha256sum -c --quiet SHA256SUMS)
'

test_case 'what cannot be made for another is refused' '
	expect_code 64 qorgan report status --joint --for KAZ
	expect_code 64 qorgan report status --for UZB
	expect_code 65 qorgan report status --for XXX
	expect_code 66 qorgan report status --domain HID --for KAZ
'
test_done
