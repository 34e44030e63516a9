# Every report of a period in one run: the page links all of it, the sums hold, a folder of others stays.
. "$(dirname "$0")/lib.sh"
store_make
export QORGAN_NOW=2026-01-05T08:00:00Z
qorgan -q load "$ROOT/catalogue/2026-2028"
export QORGAN_NOW=2026-07-05T08:00:00Z

test_case 'every report is there in every language, and the page links just what is there' '
	qorgan report --all all --period last -f html,text,json,ics
	[ "$(ls all/status.*.html | wc -l)" -eq 9 ]
	[ "$(ls all/*.html all/*.txt | wc -l)" -eq $((7 * 9 * 2 + 1 + 9)) ]
	[ "$(ls all/*.ics | wc -l)" -eq 27 ]
	[ "$(ls all/*.json | wc -l)" -eq 7 ]
	python3 - all <<\END
import html.parser, os, sys
folder = sys.argv[1]
links, languages, stack = [], set(), []
class Reader(html.parser.HTMLParser):
    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "a":
            links.append(attributes["href"])
        if "lang" in attributes:
            languages.add(attributes["lang"])
        if tag not in ("meta",):
            stack.append(tag)
    def handle_endtag(self, tag):
        assert stack.pop() == tag
text = open(os.path.join(folder, "index.html"), encoding="utf-8").read()
Reader().feed(text)
assert not stack
assert len(links) == len(set(links))
assert set(links) == set(os.listdir(folder)) - {"index.html", "SHA256SUMS"}, set(links) ^ set(os.listdir(folder))
assert not any("/" in link for link in links) and os.getcwd() not in text
assert languages == {"en", "ru", "uz", "uz-Cyrl", "kk", "ky", "tg", "tk", "az"}, languages
assert "2026-H1" in text and "TLP:RED" in text
END
	[ "$(stat -c %a all)" = 700 ]
	[ "$(stat -c %a all/status.ru.html)" = 600 ]
'

test_case 'the last period is the one before that of today, of the kind that is named' '
	period() { qorgan report matrix --period "$1" --json | jq -r .period.label; }
	expect_same "2026-H1 2026-Q2 2025-H2 2026-Q1" "$(period last) $(period LAST-q) $(export QORGAN_NOW=2026-06-30T23:59:59Z
		echo "$(period last)" "$(period last-Q)")"
	for text in last- last-X lasting; do
		expect_code 65 qorgan report --period "$text"
	done
'

test_case 'each is what the report alone would be' '
	qorgan --lang kk,en report register --period 2026-H1 -f html -o one.html
	qorgan report --all same --period 2026-H1 --lang kk,en -f html,json,text
	qorgan --lang kk,en report due --period 2026-H1 -o one.txt
	cmp one.txt same/due.kk.txt
	cmp one.html same/register.kk.html
	qorgan --lang kk,en report status --joint --period 2026-H1 --json >one.json
	cmp one.json same/joint.json
	[ "$(ls same/*.html | wc -l)" -eq 15 ]
'

test_case 'sums and covering letters name what is enclosed' '
	(cd all && sha256sum --quiet -c SHA256SUMS)
	expect_same "$(ls all | grep -vx SHA256SUMS)" "$(cut -c 67- all/SHA256SUMS | LC_ALL=C.UTF-8 sort)"
	for language in ru tg en; do
		grep -E "^[0-9a-f]{64}  " "all/letter.$language.txt" >enclosed
		(cd all && sha256sum --quiet -c ../enclosed)
		[ "$(wc -l <enclosed)" -eq $((7 * 2 + 3 + 7)) ]
		not grep -q "\.uz\." enclosed
	done
	grep -q "Узбекистан, за период 2026-H1 (01.01.2026 – 30.06.2026)" all/letter.ru.txt
	[ "$(head -n 1 all/letter.ru.txt)" = TLP:RED ]
'

