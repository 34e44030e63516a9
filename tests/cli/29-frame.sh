# What surrounds a report: title and foreword, judged in each format by a reader of others.
. "$(dirname "$0")/lib.sh"
store_make
{
	echo '{"kind":"domain","id":"TST","title":{"en":"Test","ru":"Проба"},"coordinator":"UZB"}'
	echo '{"kind":"risk","id":"TST-01","domain":"TST","title":{"en":"First","ru":"Первый"},"residual":{"likelihood":4,"impact":4}}'
	for i in $(seq 12); do
		echo "{\"kind\":\"measure\",\"id\":\"TST-01-M$i\",\"risks\":[\"TST-01\"],\"title\":{\"en\":\"Measure $i\"},\"lead\":\"UZB\",\"start\":\"2026-01-01\",\"due\":\"2026-09-30\",\"marking\":\"TLP:GREEN\"}"
	done
} >small.jsonl
QORGAN_NOW=2026-01-05T08:00:00Z qorgan -q load small.jsonl
export QORGAN_NOW=2026-07-02T09:00:00Z
own='Status report 2026-H1'

# The texts of a workbook's cells, a line each, and whether any cell is a formula.
xlsx_texts() {
	python3 - "$1" <<'END'
import re, sys, zipfile
from xml.etree import ElementTree
book = zipfile.ZipFile(sys.argv[1])
name = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
shared = []
if "xl/sharedStrings.xml" in book.namelist():
    shared = ["".join(t.text or "" for t in each.iter(name + "t"))
              for each in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))]
for part in sorted(p for p in book.namelist() if re.match(r"xl/worksheets/sheet\d+\.xml", p)):
    for cell in ElementTree.fromstring(book.read(part)).iter(name + "c"):
        assert cell.find(name + "f") is None, "a formula"
        value = cell.find(name + "v")
        if cell.get("t") == "s":
            print(shared[int(value.text)])
        elif cell.get("t") == "inlineStr":
            print("".join(t.text or "" for t in cell.iter(name + "t")))
END
}

# Of a part of a workbook, such as docProps/core.xml, its text.
xlsx_part() {
	unzip -p "$1" "$2" | python3 -c 'import sys; from xml.etree import ElementTree; print("\n".join(t for t in ElementTree.fromstring(sys.stdin.buffer.read()).itertext()))'
}

# What people read of a page in HTML, after the checks of check_html.py.
html_text() {
	python3 "$ROOT/tests/interop/check_html.py" "$1" | jq -r .text
}

test_case 'a title takes the place of the own one in every format for people' '
	title="Half year <b>& more</b> =1+1"
	for format in text md html pdf xlsx json ics; do
		qorgan report --period 2026-H1 --title "$title" -f $format -o titled.$format
	done
	expect_same "$title" "$(head -n 1 titled.text)"
	expect_same "# Half year \\<b\\>\\& more\\</b\\> =1+1" "$(head -n 1 titled.md)"
	python3 "$ROOT/tests/interop/check_html.py" titled.html >page
	expect_same "$title" "$(jq -r ".headings[0][1]" page)"
	expect_same "$title – TLP:GREEN" "$(jq -r .title page)"
	expect_same "$title" "$(pdfinfo titled.pdf | sed -n "s/^Title: *//p")"
	pdftotext -raw titled.pdf - | grep -qxF "$title"
	xlsx_texts titled.xlsx >cells
	expect_same "$title" "$(head -n 1 cells)"
	xlsx_part titled.xlsx docProps/core.xml | grep -qxF "$title"
	xlsx_part titled.xlsx xl/worksheets/sheet2.xml | grep -qF "&LHalf year <b>&& more</b> =1+1"
	expect_same "$title" "$(jq -r .title titled.json)"
	grep -qxF "X-WR-CALNAME:$title" <(tr -d "\r" <titled.ics)
	for text in titled.text titled.md cells page; do grep -qF "$own" $text; done
	qorgan report --period 2026-H1 --json | jq -e "has(\"title\") and .title == null and .note == null"
'

