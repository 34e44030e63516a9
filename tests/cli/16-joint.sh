# The joint picture: three states exchange packages, and each reports over all, in the
# states' own words, with what it knows them by.
. "$(dirname "$0")/lib.sh"

age-keygen -o identity 2>/dev/null
chmod 600 identity
export QORGAN_IDENTITY=$WORK/identity
in_state() { QORGAN_STORE=$WORK/$1 qorgan "${@:2}"; }
UZB() { in_state UZB "$@"; }
KAZ() { in_state KAZ "$@"; }
KGZ() { in_state KGZ "$@"; }
at() { export QORGAN_NOW=$1T10:00:00Z; }
# carry FROM TO: the next package of a state, taken in by another; `entries` is how long
# the log is that its checkpoint is over.
carry() {
	"$1" stats --json | jq .leaves >entries
	"$1" -q export --to "$2" -o "$1-$2-$QORGAN_NOW.age"
	"$2" -q receive "$1-$2-$QORGAN_NOW.age"
}

cat >plan.jsonl <<'END'
{"kind":"domain","id":"TST","title":{"en":"Test"},"coordinator":"UZB","marking":"TLP:GREEN","release":["KAZ","KGZ","UZB"]}
{"kind":"risk","id":"TST-01","domain":"TST","title":{"en":"First"},"coordinator":"UZB","marking":"TLP:GREEN","release":["KAZ","KGZ","UZB"]}
{"kind":"measure","id":"TST-01-M1","risks":["TST-01"],"title":{"en":"Radios"},"lead":"UZB","support":["KAZ","KGZ"],"start":"2026-01-15","due":"2027-12-01","marking":"TLP:GREEN","release":["KAZ","KGZ","UZB"]}
{"kind":"measure","id":"TST-01-M2","risks":["TST-01"],"title":{"en":"Drills"},"lead":"KAZ","support":["UZB"],"start":"2026-01-15","due":"2026-04-20","marking":"TLP:GREEN","release":["KGZ","UZB"]}
{"kind":"measure","id":"TST-01-M3","risks":["TST-01"],"title":{"en":"Posts"},"lead":"UZB","support":["KGZ"],"start":"2026-01-15","due":"2027-12-01","marking":"TLP:GREEN","release":["KAZ","KGZ","UZB"]}
{"kind":"measure","id":"TST-01-M4","risks":["TST-01"],"title":{"en":"Closed"},"lead":"UZB","support":["KGZ"],"start":"2026-01-15","due":"2027-12-01","marking":"TLP:RED","release":["KAZ"]}
END
at 2026-01-10
for state in UZB KAZ KGZ; do
	# Users are called the same in all three.
	$state -q init --state $state --as a.karimova --recipient "$(age-keygen -y identity)" >/dev/null
	$state -q load plan.jsonl >/dev/null 2>warning
	$state identity >$state.card
done
for state in UZB KAZ KGZ; do
	for other in UZB KAZ KGZ; do
		[ $state = $other ] || $state -q partner add $other.card --fingerprint "$($other identity --json | jq -r .fingerprint)" >/dev/null
	done
done

# joint [OPTION...]: what UZB reports of the second quarter, in the file `joint`.
joint() { UZB report status --joint --period 2026-Q2 --json "$@" >report && jq .joint report >joint; }
state_is() { jq -e --arg id "$1" ".states[] | select(.id == \$id) | $2" joint >/dev/null || { jq ".states[] | select(.id == \"$1\")" joint; return 1; }; }