test_case 'a second run replaces it, narrowed too; what another wrote there keeps it as it is' '
	qorgan report --all all/ --lang ru -f html --json >told.json
	expect_same "$(ls all | wc -l)" "$(jq .files told.json)"
	expect_same "changes.ru.html due.ru.html index.html joint.ru.html letter.ru.txt matrix.ru.html register.ru.html SHA256SUMS status.ru.html summary.ru.html" \
		"$(echo $(ls all | LC_ALL=C.UTF-8 sort -f))"
	cp all/index.html before.html
	echo mine >all/minutes.txt
	expect_code 73 qorgan report --all all --lang kk -f html
	expect_one_line "minutes.txt"
	cmp before.html all/index.html
	rm all/minutes.txt
	expect_code 64 qorgan report --all all --lang xx -f html
	expect_code 64 qorgan report --all all -f docx
	expect_code 64 qorgan report due --all all
	expect_code 65 qorgan report --all all --period 2026-Q9
	expect_code 73 qorgan report --all before.html
	cmp before.html all/index.html
	[ -z "$(find . -maxdepth 1 -name "*.new-*")" ]
'

test_case 'dossiers of all are each what it alone would be, on a page that links just them' '
	qorgan report --all whole --dossiers state,domain,risk,measure --period 2026-H1 --lang ru -f html,json
	for kind in domain risk measure; do
		expect_same "$(qorgan $kind list --json | jq -r ".[].id" | sort)" \
			"$(ls whole | sed -n "s/^$kind-\(.*\)\.ru\.html$/\1/p" | sort)"
	done
	[ "$(ls whole/state-*.json | wc -l)" -eq 6 ]
	qorgan --lang ru report measure CYB-01-M1 --period 2026-H1 -f html | cmp - whole/measure-CYB-01-M1.ru.html
	qorgan --lang ru report state KAZ --period 2026-H1 --json | cmp - whole/state-KAZ.json
	expect_same "$(ls whole | grep -E "^(state|domain|risk|measure)-" | sort)" \
		"$(grep -oE "href=\"[^#\"]+" whole/dossiers.ru.html | cut -c7- | sort)"
	grep -q "href=\"dossiers.ru.html\"" whole/index.html
	not grep -q "href=\"measure" whole/index.html
	not grep -q measure-CYB whole/letter.ru.txt
	(cd whole && sha256sum --quiet -c SHA256SUMS)
	# A second run takes their place; what is of somebody else does not go.
	qorgan -q report --all whole --period 2026-H1 --lang ru -f json
	[ ! -e whole/measure-CYB-01-M1.json ]
	echo mine >whole/risk-notes.doc
	expect_code 73 qorgan -q report --all whole --period 2026-H1 --lang ru -f json
	qorgan -q report --all some --dossiers domain --period 2026-H1 --lang kk -f md
	expect_same "" "$(ls some | grep -E "^(measure|risk|state)-" || true)"
	[ -e some/domain-CYB.kk.md ]
'

test_case 'of a partner they are what may go there, and too many are refused before any is written' '
	qorgan -q report --all partner --for KAZ --dossiers state,domain,risk,measure --period 2026-H1 --lang en -f md
	[ -e partner/state-KAZ.en.md ]
	for id in $(qorgan report register --for KAZ --period 2026-H1 --json --preview | jq -r ".risks[].id"); do [ -e partner/risk-$id.en.md ]; done
	[ "$(ls partner/risk-*.md | wc -l)" -lt "$(qorgan risk list --json | jq length)" ]
	qorgan partner ledger KAZ --json | jq -e "last.report | endswith(\"--dossiers state,domain,risk,measure\")"
	seq -f "{\"kind\":\"domain\",\"id\":\"D%.0f\",\"title\":{\"en\":\"D\"}}" 600 | qorgan -q load -
	expect_code 64 qorgan report --all many --dossiers domain,measure
	grep -q "20000 is the most" said
	[ ! -e many ]
	expect_code 64 qorgan report --all many --dossiers commit
	expect_code 64 qorgan report --dossiers risk
'

test_done
