# Frozen reports: the bytes stay for years, a correction is a version of its own, and whoever is
# handed one checks it with minisign, sha256sum and a script.
. "$(dirname "$0")/lib.sh"
store_make
export QORGAN_NOW=2026-04-02T09:00:00Z
cp -r "$ROOT/catalogue/2026-2028" catalogue
grep -rl "RED" catalogue | xargs sed -i "s/TLP:RED/TLP:AMBER/; s/\"RED\"/\"AMBER\"/" # what is red never leaves
qorgan -q load catalogue
qorgan -q status CYB-01-M1 in-progress --state UZB --progress 30 >/dev/null 2>&1 || {
	qorgan -q assign CYB-01-M1 --lead UZB
	qorgan -q status CYB-01-M1 in-progress --progress 30
}

# The digest that the record of a version has for a format.
digest() {
	qorgan show -K snapshot "$1" --json | jq -r --arg format "$2" '.renderings[] | select(.format == $format).sha256'
}

test_case 'what is frozen is handed out to the byte, whatever was recorded since' '
	qorgan report status --period 2026-Q1 --json >before
	qorgan -q report freeze 2026-Q1 -f text,json,html,csv
	qorgan report show 2026-Q1 -f json -o first.json 2>/dev/null
	cmp before first.json
	export QORGAN_NOW=2026-04-20T09:00:00Z
	qorgan -q status CYB-01-M1 in-progress --progress 60
	for format in text json html csv; do
		qorgan -q report show 2026-Q1 -f $format -o later.$format
		expect_same "$(digest 2026-Q1 $format)" "$(sha256sum <later.$format | cut -d " " -f 1)"
		qorgan report show 2026-Q1 -f $format | cmp - later.$format
	done
	cmp first.json later.json
	not cmp first.json <(qorgan report status --period 2026-Q1 --json)
	qorgan show -K snapshot 2026-Q1 --json | jq -e ".size == $(jq .checkpoint.size before)"
	qorgan verify >/dev/null
'

test_case 'minisign, sha256sum and check-proof vouch for a file that is handed out' '
	qorgan identity --json >card
	qorgan report show 2026-Q1 -o report.html 2>said
	qorgan report show 2026-Q1 -f html | cmp - report.html
	grep -q "TLP:.*is entry" said
	minisign -Vm report.html -P "$(jq -r .minisign card)" | grep -q "frozen report 2026-Q1 of UZB, html"
	env -u QORGAN_STORE -u QORGAN_IDENTITY qorgan check-proof report.html.tlog-proof --vkey "$(jq -r .vkey card)" --json >answer
	jq -e ".proven and .kind == \"snapshot\" and .id == \"2026-Q1\"" answer
	expect_same "$(sha256sum <report.html | cut -d " " -f 1)" \
		"$(jq -r ".record.body.renderings[] | select(.format == \"html\").sha256" answer)"
	echo " " >>report.html
	not minisign -Vm report.html -P "$(jq -r .minisign card)"
	[ "$(stat -c %a report.html.minisig report.html.tlog-proof | xargs)" = "600 600" ]
'

test_case 'a correction needs a reason, and both versions stay' '
	unchanged 64 qorgan report freeze 2026-Q1
	expect_one_line "correction needs --reason"
	unchanged 64 qorgan report freeze 2026-Q1 --reason ""
	export QORGAN_NOW=2026-05-02T09:00:00Z
	cp first.json one
	qorgan -q report freeze 2026-Q1 -f json --lang ru --reason "A report had come late"
	qorgan report show 2026-Q1@1 -f json | cmp - one
	qorgan report show 2026-Q1 -f json | not cmp -s - one
	expect_same "1 2" "$(qorgan report show 2026-Q1@1 -f json >/dev/null; qorgan log -K snapshot 2026-Q1 --json | jq -r .[].version | sort | xargs)"
	qorgan report list --json | jq -e "length == 1 and .[0].version == 2 and .[0].reason == \"A report had come late\""
	expect_code 66 qorgan report show 2026-Q1 -f html
	expect_one_line "was not frozen as html, but as json"
	expect_code 66 qorgan report show 2026-Q1@3
	expect_code 66 qorgan report show 2025-Q1
	expect_code 64 qorgan report show 2026-Q1 -f docx
	unchanged 64 qorgan report freeze 2026-Q2 -f docx
	unchanged 65 qorgan report freeze nonsense
'

