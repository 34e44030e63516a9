# The daily work: measures, states, reports, history.
. "$(dirname "$0")/lib.sh"
store_make
export QORGAN_NOW=2026-06-10T10:00:00Z
qorgan -q load "$ROOT/catalogue/2026-2028"

test_case 'a measure is added with its fields and shown as it was given' '
	id=$(qorgan measure add CYB-01-M9 --risks CYB-01 --title.en "Watch" --title.ru "Дозор" --type detect --lead KAZ \
		--support UZB,kg --start 2026-02-01 --due 2027-06-15 --marking GREEN --release KGZ,TJK)
	expect_same CYB-01-M9 "$id"
	qorgan show CYB-01-M9 --json >shown
	expect_same "1 KAZ [\"KGZ\",\"UZB\"] TLP:GREEN Дозор 2027-06-15" \
		"$(jq -r "\"\(.version) \(.lead) \(.support|tojson) \(.marking) \(.title.ru) \(.original_due)\"" shown)"
'

test_case 'the next free id is found when none is given' '
	id=$(qorgan measure add --risks CYB-02 --title.en "Another")
	qorgan show "$id" --json | jq -e ".risks == [\"CYB-02\"]"
	case $id in CYB-02-M*) ;; *) exit 1 ;; esac
	id=$(qorgan risk add --domain CYB --title.en "A risk" --likelihood 2 --impact 3)
	qorgan show "$id" --json | jq -e ".residual == {\"likelihood\":2,\"impact\":3}"
'

test_case 'each change appends a version; the same again appends none and says so' '
	qorgan -q measure edit CYB-01-M9 --title.en "Watch and warn" -m "clearer"
	before=$(root_now)
	qorgan measure edit CYB-01-M9 --title.en "Watch and warn" 2>said
	grep -qi "nothing" said
	expect_same "$before" "$(root_now)"
	expect_same "2 1" "$(qorgan log CYB-01-M9 --json | jq -r "[.[].version] | join(\" \")")"
	qorgan log CYB-01-M9 --json | jq -e ".[0].message == \"clearer\" and .[0].user == \"a.karimova\""
	qorgan log CYB-01-M9 --json | jq -e ".[0].changes | any(.path == \"title.en\")" ||
		qorgan log CYB-01-M9 --json | jq .
	expect_same Watch "$(qorgan show CYB-01-M9@1 --json | jq -r .title.en)"
'

test_case 'an edit from an older version is refused with 75' '
	unchanged 75 qorgan measure edit CYB-01-M9 --base 1 --title.en "Overwrites"
'

test_case 'a moved due date needs a reason, and the first one stays' '
	unchanged 65 qorgan measure edit CYB-01-M9 --due 2027-09-01
	qorgan -q measure edit CYB-01-M9 --due 2027-09-01 --due-reason "procurement was late"
	expect_same "2027-09-01 2027-06-15" "$(qorgan show CYB-01-M9 --json | jq -r "\"\(.due) \(.original_due)\"")"
'

test_case 'diff answers 1 with the difference and 0 without; restore is a new version' '
	expect_code 1 qorgan diff CYB-01-M9@1 CYB-01-M9@2 >out
	grep -q "Watch and warn" out
	qorgan diff CYB-01-M9@2 CYB-01-M9@2
	qorgan -q restore CYB-01-M9@1
	expect_same "4 Watch" "$(qorgan show CYB-01-M9 --json | jq -r "\"\(.version) \(.title.en)\"")"
'

test_case 'states are assigned, unassigned, and a lead does not support' '
	qorgan -q assign CYB-01-M9 --lead UZB --support KAZ,TJK
	expect_same "UZB KAZ,TJK" "$(qorgan show CYB-01-M9 --json | jq -r "\"\(.lead) \(.support|join(\",\"))\"")"
	qorgan -q unassign CYB-01-M9 TJK
	expect_same "KAZ" "$(qorgan show CYB-01-M9 --json | jq -r ".support|join(\",\")")"
	unchanged 65 qorgan unassign CYB-01-M9 TKM
'

