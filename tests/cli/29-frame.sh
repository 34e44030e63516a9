# What surrounds a report: title, foreword, letterhead, and whether it is a draft or who approved it, judged in each format by a reader of others.
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
	pdftotext -raw draft.pdf - | python3 -c "
import sys
pages = sys.stdin.read().split(chr(12))[:-1]
assert len(pages) >= 3
assert all(sum(line.startswith(\"ПРОЕКТ\") for line in page.splitlines()) == 1 for page in pages)"
	pdftotext -raw draft.pdf - | sed "s/^ПРОЕКТ · //; /^ПРОЕКТ\$/d" | cmp - <(pdftotext -raw plain.pdf -)
	expect_same ПРОЕКТ "$(head -n 1 draft.text)"
	expect_same "**ПРОЕКТ**" "$(head -n 1 draft.md)"
	html_text draft.html | grep -o ПРОЕКТ | wc -l | grep -qx 2 # at the head, and across what is printed
	grep -q "<p class=\"across\"><span>ПРОЕКТ</span>" draft.html
	xlsx_texts draft.xlsx | head -n 1 | grep -qx ПРОЕКТ
	sheets=$(unzip -Z1 draft.xlsx "xl/worksheets/sheet*.xml" | wc -l)
	expect_same "$((2 * sheets))" "$(unzip -p draft.xlsx "xl/worksheets/sheet*.xml" | grep -oE "<odd(Head|Foot)er>[^<]*TLP:GREEN · ПРОЕКТ&amp;R" | wc -l)"
	jq -e ".state_of == \"draft\" and .approved_by == null and .approved_on == null" draft.json
	grep -q "^X-WR-CALNAME:.*(ПРОЕКТ)" draft.ics
	qorgan --lang ru report matrix --title "Своя картина" --state-of draft -f svg | python3 -c "
import sys
from xml.etree import ElementTree
texts = [each.text for each in ElementTree.parse(sys.stdin).iter(\"{http://www.w3.org/2000/svg}text\")]
assert texts.index(\"ПРОЕКТ\") < texts.index(\"Своя картина\"), texts"
'

# Of each page in grey: how many points are as pale as the word, and the darkest one.
greys() {
	pdftoppm -r 20 -gray "$1" | python3 -c '
import sys
data = sys.stdin.buffer.read()
while data:
    _, width, height, rest = data.split(None, 3)
    data = rest.split(b"\n", 1)[1]
    size = int(width) * int(height)
    print(sum(0xdf <= each <= 0xe9 for each in data[:size]), min(data[:size]))
    data = data[size:]'
}

test_case 'the word lies across each page as a picture, pale and behind the text' '
	paste -d " " <(greys draft.pdf) <(greys plain.pdf) >pages
	[ "$(wc -l <pages)" -ge 3 ]
	while read -r with darkest without dark; do
		[ "$with" -gt $((without + 500)) ]
		[ "$darkest" -le "$dark" ]
	done <pages
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

# png FILE WIDTH HEIGHT [DAMAGE]: a picture that also tells who made it; `damage` is Python that
# changes the list of its chunks (type, content) or the bytes made of them.
png() {
	python3 - "$@" <<'END'
import struct, sys, zlib
path, width, height, damage = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), (sys.argv[4:] or [""])[0]
rows = (b"\0" + b"\x20\x60\xa0" * min(width, 64)) * min(height, 64)
chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)), (b"tEXt", b"Author\0A. Painter"),
          (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
exec(damage if damage.startswith("chunks") else "")
data = b"\x89PNG\r\n\x1a\n" + b"".join(struct.pack(">I", len(content)) + kind + content +
                                      struct.pack(">I", zlib.crc32(kind + content)) for kind, content in chunks)
exec(damage if damage.startswith("data") else "")
open(path, "wb").write(data)
END
}

test_case 'a letterhead stands above the title, its logo in every format that shows pictures' '
	mkdir paper
	png paper/emblem.png 60 40
	printf "\357\273\277name: Совет <b>& =1+1\r\naddress: 43 Long Street\r\n\r\naddress: *office*@example.uz\r\nlogo: emblem.png\r\n" >paper/head.txt
	for format in text md html pdf xlsx json; do
		qorgan report --period 2026-H1 --letterhead paper/head.txt -f $format -o headed.$format
	done
	printf "Совет <b>& =1+1\n43 Long Street\n*office*@example.uz\n\n$own\n" | cmp - <(head -n 5 headed.text)
	expect_same "**Совет \<b\>\& =1+1**<br>43 Long Street<br>\*office\*@example.uz" "$(head -n 1 headed.md)"
	jq -e ".letterhead == {name: \"Совет <b>& =1+1\", address: \"43 Long Street\n*office*@example.uz\"}" headed.json
	html_text headed.html | tr -s "\n " " " | grep -qF "Совет <b>& =1+1 43 Long Street *office*@example.uz $own"
	pdftotext -raw headed.pdf - | grep -A 3 -xF "Совет <b>& =1+1" | tail -n 1 | grep -qx "$own"
	xlsx_texts headed.xlsx | head -n 1 | grep -qxF "Совет <b>& =1+1"
	# The picture itself, and nothing that its file says besides.
	grep -o "data:image/png;base64,[^\"]*" headed.html | cut -d , -f 2 | base64 -d >from-html.png
	unzip -p headed.xlsx xl/media/image1.png | cmp - from-html.png
	not grep -q Painter from-html.png
	grep -q Painter paper/emblem.png
	pdfimages -list headed.pdf | grep -qE "^ +1 +0 image +60 +40 +rgb"
	pdfimages -png -f 1 -l 1 headed.pdf from-pdf
	pixels() { python3 -c "
import re, sys, zlib
data = open(sys.argv[1], \"rb\").read()
at, rows = 8, b\"\"
while at < len(data):
    size = int.from_bytes(data[at:at + 4], \"big\")
    rows += data[at + 8:at + 8 + size] if data[at + 4:at + 8] == b\"IDAT\" else b\"\"
    at += size + 12
rows = zlib.decompress(rows)
assert len(rows) == 40 * 181
print(rows[1:4].hex())" "$1"; }
	expect_same "2060a0 2060a0" "$(pixels from-html.png) $(pixels from-pdf-000.png)"
	for page in 2 3; do
		pdftotext -f $page -l $page headed.pdf - | not grep -q Long
	done
'

test_case 'a letterhead is in the language of the report, where it is written in that' '
	printf "name: Council\naddress: Tashkent\nname.ru: Совет\naddress.ru: Ташкент\naddress.ru: Узбекистан\nname.uz-Cyrl: Кенгаш\n" >paper/many.txt
	head_in() { qorgan --lang "$1" report --period 2026-H1 --letterhead paper/many.txt --json | jq -r ".letterhead | .name + \"|\" + .address"; }
	expect_same "Council|Tashkent" "$(head_in en)"
	expect_same "Council|Tashkent" "$(head_in kk)"
	expect_same "Совет|Ташкент
Узбекистан" "$(head_in ru)"
	expect_same "Кенгаш|" "$(head_in uz-Cyrl)"
	expect_same "Совет|Ташкент
Узбекистан" "$(head_in kk,ru)"
	printf "name.ru: Совет\n" >paper/many.txt
	expect_same "Совет|" "$(head_in en)"
	printf "name: A\naddress.ru: Ташкент\n" >paper/many.txt
	expect_code 65 qorgan report --letterhead paper/many.txt
	expect_one_line "no line \"name.ru: ...\""
	printf "name: A\nname.xx: B\n" >paper/many.txt
	expect_code 65 qorgan report --letterhead paper/many.txt
	expect_one_line "line 2 does not begin with name:"
'

test_case 'a letterhead that is none, and a logo that is none, are refused and no file is made' '
	refused() {
		expect_code 65 qorgan report --letterhead paper/bad.txt -o none.html
		expect_one_line "$1"
		[ ! -e none.html ]
	}
	printf "address: somewhere\n" >paper/bad.txt
	refused "has no line \"name: ...\""
	printf "name: A\nName: B\n" >paper/bad.txt
	refused "bad.txt, line 2 does not begin with name:"
	printf "name: A\nname: B\n" >paper/bad.txt
	refused "line 2 is one too many"
	printf "name:  \n" >paper/bad.txt
	refused "line 1 is empty"
	printf "name: A\342\200\256\n" >paper/bad.txt
	refused "line 1 has a character that may not stand in a line, U+202E"
	printf "name: \377\n" >paper/bad.txt
	refused "line 1 is not UTF-8"
	{ echo "name: A"; yes "address: B" | head -n 9; } >paper/bad.txt
	refused "line 10 is one too many"
	yes "address: B" | head -c 20000 >paper/bad.txt
	refused "is no letterhead"
	cp paper/emblem.png paper/bad.txt
	refused "is no letterhead"
	printf "name: A\nlogo: logo.svg\n" >paper/bad.txt
	echo "<svg xmlns=\"http://www.w3.org/2000/svg\"/>" >paper/logo.svg
	refused "logo.svg is no PNG"
	printf "name: A\nlogo: absent.png\n" >paper/bad.txt
	expect_code 66 qorgan report --letterhead paper/bad.txt -o none.html
	printf "name: A\nlogo: bad.png\n" >paper/bad.txt
	for size in "0 9" "9 0" "4001 9" "9 4001" "4294967295 4294967295"; do
		png paper/bad.png $size
		refused "a logo has 1 to 4000 a side"
	done
	for damage in "data = data[:-1]" "data = data[:20]" "data = data[:8]" "data = data[:-12]" \
		"data = data.replace(b\"IDAT\", b\"IDAX\")" "data = data[:60] + b\"!\" + data[61:]" "chunks = chunks[1:]" \
		"chunks = chunks[:2] + chunks[3:]" "chunks.insert(1, chunks[0])" "chunks.insert(1, (b\"EVIL\", b\"\"))" \
		"chunks[3] = (b\"IEND\", b\"hidden\")" "chunks.insert(1, (b\"PLTE\", bytes(771)))" "chunks.insert(1, (b\"tRNS\", bytes(257)))" \
		"chunks[0] = (b\"IHDR\", chunks[0][1][:8] + b\"\\3\\2\\0\\0\\0\")" "chunks[0] = (b\"IHDR\", chunks[0][1][:8] + b\"\\x08\\x07\\0\\0\\0\")"; do
		png paper/bad.png 60 40 "$damage"
		refused "is a damaged PNG"
	done
	png paper/bad.png 60 40 "data = data + bytes(2 << 20)"
	refused "larger than 2097152 bytes"
	# What is whole to the eye of its chunks and yet holds no picture.
	png paper/bad.png 60 40 "chunks[2] = (b\"IDAT\", b\"nothing\")"
	expect_code 65 qorgan report --letterhead paper/bad.txt -o none.pdf
	expect_one_line "damaged PNG"
	[ ! -e none.pdf ]
	png paper/bad.png 60 40 "data = data + b\"what follows is left out\""
	qorgan report --letterhead paper/bad.txt -f pdf >/dev/null
'

test_case 'it goes with all reports of a run, and with what is frozen' '
	qorgan -q report --all all --period 2026-H1 --lang en,kk -f html,json,csv --title "One title" --note note.txt \
		--letterhead paper/head.txt --state-of draft
	for file in all/*.html; do
		[ "$file" != all/index.html ] || continue
		html_text "$file" | grep -q "<script>alert(1)"
		grep -q "<h1>One title</h1>" "$file"
	done
	grep -q Алғысөз all/status.kk.html
	jq -e ".title == \"One title\" and .state_of == \"draft\"" all/matrix.json
	grep -q "<p class=\"stamp\">DRAFT</p>" all/index.html
	expect_same "ЖОБА" "$(head -n 1 all/letter.kk.txt)"
	grep -qx "43 Long Street" all/letter.kk.txt
	(cd all && sha256sum --quiet -c SHA256SUMS)
	qorgan report --period 2026-H1 -f html --title "One title" --note - <note.txt >before
	qorgan -q report freeze 2026-H1 -f html,csv,json --title "One title" --note note.txt
	qorgan report show 2026-H1 -f html | cmp - before
	qorgan report diff 2026-H1 # what surrounds it is no difference in what it tells
'

test_case 'a pipe into which nobody writes is not waited for; one into which somebody writes is read' '
	mkfifo silent
	printf "name: Council\nlogo: silent\n" >silent.txt
	for option in "--note silent" "--letterhead silent" "--letterhead silent.txt"; do
		expect_code 65 timeout 20 qorgan report --period 2026-H1 $option
		grep -q "silent is a pipe into which nobody writes" said
	done
	bash -c "qorgan report --period 2026-H1 --json --note <(echo Spoken)" | jq -e ".note == \"Spoken\""
'

test_done