test_case 'only what is released goes to a partner, files and all' '
	age-keygen -o kaz 2>/dev/null
	chmod 600 kaz
	QORGAN_STORE=$WORK/other QORGAN_IDENTITY=$WORK/kaz qorgan -q init --state KAZ --as b --recipient "$(age-keygen -y kaz)"
	QORGAN_STORE=$WORK/other QORGAN_IDENTITY=$WORK/kaz qorgan identity >kaz.card
	qorgan -q partner add kaz.card --unverified >/dev/null 2>&1 || qorgan -q partner add KAZ --recipient "$(age-keygen -y kaz)" >/dev/null 2>&1
	qorgan -q export --to KAZ -o one.age >/dev/null 2>&1
	qorgan -q report freeze 2026-H1 -f text,json --release KAZ
	qorgan -q export --to KAZ -o two.age >/dev/null 2>&1
	records() { age -d -i kaz "$1" | command jq -c "select(.type == \"record\" and .record.kind == \"snapshot\") | .record.id"; }
	[ -z "$(records one.age)" ]
	expect_same "\"2026-H1\"" "$(records two.age)"
	age -d -i kaz two.age | python3 -c "
import base64, hashlib, json, sys
files, wanted = {}, set()
for line in sys.stdin:
    line = json.loads(line)
    if line[\"type\"] == \"evidence\":
        files[line[\"id\"]] = files.get(line[\"id\"], b\"\") + base64.b64decode(line[\"data\"])
    if line[\"type\"] == \"record\" and line[\"record\"][\"kind\"] == \"snapshot\":
        wanted = {each[\"sha256\"] for each in line[\"record\"][\"body\"][\"renderings\"]}
assert len(wanted) == 2 and wanted == {hashlib.sha256(each).hexdigest() for each in files.values()}
"
'

test_case 'what differs from the frozen report by now is told, place by place' '
	export QORGAN_NOW=2026-07-02T09:00:00Z
	qorgan -q report freeze 2026-Q2 -f json
	qorgan report diff 2026-Q2 2>said
	qorgan report status --period 2026-Q2 2>said >/dev/null
	not grep -q "was frozen" said
	export QORGAN_NOW=2026-07-05T09:00:00Z
	qorgan -q status CYB-01-M1 completed --date 2026-06-29 --evidence said
	qorgan -q measure edit CYB-01-M2 --title.en "Another title"
	qorgan report show 2026-Q2 -f json >then
	qorgan report status --period 2026-Q2 --json >now 2>said
	grep -q "2026-Q2 was frozen as version 1 on 2026-07-02, and differs .* qorgan report diff 2026-Q2" said
	for name in last-Q 2026-q2; do
		qorgan report status --period $name 2>said >/dev/null
		grep -q "2026-Q2 was frozen as version 1" said
	done
	qorgan report status --period last-H 2>said >/dev/null
	not grep -q "was frozen" said
	expect_code 1 qorgan report diff 2026-Q2 --json >places
	jq -e "map(select(.place == \"totals.completed\")) == [{place: \"totals.completed\",
		frozen: $(jq .totals.completed then), now: $(jq .totals.completed now)}]" places
	jq -e "any(.place | startswith(\"moved CYB-01-M1\"))" places
	# Each place is one in which the two differ, and there is no other: applied, they make one of the other.
	for side in then now; do jq -S "del(.generated, .as_of, .cut_off, .checkpoint)" $side >$side.plain; done
	python3 - <<"END"
import json
then, now, places = (json.load(open(name)) for name in ("then.plain", "now.plain", "places"))
def key(entry):
    return " ".join(entry[m] for m in ("measure", "kind", "id", "user", "from", "state", "role", "name", "date") if isinstance(entry.get(m), str))
def flat(value, place, depth, out):
    if isinstance(value, dict):
        for member in value:
            flat(value[member], place + ("." if place else "") + member, depth + 1, out)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        seen = {}
        for entry in value:
            name = key(entry)
            seen[name] = seen.get(name, 0) + 1
            flat(entry, place + " " + name + (" (%d)" % seen[name] if seen[name] > 1 else ""), depth + 1, out)
    elif value is not None and value != []:
        out[place] = value
    return out
a, b = flat(then, "", 0, {}), flat(now, "", 0, {})
differ = {p for p in a.keys() | b.keys() if a.get(p) != b.get(p)}
told = [p["place"] for p in places]
assert len(told) == len(set(told)), "a place twice"
for place in differ:
    assert any(place == t or place.startswith(t + ".") or place.startswith(t + " ") for t in told), place
for t in told:
    assert any(place == t or place.startswith(t + ".") or place.startswith(t + " ") for place in differ), t
END
'

test_case 'a report compares with the period that is named' '
	export QORGAN_NOW=2026-10-05T09:00:00Z
	qorgan report status --period 2026-Q3 --compare 2026-Q1 --json >far
	jq -e ".previous_period.label == \"2026-Q1\"" far
	jq -e ".moved[] | select(.id == \"CYB-01-M1\") | .status == \"completed\" and .status_before == null" far
	qorgan report status --period 2026-Q3 --json | jq -e "[.moved[].id] | index(\"CYB-01-M1\") == null"
	expect_code 64 qorgan report status --period 2026-Q3 --compare 2026-Q3
	expect_one_line "does not end before"
'

test_case 'a report on paper has its proof with it: the codes of the appendix are signature and proof' '
	export QORGAN_NOW=2026-10-05T09:00:00Z
	qorgan -q report freeze 2026-Q3 -f html
	qorgan -q --lang ru report show 2026-Q3 --appendix -o "a <b> & c.html"
	mkdir codes
	python3 - "a <b> & c.html.appendix.html" <<"END"
import html.parser, re, sys
text = open(sys.argv[1], encoding="utf-8").read()
assert "<script" not in text and "http://" not in re.sub("xmlns=.http://www.w3.org/2000/svg.", "", text)
sections = re.split("<h2>", text)[2:]
assert len(sections) == 2, len(sections)
for name, section in zip(("minisig", "tlog-proof"), sections):
    for number, svg in enumerate(re.findall("(?s)<svg.*?</svg>", section), 1):
        open("codes/%s.%d.svg" % (name, number), "w").write(svg)
class Reader(html.parser.HTMLParser):
    texts, inside = [], False
    def handle_starttag(self, tag, attributes): self.inside = tag == "pre"; self.texts += [""] if self.inside else []
    def handle_endtag(self, tag): self.inside = False
    def handle_data(self, data):
        if self.inside: self.texts[-1] += data
reader = Reader()
reader.feed(text)
import shlex
assert shlex.split(reader.texts[0]) == ["sha256sum", "a <b> & c.html"], reader.texts[0]
assert shlex.split(reader.texts[2])[:3] == ["qorgan", "check-proof", "a <b> & c.html.tlog-proof"], reader.texts[2]
assert open("a <b> & c.html.minisig").read() == reader.texts[3]
assert open("a <b> & c.html.tlog-proof").read() == reader.texts[4]
END
	for what in minisig tlog-proof; do
		for code in $(ls codes/$what.*.svg | sort -V); do
			rsvg-convert -w 900 $code -o code.png
			zbarimg -q --raw --oneshot -Sbinary code.png
		done | cmp - "a <b> & c.html.$what"
	done
	grep -q "Приложение" "a <b> & c.html.appendix.html"
	expect_code 64 qorgan report show 2026-Q3 -f html --appendix
'

test_case 'the appendix of a report that another state froze has the keys of that state' '
	export QORGAN_NOW=2026-10-05T09:00:00Z
	age-keygen -o tjk 2>/dev/null
	chmod 600 tjk
	tjk() { qorgan -q -S "$PWD/TJK" -i tjk "$@"; }
	tjk init --state TJK --recipient "$(age-keygen -y tjk)" >/dev/null
	tjk identity >tjk.card
	qorgan identity >uzb.card
	tjk partner add uzb.card --fingerprint "$(qorgan identity --json | jq -r .fingerprint)"
	qorgan -q partner add tjk.card --fingerprint "$(tjk identity --json | jq -r .fingerprint)"
	tjk report freeze 2026-Q3 -f json --release UZB
	tjk export --to UZB -o tjk.age
	qorgan -q receive tjk.age
	qorgan -q report show 2026-Q3 --owner TJK --appendix -o theirs.json
	python3 - theirs.json.appendix.html >commands <<"END"
import html, re, sys
for command in re.findall("<pre>((?:sha256sum|minisign|qorgan) [^<]*)</pre>", open(sys.argv[1], encoding="utf-8").read()):
    print(html.unescape(command))
END
	[ "$(grep -c . commands)" = 3 ]
	sh -e commands >checked
	grep -q "<td>$(head -n 1 checked | cut -c 1-64)</td>" theirs.json.appendix.html
	grep -q "^Proven: snapshot 2026-Q3" checked
'

# Each needs a look at one more name than the last: of as many, that would take days.
test_case 'a frozen report with any number of entries of one name is compared in the end' '
	export QORGAN_NOW=2026-10-06T09:00:00Z
	qorgan -q report freeze 2026 -f json
	python3 -c "print(\"{\\\"domains\\\":[\" + \",\".join([\"{}\"] * 300000) + \"]}\")" >many.json
	qorgan -q status CYB-01-M1 completed --evidence many.json
	qorgan dump snapshot | jq -c --arg sha256 "$(sha256sum many.json | cut -c 1-64)" --arg id "$(b2sum -l 256 many.json | cut -c 1-64)" \
		"select(.id == \"2026\") | .renderings[0] += {sha256: \$sha256, evidence: \$id}" >snapshot.jsonl
	qorgan -q load snapshot.jsonl
	expect_code 1 timeout 100 qorgan report diff 2026 --json >differences
	jq -e "[.[].place | select(startswith(\"domains \") and endswith(\")\"))] | length == 299999 and .[-1] == \"domains  (300000)\"" differences
'

test_done
