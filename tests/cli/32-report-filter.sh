# Reports under conditions, and tables in columns of a listing: the whole report, read by jq and by
# Python's csv, is the judge of what a filtered one holds.
. "$(dirname "$0")/lib.sh"
store_make
export QORGAN_NOW=2026-02-01T10:00:00Z
qorgan -q load "$ROOT/catalogue/2026-2028"
qorgan -q measure add CYB-01-M8 --risks CYB-01 --title.en "Drill, with <partners> & \"friends\"" --type prevent --lead UZB \
	--support KAZ,KGZ --start 2026-02-01 --due 2026-04-15 --marking GREEN --release KAZ >/dev/null
qorgan -q measure add WAT-01-M8 --risks WAT-01 --title.en "=Gauges" --type detect --lead KAZ --support KGZ --start 2026-02-01 \
	--due 2026-05-01 --marking GREEN --release KAZ >/dev/null
qorgan -q measure add WAT-01-M9 --risks WAT-01,CYB-02 --title.en "Joint channel" --type detect --lead TJK \
	--start 2026-02-01 --due 2026-07-05 >/dev/null
export QORGAN_NOW=2026-03-20T10:00:00Z
qorgan -q status CYB-01-M8 in-progress --progress 40 --marking GREEN --release KAZ
export QORGAN_NOW=2026-06-10T10:00:00Z
qorgan -q status CYB-01-M8 completed --progress 100 --marking GREEN --release KAZ
qorgan -q status WAT-01-M9 on-hold --state TJK --reason "no staff" --progress 5
export QORGAN_NOW=2026-06-20T10:00:00Z
qorgan report status -f csv >whole.csv
qorgan report register -f csv >risks.csv
qorgan report status -f json >whole.json
qorgan report register -f json >risks.json

