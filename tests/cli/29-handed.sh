# Reports handed to partners: on record before they leave, under the policy of releases.
. "$(dirname "$0")/lib.sh"
store_make
export QORGAN_NOW=2026-02-01T10:00:00Z
qorgan -q load "$ROOT/catalogue/2026-2028"
for partner in kaz kgz; do
	age-keygen -o $partner 2>/dev/null
	qorgan -q partner add ${partner^^} --recipient "$(age-keygen -y $partner)" >/dev/null 2>warning
done
ledger() { qorgan partner ledger "$1" --json; }

test_case 'a report for a partner that goes into a file is entered, and its hash is that of the file' '
	qorgan report register --for KAZ --period 2026-Q1 -o r.html --message "asked for by telephone" 2>said
	grep -q "entered as KAZ/r1: qorgan show KAZ/r1" said
	ledger KAZ | jq -e --arg sum "$(sha256sum r.html | cut -d" " -f1)" "length == 1 and (.[0] | .what == \"report\" and
		.id == \"KAZ/r1\" and .kind == \"handout\" and .package == 0 and .user == \"a.karimova\" and .sha256 == \$sum and
		.time == \"2026-02-01T10:00:00Z\" and .report ==
		\"qorgan report register --for KAZ --period 2026-Q1 --as-of 2026-02-01 -f html --lang en\")"
	qorgan report register --for KAZ --period 2026-Q1 --json >r.json
	expect_same "$(jq -r .marking r.json)" "$(ledger KAZ | jq -r ".[0].marking")"
	expect_same "$(sha256sum r.json | cut -d" " -f1)" "$(qorgan show KAZ/r2 --json | jq -r .sha256)"
	expect_same "$(jq .checkpoint.size r.json)" "$(qorgan show KAZ/r2 --json | jq .size)"
	qorgan log --limit 3 | grep -q "asked for by telephone"
	qorgan partner ledger KAZ | grep -qE "^ +2026-02-01 +report +handout +KAZ/r2 +1"
	expect_same 0 "$(ledger KGZ | jq length)"
	qorgan verify
'

test_case 'what it is asked for is put as the command that makes it again' '
	qorgan -q report status --for KAZ --period 2026-Q1 --domain CYB --filter type=detect --columns id,title --lang ru -f md -o one.md
	eval "$(ledger KAZ | jq -r "last.report") --preview -o two.md"
	expect_same "$(grep -c "^| *CYB" one.md)" "$(grep -c "^| *CYB" two.md)"
	grep -q "ПРОЕКТ\|Проект" two.md
	not grep -q "ПРОЕКТ\|Проект" one.md
'

test_case 'every report of a run is one entry, of the list of their hashes' '
	before=$(ledger KGZ | jq length)
	qorgan -q report --all folder --for KGZ --period 2026-Q1 -f html,csv --lang ru
	ledger KGZ | jq -e --arg sum "$(sha256sum folder/SHA256SUMS | cut -d" " -f1)" "last | .sha256 == \$sum and .id == \"KGZ/r1\""
	expect_same $((before + 1)) "$(ledger KGZ | jq length)"
	expect_same "$(ls folder | wc -l)" "$(qorgan show KGZ/r1 --json | jq .files)"
'

test_case 'reports stand between packages, in the order in which all went out' '
	qorgan -q export --to KGZ -o p1.age
	qorgan -q report due --for KGZ -f csv -o due.csv
	qorgan -q domain edit CYB --description.en "More" --release +KGZ
	qorgan -q export --to KGZ -o p2.age
	expect_same "report sent report sent" "$(ledger KGZ | jq -r ".[].what" | uniq | xargs)"
	# Of one object nobody can say in which reports it stands.
	qorgan log CYB --releases --json | jq -e "all(.what == \"sent\")"
'