test_case 'each state of a list may bear its own sign' '
	qorgan -q measure edit CYB-01-M9 --support +TJK,+kg
	qorgan -q measure edit CYB-01-M9 --support +TKM,-KAZ,KGZ
	expect_same "TJK,TKM" "$(qorgan show CYB-01-M9 --json | jq -r ".support|join(\",\")")"
	qorgan -q assign CYB-01-M9 --support +kaz,-TJK,-tm
	expect_same "KAZ" "$(qorgan show CYB-01-M9 --json | jq -r ".support|join(\",\")")"
	unchanged 65 qorgan assign CYB-01-M9 --support -TJK
	expect_one_line "TJK is not in the list"
'

test_case 'the lead'"'"'s report is the measure'"'"'s status' '
	qorgan -q status CYB-01-M9 in-progress --progress 40 --note "Two of five" --date 2026-06-01
	expect_same "in-progress 40" \
		"$(qorgan measure list --json | jq -r ".[] | select(.id == \"CYB-01-M9\") | \"\(.status) \(.progress)\"")"
	qorgan -q status CYB-01-M9 planned --state KAZ
	expect_same in-progress "$(qorgan show CYB-01-M9 --json | jq -r .status)"
	unchanged 65 qorgan status CYB-01-M9 planned --state TKM
	unchanged 65 qorgan status CYB-01-M9 on-hold
	qorgan -q status CYB-01-M9 "on hold" --reason "funds"
	qorgan -q status CYB-01-M9 completed --as b.user
	unchanged 65 qorgan status CYB-01-M9 verified --as b.user
	qorgan -q status CYB-01-M9 verified --as c.other
	expect_same "verified 100" "$(qorgan show CYB-01-M9 --json | jq -r "\"\(.status) \(.progress)\"")"
'

test_case 'a report speaks of today unless a date is given, and not in the words of the last' '
	qorgan -q measure add CYB-01-M40 --risks CYB-01 --title.en "Dated" --lead UZB --due 2026-12-01
	QORGAN_NOW=2026-02-10T10:00:00Z qorgan -q status CYB-01-M40 in-progress --date 2026-02-09 --note "Two of five" \
		--obstacles "customs" --progress 40
	QORGAN_NOW=2026-05-01T10:00:00Z qorgan -q status CYB-01-M40 in-progress
	qorgan show CYB-01-M40/UZB --json | jq -e ".date == \"2026-05-01\" and .progress == 40 and .note == null and .obstacles == null"
	QORGAN_NOW=2026-06-10T10:00:00Z qorgan -q status CYB-01-M40 completed
	expect_same 2026-06-10 "$(qorgan dump status | jq -r "select(.id == \"CYB-01-M40/UZB\") | .date")"
	qorgan report --period 2026-Q1 --json >q1
	jq -e "[.. | objects | select(.id? == \"CYB-01-M40\") | .status] | length > 0 and all(. == \"in-progress\")" q1
	unchanged 65 qorgan status CYB-01-M40 completed --date ""
'

test_case 'a declined part is accepted by reporting work' '
	qorgan -q status CYB-01-M40 planned --consent declined --reason "no staff" --date 2026-05-01
	qorgan -q status CYB-01-M40 in-progress
	qorgan show CYB-01-M40/UZB --json | jq -e ".consent == \"accepted\" and .reason == null"
'

test_case 'a report of a day to come is refused, by status and by load' '
	unchanged 65 qorgan status CYB-01-M40 in-progress --date 2026-06-11
	expect_one_line "2026-06-11"
	expect_one_line "today is 2026-06-10"
	echo "{\"kind\":\"status\",\"id\":\"CYB-01-M40/UZB\",\"status\":\"planned\",\"date\":\"2026-07-01\"}" >future.jsonl
	unchanged 65 qorgan load future.jsonl
	grep -q "future.jsonl:1: date: .*2026-07-01" said
'

test_case 'evidence comes back byte for byte, and bears the report'"'"'s marking' '
	head -c 200000 /dev/urandom >photo.bin
	qorgan -q status CYB-01-M1 in-progress --state UZB --evidence photo.bin
	id=$(qorgan show CYB-01-M1/UZB --json | jq -r ".evidence[0]")
	expect_same "$(b2sum -l 256 photo.bin | cut -d" " -f1)" "$id"
	qorgan evidence get "$id" -o back.bin
	cmp photo.bin back.bin
	expect_same "$(qorgan show CYB-01-M1 --json | jq -r .marking)" "$(qorgan show "$id" --json | jq -r .marking)"
