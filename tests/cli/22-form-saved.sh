# A form that came back as another program's file: OpenDocument, CSV; and hostile ones.
. "$(dirname "$0")/lib.sh"
store_make
cat >plan.jsonl <<'JSON'
{"kind":"domain","id":"TST","title":{"en":"Test"},"coordinator":"UZB"}
{"kind":"risk","id":"TST-01","domain":"TST","title":{"en":"First"},"coordinator":"UZB"}
{"kind":"measure","id":"TST-01-M1","risks":["TST-01"],"title":{"en":"Radios"},"lead":"UZB","start":"2026-01-15","due":"2027-12-01"}
{"kind":"measure","id":"TST-01-M2","risks":["TST-01"],"title":{"en":"Posts"},"lead":"UZB","start":"2026-01-15","due":"2027-12-01"}
JSON
export QORGAN_NOW=2026-06-10T10:00:00Z
qorgan -q load plan.jsonl
QORGAN_LANG=ru qorgan -q form --period 2026-Q2 -o form.xlsx
fill() { "$ROOT/tests/cli/fill_form.py" "$@"; }
save() { "$ROOT/tests/cli/save_form.py" "$@"; }
fill form.xlsx filled.xlsx "B4=D. Akhmetova" "H7=in progress" I7=55 J7=2026-06-01 "K7=first line, \"quoted\"; and
a second" "H8=on-hold" "N8=no money"
# said_cell CELL TEXT: a fault of that cell was told.
said_cell() { grep -qF -- "$1: $2" said || { echo "expected: $1: $2"; cat said; return 1; }; }

test_case 'a form means the same whichever program saved it' '
	save filled.xlsx filled.ods
	save filled.xlsx filled.csv
	qorgan load --dry-run --json filled.xlsx | jq -S . >expected
	jq -e ".filled == 2 and (.rows[0].changes | map(select(.path == \"note.ru\"))[0].new == \"first line, \\\"quoted\\\"; and\\na second\")" expected
	for name in filled.ods filled.csv; do
		qorgan load --dry-run --json $name | jq -S . | cmp - expected
	done
	save filled.xlsx words.csv "in progress==>выполняется"
	qorgan load --dry-run --json words.csv | jq -S . | cmp - expected
'

test_case 'a cell that is covered, repeated or of another type is what people see of it' '
	cell="<table:table-cell office:value-type=\"float\" office:value=\"55\"><text:p>x</text:p></table:table-cell>"
	with() { save filled.xlsx changed.ods "$cell==>$1"; }
	with "<table:table-cell office:value-type=\"percentage\" office:value=\"0.29\"><text:p>29 %</text:p></table:table-cell>"
	qorgan load --dry-run --json changed.ods | jq -e ".rows[0].changes | map(select(.path == \"progress\"))[0].new == 29"
	with "<table:covered-table-cell office:value-type=\"float\" office:value=\"99\"><text:p>99</text:p></table:covered-table-cell>"
	qorgan load --dry-run --json changed.ods | jq -e "[.rows[0].changes[].path] | index(\"progress\") | not"
	with "<table:table-cell office:value-type=\"boolean\" office:boolean-value=\"true\"/>"
	unchanged 65 qorgan load changed.ods
	said_cell I7 "it holds neither a text nor a number"
	with "<table:table-cell table:formula=\"of:=1+1\" office:value-type=\"float\" office:value=\"2\"/>"
	unchanged 65 qorgan load changed.ods
	said_cell I7 "it holds a formula"
	with "<table:table-cell office:value-type=\"string\"><text:p>4<text:span>0</text:span><text:s/>%</text:p></table:table-cell>"
	qorgan load --dry-run --json changed.ods | jq -e ".rows[0].changes | map(select(.path == \"progress\"))[0].new == 40"
	save filled.xlsx changed.ods "<table:table-row>==><table:table-row table:number-rows-repeated=\"1\">"
	qorgan load --dry-run changed.ods
	save filled.xlsx changed.csv ";55;==>;140;"
	unchanged 65 qorgan load changed.csv
	said_cell I7 "progress 140 is over 100"
