# Reports: numbers against a model in the test, periods, as-of, formats.
. "$(dirname "$0")/lib.sh"
store_make
cat >small.jsonl <<'END'
{"kind":"domain","id":"TST","title":{"en":"Test"},"coordinator":"UZB"}
{"kind":"risk","id":"TST-01","domain":"TST","title":{"en":"First"},"inherent":{"likelihood":5,"impact":4},"residual":{"likelihood":4,"impact":4},"target":{"likelihood":2,"impact":3}}
{"kind":"risk","id":"TST-02","domain":"TST","title":{"en":"Bare"},"residual":{"likelihood":1,"impact":2}}
{"kind":"measure","id":"TST-01-M1","risks":["TST-01"],"title":{"en":"One"},"lead":"UZB","start":"2026-01-01","due":"2026-05-01"}
{"kind":"measure","id":"TST-01-M2","risks":["TST-01"],"title":{"en":"Two"},"lead":"KAZ","support":["UZB"],"start":"2026-01-01","due":"2027-05-01","indicators":[{"id":"i1","title":{"en":"Posts"},"unit":"posts","baseline":0,"target":10}]}
{"kind":"measure","id":"TST-01-M3","risks":["TST-01"],"title":{"en":"Three"},"lead":"UZB","start":"2026-01-01","due":"2026-07-15"}
{"kind":"measure","id":"TST-01-M4","risks":["TST-01"],"title":{"en":"Four"},"lead":"KGZ","start":"2026-01-01","due":"2026-04-01"}
END
QORGAN_NOW=2026-01-05T08:00:00Z qorgan -q load small.jsonl
QORGAN_NOW=2026-02-10T08:00:00Z qorgan -q status TST-01-M1 in-progress --progress 30
QORGAN_NOW=2026-02-11T08:00:00Z qorgan -q status TST-01-M2 planned --state KAZ
QORGAN_NOW=2026-05-20T08:00:00Z qorgan -q status TST-01-M2 in-progress --state KAZ --progress 50 --indicator i1=4 \
	--obstacles "No radios" --help-needed "Radios" 2>/dev/null ||
	QORGAN_NOW=2026-05-20T08:00:00Z qorgan -q status TST-01-M2 in-progress --state KAZ --progress 50 --indicator i1=4 --obstacles "No radios"
QORGAN_NOW=2026-05-21T08:00:00Z qorgan -q status TST-01-M4 completed --state KGZ
export QORGAN_NOW=2026-07-02T09:00:00Z

test_case 'the half-year has its days, and counts what the model counts' '
	qorgan report status --period 2026-H1 --json >report
	jq -e ".period.label == \"2026-H1\" and .period.from == \"2026-01-01\" and .period.to == \"2026-06-30\"" report
	# M1 in progress and overdue; M2 in progress; M3 planned, no report; M4 completed
	jq -e ".totals | .measures == 4 and .in_progress == 2 and .completed == 1 and .overdue == 1" report || { jq .totals report; exit 1; }
	jq -e ".totals.no_report == 1 and .totals.due_soon == 1" report || { jq .totals report; exit 1; }
	jq -e "[.risks_without_measure[].id] == [\"TST-02\"]" report
	jq -e ".highest_risks[0].id == \"TST-01\"" report
	jq -e "[.indicators[] | select(.measure == \"TST-01-M2\" or .id == \"TST-01-M2\")][0].value == 4" report || { jq .indicators report; exit 1; }
'

test_case 'a past period is not changed by what came later' '
	qorgan report status --period 2026-Q1 --json | jq "del(.generated)" >before
	jq -e ".totals.in_progress == 1 and .totals.completed == 0" before || { jq .totals before; exit 1; }
	qorgan -q status TST-01-M3 completed --date 2026-07-01
	qorgan report status --period 2026-Q1 --json | jq "del(.generated)" >after
	expect_same "$(jq -S "del(.checkpoint)|del(.as_of)" before)" "$(jq -S "del(.checkpoint)|del(.as_of)" after)"
'

test_case 'as-of leaves out what was recorded later' '
	qorgan report status --period 2026-H1 --as-of 2026-03-01 --json >early
	jq -e ".totals.in_progress == 1 and .totals.completed == 0" early || { jq .totals early; exit 1; }
'

test_case 'what moved since the last period is told' '
	qorgan report status --period 2026-Q2 --json >report
	jq -e "[.moved[] | .measure // .id] | index(\"TST-01-M2\") != null and index(\"TST-01-M4\") != null" report || { jq .moved report; exit 1; }
'

test_case 'every kind comes in every format; CSV rows have the head'"'"'s width' '
	for kind in status register matrix changes due; do
		qorgan report $kind --period 2026-H1 >text
		[ -s text ]
		qorgan report $kind --period 2026-H1 -f json | jq -e ".kind == \"$kind\"" >/dev/null
		qorgan report $kind --period 2026-H1 -f csv >table.csv
		python3 -c "import csv,sys; rows=list(csv.reader(open(\"table.csv\"))); assert rows and all(len(r)==len(rows[0]) for r in rows), rows"
	done
'

