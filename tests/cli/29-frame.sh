# What surrounds a report: title, foreword, and whether it is a draft or who approved it, judged in each format by a reader of others.
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

test_case 'a draft says so on every page, and its text is as without it' '
	qorgan --lang ru report --period 2026-H1 -o plain.pdf
	for format in text md html pdf xlsx json ics; do
		qorgan --lang ru report --period 2026-H1 --state-of draft -f $format -o draft.$format
	done
	pages=$(pdfinfo draft.pdf | sed -n "s/^Pages: *//p")
	[ "$pages" -ge 2 ]
	for page in $(seq "$pages"); do
		expect_same 1 "$(pdftotext -raw -f $page -l $page draft.pdf - | grep -c "^ПРОЕКТ")"
	done
	pdftotext -raw draft.pdf - | sed "s/^ПРОЕКТ · //; /^ПРОЕКТ\$/d" | cmp - <(pdftotext -raw plain.pdf -)
	expect_same ПРОЕКТ "$(head -n 1 draft.text)"
	expect_same "**ПРОЕКТ**" "$(head -n 1 draft.md)"
	html_text draft.html | grep -o ПРОЕКТ | wc -l | grep -qx 2 # at the head, and across what is printed
	grep -q "<p class=\"across\"><span>ПРОЕКТ</span>" draft.html
	xlsx_texts draft.xlsx | head -n 1 | grep -qx ПРОЕКТ
	for sheet in $(unzip -Z1 draft.xlsx "xl/worksheets/sheet*.xml"); do
		xlsx_part draft.xlsx "$sheet" | grep -c "^&[LC].*TLP:GREEN · ПРОЕКТ&R" | grep -qx 2
	done
	jq -e ".state_of == \"draft\" and .approved_by == null and .approved_on == null" draft.json
	grep -q "^X-WR-CALNAME:.*(ПРОЕКТ)" draft.ics
'

# How much ink is on the pages beside that of the same report without the word.
test_case 'the word lies across each page as a picture, pale and behind the text' '
	grey() { pdftoppm -r 20 -gray -f $2 -l $2 "$1" | python3 -c "
import sys
data = sys.stdin.buffer.read()
fields = data.split(None, 4)
width, height = int(fields[1]), int(fields[2])
pixels = data[-width * height:]
print(sum(1 for each in pixels if 0xdf <= each <= 0xe9), min(pixels))"; }
	for page in $(seq $(pdfinfo draft.pdf | sed -n "s/^Pages: *//p")); do
		read -r with darkest <<<"$(grey draft.pdf $page)"
		read -r without dark <<<"$(grey plain.pdf $page)"
		[ "$with" -gt $((without + 500)) ]
		[ "$darkest" -le "$dark" ]
	done
'

test_case 'a final one says who approved which version, and when' '
	who="А. Каримова, Секретарь <Совета> & безопасности"
	for format in text md html pdf xlsx json; do
		qorgan report --period 2026-H1 --state-of final --approved-by "$who" -f $format -o final.$format
	done
	read -r leaves root <<<"$(root_now)"
	jq -e --arg who "$who" --arg root "$root" --argjson leaves "$leaves" ".state_of == \"final\" and .approved_by == \$who and
		.approved_on == \"2026-07-02\" and .checkpoint.root == \$root and .checkpoint.size == \$leaves" final.json
	for text in <(cat final.text) <(sed "s/\\\\//g" final.md) <(html_text final.html) <(pdftotext -raw final.pdf -) <(xlsx_texts final.xlsx); do
		tr -s " \n" " " <"$text" >words
		grep -qF "$who" words
		grep -qE "Approved on.{0,6}(2026-07-02|2 July 2026)" words
		grep -qE "Approved version.{0,6}$leaves leaves, root ${root:0:40}" words
		not grep -q DRAFT words
	done
	for lang in ru uz uz-Cyrl kk ky tg tk az; do
		qorgan --lang $lang report --period 2026-H1 --state-of draft >$lang.draft
		qorgan --lang $lang report --period 2026-H1 --state-of final --approved-by "$who" >$lang.final
		not grep -qE "DRAFT|Approved|Final" $lang.draft $lang.final
	done
'

test_case 'draft and final do not go with anything' '
	expect_code 64 qorgan report --state-of final
	expect_one_line "give --approved-by"
	expect_code 64 qorgan report --state-of draft --approved-by "A, B"
	expect_code 64 qorgan report --approved-by "A, B"
	expect_code 64 qorgan report --state-of done
	for who in "A. Karimova" ", Secretary" "A. Karimova, "; do
		expect_code 65 qorgan report --state-of final --approved-by "$who"
		expect_one_line "write \"NAME, OFFICE\""
	done
	expect_code 65 qorgan report --state-of final --approved-by "$(printf "A\342\200\256, B")"
	expect_code 64 qorgan report --state-of draft -f csv
	unchanged 64 qorgan report freeze 2026-H1 --state-of final
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
