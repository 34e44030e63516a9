# A picture of a report alone, as SVG and as PNG: a file of its own that tells the same numbers.
. "$(dirname "$0")/lib.sh"
store_make
python3 - >some.jsonl <<END
import json
states = ["UZB", "KAZ", "KGZ", "TJK", "TKM", "AZE"]
odd = "<script>alert(1)</script> ]]> & \"a\" 'b' \\u05d0\\u05d1 e\\u0301 " + "W" * 300
print(json.dumps({"kind": "domain", "id": "ODD", "title": {"en": odd, "ru": odd}, "coordinator": "UZB", "marking": "AMBER"}))
for i in range(6):
    level = lambda lower: {"likelihood": 5 - i % 3 - lower, "impact": 5 - lower - i % 2}
    print(json.dumps({"kind": "risk", "id": f"ODD-{i + 1:02}", "domain": "ODD", "title": {"en": odd[i:], "ru": odd[i:]},
        "coordinator": "UZB", "treatment": "mitigate", "inherent": level(0), "residual": level(1), "target": level(2),
        "marking": "AMBER"}))
for i in range(60):
    print(json.dumps({"kind": "measure", "id": f"ODD-{i % 6 + 1:02}-M{i // 6 + 1}", "risks": [f"ODD-{i % 6 + 1:02}"],
        "title": {"en": odd, "ru": odd}, "type": "prevent", "lead": states[i * i % 6], "start": "2026-02-01",
        "due": f"2027-{i % 12 + 1:02}-28", "marking": "AMBER",
        "dependencies": [f"ODD-01-M{i // 6}", "CYB-01-M1"][:i % 3] if i > 5 and i != 6 else []}))
END
QORGAN_NOW=2026-01-05T08:00:00Z qorgan -q load "$ROOT/catalogue/2026-2028"
QORGAN_NOW=2026-01-05T08:00:00Z qorgan -q load some.jsonl
QORGAN_NOW=2026-05-12T08:00:00Z qorgan -q status CYB-01-M1 in-progress --progress 25
QORGAN_NOW=2026-05-12T08:00:00Z qorgan -q measure edit CYB-01-M1 --due 2028-03-31 --due-reason "procurement was late"
export QORGAN_NOW=2026-07-03T09:00:00Z
read_picture() { python3 "$ROOT/tests/interop/read_picture.py" "$@"; }
# pages NAME COMMAND...: every page of that picture as SVG, NAME.1.svg and so on, read one after another.
pages() {
	local page=1 name=$1 files=()
	shift
	while qorgan "$@" --period 2026-H1 --page $page -o "$name.$page.svg" 2>said; do
		files+=("$name.$page.svg")
		page=$((page + 1))
	done
	grep -q "there is no page $page" said && read_picture "${files[@]}"
}

test_case 'every picture is a sound file of its own, with title and marking, in the language that is asked for' '
	for kind in matrix register status summary; do
		qorgan report $kind --period 2026-H1 --json | jq .marking
	done >markings
	for language in en ru uz kk; do
		for kind in status register matrix summary; do
			qorgan --lang $language report $kind --period 2026-H1 -o $kind.$language.svg
		done
		read_picture *.$language.svg >read
		jq -se --arg language $language "all(.[]; .language == \$language and (.title | contains(\"2026-H1\")))" read
		jq -se --slurpfile marking markings "[.[].texts | map(select(startswith(\"TLP:\")))] == [\$marking[] | [., .]]" read
	done
	for picture in states domains heat matrix timeline; do
		pages $picture --lang ru report status --picture $picture >$picture.read
		jq -se "length > 0 and all(.[]; (.title | startswith(\"Отчёт о ходе выполнения 2026-H1 – \")) and (.texts | index(\"TLP:RED\")))" $picture.read
	done
	jq -e ".texts | index(\"отчёта не было\") and index(\"выполняется\")" states.read
'

test_case 'bars and grid tell the numbers of the JSON' '
	qorgan report status --period 2026-H1 --json >status.json
	qorgan report status --period 2026-H1 --picture states -o states.svg
	read_picture states.svg >states
	jq -r ".states[] | \"\(.id) \(.title)\", (.lead | \"never reported on: \(.unreported)\", \"in progress: \(.in_progress)\") | select(test(\": 0$\") | not)" status.json >wanted
	jq -r ".parts[]" states >found
	diff wanted found
	jq -r ".states[].lead.measures" status.json | while read -r number; do jq -e --arg number "$number" ".texts | index(\$number)" states; done
	qorgan report status --period 2026-H1 --picture heat -o heat.svg
	read_picture heat.svg | jq -r ".parts[] | select(endswith(\": 0\") | not)" | sort >found
	qorgan measure list --json | jq -r "group_by([(.id | .[:3]), .lead])[] | \"\(.[0].id[:3]), \(.[0].lead): \(length)\"" | sort >wanted
	[ "$(wc -l <wanted)" -gt 60 ]
	diff wanted found
'

test_case 'a matrix of few risks tells their levels; one of many counts them first, then names them' '
	qorgan report matrix --domain ODD -o matrix.svg
	read_picture matrix.svg >matrix
	qorgan report matrix --domain ODD --json | jq -r ".risks[] | [.inherent, .residual, .target] | map(\"\(.likelihood)×\(.impact)\") | join(\" → \")" >wanted
	jq -r ".texts[] | select(test(\" → \"))" matrix >found
	[ "$(wc -l <wanted)" -eq 6 ]
	diff wanted found
	pages many report matrix >many
	[ "$(jq -s length many)" -gt 2 ]
	qorgan report matrix --json >matrix.json
	jq -r "[.risks[].residual | select(.score) | [.likelihood, .impact]] | group_by(.)[] | length" matrix.json | sort -n >wanted
	python3 - many.1.svg <<-"END" | sort -n >found
		# Counts within the second of three matrices, which lies in the middle third.
		import sys, xml.etree.ElementTree as tree
		for text in tree.parse(sys.argv[1]).iter("{http://www.w3.org/2000/svg}text"):
		    if 768 / 3 < float(text.get("x")) < 768 * 2 / 3 and text.get("font-size") == "11" and text.text.isdigit():
		        print(text.text)
	END
	diff wanted found
	expect_same "$(jq ".risks | length" matrix.json)" "$(jq -s "[.[].parts | length] | add" many)"
