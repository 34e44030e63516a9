# The ministry's spreadsheet: written, filled in without Qorgan, and taken back.
. "$(dirname "$0")/lib.sh"
store_make
cat >plan.jsonl <<'END'
{"kind":"domain","id":"TST","title":{"en":"Test"},"coordinator":"UZB"}
{"kind":"risk","id":"TST-01","domain":"TST","title":{"en":"First"},"coordinator":"UZB"}
{"kind":"measure","id":"TST-01-M1","risks":["TST-01"],"title":{"en":"Radios"},"lead":"UZB","support":["KAZ"],"start":"2026-01-15","due":"2027-12-01","marking":"TLP:AMBER","release":["KAZ"]}
{"kind":"measure","id":"TST-01-M2","risks":["TST-01"],"title":{"en":"=HYPERLINK(\"http://example.org\")"},"lead":"KAZ","support":["UZB"],"start":"2026-01-15","due":"2026-08-20"}
{"kind":"measure","id":"TST-01-M10","risks":["TST-01"],"title":{"en":"Posts"},"lead":"UZB","start":"2026-01-15","due":"2027-12-01","marking":"TLP:GREEN"}
{"kind":"measure","id":"TST-01-M4","risks":["TST-01"],"title":{"en":"Done"},"lead":"UZB","start":"2026-01-15","due":"2027-12-01"}
{"kind":"measure","id":"TST-01-M5","risks":["TST-01"],"title":{"en":"Others"},"lead":"KAZ","start":"2026-01-15","due":"2027-12-01"}
END
export QORGAN_NOW=2026-02-01T10:00:00Z
qorgan -q load plan.jsonl
qorgan -q status TST-01-M1 in-progress --progress 20 --note "first words"
qorgan -q status TST-01-M4 completed
export QORGAN_NOW=2026-06-10T10:00:00Z
qorgan -q form --period 2026-Q2 -o form.xlsx
"$ROOT/tests/interop/read_xlsx.py" form.xlsx >form.read
fill() { "$ROOT/tests/cli/fill_form.py" "$@"; }
WHO='B4=D. Akhmetova, Ministry of Communications'
# said_cell CELL TEXT: a fault of that cell was told.
said_cell() { grep -qF -- "$1: $2" said || { echo "expected: $1: $2"; cat said; return 1; }; }

