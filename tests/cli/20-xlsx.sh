# Reports as spreadsheets: the same numbers as in JSON and CSV, in the file that an office
# opens.
. "$(dirname "$0")/lib.sh"
store_make
export QORGAN_NOW=2026-02-01T10:00:00Z
qorgan -q load "$ROOT/catalogue/2026-2028"
export QORGAN_NOW=2026-06-10T10:00:00Z
qorgan -q status CYB-01-M1 in-progress --state UZB --progress 40 --note "=cmd|'/c calc'!A1" 2>warning
qorgan -q status CYB-01-M2 completed --state UZB --progress 100 2>warning
qorgan -q measure edit CYB-01-M2 --title.en '=HYPERLINK("http://example.org","x")'

# read NAME: what openpyxl reads in NAME.xlsx, in NAME.read.
read_book() { "$ROOT/tests/interop/read_xlsx.py" "$1.xlsx" >"$1.read"; }
# rows BOOK SHEET: the cells under the head (the row that the filter begins with).
rows() {
	jq --arg sheet "$2" '.sheets[] | select(.name == $sheet) |
		(.filter | capture("^[A-Z]+(?<row>[0-9]+)").row | tonumber) as $head | .rows[$head:] |
		[.[] | select(any(.[]; . != null))]' "$1.read"
}

test_case 'every kind is a workbook; none has a formula, or a link to elsewhere' '
	for kind in status register matrix changes due; do
		qorgan report $kind --period 2026-H1 -o $kind.xlsx
		read_book $kind
		jq -e ".external == [] and ([.. | objects | select(has(\"formula\"))] == [])" $kind.read
		jq -e ".sheets[0].name == \"report\" and (.sheets | length > 1)" $kind.read
		jq -e "[.sheets[].header[1]] | unique | length == 1 and (.[0] | startswith(\"TLP:\"))" $kind.read
	done
	grep -qF "=HYPERLINK(" status.read
	[ "$(stat -c %a status.xlsx)" = 600 ]
'

test_case 'the numbers are those of the JSON' '
	qorgan report status --period 2026-H1 --json >report
	expect_same "$(jq -c "[.domains[] | [.id, .measures, .planned, .in_progress, .completed, .overdue]]" report)" \
		"$(rows status domains | jq -c "map([.[0], .[2], .[3], .[4], .[5], .[9]])")"
	expect_same "$(jq -c "[.states[] | [.id, .lead.measures, .lead.in_progress]]" report)" \
		"$(rows status states | jq -c "map([.[0], .[2], .[4]])")"
	expect_same "$(jq -c "[.highest_risks[] | [.id, .residual.score]]" report)" \
		"$(rows status highest | jq -c "map([.[0], .[2]])")"
'

test_case 'the measures are those of the CSV, with dates that are dates' '
	qorgan report status --period 2026-H1 -f csv >table.csv
	python3 - >expected <<-END
	import csv, json
	rows = list(csv.DictReader(open("table.csv")))
	print(json.dumps(sorted([r["id"], r["title"].lstrip(chr(39)), r["lead"], r["start"] or None, r["due"] or None] for r in rows)))
	END
	rows status measures | jq "map([.[0], .[1], .[4], .[9], .[10]]) | sort" >found
	[ "$(jq length expected)" -gt 100 ]
	diff <(jq . expected) found | head -n 20 >differs
	[ ! -s differs ] || { cat differs; exit 1; }
	jq -e ".sheets[] | select(.name == \"measures\") | [.cells | to_entries[] | select(.key | test(\"^K[0-9]+$\")) | .value.type] |
		(map(select(. == \"date\")) | length) == $(jq length expected)" status.read
'

test_case 'the same report is the same file' '
	qorgan report status --period 2026-H1 -f xlsx -o again.xlsx
	cmp status.xlsx again.xlsx
	qorgan report status --period 2026-H1 -f xlsx >piped
	cmp status.xlsx piped
'

test_case 'a terminal is spared' '
	script -qec "qorgan report -f xlsx" /dev/null >shown || true
	grep -q "a report as xlsx is not for a terminal: give a file with -o" shown
	not grep -q PK shown
'

test_case 'plain text does not touch a disk on its way' '
	ASAN_OPTIONS=detect_leaks=0 strace -f -e trace=open,openat,creat,memfd_create -o trace qorgan report status --period 2026-H1 -o quiet.xlsx
	grep -q memfd_create trace
	grep -E "O_CREAT|O_WRONLY|O_RDWR" trace | grep -v ENOENT | grep -vE "\"(/dev/shm/|/proc/self/fd/|/dev/(null|tty))|quiet.xlsx|$WORK/(store|state)" >written || true
	expect_same "" "$(grep -vF "\"$WORK\"" written)"
'

if command -v soffice >/dev/null; then
	test_case 'LibreOffice opens it and shows what is in it' '
		for kind in status matrix due; do
			soffice -env:UserInstallation=file://$WORK/office --headless --convert-to pdf $kind.xlsx >office.out 2>&1
			grep -q "convert .*$kind.xlsx.* using filter" office.out
			not grep -qiE "error|corrupt|repair" office.out
		done
		soffice -env:UserInstallation=file://$WORK/office --headless --convert-to "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1" status.xlsx >office.out 2>&1
		grep -q "^CYB-01-M2,.*HYPERLINK" status-measures.csv
		grep -q "^CYB-01-M1," status-measures.csv
	'
else
	test_skip 'LibreOffice opens a spreadsheet: soffice is not installed (libreoffice-calc-nogui)'
fi

test_done