'

test_case 'a timeline of many goes on over pages, with every measure once' '
	pages line report status --picture timeline >line
	qorgan measure list --json | jq -r ".[].id" | sort >wanted
	jq -r ".parts[] | split(\" \")[0]" line | sort >found
	[ "$(jq -s length line)" -gt 3 ]
	diff wanted found
	jq -se "[.[].parts[] | select(startswith(\"CYB-01-M1 \"))] == [.[].parts[] | select(contains(\"(first due date, and how far it was moved: 2027-12-17)\"))]" line
	jq -se "(map(.title | capture(\"\\\\((?<page>[0-9]+)/(?<pages>[0-9]+)\\\\)$\")) | map(.page + \"/\" + .pages)) == [range(1; length + 1) as \$i | \"\(\$i)/\(length)\"]" line
'

test_case 'dependencies are told of every measure that has any, and of those that it waits for, which come before' '
	pages first --lang en report register --picture dependencies >first
	qorgan measure list --json >list
	jq -r "(map({(.id): .}) | add) as \$all | map(select(.dependencies)) | (map(.id) + (map(.dependencies[]))) | unique[] |
		\$all[.] | \"\(.id) \(.title.en)\" + (if .dependencies then \"\nDepends on: \" + (.dependencies | join(\", \")) else \"\" end)" list | sort >wanted
	jq -r ".parts[]" first | sort >found
	[ "$(wc -l <wanted)" -gt 60 ]
	diff wanted found
	jq -r ".parts[]" first | python3 -c "
import sys
seen = set()
for line in sys.stdin:
    if line.startswith(\"Depends on: \"):
        assert set(line[12:].strip().split(\", \")) <= seen, line
    else:
        seen.add(line.split(\" \")[0])"
'

test_case 'what people wrote stays text' '
	qorgan --lang ru report register --domain ODD -o odd.svg
	read_picture odd.svg >odd
	jq -e ".parts[0] | startswith(\"ODD-01 <script>alert(1)</script> ]]> & \\\"a\\\"\")" odd
	jq -e "any(.texts[]; startswith(\"<script>alert(1)</script>\") and endswith(\"…\"))" odd
	qorgan report status --domain ODD --picture domains -o odd.svg
	read_picture odd.svg >odd
'

test_case 'PNG is painted: twice the points of the SVG, with the marking in its colour' '
	for picture in heat timeline; do
		qorgan report status --period 2026-H1 --picture $picture -o one.png
		read_picture one.png >one
		jq -e ".width == 1536 and .height > 500 and .height < 2400" one
		jq -e ".colours | index(\"#ffffff\") and index(\"#000000\") and index(\"#ff2b2b\") and index(\"#1a1a1a\")" one
	done
	qorgan report status --period 2026-H1 --picture timeline -f png | cmp - one.png
'

test_case 'of nothing there is a picture that says so' '
	QORGAN_STORE=$PWD/empty qorgan -q init --state UZB --recipient "$(age-keygen -y identity)" >init
	QORGAN_STORE=$PWD/empty qorgan report status -o none.svg
	read_picture none.svg | jq -e ".texts | index(\"None.\")"
	QORGAN_STORE=$PWD/empty qorgan report status -o none.png
	read_picture none.png | jq -e ".width == 1536"
'

test_case 'what there is not is refused in one line that says what there is' '
	rm -f no.svg
	expect_code 64 qorgan report status --picture cat -o no.svg
	expect_one_line "states, domains, heat, trend, matrix, timeline, dependencies"
	expect_code 64 qorgan report matrix --picture heat -o no.svg
	expect_one_line "the report matrix has no picture \"heat\"; it has: matrix"
	expect_code 64 qorgan report due -o no.svg
	expect_one_line "which is for: status, register, matrix, summary"
	expect_code 64 qorgan report status --page 0 -o no.svg
	expect_code 64 qorgan report status --page 2 -o no.svg
	expect_one_line "the picture states has 1 pages: there is no page 2"
	expect_code 64 qorgan report status --picture heat
	expect_one_line "say -f svg"
	expect_code 64 qorgan report --all all --picture heat
	[ ! -e no.svg ]
	[ ! -e all ]
'

test_case 'without pango a PNG is refused in one clear line; an SVG needs nothing' '
	mkdir without && : >without/libpangocairo-1.0.so.0
	LD_LIBRARY_PATH=$PWD/without expect_code 73 qorgan report -o none-at-all.png
	expect_one_line "install the package libpangocairo-1.0-0"
	[ ! -e none-at-all.png ]
	LD_LIBRARY_PATH=$PWD/without qorgan report -o some.svg
'

test_case 'all reports hold the pictures already; alone they come where they are asked for' '
	qorgan report --all every --lang ru
	[ -e every/status.ru.html ]
	not ls every/*.svg
	qorgan report --all drawn --period 2026-H1 --lang ru -f svg,json
	expect_same "joint.ru.svg matrix.ru.svg register.ru.svg status.ru.svg summary.ru.svg" "$(cd drawn && echo *.svg)"
	qorgan --lang ru report status --period 2026-H1 -f svg | cmp - drawn/status.ru.svg
	read_picture drawn/*.svg >read
'

test_done
