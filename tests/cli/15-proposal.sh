# A change that one state proposes to another's object, and the answer: first between
# copies that a dump carries, then by packages.
. "$(dirname "$0")/lib.sh"
store_make
export QORGAN_NOW=2026-06-10T10:00:00Z
qorgan -q load "$ROOT/catalogue/2026-2028"
cat >objects.jsonl <<'END'
{"kind":"risk","id":"TST-01","domain":"CYB","title":{"en":"Loss of a link","ru":"Потеря связи"},"coordinator":"UZB","residual":{"likelihood":2,"impact":3},"tags":["sea"],"marking":"TLP:AMBER","release":["KAZ"]}
{"kind":"measure","id":"TST-01-M1","risks":["TST-01"],"title":{"en":"Second path"},"lead":"UZB","support":["KAZ"],"marking":"TLP:GREEN","release":["KAZ"]}
END
qorgan -q load objects.jsonl
UZB=$QORGAN_STORE
KAZ=$WORK/kaz
qorgan -q -S "$KAZ" init --state KAZ --as b.serik --recipient "$(age-keygen -y identity)" >/dev/null
qorgan -q -S "$KAZ" load "$ROOT/catalogue/2026-2028" objects.jsonl
kaz() { qorgan -S "$KAZ" "$@"; }
# carry FROM TO KIND: what there is of that kind.
carry() { qorgan -S "$1" dump "$3" | qorgan -q -S "$2" load -; }