test_case 'a form has the measures that are to be reported on, and what was last reported' '
	sheet() { jq -c ".sheets[] | select(.name == \"form\") | $1" form.read; }
	expect_same "[[\"TST-01-M1\",\"Radios\",\"Lead\",\"2027-12-01\",\"in progress\",20,\"2026-02-01\"],[\"TST-01-M2\",\"=HYPERLINK(\\\"http://example.org\\\")\",\"Support\",\"2026-08-20\",\"no report\",null,null],[\"TST-01-M10\",\"Posts\",\"Lead\",\"2027-12-01\",\"no report\",null,null]]" \
		"$(sheet "[.rows[6:][] | .[0:7]]")"
	expect_same "[\"H7:H9\",\"I7:I9\",\"J7:J9\"]" "$(sheet "[.validations[].cells]")"
	expect_same "[\"list\",\"whole\",\"date\"]" "$(sheet "[.validations[].type]")"
	expect_same "[\"O\",\"P\"]" "$(sheet .hidden)"
	expect_same true "$(sheet .protected)"
	expect_same "[\"B4\"]" "$(sheet "[.cells | to_entries[] | select(.value.unlocked) | .key | select(test(\"[789]\$\") | not)]")"
	expect_same 21 "$(sheet "[.cells | to_entries[] | select(.value.unlocked) | .key | select(test(\"^[H-N][789]\$\"))] | length")"
	expect_same "\"TLP:AMBER\"" "$(sheet ".header[1]")"
	jq -e ".sheets[] | select(.name == \"qorgan\") | .state == \"hidden\"" form.read
	jq -e "[.. | objects | select(has(\"formula\")) | select(.type == null)] == [] and .external == []" form.read
	qorgan -q form --period 2026-Q2 -o again.xlsx
	cmp form.xlsx again.xlsx
'

test_case 'one that nobody filled in is refused for its missing name, and changes nothing' '
	unchanged 65 qorgan load form.xlsx
	said_cell B4 "who filled the form in is missing"
	fill form.xlsx empty.xlsx "$WHO"
	unchanged 0 qorgan load empty.xlsx
	expect_one_line "nothing in the form changes anything"
'

test_case 'each faulty cell is named, and nothing is changed' '
	fill form.xlsx bad.xlsx "$WHO" I7=140 H8=nonsense J9=2026-07-01 H9=planned
	unchanged 65 qorgan load bad.xlsx
	said_cell I7 "progress 140 is over 100"
	said_cell H8 ""
	said_cell J9 "2026-07-01 is not within the period, 2026-04-01 to 2026-06-30"
	grep -q "3 faults in the form; nothing was changed" said
	fill form.xlsx bad.xlsx "$WHO" H7==1+1 I8=40 H9=on-hold
	unchanged 65 qorgan load bad.xlsx
	said_cell H7 "it holds a formula: write its value"
	said_cell H8 "a status is missing: nothing was reported on the measure before"
	fill form.xlsx bad.xlsx "$WHO" H9=on-hold
	unchanged 65 qorgan load bad.xlsx
	said_cell N9 ""
	fill form.xlsx bad.xlsx "$WHO" I7=0.4 J7=2026-06-20 H8=planned J8=soon
	unchanged 65 qorgan load bad.xlsx
	said_cell I7 "progress 0.4 is not a whole number of per cent"
	said_cell J8 "it is not a date"
	fill form.xlsx bad.xlsx "$WHO" I7=-1 I8="half" H8=planned H9=planned J9=2026-06-20 "K7=a'$'\u202e''b"
	unchanged 65 qorgan load bad.xlsx
	said_cell I7 "progress -1 is below 0"
	said_cell I8 "progress \"half\" is not a number"
	said_cell J9 "2026-06-20 is still to come"
'

test_case 'what the form is of cannot be changed' '
	fill form.xlsx wrong.xlsx "$WHO" A7=TST-01-M10 H7=planned
	unchanged 65 qorgan load wrong.xlsx
	said_cell A7 "the row is not as this store wrote it"
	fill form.xlsx wrong.xlsx "$WHO" O7=2 H7=planned
	unchanged 65 qorgan load wrong.xlsx
	said_cell A7 "the row is not as this store wrote it"
	for change in B3=KAZ B4=2026-Q1 B5=ru B6=00; do
		fill form.xlsx wrong.xlsx "$WHO" H7=planned "qorgan!$change"
		unchanged 65 qorgan load wrong.xlsx
		expect_one_line "is not what this store wrote"
	done
	code=$(jq -r ".sheets[0].rows[6][15]" form.read)
	fill form.xlsx wrong.xlsx "$WHO" H7=planned A8=TST-01-M1 O8=1 "P8=$code" H8=planned
	unchanged 65 qorgan load wrong.xlsx
	said_cell A8 "TST-01-M1 has two rows"
'

test_case 'a form of another store or another period is refused' '
	(
		export QORGAN_STORE=$WORK/other
		qorgan -q init --state UZB --as a.karimova --recipient "$(age-keygen -y identity)" >/dev/null
		qorgan -q load plan.jsonl
		fill form.xlsx filled.xlsx "$WHO" H7=planned
		unchanged 65 qorgan load filled.xlsx
		expect_one_line "the form was written by another store, qorgan/UZB/"
	)
	fill form.xlsx filled.xlsx "$WHO" H7=planned
	unchanged 65 qorgan load --period 2026-Q1 filled.xlsx
	expect_one_line "the form is of the period 2026-Q2, not 2026-Q1"
	QORGAN_NOW=2027-01-10T10:00:00Z unchanged 65 qorgan load filled.xlsx
	expect_one_line "which ended long ago"
	QORGAN_NOW=2026-03-10T10:00:00Z unchanged 65 qorgan load filled.xlsx
	expect_one_line "which has not begun"
'

test_case 'the difference is shown first, then it is one commit that names who filled it in' '
	fill form.xlsx filled.xlsx "$WHO" "H7=in progress" I7=55 J7=2026-06-01 "K7='"'"'=cmd() and more" H9=on-hold "N9=no money"
	root_now >before
	qorgan load --dry-run filled.xlsx >shown
	expect_same "$(cat before)" "$(root_now)"
	grep -A2 "Progress" shown | grep -q -- "+ 55"
	grep -q -- "- first words" shown
	qorgan load --dry-run --json filled.xlsx | jq -e ".filled == 2 and .dry_run and .commit == 0 and
		([.rows[].measure] == [\"TST-01-M1\", \"TST-01-M10\"]) and (.rows[0].changes | map(select(.path == \"progress\"))[0].new == 55)"
	qorgan -q load filled.xlsx -m "as they wrote"
	qorgan show TST-01-M1/UZB --json | jq -e ".status == \"in-progress\" and .progress == 55 and .date == \"2026-06-01\" and .note.en == \"=cmd() and more\""
	qorgan show TST-01-M10/UZB --json | jq -e ".status == \"on-hold\" and .reason == \"no money\" and .date == \"2026-06-10\""
	expect_code 66 qorgan show TST-01-M2/UZB
	qorgan log --json | jq -e ".[0].message == \"as they wrote (form of UZB for 2026-Q2, filled in by D. Akhmetova, Ministry of Communications)\" and .[0].versions == 2"
'

test_case 'a row that is older than what is on record is not taken, unless the others are asked for' '
	qorgan -q form --period 2026-Q2 -o second.xlsx
	qorgan -q status TST-01-M1 in-progress --progress 60
	fill second.xlsx filled.xlsx "$WHO" "H7=in progress" I7=58 "H8=in-progress" "I8=10 %"
	unchanged 75 qorgan load filled.xlsx
	grep -q "A7: TST-01-M1 is at version 3 now, and the form was made from 2" said
	qorgan load --only-fresh filled.xlsx 2>said
	qorgan show TST-01-M1/UZB --json | jq -e ".progress == 60"
	qorgan show TST-01-M2/UZB --json | jq -e ".progress == 10"
	unchanged 75 qorgan load filled.xlsx
'

test_case 'the form of another state has what is released to it alone' '
	qorgan form --state Kazakhstan --period 2026-Q2 -o kaz.xlsx 2>said
	grep -q "2 measures are not released to that state" said
	"$ROOT/tests/interop/read_xlsx.py" kaz.xlsx >kaz.read
	expect_same "[\"TST-01-M1\"]" "$(jq -c "[.sheets[0].rows[6:][] | .[0]]" kaz.read)"
	! grep -qE "TST-01-M2|Others" kaz.read
	fill kaz.xlsx kaz-filled.xlsx "$WHO" H7=planned
	qorgan -q load kaz-filled.xlsx 2>warning
	qorgan show TST-01-M1/KAZ --json | jq -e ".status == \"planned\""
	expect_code 66 qorgan form --state AZE -o aze.xlsx
	[ ! -e aze.xlsx ]
'

test_case 'hostile workbooks get one line, and change nothing' '
	python3 - <<-"END"
	import struct, zipfile
	def rebuild(name, change=None, more=()):
	    with zipfile.ZipFile("form.xlsx") as old, zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED) as new:
	        for entry in old.namelist():
	            content = old.read(entry)
	            new.writestr(entry, change(entry, content) if change else content)
	        for entry, content in more:
	            new.writestr(entry, content)
	def on(wanted, old, new):
	    def change(entry, content):
	        if entry != wanted:
	            return content
	        assert old in content, (wanted, old)
	        return content.replace(old, new, 1)
	    return change
	rebuild("bomb.xlsx", more=[("xl/media/x.bin", b"\0" * (15 << 20))])
	rebuild("large.xlsx", more=[("xl/media/x.bin", b"\0" * (17 << 20))])
	rebuild("many.xlsx", more=[("x/%d" % i, b"") for i in range(1001)])
	rebuild("doctype.xlsx", on("xl/workbook.xml", b"<workbook ", b"<!DOCTYPE w [<!ENTITY a \"b\">]><workbook "))
	rebuild("external.xlsx", on("xl/_rels/workbook.xml.rels", b"<Relationship ", b"<Relationship Id=\"rIdX\" Type=\"x\" TargetMode=\"External\" Target=\"http://example.org/\"/><Relationship "))
	rebuild("links.xlsx", more=[("xl/externalLinks/externalLink1.xml", b"<x/>")])
	rebuild("macro.xlsx", more=[("xl/vbaProject.bin", b"x")])
	rebuild("broken.xlsx", on("xl/worksheets/sheet1.xml", b"</row>", b""))
	rebuild("string.xlsx", on("xl/worksheets/sheet1.xml", b"<v>0</v>", b"<v>99999999</v>"))
	rebuild("deep.xlsx", on("xl/worksheets/sheet1.xml", b"<sheetData>", b"<sheetData>" + b"<a>" * 5000))
	rebuild("other.xlsx", on("xl/workbook.xml", b"name=\"qorgan\"", b"name=\"other\""))
	data = open("form.xlsx", "rb").read()
	open("short.xlsx", "wb").write(data[:len(data) // 2])
	at = zipfile.ZipFile("form.xlsx").getinfo("xl/worksheets/sheet1.xml").header_offset + 200
	open("flipped.xlsx", "wb").write(data[:at] + bytes([data[at] ^ 1]) + data[at + 1:])
	open("magic.xlsx", "wb").write(b"PK\3\4")
	END
	for name in bomb large many doctype external links macro broken string deep other short flipped magic; do
		unchanged 65 qorgan load $name.xlsx
		expect_one_line "$name.xlsx" || { echo "$name"; exit 1; }
	done
	unchanged 65 qorgan load doctype.xlsx
	expect_one_line "a document type is not allowed"
	unchanged 65 qorgan load bomb.xlsx
	expect_one_line "is packed more than 250 times"
	unchanged 64 qorgan load form.xlsx plan.jsonl
	unchanged 64 qorgan load --only-fresh plan.jsonl
'

if command -v soffice >/dev/null; then
	test_case 'a form that LibreOffice saved is taken, too' '
		qorgan -q form --period 2026-Q2 -o third.xlsx
		fill third.xlsx filled.xlsx "$WHO" "H7=in progress" I7=77 J7=2026-06-09 "K7=words & <more>"
		mkdir -p saved
		soffice -env:UserInstallation=file://$WORK/office --headless --convert-to xlsx --outdir saved filled.xlsx >office.out 2>&1
		qorgan load saved/filled.xlsx 2>said || { cat said; exit 1; }
		qorgan show TST-01-M1/UZB --json | jq -e ".progress == 77 and .date == \"2026-06-09\" and .note.en == \"words & <more>\""
	'
else
	test_skip 'a form that LibreOffice saved: soffice is not installed (libreoffice-calc-nogui)'
fi

test_done