test_case 'nothing came yet: all that is told of others is a stand-in, and is said to be' '
	at 2026-02-10
	UZB -q status TST-01-M1 in-progress --state KAZ --progress 10 2>warning
	UZB -q status TST-01-M1 planned --state KGZ 2>warning
	at 2026-03-10
	UZB -q status TST-01-M1 in-progress --progress 40 --release KAZ,KGZ
	at 2026-04-05
	joint
	state_is UZB ".source.known == \"self\" and .in_progress == 1 and .stand_ins == 0 and .without_word == 3 and .parts == 4"
	state_is KAZ ".source.known == \"nothing\" and .source.silent and .source.witnesses == []"
	state_is KAZ ".parts == 2 and .in_progress == 0 and .stand_ins == 1 and .without_word == 1"
	jq -e "[.parts[] | select(.voice == \"stand-in\") | [.measure, .state, .status, .progress]] ==
		[[\"TST-01-M1\", \"KAZ\", \"in-progress\", 10], [\"TST-01-M1\", \"KGZ\", \"planned\", 0]]" joint
	UZB report status --joint --period 2026-Q2 >text
	grep -x " *KAZ *nothing received yet" text
	grep -A3 "Stand-ins: what this store wrote" text | grep "TST-01-M1.*KAZ *in-progress 10 % 2026-02-10"
'

test_case 'a state speaks for itself when its package came, and it is said by which' '
	at 2026-03-20
	KAZ -q status TST-01-M1 in-progress --progress 30 --release UZB
	KAZ -q status TST-01-M2 in-progress --progress 20 --release UZB
	at 2026-03-25
	carry KAZ UZB
	at 2026-04-05
	UZB -q status TST-01-M1 in-progress --progress 50 --release KAZ,KGZ
	at 2026-04-10
	joint
	state_is KAZ ".in_progress == 2 and .stand_ins == 0 and .without_word == 0 and .parts == 2"
	# The package is of the first quarter: of the second nothing is known.
	state_is KAZ ".source.entries == $(cat entries)"
	state_is KAZ ".source | .known == \"package\" and .package == 1 and .silent and .made[:10] == \"2026-03-25\" and .received[:10] == \"2026-03-25\""
	UZB report status --joint --period 2026-Q2 >text
	grep "KAZ *nothing received since 2026-03-25 (package 1, made 2026-03-25)" text
	UZB report status --joint --period 2026-Q1 | grep "KAZ *as of package 1, made 2026-03-25, received 2026-03-25: checkpoint over"
	sed -n "/^Stand-ins/,/^$/p" text >table
	not grep KAZ table
	grep "TST-01-M1 .*KGZ" table
'

test_case 'who owes a report, and to whom: the lead, and those it is released to' '
	at 2026-04-10
	joint
	jq -c "[.owed[] | [.measure, .state, .role, .voice, (.owed_to | sort | join(\" \"))]] | sort" joint >owed
	jq -e ". == [
		[\"TST-01-M1\", \"KAZ\", \"support\", \"own\", \"KGZ UZB\"],
		[\"TST-01-M1\", \"KGZ\", \"support\", \"stand-in\", \"KAZ UZB\"],
		[\"TST-01-M2\", \"KAZ\", \"lead\", \"own\", \"KGZ UZB\"],
		[\"TST-01-M2\", \"UZB\", \"support\", \"none\", \"KAZ KGZ\"],
		[\"TST-01-M3\", \"KGZ\", \"support\", \"none\", \"KAZ UZB\"],
		[\"TST-01-M3\", \"UZB\", \"lead\", \"none\", \"KAZ KGZ\"],
		[\"TST-01-M4\", \"KGZ\", \"support\", \"none\", \"UZB\"],
		[\"TST-01-M4\", \"UZB\", \"lead\", \"none\", \"\"]]" owed || { cat owed; exit 1; }
	# A stand-in of this quarter is no report of that state.
	at 2026-04-11
	UZB -q status TST-01-M3 in-progress --state KGZ --progress 5 2>warning
	joint
	jq -e ".owed | any(.measure == \"TST-01-M3\" and .state == \"KGZ\" and .voice == \"stand-in\")" joint
	state_is KGZ ".stand_ins == 2 and .received == 0"
'

test_case 'contradictions stand in one table' '
	# KAZ is in progress past the due day; KGZ stands still where its lead is done, and
	# declines where it is named.
	at 2026-05-05
	KAZ -q status TST-01-M2 in-progress --progress 60 --release UZB
	KGZ -q status TST-01-M1 on-hold --reason "No frequencies" --release UZB
	KGZ -q decline TST-01-M3 --reason "No posts there"
	KGZ -q status TST-01-M4 in-progress --progress 5
	at 2026-05-10
	UZB -q status TST-01-M1 completed --release KAZ,KGZ
	carry KAZ UZB
	carry KGZ UZB
	joint
	jq -c "[.contradictions[] | [.measure, .state, .contradiction, .lead.state, .lead.status, .text]]" joint >found
	jq -e ". == [
		[\"TST-01-M1\", \"KGZ\", \"done-but-not\", \"UZB\", \"completed\", \"No frequencies\"],
		[\"TST-01-M2\", \"KAZ\", \"going-on-past-due\", \"KAZ\", \"in-progress\", null],
		[\"TST-01-M3\", \"KGZ\", \"declined-but-named\", \"UZB\", null, \"No posts there\"]]" found || { cat found; exit 1; }
	UZB report status --joint --period 2026-Q2 >text
	sed -n "/^Contradictions/,/^Owed/p" text | tr -s " \n" " " >table
	grep -F "TST-01-M1 KGZ done, and not UZB (lead): completed 2026-05-10; KGZ: on-hold 2026-05-05: No frequencies" table || { cat table; exit 1; }
	grep -F "KGZ declined, named UZB (lead): no report; KGZ: declined 2026-05-05: No posts there" table || { cat table; exit 1; }
	grep -F "KAZ past due KAZ (lead): in-progress 2026-05-05; due 2026-04-20" table || { cat table; exit 1; }
	# KAZ said before its lead was done that it goes on: it may well be done by now.
	not grep -F "TST-01-M1 KAZ" table
	at 2026-05-20
	KAZ -q status TST-01-M1 in-progress --progress 40 --release UZB
	carry KAZ UZB
	joint
	jq -e ".contradictions | any(.measure == \"TST-01-M1\" and .state == \"KAZ\" and .contradiction == \"done-but-not\")" joint
'

test_case 'what a state withholds is not told: it has no word there' '
	at 2026-05-20
	joint
	jq -e ".parts | any(.measure == \"TST-01-M4\" and .state == \"KGZ\" and .voice == \"none\")" joint
	UZB report status --joint --period 2026-Q2 >text
	not grep "TST-01-M4.*in-progress" text
	# Reports are counted in one place, and by whose word they are.
	not grep "By state: parts and reports" text
'

test_case 'the sums hold: each part is counted once' '
	at 2026-05-20
	joint
	jq -e "all(.states[]; .parts == .planned + .in_progress + .completed + .verified + .on_hold + .cancelled + .declined + .stand_ins + .without_word)" joint
	jq -e ". as \$all | all(.states[]; .parts == (.id as \$id | [\$all.parts[] | select(.state == \$id)] | length))" joint
	jq -e ". as \$all | all(.states[]; .owed - .received == (.id as \$id | [\$all.owed[] | select(.state == \$id)] | length))" joint
	joint --state KGZ
	jq -e "[.states[].id] == [\"KGZ\"] and all(.parts[]; .state == \"KGZ\")" joint
'

test_case 'as of an earlier day it is what was known then' '
	at 2026-05-20
	joint --as-of 2026-04-12
	state_is KAZ ".source.package == 1 and .source.silent"
	state_is KGZ ".source.known == \"nothing\" and .stand_ins == 2"
	jq -e ".contradictions == []" joint
	# Before the package of KAZ came, the own copy counted.
	UZB report status --joint --period 2026-Q1 --as-of 2026-03-22 --json | jq .joint >joint
	state_is KAZ ".source.known == \"nothing\" and .stand_ins == 1"
	UZB report status --period 2026-Q1 --as-of 2026-03-22 --json >report
	jq -e ".totals.measures == 4" report
'

test_case 'as CSV it has a row for each part, and all that is known' '
	at 2026-05-20
	UZB report status --joint --period 2026-Q2 -f csv >table.csv
	python3 - <<-END
	import csv
	rows = list(csv.DictReader(open("table.csv")))
	assert all(None not in row and None not in row.values() for row in rows), rows
	parts = [row for row in rows if row["measure"]]
	assert len(parts) == 9, len(parts)
	row, = [row for row in parts if row["measure"] == "TST-01-M1" and row["state"] == "KGZ"]
	assert (row["source"], row["status"], row["contradiction"], row["package"]) == ("own", "on-hold", "done-but-not", "1"), row
	row, = [row for row in parts if row["measure"] == "TST-01-M4" and row["state"] == "UZB"]
	assert (row["source"], row["role"], row["owed"], row["received"], row["owed_to"]) == ("none", "lead", "1", "0", ""), row
	END
'

test_case 'without --joint the report has none of it, and the other kinds have no joint form' '
	at 2026-05-20
	UZB report status --period 2026-Q2 --json | jq -e "has(\"joint\") | not"
	UZB report status --period 2026-Q2 | { ! grep -e "Contradictions" -e "What is known of each state"; }
	expect_code 64 UZB report matrix --joint
	expect_one_line "only the status report is there as a joint one"
'

test_case 'who countersigned a log is said, and up to which entry' '
	at 2026-06-01
	joint
	state_is UZB ".source.witnesses == []"
	carry UZB KAZ
	seen=$(cat entries)
	at 2026-06-02
	carry KAZ UZB
	carry KAZ KGZ
	kaz=$(cat entries)
	at 2026-06-03
	carry KGZ UZB
	joint
	# Nobody vouches for a log of which only others told it: KGZ had nothing from UZB, KAZ nothing from KGZ.
	state_is UZB ".source.witnesses == [{state: \"KAZ\", entries: $seen, date: \"2026-06-02\"}]"
	state_is KAZ ".source.witnesses == [{state: \"KGZ\", entries: $kaz, date: \"2026-06-03\"}]"
	state_is KGZ ".source.witnesses == []"
	UZB report status --joint --period 2026-Q2 | tr -s " \n" " " | grep -F "witnessed by KGZ up to entry $kaz"
	UZB report status --joint --period 2026-Q2 -f csv | head -n 2 | tail -n 1 | grep ",KAZ=$seen$"
	joint --as-of 2026-06-01
	state_is UZB ".source.witnesses == []"
'

# ---- What takes versions of two stores ------------------------------------------------

test_case 'changes are told by when they came, with their package, against the own copy before' '
	at 2026-05-20
	UZB report changes --period 2026-Q1 --json >changes
	jq -e "[.packages[] | [.from, .package, .user, .received[:10]]] == [[\"KAZ\", 1, \"a.karimova\", \"2026-03-25\"]]" changes
	jq -e ".packages[0] | .versions > 0 and .records >= .versions" changes
	UZB report changes --period 2026-Q2 --json >changes
	jq -e "[.packages[] | [.from, .package]] == [[\"KAZ\", 2], [\"KGZ\", 1], [\"KAZ\", 3]]" changes
	# Reported by KAZ in May, from 20 % to 60 %.
	jq -e ".changes[] | select(.id == \"TST-01-M2/KAZ\") | .owner == \"KAZ\" and .package == 2 and .change == \"changed\" and
		([.fields[] | select(.path == \"progress\") | [.before, .after]] == [[\"20\", \"60\"]])" changes || { jq .changes changes; exit 1; }
	# What this store wrote for KGZ is what was known before KGZ told it; both are a first version.
	jq -e ".changes[] | select(.id == \"TST-01-M1/KGZ\") | .change == \"changed\" and .owner == \"KGZ\" and .version == 1 and
		([.fields[] | select(.path == \"status\") | [.before, .after]] == [[\"planned\", \"on-hold\"]])" changes
	jq -e ".changes[] | select(.id == \"TST-01-M3/KGZ\") | .owner == \"KGZ\" and .package == 1" changes
	# The measure that KAZ keeps is word for word the copy that was here.
	jq -e "[.changes[].id] | index(\"TST-01-M2\") == null" changes
	UZB report changes --period 2026-Q2 >text
	grep -A2 "Packages taken in" text | grep "KAZ 2"
	grep "status TST-01-M2/KAZ@2  (KAZ 2)" text || { cat text; exit 1; }
	expect_same "$(UZB report changes --period 2026-Q2 -f csv | head -n 1 | tr , "\n" | tail -n 2 | xargs)" "owner package"
'

test_case 'what late news says of the period before is not lost between two reports' '
	at 2026-06-28
	KGZ -q status TST-01-M3 in-progress --progress 15 --release UZB 2>warning
	at 2026-07-03
	carry KGZ UZB
	UZB report changes --period 2026-Q2 --json | jq -e "all(.changes[]; .id != \"TST-01-M3/KGZ\" or .package == 1)"
	UZB report changes --period 2026-Q3 --json | jq -e "any(.changes[]; .id == \"TST-01-M3/KGZ\" and .package == 3)"
'

test_case 'a commit tells which package it took in, and its receipt what that brought' '
	at 2026-07-04
	UZB log --json | jq -r ".[].objects[]" | grep -E "^receipt KAZ/1@1 \([0-9]+ of [0-9]+ records new\)$"
	UZB show -K receipt KAZ/1 --json >receipt
	jq -e ".objects // .contents | index(\"status TST-01-M2/KAZ@1\") != null and index(\"measure TST-01-M2@1\") != null" receipt || { cat receipt; exit 1; }
	jq -e ".objects // .contents | index(\"status TST-01-M2/KAZ@2\") == null" receipt
'

test_case 'a listing sorted and cut has each object once, whoever keeps it' '
	at 2026-07-04
	UZB measure list --json --sort title | jq -e "[.[] | .id] == [\"TST-01-M4\", \"TST-01-M2\", \"TST-01-M3\", \"TST-01-M1\"]"
'

test_done