test_case 'a change to what another state keeps is proposed, and changes nothing' '
	before=$(kaz show TST-01)
	id=$(kaz -q risk edit TST-01 --likelihood 4 --title.ru "Обрыв связи" --tags "" --horizon 5 --propose \
		-m "Two failures in May")
	expect_same TST-01/KAZ-p1 "$id"
	expect_same "$before" "$(kaz show TST-01)"
	kaz show TST-01/KAZ-p1 --json >proposal
	jq -e ".kind == \"proposal\" and .subject == \"risk\" and .state == \"KAZ\" and .to == \"UZB\" and .base == 1 and
		.release == [\"UZB\"] and .marking == \"TLP:AMBER\" and .note.en == \"Two failures in May\" and
		.removed == [\"tags\"] and .open and .answer == \"open\"" proposal || { cat proposal; exit 1; }
	jq -e ".changes | fromjson == {\"residual\":{\"likelihood\":4,\"impact\":3},\"horizon\":5,
		\"title\":{\"en\":\"Loss of a link\",\"ru\":\"Обрыв связи\"}}" proposal
	jq -e ".before | fromjson == {\"residual\":{\"likelihood\":2,\"impact\":3},\"tags\":[\"sea\"],
		\"title\":{\"en\":\"Loss of a link\",\"ru\":\"Потеря связи\"}}" proposal
	kaz proposal show TST-01/KAZ-p1 >shown
	grep -q "title.ru  *- Потеря связи" shown
	grep -q "^  *+ Обрыв связи" shown
	grep -q "^Answer  *none yet" shown
	not grep -q fromjson shown
	not grep -q "{\"" shown
	kaz proposal list --open --json | jq -e "[.[].id] == [\"TST-01/KAZ-p1\"]"
'

test_case 'states of a measure are proposed likewise; the next number is found' '
	expect_same TST-01-M1/KAZ-p1 "$(kaz -q assign TST-01-M1 --support +KGZ --propose -m "They asked")"
	expect_same TST-01/KAZ-p2 "$(kaz -q risk edit TST-01 --horizon 9 --propose)"
	cat >editor <<-"END"
	#!/bin/sh
	sed -i "s/\"title\": {/\"horizon\": 3, \"title\": {/" "$1"
	END
	chmod +x editor
	if EDITOR=$PWD/editor kaz -q risk edit TST-01 --propose >id 2>said; then
		expect_same TST-01/KAZ-p3 "$(cat id)"
		kaz show TST-01/KAZ-p3 --json | jq -e ".changes == \"{\\\"horizon\\\":3}\""
	else
		grep -q "tmpfs\|memory" said
	fi
'

test_case 'what cannot be proposed is refused' '
	export QORGAN_STORE=$KAZ
	unchanged 65 qorgan risk edit TST-01 --likelihood 9 --propose
	expect_one_line "risk TST-01: residual.likelihood: 9 is not within 1 to 5"
	unchanged 65 qorgan risk edit TST-01 --horizon "" --propose
	expect_one_line "nothing is proposed"
	unchanged 66 qorgan risk edit TST-77 --horizon 2 --propose
	unchanged 65 qorgan measure edit TST-01-M1 --risks TST-99 --propose
	expect_one_line "there is no risk TST-99"
	QORGAN_STORE=$UZB
	unchanged 65 qorgan risk edit TST-01 --horizon 2 --propose
	expect_one_line "risk TST-01 is kept by UZB itself: change it, without --propose"
	unchanged 64 qorgan partner edit KAZ --propose
'

test_case 'a proposal goes to the state that keeps the object, alone' '
	for state in UZB KGZ; do
		kaz -q partner add $state --recipient "$(age-keygen -y identity)" 2>/dev/null >/dev/null
		kaz export --to $state --dry-run --json | jq -r ".[] | select(.kind == \"proposal\" and .id == \"TST-01/KAZ-p1\") | .goes" >$state
	done
	expect_same "true false" "$(cat UZB) $(cat KGZ)"
'

test_case 'the state that keeps it accepts: a new version under its own key, which names the author' '
	carry "$KAZ" "$UZB" proposal
	qorgan proposal list --open --state KAZ --json | jq -e "length >= 3"
	qorgan proposal accept TST-01/KAZ-p1 -m "as agreed by telephone" 2>said
	grep -q "^TST-01 version 2" said
	qorgan show TST-01 --json | jq -e ".residual.likelihood == 4 and .title.ru == \"Обрыв связи\" and .horizon == 5 and .tags == null and
		.owner == \"UZB\" and .marking == \"TLP:AMBER\""
	qorgan log TST-01 --json | jq -e ".[0].message == \"Proposal TST-01/KAZ-p1 of KAZ, by a.karimova: as agreed by telephone\"" ||
		{ qorgan log TST-01 --json | jq .[0].message; exit 1; }
	qorgan show TST-01/KAZ-p1-UZB --json | jq -e ".kind == \"answer\" and .answer == \"accepted\" and .made == 2 and .proposed == 1 and
		.to == \"KAZ\" and .release == [\"KAZ\"] and .marking == \"TLP:AMBER\""
	qorgan proposal show TST-01/KAZ-p1 --json | jq -e ".open == false and .answer == \"accepted\""
	unchanged 65 qorgan proposal accept TST-01/KAZ-p1
	expect_one_line "was accepted on 2026-06-10: it is answered once"
	unchanged 65 qorgan proposal decline TST-01/KAZ-p1 --reason "after all"
'

test_case 'what was changed meanwhile is named, and nothing is done' '
	unchanged 75 qorgan proposal accept TST-01/KAZ-p2
	expect_one_line "in what it would change: horizon"
	unchanged 64 qorgan proposal decline TST-01/KAZ-p2
	unchanged 66 qorgan proposal decline TST-01/KAZ-p9 --reason x
	qorgan -q proposal decline TST-01/KAZ-p2 --reason "5 is agreed"
	qorgan proposal show TST-01/KAZ-p2 | grep -q "^Answer  *declined, .* of UZB: 5 is agreed"
	expect_same 2 "$(qorgan show TST-01 --json | jq .version)"
'

test_case 'what was changed elsewhere does not stand in the way, and is told' '
	qorgan -q measure edit TST-01-M1 --contact "the centre"
	qorgan proposal accept TST-01-M1/KAZ-p1 2>said
	qorgan show TST-01-M1 --json | jq -e ".support == [\"KAZ\",\"KGZ\"] and .contact == \"the centre\" and .version == 3"
	jq -nc "{kind:\"proposal\",id:\"TST-01-M1/KAZ-p5\",subject:\"measure\",state:\"KAZ\",to:\"UZB\",base:2,base_state:\"UZB\",changes:\"{\\\"type\\\":\\\"detect\\\"}\"}" >third.jsonl
	qorgan -q load third.jsonl
	qorgan proposal accept TST-01-M1/KAZ-p5 2>said
	grep -q "warning: measure TST-01-M1 was changed since the version 2 that the proposal started from" said
'

test_case 'the answer reaches the author' '
	carry "$UZB" "$KAZ" answer
	kaz proposal show TST-01/KAZ-p1 | grep -q "^Answer  *accepted, as version 2"
	kaz proposal list --columns id,answer --answer declined -f csv | grep -q "^TST-01/KAZ-p2,declined"
	[ -z "$(kaz proposal list --open --json | jq -r ".[] | select(.id == \"TST-01/KAZ-p1\") | .id")" ]
	unchanged_in_kaz=$(QORGAN_STORE=$KAZ root_now)
	QORGAN_STORE=$KAZ expect_code 77 qorgan proposal accept TST-01/KAZ-p2
	expect_one_line "proposal TST-01/KAZ-p2 is for UZB to answer"
	expect_same "$unchanged_in_kaz" "$(QORGAN_STORE=$KAZ root_now)"
'

test_case 'a proposal that is not what it should be is refused by name' '
	proposal() { jq -nc "{kind:\"proposal\",id:\"TST-01/KAZ-p7\",subject:\"risk\",state:\"KAZ\",to:\"UZB\",base:1,base_state:\"KAZ\",changes:\"{\\\"horizon\\\":4}\"} | $1" >faulty.jsonl; }
	refused() { proposal "$1"; unchanged 65 qorgan load faulty.jsonl; grep -F -- "$2" said; }
	refused ".changes = \"{\\\"horzon\\\":4}\"" "changes.horzon: a risk has no field"
	refused ".changes = \"{ \\\"horizon\\\":4}\"" "changes: is not the canonical JSON of an object"
	refused ".changes = \"[1]\"" "changes: is not the canonical JSON of an object"
	refused ".changes = \"{\\\"taken_from\\\":{\\\"state\\\":\\\"KAZ\\\",\\\"version\\\":1}}\"" "taken_from is kept by the program"
	refused "del(.changes)" "changes: nothing is proposed"
	refused ".removed = [\"tags\"]" "tags is not among the former values"
	refused ".release = [\"KGZ\",\"UZB\"]" "release: must be UZB alone"
	refused ".to = \"KAZ\"" "to: is KAZ itself"
	refused ".state = \"KGZ\"" "id: is not of the form OBJECT/KGZ-p1"
	refused ".id = \"TST-01/KAZ-p07\"" "id: is not of the form OBJECT/KAZ-p1"
	refused ".id = \"TST-88/KAZ-p7\"" "there is no risk TST-88"
	proposal .
	qorgan -q load faulty.jsonl
	jq -nc "{kind:\"answer\",id:\"TST-01/KAZ-p7-UZB\",state:\"UZB\",to:\"KAZ\",proposed:1,answer:\"declined\"}" >answer.jsonl
	unchanged 65 qorgan load answer.jsonl
	grep "reason: is required" said
'

test_case 'values that the object cannot take are refused when they are to be made' '
	jq -nc "{kind:\"proposal\",id:\"TST-01/KAZ-p8\",subject:\"risk\",state:\"KAZ\",to:\"UZB\",base:1,base_state:\"KAZ\",changes:\"{\\\"review\\\":\\\"soon\\\"}\"}" >soon.jsonl
	qorgan -q load soon.jsonl
	unchanged 65 qorgan proposal accept TST-01/KAZ-p8
	expect_one_line "risk TST-01: review: \"soon\" is not a date"
'

test_case 'what was handed over is not for the former keeper to change' '
	qorgan -q measure edit TST-01-M1 --lead KAZ --support UZB,KGZ
	jq -nc "{kind:\"proposal\",id:\"TST-01-M1/KGZ-p1\",subject:\"measure\",state:\"KGZ\",to:\"UZB\",base:1,base_state:\"UZB\",changes:\"{\\\"contact\\\":\\\"x\\\"}\"}" >late.jsonl
	qorgan -q load late.jsonl
	unchanged 77 qorgan proposal accept TST-01-M1/KGZ-p1
	expect_one_line "measure TST-01-M1 is kept by KAZ, not by UZB"
'

export QORGAN_STORE=$WORK/uzb2
KAZ=$WORK/kaz2
qorgan -q init --state UZB --as a.karimova --recipient "$(age-keygen -y identity)" >/dev/null
kaz -q init --state KAZ --as b.serik --recipient "$(age-keygen -y identity)" >/dev/null
qorgan identity >UZB.card
kaz identity >KAZ.card
kaz -q partner add UZB.card --fingerprint "$(qorgan identity --json | jq -r .fingerprint)" >/dev/null
qorgan -q partner add KAZ.card --fingerprint "$(kaz identity --json | jq -r .fingerprint)" >/dev/null
qorgan -q load "$ROOT/catalogue/2026-2028" objects.jsonl
kaz -q load "$ROOT/catalogue/2026-2028"
# uzb_sends, kaz_sends: what is due, by a package.
uzb_sends() { qorgan -q export --to KAZ --force -o uzb.age && kaz -q receive uzb.age >/dev/null; }
kaz_sends() { kaz -q export --to UZB --force -o kaz.age && qorgan -q receive kaz.age >/dev/null; }

test_case 'by package: what another state keeps is proposed to it, assessed, and a part in it accepted' '
	uzb_sends
	QORGAN_STORE=$KAZ unchanged 77 qorgan risk edit TST-01 --horizon 5
	expect_one_line "risk TST-01 is kept by UZB, and changed there alone"
	kaz dump risk | jq -c "select(.id == \"TST-01\") | .horizon = 5" >theirs.jsonl
	for dry in --dry-run ""; do
		QORGAN_STORE=$KAZ unchanged 65 qorgan load $dry theirs.jsonl
		grep -qF "theirs.jsonl:1: it is kept by UZB, and changed there alone" said
	done
	expect_same TST-01/KAZ-p1 "$(kaz -q risk edit TST-01 --horizon 5 --propose -m "Five years")"
	expect_same TST-01-M1/KAZ-p1 "$(kaz -q assign TST-01-M1 --support +KGZ --propose)"
	kaz show TST-01/KAZ-p1 --json | jq -e ".base_state == \"UZB\" and .base == 1 and .release == [\"UZB\"]"
	kaz -q risk assess TST-01 --likelihood 5 --impact 5 --note "We see more"
	kaz show TST-01/KAZ --json | jq -e ".release == [\"UZB\"] and .marking == \"TLP:AMBER\""
	kaz -q accept TST-01-M1
'

test_case 'by package: the keeper sees all of it, and answers' '
	kaz_sends
	qorgan proposal list --open --json | jq -e "[.[].id] | sort == [\"TST-01-M1/KAZ-p1\",\"TST-01/KAZ-p1\"]"
	qorgan show TST-01 | grep -q "KAZ  *5x5=25 (.*), agreed: 2x3=6 (.*), .*: We see more"
	qorgan report register --json | jq -e ".risks[] | select(.id == \"TST-01\") | .assessments[0] | .state == \"KAZ\" and .differs"
	qorgan show TST-01-M1 | grep -q "KAZ (support) *accepted; planned"
	qorgan -q proposal accept TST-01/KAZ-p1
	qorgan log TST-01 --json | jq -e ".[0].message == \"Proposal TST-01/KAZ-p1 of KAZ, by b.serik\""
	qorgan -q proposal decline TST-01-M1/KAZ-p1 --reason "ask KGZ first"
	expect_same 0 "$(qorgan verify --json | jq ".findings | length")"
'

test_case 'by package: the answers and the new version come back' '
	uzb_sends
	kaz proposal show TST-01/KAZ-p1 | grep -q "^Answer  *accepted, as version 2, .* by a.karimova of UZB"
	kaz proposal show TST-01-M1/KAZ-p1 | grep -q "^Answer  *declined, .*: ask KGZ first"
	kaz show TST-01 --json | jq -e ".horizon == 5 and .version == 2 and .owner == \"UZB\""
	kaz proposal list --open --json | jq -e ". == []"
	QORGAN_STORE=$KAZ unchanged 77 qorgan proposal accept TST-01/KAZ-p1
	expect_same 0 "$(kaz verify --json | jq ".findings | length")"
'

test_done
