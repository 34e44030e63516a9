# Reports in formats of others: each is read back by a reader that is not ours, and says
# what the JSON report says.
. "$(dirname "$0")/lib.sh"
store_make
schema=${OSCAL_SCHEMA:-$ROOT/../shared/oscal/oscal_poam_schema.json}
read_md() { "$ROOT/tests/interop/read_md.py" "$1"; }
read_ics() { "$ROOT/tests/interop/read_ics.py" "$1"; }

export QORGAN_NOW=2026-01-05T08:00:00Z
qorgan -q load "$ROOT/catalogue/2026-2028"
export QORGAN_NOW=2026-06-10T08:00:00Z
# What would be markup, a link, a formula, the end of a cell or of a line.
hostile='1. <script>alert(1)</script> | **b** [x](http://evil.example) www.evil.example a@evil.example `c` &amp; $x$ ~~s~~; \d, "q" # h
# second line
- third <b>'
line=$(printf '%s' "$hostile" | tr '\n' ' ')
long=$(printf 'Қауіпсіздік кеңесі; %.0s' $(seq 1 200))
qorgan -q measure edit CYB-01-M1 --title.en "$line" --description.en "$hostile" --due 2027-03-31 --due-reason "flood"
qorgan -q status CYB-01-M1 in-progress --progress 40 --note.en "$hostile" --obstacles.en "$hostile" --help.en "$long"
qorgan -q status CYB-01-M2 completed --state "$(qorgan show CYB-01-M2 --json | jq -r .lead)"
qorgan -q risk edit CYB-01 --scenario.en "$hostile"
for kind in status register matrix changes due; do
	period=2026-H1
	[ "$kind" != changes ] || period=2026-Q2 # the catalogue is not new in it
	qorgan report "$kind" --period "$period" --json >"$kind.json"
	qorgan report "$kind" --period "$period" -o "$kind.md"
	read_md "$kind.md" >"$kind.md.json"
done