test_case 'periods and kinds that do not exist are refused' '
	expect_code 65 qorgan report status --period 2026-Q5
	expect_code 65 qorgan report status --period 2026-13
	expect_code 64 qorgan report nonsense || expect_code 65 qorgan report nonsense
	expect_code 65 qorgan report status --as-of 2026-02-30
'

test_case 'a report goes to a file whose ending names the format' '
	qorgan report status --period 2026-H1 -o out.json
	jq -e .totals out.json >/dev/null
	qorgan report register -o out.csv
	head -1 out.csv | grep -q ,
'

test_case 'a report goes through a link and into a pipe, and neither is replaced' '
	echo old >target.json
	ln -s target.json link.json
	qorgan report status --period 2026-H1 -o link.json
	[ -L link.json ]
	jq -e .totals target.json >/dev/null
	mkfifo pipe
	cat pipe >through &
	qorgan report status --period 2026-H1 -f json -o pipe
	wait
	[ -p pipe ]
	cmp target.json through
	# A device of its own: should this ever fail, the machine keeps its own.
	if mknod device c 1 3 2>/dev/null; then
		qorgan report status --period 2026-H1 -f json -o device
		[ -c device ]
	fi
'

test_case 'an empty name of a file is refused by every command that takes one, and nothing is written' '
	mkdir empty && cd empty
	export QORGAN_STORE=$(case $QORGAN_STORE in /*) echo "$QORGAN_STORE" ;; *) echo "../$QORGAN_STORE" ;; esac)
	for command in "dump" "report status" "report due -f csv" "export --to KAZ" "proof TST-01 --qr" "form --period 2026-Q2" \
		"reminders" "evidence get x"; do
		expect_code 64 qorgan $command -o ""
		expect_code 64 qorgan $command --output=
	done
	expect_code 64 qorgan report --all ""
	expect_same said "$(ls -A)" # the message that expect_code keeps
'

test_case 'a report that cannot be put in place leaves what was there' '
	mkdir folder && echo old >kept && ln -s kept kept.html
	expect_code 73 qorgan report status -f html -o folder
	expect_code 64 qorgan report status -f nonsense -o kept.html
	(
		trap "" XFSZ # a limit on files stands for a full disk
		ulimit -f 1
		expect_code 74 qorgan report status -f html -o kept.html
	)
	expect_same old "$(cat kept)"
	[ -z "$(ls folder)" ]
	expect_same "kept kept.html" "$(echo kept*)"
	qorgan report status -o kept.html
	[ -L kept.html ]
	grep -q "<html" kept
	[ "$(stat -c %a kept)" = 600 ]
'

test_case 'an acceptance that has ended shows in every view' '
	qorgan -q risk edit TST-02 --treatment accept --acceptance.role "the minister" --acceptance.reason.en "cost" \
		--acceptance.until 2026-03-31
	export QORGAN_NOW=2026-03-31T10:00:00Z
	qorgan show TST-02 --json | jq -e ".acceptance_expired == false and .treatment == \"accept\""
	qorgan risk list --columns id,treatment | grep -qE "^TST-02 +accept$"
	export QORGAN_NOW=2026-04-01T10:00:00Z
	qorgan show TST-02 --json | jq -e ".acceptance_expired and .treatment == \"accept\""
	qorgan show TST-02 | grep -q "Acceptance expired.*open again"
	qorgan risk list | grep -q "TST-02.*accept (expired)"
	qorgan risk list --columns id,treatment -f csv | grep -q "^TST-02,accept$"
	expect_same TST-02 "$(qorgan risk list --acceptance-expired --json | jq -r ".[].id")"
'

test_case 'data is data: flags, lists, and nothing for what there is not' '
	export QORGAN_NOW=2027-08-01T10:00:00Z
	qorgan measure list --columns id,overdue,due-soon -f csv >list.csv
	grep -qE ",true,(true|false)$" list.csv
	not grep -qE ",!|,yes|,$" list.csv
	qorgan -q risk add NEW-01 --domain TST --title.en "No level yet"
	qorgan risk list --json | jq -e "map(select(.id == \"NEW-01\"))[0] | has(\"score\") | not"
	qorgan show TST-01 --json | jq -e ".score > 0"
	qorgan report register --json | jq -e "[.risks[].affected | type] | unique == [\"array\"]"
	qorgan -q partner add UNRCCA --recipient "$(age-keygen -y identity)"
	qorgan partner list --json | jq -e ".[0].observer"
	qorgan partner list | grep -q "UNRCCA.*yes"
	qorgan export --to UNRCCA -o o.age --json | jq -e ".to == [\"UNRCCA\"]"
'

test_case 'reports fit narrow terminals too' '
	qorgan -q load "$ROOT/catalogue/2026-2028"
	export QORGAN_NOW=2026-06-10T10:00:00Z
	for width in 40 60 80; do for kind in status register matrix changes due; do
		COLUMNS=$width script -qec "qorgan report $kind" /dev/null | tr -d "\r" |
			python3 -c "import sys; w = $width; bad = [l for l in sys.stdin.read().split(chr(10)) if len(l) > w]
assert not bad, (w, bad[:3])"
	done; done
'

test_done