'

test_case 'what a table says of itself cannot be changed' '
	for change in "UZB;2026-Q2==>UZB;2026-Q1" "UZB;2026-Q2==>KAZ;2026-Q2" "TST-01-M2==>TST-01-M1"; do
		save filled.xlsx wrong.csv "$change"
		unchanged 65 qorgan load wrong.csv
		grep -q "is not what this store wrote\|is not as this store wrote it" said
	done
	head -c 200 filled.csv >short.csv
	unchanged 65 qorgan load short.csv
	tail -c +4 filled.csv | sed "s/first/\xe9/" >latin.csv
	unchanged 65 qorgan load latin.csv
	expect_one_line "save it as UTF-8"
'

test_case 'hostile tables of OpenDocument get one line, and change nothing' '
	row="<table:table-row>" end="</table:table-row>" full="<table:table-cell office:value-type=\"float\" office:value=\"1\""
	bad() {
		save filled.xlsx bad.ods "$1"
		unchanged 65 qorgan load bad.ods
		expect_one_line "$2"
	}
	bad "$row==>$row$full table:number-columns-repeated=\"16385\"/>$end$row" "longer than a sheet is wide"
	bad "$row==>$row$full table:number-columns-repeated=\"4294967297\"/>$end$row" "longer than a sheet is wide"
	bad "$row==><table:table-row table:number-rows-repeated=\"1048577\">" "more rows than it can have"
	bad "$row==><table:table-row table:number-rows-repeated=\"1048000\"><table:table-cell/>$end$row" "more rows than it can have"
	bad "<table:table-row table:number-rows-repeated=\"1048000\"><table:table-cell==><table:table-row table:number-rows-repeated=\"1048000\">$full" "more than 200000 cells"
	bad "</office:annotation><text:p>==></office:annotation><text:p><text:s text:c=\"131073\"/>" "too many blanks"
	bad "</office:annotation><text:p>==></office:annotation><text:p><text:s text:c=\"131072\"/>x" "more than 131072 bytes"
	bad "<text:p>==><table:table table:name=\"x\"/><text:p>" "a table stands within a cell"
	bad "$row==><table:table table:name=\"x\"/>$row" "a table stands within a table"
	bad "$row==><table:table-source/>$row" "takes values from another file"
	bad "<office:body>==><office:body><table:dde-links/>" "takes values from another file"
	bad "name=\"qorgan\"==>name=\"form\"" "two sheets of the name"
	bad "<office:document-content==><!DOCTYPE a [<!ENTITY b \"c\">]><office:document-content" "a document type is not allowed"
	bad "office:value=\"55\"==>office:value=\"1e999\"" "is none"
	bad "</office:body>==>" "content.xml"
	python3 - <<-"PYTHON"
	import zipfile
	def rebuild(name, more):
	    with zipfile.ZipFile("filled.ods") as old, zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED) as new:
	        for entry in old.namelist():
	            new.writestr(entry, old.read(entry))
	        for entry, content in more:
	            new.writestr(entry, content)
	rebuild("macro.ods", [("Basic/Standard/x.xml", "<x/>")])
	rebuild("bomb.ods", [("x", b"\0" * (15 << 20))])
	rebuild("twice.ods", [("content.xml", "<x/>")])
	PYTHON
	for pair in "macro:holds macros" "bomb:packed more than 250 times" "twice:is none, or a damaged one"; do
		unchanged 65 qorgan load "${pair%%:*}.ods"
		expect_one_line "${pair#*:}"
	done
'