test_case 'Markdown tells the same numbers as JSON' '
	jq -e ".title == \"Status report 2026-H1\"" status.md.json
	jq -r ".domains[] | [.id, .measures, .planned, .in_progress, .completed, .overdue, .no_report] | @tsv" status.json >wanted
	jq -r ".sections[\"By domain\"][] | [.Domain, .All, .Plan, .Prog, .Done, .Late, .NoRep] | @tsv" status.md.json >found
	cmp wanted found
	[ "$(wc -l <wanted)" -gt 10 ]
	jq -r ".highest_risks[] | \"\(.id) \(.residual.score)\"" status.json >wanted
	jq -r ".sections[\"Highest residual risks\"][] | \"\(.Id) \(.Level | split(\" = \")[1])\"" status.md.json >found
	cmp wanted found
	expect_same "$(jq ".totals.measures" status.json)" "$(jq ".sections.Measures | length" status.md.json)"
	expect_same "$(jq -r ".checkpoint.root" status.json)" "$(jq -r ".facts[\"Root of the log\"]" status.md.json)"
	expect_same "$(jq -c "[.risks[].id]" register.json)" "$(jq -c "[.sections.Risks[].Id]" register.md.json)"
	expect_same "$(jq -c "[.risks[].id]" matrix.json)" \
		"$(jq -c "[.sections[\"From inherent to residual to target\"][].Id]" matrix.md.json)"
	expect_same "$(jq "[.changes[] | select(.change == \"changed\") | .fields | length] | add" changes.json)" \
		"$(jq ".sections.Changed | length" changes.md.json)"
	expect_same "$(jq -c "[.items[] | .date + .id] | sort" due.json)" \
		"$(jq -c "[.sections[][] | .Date + .Id] | sort" due.md.json)"
'

test_case 'what people wrote is text in Markdown, whatever it looks like' '
	for kind in status register changes; do
		jq -e --arg text "$hostile" "any(.texts[]; . == \$text)" "$kind.md.json"
	done
	for kind in status register due; do
		jq -e --arg text "$line" "any(.texts[]; . == \$text)" "$kind.md.json"
	done
	for kind in status register matrix changes due; do
		jq -e ".links - [\"mailto:a@evil.example\"] == []" "$kind.md.json"
		jq -e ".tags - [\"a\", \"blockquote\", \"br\", \"em\", \"h1\", \"h2\", \"li\", \"p\", \"strong\", \"table\", \"tbody\", \"td\",
			\"th\", \"thead\", \"tr\", \"ul\"] == []" "$kind.md.json"
	done
	jq -e --arg text "${long% }" "any(.texts[]; . == \$text)" status.md.json
'

test_case 'a calendar has every day on which something is due' '
	qorgan report due --period 2026-H1 -o due.ics
	read_ics due.ics >events
	jq -c "[.items[].date] + [\"2026-06-30\"] | sort" due.json >wanted
	jq -c "map(.date) | sort" events >found
	cmp wanted found
	jq -e "all(.[]; .stamp == \"20260610T080000Z\" and .class == \"CONFIDENTIAL\")" events
	jq -e --arg text "measure: CYB-01-M1 (UZB) $line" "any(.[]; .summary == \$text and .date == \"2027-03-31\")" events
	qorgan --lang ru report due --period 2026-H1 -o ru.ics # letters of two octets
	read_ics ru.ics >russian
	jq -e "any(.[]; .summary | test(\"[а-я]{9}\"))" russian
	qorgan report status --period 2026-H1 -f ics -o status.ics
	read_ics status.ics >of_status
	jq -e --slurpfile due events "(\$due[0] | map(.uid)) - map(.uid) == []" of_status
'

test_case 'a day that is moved moves its entry, and no other' '
	qorgan report due --period 2026-H1 -o before.ics
	export QORGAN_NOW=2026-06-11T08:00:00Z
	qorgan -q measure edit CYB-01-M1 --due 2027-05-31 --due-reason "again" --title.en "Renamed"
	qorgan report due --period 2026-H1 -o after.ics
	read_ics before.ics >before
	read_ics after.ics >after
	jq -r ".[] | select(.date == \"2027-03-31\" and .what == \"measure\" and (.summary | contains(\"CYB-01-M1\"))) | .uid" before >uid
	jq -e --arg uid "$(cat uid)" "map(select(.uid == \$uid))[0].date == \"2027-05-31\"" after
	jq -e --slurpfile before before "(map(.uid) | sort) == (\$before[0] | map(.uid) | sort)" after
	jq -e --slurpfile before before ".[0].sequence > \$before[0][0].sequence" after
	qorgan -q restore CYB-01-M1@2
'

qorgan report register --period 2026-H1 -o register.oscal.json
qorgan report status --period 2026-H1 -f oscal -o status.oscal
if [ -f "$schema" ]; then
	test_case 'a plan of action is valid by the schema of OSCAL, and refers to what is in it' '
		"$ROOT/tests/interop/check_oscal.py" "$schema" register.oscal.json
		"$ROOT/tests/interop/check_oscal.py" "$schema" status.oscal
		qorgan report register --period 2026-H1 --state KAZ -f oscal >narrow
		"$ROOT/tests/interop/check_oscal.py" "$schema" narrow
		qorgan -q init -S empty --state KAZ --as b --recipient "$(age-keygen -y identity)"
		qorgan -S empty report register --period 2026-H1 -f oscal >nothing
		"$ROOT/tests/interop/check_oscal.py" "$schema" nothing
		jq "del(.[].risks[0].statement)" register.oscal.json >broken
		if "$ROOT/tests/interop/check_oscal.py" "$schema" broken 2>/dev/null; then exit 1; fi
	'
else
	test_skip "the plan of action against the schema of OSCAL, which is not at $schema"
fi

test_case 'a plan of action tells the same as JSON' '
	p=".[\"plan-of-action-and-milestones\"]"
	jq -c "[.risks[] | [.id, .residual.score]]" register.json >wanted
	jq -c "[$p.risks[] | [(.props[] | select(.name == \"id\") | .value),
		([.characterizations[0].facets[] | select(.name == \"residual-score\") | .value | tonumber][0])]]" register.oscal.json >found
	cmp wanted found
	expect_same "$(jq "[.risks[].measures] | add" register.json)" "$(jq "[$p.risks[].remediations // [] | length] | add" register.oscal.json)"
	jq -e "[$p.risks[].remediations[]? | select(.lifecycle == \"completed\") | .props[] | select(.name == \"id\") | .value] | unique == [\"CYB-01-M2\"]" register.oscal.json
	jq -e "any($p.risks[][\"risk-log\"].entries[]?; .start == \"2026-06-10T00:00:00Z\" and (.title | startswith(\"UZB CYB-01-M1: in progress 40\")))" register.oscal.json
	# Its texts are Markdown: as cmark reads them, they are what was written.
	jq -r "$p.risks[] | select(any(.props[]; .value == \"CYB-01\")) | .statement" register.oscal.json >statement.md
	cmark-gfm --unsafe -e table -e autolink statement.md >statement
	if grep -E "<(script|b|h1|li|em|strong|code)[ >]|href=.http" statement; then exit 1; fi
	grep -q "&lt;script&gt;alert(1)&lt;/script&gt; | \*\*b\*\*" statement
'

test_case 'what is named once is named so for ever' '
	export QORGAN_NOW=2026-09-01T08:00:00Z
	qorgan report register --period 2026-H1 -f oscal >later
	expect_same "$(jq -c "[.[].risks[].uuid]" register.oscal.json)" "$(jq -c "[.[].risks[].uuid]" later)"
	jq -e --slurpfile before register.oscal.json ".[].uuid != \$before[0][].uuid" later
'

test_case 'a kind of report that a format does not have is refused with those it has' '
	expect_code 64 qorgan report matrix -f ics
	expect_one_line "due"
	expect_code 64 qorgan report changes -o changes.oscal
	expect_one_line "status, register"
	expect_code 64 qorgan report status -f odt
	expect_code 64 qorgan report status -o report.odt
	[ ! -e changes.oscal ]
	[ ! -e report.odt ]
'

test_done