test_case 'what is looked at is not entered: on a terminal, as a preview, or for the own state' '
	before=$(qorgan log --json | jq length)
	qorgan report register --for KAZ --preview -o look.html 2>said
	[ ! -s said ]
	grep -q "DRAFT" look.html
	qorgan report register --for KAZ --preview -f csv | grep -q CYB-01
	qorgan -q report --all looks --for KAZ --preview -f md --lang en
	grep -q "DRAFT" looks/status.en.md
	qorgan report register -o own.html
	python3 -c "import pty, sys; sys.exit(pty.spawn([\"qorgan\", \"report\", \"register\", \"--for\", \"KAZ\"]))" >shown </dev/null
	grep -q CYB-01 shown
	expect_same "$before" "$(qorgan log --json | jq length)"
	expect_code 64 qorgan report --preview
	expect_code 64 qorgan report --for KAZ --preview --state-of final
'

test_case 'it never leaves the store, in a package or a report' '
	qorgan export --to KAZ --full --dry-run --json | jq -e "all(.kind != \"handout\")"
	qorgan report changes --period 2026-Q1 --json | not grep -q handout
	expect_code 77 qorgan proof KAZ/r1
'

test_case 'who may not write hands nothing out, and may look' '
	age-keygen -o reader 2>/dev/null
	qorgan -q user add b.reader --role reader --recipient "$(age-keygen -y reader)" >/dev/null
	expect_code 77 qorgan -i reader report register --for KAZ -o refused.html
	grep -q -- "--preview" said
	[ ! -e refused.html ]
	expect_code 77 qorgan -i reader report --all refused --for KAZ -f md
	[ ! -e refused ]
	qorgan -i reader report register --for KAZ --preview -o look.html
'

test_case 'what cannot be written is on record all the same, and it is said' '
	before=$(ledger KAZ | jq length)
	expect_code 74 qorgan report register --for KAZ -f json >/dev/full
	grep -q "logged but not finished; it is KAZ/r" said
	expect_same $((before + 1)) "$(ledger KAZ | jq length)"
'

test_case 'a policy of releases has it wait, and what others agreed to goes out and nothing else' '
	age-keygen -o second 2>/dev/null
	qorgan -q user add c.second --role admin --recipient "$(age-keygen -y second)" >/dev/null
	qorgan -q policy require 2 for release
	before=$(ledger KAZ | jq length)
	set -- qorgan report register --for KAZ --period 2026-Q1 -f pdf -o agreed.pdf
	expect_code 75 "$@"
	[ ! -e agreed.pdf ]
	request=$(qorgan request list --state open --json | jq -r ".[0].id")
	grep -q "qorgan approve $request" said
	qorgan request show $request --json | jq -e ".subject == \"KAZ\" and (.what | startswith(\"qorgan report register --for KAZ\"))"
	qorgan -i second approve $request --yes
	# Another content, another moment of the same day, another partner.
	qorgan -q risk edit CYB-01 --title.en "Another title"
	expect_code 75 "$@"
	other=$(qorgan request list --state open --json | jq -r ".[].id" | grep -vx $request)
	qorgan -i second approve $other --yes
	expect_code 75 qorgan report register --for KGZ --period 2026-Q1 -f pdf -o agreed.pdf
	expect_same $before "$(ledger KAZ | jq length)"
	QORGAN_NOW=2026-02-01T15:00:00Z "$@"
	expect_same "$(sha256sum agreed.pdf | cut -d" " -f1)" "$(ledger KAZ | jq -r "last.sha256")"
	expect_same done "$(qorgan request show $other --json | jq -r .state)"
	expect_code 75 qorgan report --all refused --for KAZ -f md --lang en
	[ ! -e refused ]
	qorgan report register --for KAZ --preview -o look.html
	qorgan verify
'

test_case 'an observer without a card has a ledger, too' '
	qorgan -q policy require 1 for release || qorgan -q -i second approve "$(qorgan request list --state open --json | jq -r "last.id")" --yes
	qorgan -q policy require 1 for release
	qorgan -q report matrix --for TJK -f json >tjk.json
	ledger TJK | jq -e "length == 1 and .[0].partner == \"TJK\""
	expect_code 66 qorgan partner ledger XXX
'
test_done