test_case 'a cell or a value that stands twice is refused: programs differ in which they show' '
	python3 - <<-"PYTHON"
	import re, zipfile
	def rebuild(name, change):
	    with zipfile.ZipFile("form.xlsx") as old, zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED) as new:
	        for entry in old.namelist():
	            content = old.read(entry).decode("utf-8", "surrogateescape")
	            if entry == "xl/worksheets/sheet1.xml":
	                changed = change(content)
	                assert changed != content
	                content = changed
	            new.writestr(entry, content.encode("utf-8", "surrogateescape"))
	cell = r"<c r=\"H7\"[^>]*/>"
	rebuild("cells.xlsx", lambda text: re.sub(cell, "<c r=\"H7\" t=\"inlineStr\"><is><t>planned</t></is></c><c r=\"H7\" t=\"inlineStr\"><is><t>completed</t></is></c>", text))
	rebuild("values.xlsx", lambda text: re.sub(cell, "<c r=\"H7\"><v>1</v><v>0</v></c>", text))
	rebuild("far.xlsx", lambda text: re.sub(cell, "<c r=\"XFD1048577\"><v>1</v></c>", text))
	rebuild("wide.xlsx", lambda text: re.sub(cell, "<c r=\"XFE1\"><v>1</v></c>", text))
	rebuild("rich.xlsx", lambda text: re.sub(cell, "<c r=\"H7\" t=\"inlineStr\"><is><r><t>plan</t></r><r><t>ned</t></r><rPh><t>x</t></rPh></is></c>", text).replace("<c r=\"B4\"", "<c r=\"B4\" t=\"inlineStr\"><is><t>Me</t></is></c><c r=\"C4\"", 1))
	rebuild("steer.xlsx", lambda text: re.sub(r"<c r=\"I7\"[^>]*/>", "<c r=\"I7\" t=\"inlineStr\"><is><t>_x001B_[2J</t></is></c>", text).replace("<c r=\"B4\"", "<c r=\"B4\" t=\"inlineStr\"><is><t>Me</t></is></c><c r=\"C4\"", 1).replace("<c r=\"H7\"", "<c r=\"H7\" t=\"inlineStr\"><is><t>planned</t></is></c><c r=\"Z7\"", 1))
	PYTHON
	for pair in "cells:the cell H7 stands in it twice" "values:a cell has two values" "far:is not where it says" "wide:is not where it says"; do
		unchanged 65 qorgan load "${pair%%:*}.xlsx"
		expect_one_line "${pair#*:}"
	done
	qorgan load --dry-run --json rich.xlsx | jq -e ".rows[0].changes | map(select(.path == \"status\"))[0].new == \"planned\""
	unchanged 65 qorgan load steer.xlsx
	said_cell I7 "progress \""
	not grep -q "$(printf "\033")" said
'

test_case 'a text may be long, and one that is longer than its field is a fault of its cell' '
	save filled.xlsx long.ods "first line==>$(head -c 10000 /dev/zero | tr "\0" x)"
	qorgan load --dry-run --json long.ods | jq -e ".rows[0].changes | map(select(.path == \"note.ru\"))[0].new | length > 10000"
	qorgan -q load filled.ods
	qorgan show TST-01-M1/UZB --json | jq -e ".progress == 55 and .date == \"2026-06-01\""
	unchanged 75 qorgan load filled.csv
'

if command -v soffice >/dev/null; then
	test_case 'a form that LibreOffice saved as OpenDocument or CSV is taken' '
		qorgan -q form --period 2026-Q2 -o third.xlsx
		fill third.xlsx third-filled.xlsx "B4=D. Akhmetova" "H7=completed" J7=2026-06-09 "K7=words & <more>"
		qorgan load --dry-run --json third-filled.xlsx | jq -S . >expected
		for filter in ods "csv:Text - txt - csv (StarCalc):59,34,76,1"; do
			soffice -env:UserInstallation=file://$WORK/office --headless --convert-to "$filter" --outdir saved third-filled.xlsx >office.out 2>&1
			qorgan load --dry-run --json saved/third-filled.${filter%%:*} | jq -S . | cmp - expected
		done
	'
else
	test_skip 'a form that LibreOffice saved: soffice is not installed (libreoffice-calc-nogui)'
fi

test_done