# chosen FILE EXPRESSION: the ids of the rows for which the expression of Python over the row r is true.
chosen() {
	python3 -c "
import csv, sys
domain = {r[\"id\"]: r[\"domain\"] for r in csv.DictReader(open(\"risks.csv\"))}
def domains(r): return {domain[x] for x in r[\"risks\"].split(\", \")}
for r in csv.DictReader(open(sys.argv[1])):
    if eval(sys.argv[2]): print(r[\"id\"])" "$1" "$2"
}
# ids: of a CSV on standard input.
ids() {
	python3 -c "import csv, sys
for r in csv.DictReader(sys.stdin): print(r[\"id\"])"
}

test_case 'a condition on measures chooses the rows of the whole report that meet it' '
	check() {
		expected=$(chosen whole.csv "$1")
		shift
		expect_same "$expected" "$(qorgan report status -f csv "$@" | ids)"
		# The same words choose the same measures in a listing of today.
		options=
		for word; do [ "$word" = --filter ] || options="$options --$word"; done
		expect_same "$expected" "$(qorgan measure list $options --json | jq -r ".[].id")"
		expect_same "$(echo "$expected" | grep -c .)" "$(qorgan report status -f json "$@" | jq .totals.measures)"
	}
	check "r[\"overdue\"] == \"1\"" --filter overdue
	check "r[\"due_soon\"] == \"1\"" --filter due-soon
	check "r[\"no_report\"] == \"1\"" --filter no-report
	check "r[\"lead\"] == \"KAZ\"" --filter lead=KAZ
	check "\"KAZ\" in r[\"lead\"] + r[\"support\"]" --filter state=Kazakhstan
	check "\"CYB\" in domains(r)" --filter domain=CYB
	check "\"CYB\" in domains(r) and r[\"due\"] < \"2028-01-01\"" --filter domain=CYB --filter due-before=2028-01-01
	check "r[\"status\"] in (\"on-hold\", \"completed\")" --filter status=on-hold --filter status=completed
	check "r[\"type\"] == \"detect\" and r[\"marking\"] == \"TLP:GREEN\"" --filter type=detect --filter marking=green
	check "int(r[\"progress\"] or 0) > 4" --filter progress-above=4
	[ "$(qorgan report status -f csv --filter overdue | ids)" = WAT-01-M8 ]
'

test_case 'what is counted is of the chosen measures, and what is not reported is told alike' '
	expect_same "$(jq .totals.overdue whole.json)" "$(qorgan report status -f json --filter overdue | jq .totals.measures)"
	expect_same "$(jq .totals.no_report whole.json)" "$(qorgan report status -f csv --filter no-report | ids | wc -l)"
	expect_same "$(jq -r "[.no_report[] | select(.role == \"lead\") | .measure] | sort[]" whole.json)" \
		"$(qorgan report status -f csv --filter no-report | ids | sort)"
	qorgan report status -f json --filter lead=KAZ >kaz
	jq -e ".totals.measures == ([.domains[].measures] | add) and .totals.measures == ([.states[].lead.measures] | add)" kaz
	expect_same "$(jq "[.states[] | select(.id == \"KAZ\") | .lead]" whole.json)" "$(jq "[.states[] | select(.id == \"KAZ\") | .lead]" kaz)"
	jq -e "[.states[] | select(.id != \"KAZ\") | .lead.measures] | add == 0" kaz
	# Its lists are of them too: of what is told, nothing is of another measure.
	qorgan report status -f csv --filter lead=KAZ | ids >kaz.ids
	jq -r "(.moved[].id), (.no_report[].measure), (.indicators[].measure), (.next_steps[].measure)" kaz | sort -u |
		while read -r id; do grep -qx "$id" kaz.ids; done
	qorgan report summary -f json --filter lead=KAZ | jq -e --slurpfile whole kaz ".totals == \$whole[0].totals"
'

test_case 'a condition on risks chooses the rows of the register that meet it' '
	check() {
		expected=$(jq -r ".risks[] | select($1) | .id" risks.json)
		[ -n "$expected" ]
		shift
		expect_same "$expected" "$(qorgan report register -f json "$@" | jq -r ".risks[].id")"
		expect_same "$expected" "$(qorgan report matrix -f json "$@" | jq -r ".risks[].id")"
		expect_same "$expected" "$(qorgan report register -f csv "$@" | ids)"
	}
	check ".residual.score >= 15" --filter score-above=14
	check ".domain == \"CYB\" and .residual.score >= 15" --filter domain=CYB --filter score-above=14
	check ".treatment == \"accept\"" --filter treatment=accept
	check ".measures < 3" --filter measures-below=3
	check ".coordinator == \"KAZ\"" --filter coordinator=KAZ
	check ".review < \"2027-01-01\"" --filter review-before=2027-01-01
'

test_case 'it is judged on the day of the report: what was overdue then is, even if it is completed by now' '
	expect_same "CYB-01-M8" "$(qorgan report status -f csv --as-of 2026-04-20 --filter overdue | ids)"
	qorgan report status --as-of 2026-04-20 --filter overdue --columns id,status,progress,overdue,no-report -f csv >then
	expect_same "CYB-01-M8,in-progress,40,1,0" "$(tail -1 then)"
	not grep -q CYB-01-M8 <<-END
		$(qorgan report status -f csv --filter overdue)
	END
	for day in 2026-03-01 2026-04-20 2026-05-10; do
		qorgan report status -f csv --as-of $day >day.csv
		expect_same "$(chosen day.csv "r[\"overdue\"] == \"1\"")" "$(qorgan report status -f csv --as-of $day --filter overdue | ids)"
		expect_same "$(chosen day.csv "r[\"status\"] == \"in-progress\"")" \
			"$(qorgan report status -f csv --as-of $day --filter status=in-progress | ids)"
	done
'

test_case 'columns are those of the whole report, in the order asked for' '
	same() {
		file=$1 kind=$2 columns=$3
		qorgan report "$kind" -f csv --columns "$columns" >cut.csv
		python3 - "$file" "$columns" cut.csv <<-END
			import csv, sys
			names = sys.argv[2].split(",")
			want = [names] + [[r[n] for n in names] for r in csv.DictReader(open(sys.argv[1]))]
			found = list(csv.reader(open(sys.argv[3])))
			assert len(want) > 10 and want == found, [p for p in zip(want, found) if p[0] != p[1]][:3]
		END
	}
	same whole.csv status id,title,lead,status,due
	same whole.csv status status,due,id
	same whole.csv status due_reason,support,risks,type,marking,start,original_due,progress,overdue,due_soon,no_report
	same risks.csv register id,title,treatment,stage,coordinator,affected,measures,review,owner_role
	same risks.csv register owner_role
	qorgan report register -f csv --columns id,score | tail -n +2 >scores
	jq -r ".risks[] | \"\\(.id),\\(.residual.score // \"\")\"" risks.json | cmp - scores
'

test_case 'what changed is told of the chosen measures and the reports on them' '
	qorgan report changes -f json >changes
	for pair in CYB-01-M8/UZB WAT-01-M9/TJK; do
		id=${pair%/*} state=${pair#*/}
		expect_same "$(jq -c ".changes[] | select(.id | startswith(\"$id\")) | [.kind, .id, .fields]" changes)" \
			"$(qorgan report changes -f json --filter words=$id --filter lead=$state | jq -c ".changes[] | [.kind, .id, .fields]")"
	done
	qorgan report changes --filter overdue -f csv | ids | sort -u >those
	[ "$(tr "\n" " " <those)" = "WAT-01-M8 " ]
'

# Each format has just these columns in this order, and the one row.
COLUMNS_ASKED="due,id,title,lead,status,overdue,no-report"
test_case 'every format shows just these columns, and says that it is filtered and by what' '
	for ending in html xlsx md pdf txt; do
		qorgan report --filter overdue --filter state=KAZ --columns $COLUMNS_ASKED -o late.$ending
	done
	"$ROOT/tests/interop/check_html.py" late.html >page
	jq -e ".title | contains(\"(filtered)\")" page
	jq -e ".text | contains(\"overdue; state=KAZ\")" page
	jq -e "[.. | strings | select(. == \"NoRep\")] | length > 0" page
	jq -c "[.tables[] | tojson | select(contains(\"Gauges\"))]" page | grep -q "2026-05-01"
	"$ROOT/tests/interop/read_xlsx.py" late.xlsx >book
	jq -e ".title | contains(\"(filtered)\")" book
	grep -qF "overdue; state=KAZ" book
	jq -e ".sheets[] | select(.name == \"measures\") | .rows[2:] == [[\"Due\", \"Id\", \"Title\", \"Lead\", \"Status\", \"Late\", \"NoRep\"],
		[\"2026-05-01\", \"WAT-01-M8\", \"=Gauges\", \"KAZ\", \"no report\", \"yes\", \"yes\"]]" book
	grep -qF "# Status report 2026-H1 (filtered)" late.md
	grep -qF "| Due | Id | Title | Lead | Status | Late | NoRep |" late.md
	[ "$(sed -n "/^## Measures\$/,/^## Ind/p" late.md | grep -c "^| \\*\\*2026-05-01")" -eq 1 ]
	grep -F "**Only**" late.md | grep -qF "overdue; state=KAZ"
	pdftotext -layout late.pdf pdf.txt
	grep -q "Due *Id *Title *Lead *Status *Late *NoRep" pdf.txt
	grep -q "! 2026-05-01 *WAT-01-M8 *=Gauges *KAZ *no report *! yes *yes" pdf.txt
	grep -qF "(filtered)" pdf.txt
	head -1 late.txt | grep -qF "(filtered)"
	grep -q "^Only *measures where overdue; state=KAZ" late.txt
	grep -q "^  Due *Id *Title *Lead *Status *Late *NoRep" late.txt
	grep -q "^  2026-05-01 *WAT-01-M8 *=Gauges *KAZ *no report *yes *yes" late.txt
	grep -qF "Only what meets the conditions above is counted." late.txt
	qorgan report register --columns id,title,residual,review --filter domain=CYB >register.txt
	grep -q "^  Id *Title *Residual.* Review" register.txt
	expect_same "$(jq "[.risks[] | select(.domain == \"CYB\")] | length" risks.json)" "$(grep -c "^  CYB-0" register.txt)"
'

test_case 'csv, json, ics, oscal and pictures say it in their own place' '
	qorgan report --filter lead=KAZ,TJK --filter overdue -f csv >late.csv
	python3 -c "
import csv
rows = list(csv.DictReader(open(\"late.csv\")))
assert rows and all(list(r)[-1] == \"filter\" and r[\"filter\"] == \"lead=KAZ,TJK; overdue\" for r in rows), rows"
	expect_same "$(head -1 whole.csv),filter" "$(head -1 late.csv)"
	qorgan report --filter lead=KAZ --filter overdue --domain WAT -f json |
		jq -e ".filter == {domain: \"WAT\", state: null, kind: \"measure\", conditions: [{name: \"lead\", value: \"KAZ\"},
			{name: \"overdue\", value: null}]}"
	jq -e ".filter == {domain: null, state: null}" whole.json
	# json has the shape of the whole report, whatever columns are asked for.
	qorgan report -f json --columns id | cmp - whole.json
	qorgan report due --filter lead=KAZ -f ics | tr -d "\r" | grep -qF "X-WR-CALNAME:Qorgan UZB 2026-H1 (filtered: lead=KAZ)"
	qorgan report register --filter domain=CYB --filter score-above=14 -f oscal | jq -e "[.. | objects |
		select(.name? == \"filter\") | .value] == [\"domain=CYB\", \"score-above=14\"]"
	qorgan report --filter domain=CYB -f svg >states.svg
	"$ROOT/tests/interop/read_picture.py" states.svg | jq -e "(.texts | index(\"Status report 2026-H1 (filtered)\"))
		and (.texts | join(\" \") | contains(\"domain=CYB\"))"
	# A title of one'"'"'s own does not hide it.
	qorgan report --filter overdue --title "To the minister" | head -1 | grep -qx "To the minister (filtered)"
	qorgan report --filter overdue --title "To the minister" -f html | grep -qF "<h1>To the minister (filtered)</h1>"
	qorgan report due --filter overdue | grep -q WAT-01-M8
	not grep -q "M8" <<-END
		$(qorgan report due --filter lead=TJK)
	END
'

test_case 'for another state it is of what may go there alone' '
	qorgan report --for KAZ -f csv >for.csv
	for condition in overdue no-report lead=UZB domain=CYB status=completed; do
		qorgan report --for KAZ -f csv --filter $condition | ids >those
		while read -r id; do grep -q ",$id," for.csv; done <those
	done
	[ "$(qorgan report --for KAZ -f csv --filter status=completed | ids)" = CYB-01-M8 ]
	[ -z "$(qorgan report --for KAZ -f csv --filter lead=TJK | ids)" ]
	qorgan report --for KAZ --filter type=detect -f json >detect
	expect_same "$(chosen for.csv "r[\"type\"] == \"detect\"" | wc -l)" "$(jq .totals.measures detect)"
	jq -e ".for == \"KAZ\" and .filter.kind == \"measure\" and .totals.measures > 3" detect
	qorgan report --joint --filter overdue -f json | jq -e "[.joint.parts[].measure] | unique == [\"WAT-01-M8\"]"
'

test_case 'what cannot be is refused in a line that says what can' '
	unchanged 64 qorgan report --columns id,titel
	expect_one_line "did you mean \"title\"?"
	expect_one_line "due_soon, no_report"
	unchanged 64 qorgan report register --columns lead
	expect_one_line "unknown column \"lead\" of risks"
	expect_one_line "treatment"
	unchanged 64 qorgan report --filter overdeu
	expect_one_line "did you mean \"overdue\"?"
	unchanged 64 qorgan report --filter zzzzzzzz
	expect_one_line "qorgan help measure list"
	unchanged 65 qorgan report --filter domain=XXX
	expect_one_line "--filter domain"
	unchanged 65 qorgan report --filter due-before=soon
	expect_one_line "--filter due-before: \"soon\" is not a date"
	unchanged 64 qorgan report --filter =CYB
	unchanged 64 qorgan report measure CYB-01-M8 --filter overdue
	expect_one_line "takes no --filter"
	unchanged 64 qorgan report matrix --columns id
	unchanged 64 qorgan report --columns id -f ics
	unchanged 64 qorgan report --joint --columns id -f csv
	unchanged 64 qorgan report --all folder --filter overdue
	expect_one_line "--filter does not go with --all"
	unchanged 64 qorgan report --all folder --columns id
	not test -e folder
	unchanged 64 qorgan report freeze 2026-Q1 --filter overdue
	expect_one_line "what is frozen is the whole report"
'

test_case 'a report that is filtered is not compared with the frozen one' '
	qorgan -q report freeze 2026-H1 -f json >/dev/null
	qorgan -q status WAT-01-M8 in-progress --state KAZ --progress 10
	qorgan report --period 2026-H1 -f csv 2>said >/dev/null
	grep -q . said
	qorgan report --period 2026-H1 -f csv --filter overdue 2>said >/dev/null
	not grep -q . said
'

test_case 'completion knows conditions and columns' '
	bash -c "
		. <(qorgan completion bash)
		complete_at() { COMP_WORDS=(\"\$@\"); COMP_CWORD=\$((\$# - 1)); COMPREPLY=(); _qorgan; printf \"%s\n\" \"\${COMPREPLY[@]}\"; }
		complete_at qorgan report --filter no-r | grep -qx no-report || exit 1
		complete_at qorgan report --filter score-a | grep -qx score-above || exit 1
		complete_at qorgan report --columns trea | grep -qx treatment || exit 1
		complete_at qorgan measure list --columns due_s | grep -qx due_soon || exit 1
		complete_at qorgan risk list --sort scor | grep -qx score || exit 1
	"
'
test_done