'

test_case 'evidence is found by what its list shows of its id' '
	short=$(qorgan evidence list | awk "/photo.bin/ { print \$1 }")
	[ ${#short} -eq 12 ]
	qorgan evidence get "$short" >back.bin
	cmp photo.bin back.bin
	qorgan show "$short" >shown
	unchanged 66 qorgan evidence get "${short:0:7}"
	unchanged 66 qorgan evidence get ffffffff
	for digits in 0123456789abcdef 0123456789abcdee; do
		jq -nc "{kind:\"evidence\",id:\"\(\"$digits\"*4)\",name:\"$digits.pdf\",size:1}"
	done >two.jsonl
	qorgan -q load two.jsonl
	unchanged 65 qorgan evidence get 0123456789abcde
	expect_one_line "0123456789abcdef012"
	expect_one_line "0123456789abcdee.pdf"
'

test_case 'listings filter, sort and choose columns' '
	qorgan measure list --domain CYB --json | jq -e "length > 5 and all(.id | startswith(\"CYB\"))"
	qorgan measure list --state KAZ --json | jq -e "length > 5 and all(.lead == \"KAZ\" or (.support // [] | index(\"KAZ\")))"
	qorgan measure list --marking amber --json | jq -e "length > 0 and all(.marking == \"TLP:AMBER\")"
	qorgan measure list --due-before 2026-10-01 --json | jq -e "all(.due < \"2026-10-01\")"
	qorgan measure list --status verified --json | jq -e "length == 1"
	qorgan measure list --overdue --json | jq -e "all(.overdue)"
	qorgan measure list --sort due --json | jq -e "map(.due // empty) | . == sort"
	qorgan measure list --columns id,lead -f csv | head -1 | grep -qi "^id,lead"
	qorgan risk list --json | jq -e "map(.id) | index(\"CYB-02\") < index(\"CYB-03\")"
	unchanged 65 qorgan measure list --status finished
'

test_case 'a condition that is given twice is met by either value' '
	both=$(qorgan risk list --domain CYB --domain WAT --json | jq -r ".[].id")
	expect_same "$(qorgan risk list --domain CYB,WAT --json | jq -r ".[].id")" "$both"
	qorgan measure list --status planned --status verified --json | jq -e "[.[].status] | unique == [\"planned\",\"verified\"]"
	qorgan measure list --domain CYB --domain WAT --state KAZ --json |
		jq -e "length > 0 and all(.lead == \"KAZ\" or (.support // [] | index(\"KAZ\")))"
	[ "$(qorgan measure list --due-before 2027-01-01 --due-before 2026-10-01 --json | jq length)" -eq \
		"$(qorgan measure list --due-before 2026-10-01 --json | jq length)" ]
'

test_case 'an unknown column or kind gets those that there are' '
	unchanged 64 qorgan measure list --columns id,stauts
	expect_one_line "did you mean \"status\"?"
	expect_one_line "due_soon"
	unchanged 64 qorgan risk list --sort zzzzzzzzzz
	expect_one_line ": there are id, kind"
	unchanged 64 qorgan show -K rsik CYB-01
	expect_one_line "did you mean \"risk\"?"
	expect_one_line "measure, evidence"
	unchanged 64 qorgan load --kind measur nothing.csv || unchanged 66 qorgan load --kind measur nothing.csv
'

test_case 'nothing yet is told from nothing that matches' '
	qorgan partner list 2>said
	expect_one_line "There are no partners yet. Add one: qorgan partner add"
	qorgan measure list --lead TKM --type detect --due-before 2020-01-01 2>said
	expect_one_line "Nothing matches."
'

test_case 'tables align Cyrillic in 80 columns' '
	qorgan --lang ru risk list >table
	grep -q "инфраструктур" table
	qorgan --lang ru risk list --columns id,title,treatment >table
	python3 - <<-END
	# The last column begins in the same column of the screen on every line.
	lines = [line.rstrip("\n") for line in open("table", encoding="utf-8")]
	places = {line.rindex("  ") + 2 for line in lines[1:] if "mitigate" in line}
	assert len(places) == 1 and len(lines) > 40, places
	END
'

test_case 'search finds words in any language, whatever the case' '
	qorgan search ДОЗОР --json | jq -e "any(.id == \"CYB-01-M9\")"
	qorgan search "zzzz-nothing" --json | jq -e ". == []"
'

test_case 'notes are numbered; retired objects leave the lists and stay in the history' '
	qorgan -q note CYB-01 "to be discussed"
	qorgan -q note CYB-01 "discussed"
	expect_same "to be discussed" "$(qorgan show CYB-01/n1 --json | jq -r .text.en)"
	qorgan show CYB-01/n2 >/dev/null
	qorgan -q measure retire CYB-01-M9 --reason "merged into another"
	qorgan measure list --json | jq -e "all(.id != \"CYB-01-M9\")"
	qorgan show CYB-01-M9@1 --json >/dev/null
'

test_case 'a contradiction of marking and release is pointed out' '
	qorgan risk edit CYB-03 --marking RED --release KAZ 2>said
	grep -q "TLP:RED" said
'

test_case 'exports and commits are in the log' '
	qorgan -q partner add KAZ --recipient "$(age-keygen -y identity)"
	qorgan -q export --to KAZ -o kaz.age
	qorgan log --json | jq -e ".[0].message | test(\"KAZ\")"
	qorgan log --limit 3 --json | jq -e "length == 3"
'

test_case 'an editor changes an object; an unchanged text changes nothing' '
	cat >editor <<-"END"
	#!/bin/sh
	sed -i "s/\"owner_role\": \"[^\"]*\"/\"owner_role\": \"Edited role\"/" "$1"
	END
	chmod +x editor
	if EDITOR=$PWD/editor qorgan risk edit CYB-02 2>said; then
		expect_same "Edited role" "$(qorgan show CYB-02 --json | jq -r .owner_role)"
		before=$(root_now)
		EDITOR=true qorgan risk edit CYB-02
		expect_same "$before" "$(root_now)"
	else
		grep -q "tmpfs\|memory" said
	fi
'

test_case 'a load does not verify what its own user claimed' '
	qorgan -q status CYB-01-M1 completed --state UZB
	echo "{\"kind\":\"status\",\"id\":\"CYB-01-M1/UZB\",\"status\":\"verified\"}" >verified.jsonl
	unchanged 65 qorgan load verified.jsonl
	grep "another user must" said
	qorgan -q load verified.jsonl --as b.otarov
	expect_same verified "$(qorgan show CYB-01-M1/UZB --json | jq -r .status)"
	qorgan dump >verified-dump.jsonl
	(
		export QORGAN_STORE=$WORK/verified-again
		qorgan -q init --state UZB --as x --recipient "$(age-keygen -y identity)"
		qorgan -q load verified-dump.jsonl 2>said
		grep "came in as verified" said
	)
'

test_case 'many who add at once all get an id of their own' '
	for i in 1 2 3 4 5 6 7 8; do
		qorgan -q note CYB-02 "note $i" >/dev/null &
		qorgan -q measure add --risks CYB-02 --title.en "Measure $i" --type detect >/dev/null &
	done
	wait
	expect_same 8 "$(qorgan dump note | grep -c "CYB-02/n")"
	expect_same 8 "$(qorgan measure list --json | jq "map(select(.title.en | startswith(\"Measure \"))) | length")"
'

test_case 'writers beside each other are not taken for a roll-back' '
	for writer in 1 2 3 4; do
		(for i in $(seq 40); do qorgan -q risk edit "CYB-0$writer" --owner-role "Role $writer $i"; done) 2>"writer$writer" &
	done
	wait
	cat writer1 writer2 writer3 writer4
	cat writer1 writer2 writer3 writer4 | not grep -v "warning: .* is marked TLP:RED and has a release list"
	expect_same 0 "$(qorgan verify --json | jq ".findings | length")"
'

test_case 'rules between objects hold for those who write at once' '
	qorgan -q measure add CYC-1 --risks CYB-01 --title.en One --type detect
	qorgan -q measure add CYC-2 --risks CYB-01 --title.en Two --type detect
	mkfifo slow.jsonl
	timeout 60 qorgan -q load slow.jsonl 2>load.said &
	load=$!
	exec 7>slow.jsonl
	qorgan -q measure edit CYC-1 --dependencies CYC-2 2>edit.said 7>&- &
	edit=$!
	qorgan show CYC-2 --json | jq -c "{kind, id, risks, title, type, dependencies: [\"CYC-1\"]}" >&7
	exec 7>&-
	codes=0
	wait $load || codes=$((codes + $?))
	wait $edit || codes=$((codes + $?))
	expect_same 65 $codes
	qorgan dump | (export QORGAN_STORE=$WORK/again; qorgan -q init --state UZB --as x --recipient "$(age-keygen -y identity)"; qorgan -q load -)
'

test_case 'what was typed into the editor and cannot be taken is kept for its writer alone' '
	cat >broken <<-"END"
	#!/bin/sh
	sed -i "s/\"likelihood\": [0-9]/\"likelihood\": 9/" "$1"
	END
	chmod +x broken
	before=$(root_now)
	EDITOR=$PWD/broken expect_code 65 qorgan risk edit CYB-02
	kept=$(sed -n "s/.* in \(\/[^ ]*object.json\).*/\1/p" said)
	expect_one_line "plain text that only you can read"
	expect_same 600 "$(stat -c %a "$kept")"
	expect_same 700 "$(stat -c %a "$(dirname "$kept")")"
	jq -e "[.. | .likelihood? // empty] | any(. == 9)" "$kept"
	rm -r "$(dirname "$kept")"
	expect_same "$before" "$(root_now)"
'

test_case 'an editor that fails is a failure, not an interruption; an empty note is refused' '
	EDITOR=false unchanged 74 qorgan risk edit CYB-02
	expect_one_line "failed with code 1"
	unchanged 65 qorgan note CYB-01 ""
	expect_one_line "empty"
	echo "  " | unchanged 65 qorgan note CYB-01 -
	EDITOR=true qorgan note CYB-01
'

test_case 'what may not be meant is done, and said' '
	qorgan -q measure add CYB-01-M60 --risks CYB-01 --title.en Old --lead UZB --marking AMBER
	qorgan status CYB-01-M60 planned --marking CLEAR 2>said
	grep -q "warning: status CYB-01-M60/UZB is marked TLP:CLEAR, lower than its measure, TLP:AMBER" said
	qorgan measure retire CYB-01-M60 --reason merged 2>said
	not grep -q warning said
	qorgan measure edit CYB-01-M60 --contact x 2>said
	grep -q "warning: measure CYB-01-M60 is retired (merged)" said
	qorgan status CYB-01-M60 in-progress --marking AMBER 2>said
	grep -q "warning: measure CYB-01-M60 is retired (merged)" said
	qorgan -q domain add OLD --title.en Old
	qorgan -q risk add OLD-01 --domain OLD --title.en R
	qorgan domain retire OLD --reason "no longer" 2>said
	grep -q "warning: domain OLD is retired, and risks of it are not (1)" said
'

test_case 'a clock that is behind is told, and does not turn the log back' '
	export QORGAN_NOW=2026-07-01T10:00:00Z
	qorgan measure edit CYB-01-M60 --contact y 2>said
	not grep -q "the clock" said
	QORGAN_NOW=2026-06-28T08:00:00Z qorgan measure edit CYB-01-M60 --contact z 2>said
	grep -q "warning: the clock is 3 d 2 h behind the last change: it says 2026-06-28T08:00:00Z, .* 2026-07-01T10:00:00Z; set" said
	expect_same "2026-07-01T10:00:00Z" "$(qorgan log CYB-01-M60 --json | jq -r ".[0].time")"
	qorgan log --json | jq -e "map(.time) as \$times | (\$times | sort) as \$sorted | \$times == \$sorted or \$times == (\$sorted | reverse)"
	QORGAN_NOW=2026-06-28T08:00:00Z qorgan -q status CYB-01-M60 on-hold --reason wait 2>said
	grep -q "the clock is 3 d 2 h behind" said
'

test_done