test_case 'a foreword stands before the first section, and nothing in it is more than words' '
	printf "\357\273\277=cmd()|calc\r\n<script>alert(1)</script>\r\n\r\n\r\n# [a](javascript:b) **c** &amp;\r\n" >note.txt
	printf "=cmd()|calc\n<script>alert(1)</script>\n\n# [a](javascript:b) **c** &amp;" >wanted
	for format in text md html pdf xlsx json; do
		qorgan report --period 2026-H1 --note note.txt -f $format -o noted.$format
	done
	cmp wanted <(jq -rj .note noted.json)
	python3 "$ROOT/tests/interop/check_html.py" noted.html >page
	jq -e "[.headings[][1]] | index(\"Foreword\") < index(\"In total\")" page
	while read -r line; do
		[ -n "$line" ] || continue
		jq -r .text page | grep -qF -- "$line"
		grep -qF -- "  $line" noted.text
	done <wanted
	pdftotext -raw noted.pdf - >words
	grep -n -m 1 "^=cmd()|calc" words
	[ "$(grep -n -m 1 "^=cmd()|calc" words | cut -d : -f 1)" -lt "$(grep -n "^Parts in measures" words | cut -d : -f 1)" ]
	[ "$(grep -n -m 1 "=cmd" noted.text | cut -d : -f 1)" -lt "$(grep -n -m 1 "^In total" noted.text | cut -d : -f 1)" ]
	xlsx_texts noted.xlsx >cells
	grep -qxF "=cmd()|calc" cells
	[ "$(grep -n -m 1 "=cmd" cells | cut -d : -f 1)" -lt "$(grep -n -m 1 "^In total" cells | cut -d : -f 1)" ]
	sed -n "/^## Foreword/,/^## In total/p" noted.md >part
	grep -qF "\\<script\\>alert(1)\\</script\\>" part
	grep -qF "\\# \\[a\\](javascript:b) \\*\\*c\\*\\* \\&amp;" part
'

test_case 'ten thousand letters without a space are all there' '
	python3 -c "print(\"ж\" * 10000)" >long.txt
	for format in text md html pdf xlsx json; do
		qorgan report --period 2026-H1 --note long.txt -f $format -o long.$format
	done
	letters() { python3 -c "import sys; print(sys.stdin.read().count(\"ж\"))"; }
	expect_same "10000 10000 10000 10000 10000 10000" "$(letters <long.text) $(letters <long.md) $(html_text long.html | letters) $(pdftotext long.pdf - | letters) $(xlsx_texts long.xlsx | letters) $(jq -r .note long.json | letters)"
'

test_case 'the foreword has its heading in the language of the report' '
	for pair in ru:Предисловие uz:Soʻzboshi uz-Cyrl:Сўзбоши kk:Алғысөз ky:"Баш сөз" tg:Пешгуфтор tk:Sözbaşy az:"Ön söz"; do
		qorgan --lang "${pair%%:*}" report --period 2026-H1 --note note.txt | grep -qx "${pair#*:}"
	done
'

test_case 'what may not stand is refused with its place, and no file is made' '
	expect_code 65 qorgan report --title "$(printf "a\342\200\256b")" -o none.html
	expect_one_line "U+202E: take out character 2"
	expect_code 65 qorgan report --title "$(printf "a\nb")" -o none.html
	expect_code 65 qorgan report --title "$(printf "a\377")" -o none.html
	expect_one_line "not UTF-8 at character 2"
	expect_code 65 qorgan report --title " " -o none.html
	expect_code 65 qorgan report --title "$(python3 -c "print(\"t\" * 10000)")" -o none.html
	expect_one_line "10000 characters"
	printf "one\ntwo \342\200\256" >bad.txt
	expect_code 65 qorgan report --note bad.txt -o none.html
	expect_one_line "bad.txt, line 2, character 5: U+202E"
	printf "one\n\ntw\001" >bad.txt
	expect_code 65 qorgan report --note bad.txt -o none.html
	expect_one_line "bad.txt, line 3, character 3: U+0001"
	printf "one\rtwo" >bad.txt
	expect_code 65 qorgan report --note bad.txt -o none.html
	printf "one\n\xff" >bad.txt
	expect_code 65 qorgan report --note bad.txt -o none.html
	expect_one_line "not UTF-8 at line 2, character 1"
	printf "\n \n" >bad.txt
	expect_code 65 qorgan report --note bad.txt -o none.html
	expect_one_line "no word of a foreword"
	head -c 65537 /dev/zero | tr "\0" a >bad.txt
	expect_code 65 qorgan report --note bad.txt -o none.html
	expect_one_line "larger than 65536"
	expect_code 66 qorgan report --note absent.txt -o none.html
	for format in csv oscal; do
		expect_code 64 qorgan report --title T -f $format -o none.html
		expect_one_line "has no place for a title"
	done
	unchanged 65 qorgan report freeze 2026-H1 --note bad.txt
	expect_code 65 qorgan report --all none --note bad.txt
	[ ! -e none.html ]
	[ ! -e none ]
	head -c 65536 /dev/zero | tr "\0" a >good.txt
	qorgan report --note good.txt --json | jq -e "(.note | length) == 65536"
'

test_case 'it goes with all reports of a run, and with what is frozen' '
	qorgan -q report --all all --period 2026-H1 --lang en,kk -f html,json,csv --title "One title" --note note.txt
	for file in all/*.html; do
		[ "$file" != all/index.html ] || continue
		html_text "$file" | grep -q "<script>alert(1)"
		grep -q "<h1>One title</h1>" "$file"
	done
	grep -q Алғысөз all/status.kk.html
	jq -e ".title == \"One title\"" all/matrix.json
	qorgan report --period 2026-H1 -f html --title "One title" --note - <note.txt >before
	qorgan -q report freeze 2026-H1 -f html,csv --title "One title" --note note.txt
	qorgan report show 2026-H1 -f html | cmp - before
'

test_done
