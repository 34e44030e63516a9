# What a state says for itself: its own level of a risk, its consent to a part.
. "$(dirname "$0")/lib.sh"
store_make
export QORGAN_NOW=2026-06-10T10:00:00Z
qorgan -q load "$ROOT/catalogue/2026-2028"
qorgan -q risk add TST-01 --domain CYB --title.en "Loss of a link" --residual.likelihood 2 --residual.impact 3 \
	--coordinator UZB --affected UZB,KAZ --marking GREEN --release KAZ,KGZ >/dev/null

test_case 'a state says its own level of a risk, and the agreed one stays' '
	qorgan risk assess TST-01 --likelihood 4 --impact 5 --note "Two failures in a month" --confidence medium
	qorgan show TST-01/UZB --json | jq -e ".kind == \"assessment\" and .likelihood == 4 and .impact == 5 and
		.date == \"2026-06-10\" and .marking == \"TLP:GREEN\" and .release == [\"KAZ\",\"KGZ\"]"
	qorgan show TST-01 --json | jq -e ".residual == {\"likelihood\":2,\"impact\":3} and .assessments ==
		[{\"state\":\"UZB\",\"likelihood\":4,\"impact\":5,\"score\":20,\"date\":\"2026-06-10\"}]"
	qorgan show TST-01 | grep -q "UZB  *4x5=20 (.*), agreed: 2x3=6 (.*), 2026-06-10: Two failures in a month"
	expect_same 1 "$(qorgan show TST-01 --json | jq .version)"
'

test_case 'one of another day is new: the level carries over, its reasons do not' '
	qorgan -q risk assess TST-01 --note "Three by now"
	qorgan show TST-01/UZB --json | jq -e ".version == 2 and .likelihood == 4 and .note.en == \"Three by now\""
	QORGAN_NOW=2026-06-20T10:00:00Z qorgan -q risk assess TST-01 --likelihood 3
	qorgan show TST-01/UZB --json | jq -e ".version == 3 and .likelihood == 3 and .impact == 5 and .note == null"
	qorgan log TST-01/UZB --json | jq -e "length == 3 and (.[0].changes | any(.path == \"likelihood\"))"
	expect_code 1 qorgan diff TST-01/UZB@1 TST-01/UZB@2 >/dev/null
	qorgan -q restore TST-01/UZB@2
	qorgan show TST-01/UZB --json | jq -e ".version == 4 and .likelihood == 4"
'

export QORGAN_NOW=2026-06-20T10:00:00Z

test_case 'a state without a store is spoken for, in any of its names' '
	qorgan risk assess TST-01 --state kz --likelihood 3 --impact 2 2>said
	grep -q "^TST-01/KAZ version 1" said
'

test_case 'what breaks a rule is refused, by name' '
	unchanged 66 qorgan risk assess TST-77 --likelihood 1 --impact 1
	expect_one_line "there is no risk TST-77"
	unchanged 65 qorgan risk assess TST-01 --state KGZ --likelihood 1
	expect_one_line "assessment TST-01/KGZ: impact: is required"
	unchanged 65 qorgan risk assess TST-01 --likelihood 6
	unchanged 65 qorgan risk assess TST-01 --state FRA --likelihood 1 --impact 1
	expect_one_line "FRA is not a state on record"
	unchanged 65 qorgan risk assess TST-01 --state UNRCCA --likelihood 1 --impact 1
	expect_one_line "observer"
	unchanged 65 qorgan risk assess TST-01 --date 2026-06-21
	for id in TST-77/KAZ TST-01/FRA TST-01/UNRCCA TST-01/kz; do
		echo "{\"kind\":\"assessment\",\"id\":\"$id\",\"likelihood\":1,\"impact\":1}" >faulty.jsonl
		unchanged 65 qorgan load faulty.jsonl
		grep "faulty.jsonl:1: id: " said
	done
'

test_case 'an assessment marked lower than its risk is pointed out' '
	qorgan -q risk add TST-02 --domain CYB --title.en "Kept close" --marking RED
	qorgan risk assess TST-02 --likelihood 1 --impact 1 --marking GREEN 2>said
	grep -q "warning: assessment TST-02/UZB is marked TLP:GREEN, lower than its risk, TLP:RED" said
'

test_case 'reports show where states differ in band' '
	qorgan report register --json >register
	jq -e ".risks[] | select(.id == \"TST-01\") | [.assessments[] | .state, .level.score, .differs] ==
		[\"KAZ\",6,false,\"UZB\",20,true]" register || { jq ".risks[] | select(.id == \"TST-01\")" register; exit 1; }
	qorgan report register | grep -qF "UZB assesses 20"
	qorgan report register | tr -s " \n" " " | grep -q "(4×5), in another band than agreed, 2026-06-10: Three by now"
	qorgan report matrix | sed -n "/Where a state sees another band/,\$p" | grep -q "TST-01.*UZB"
	for kind in register matrix; do
		qorgan report $kind -f csv >table.csv
		python3 - <<-END
		import csv
		rows = {row["id"]: row for row in csv.DictReader(open("table.csv"))}
		assert rows["TST-01"]["assessments"] == "KAZ=3x2;UZB=4x5", rows["TST-01"]
		assert rows["TST-01"]["assessed_otherwise"] == "UZB", rows["TST-01"]
		assert rows["CYB-02"]["assessments"] == "", rows["CYB-02"]
		END
	done
	qorgan report changes --period 2026-Q2 --json | jq -e "[.changes[] | select(.kind == \"assessment\") | .id] == [\"TST-01/KAZ\",\"TST-01/UZB\",\"TST-02/UZB\"]"
'

test_case 'an assessment goes where its risk may go, and no further' '
	qorgan -q partner add KAZ --recipient "$(age-keygen -y identity)"
	why() { qorgan export --to KAZ --dry-run --json | jq -r "map(select(.kind == \"assessment\" and .id == \"$1\")) | .[-1] | \"\(.goes) \(.why)\""; }
	expect_same "true " "$(why TST-01/UZB)"
	qorgan -q risk edit TST-02 --release KAZ
	qorgan -q risk assess TST-02 --release KAZ
	expect_same "false its risk may not go there" "$(why TST-02/UZB)"
'

test_case 'a dump of the assessments loads into another store' '
	qorgan dump >all.jsonl
	expect_same 3 "$(qorgan dump assessment | wc -l)"
	qorgan dump assessment -f csv | head -1 | grep -q "^kind,id,likelihood,impact,confidence,date,note.en"
	(
		export QORGAN_STORE=$WORK/again
		qorgan -q init --state UZB --as x --recipient "$(age-keygen -y identity)"
		qorgan -q load all.jsonl
		qorgan dump assessment | cmp - <(QORGAN_STORE=$WORK/store qorgan dump assessment)
	)
'

test_case 'a part that was offered is accepted or declined, and reports tell which' '
	qorgan -q measure add TST-01-M1 --risks TST-01 --title.en "Second path" --lead UZB --support KAZ,KGZ,TJK \
		--marking GREEN --release KAZ >/dev/null
	qorgan show TST-01-M1 | grep -q "UZB (lead) *offered; no report"
	parts() { qorgan report status --json | jq -c .parts; }
	before=$(parts)
	qorgan accept TST-01-M1
	qorgan show TST-01-M1/UZB --json | jq -e ".status == \"planned\" and .consent == \"accepted\" and
		.date == \"2026-06-20\" and .marking == \"TLP:GREEN\" and .release == [\"KAZ\"]"
	qorgan decline TST-01-M1 --state kg --reason "no staff before 2027"
	qorgan show TST-01-M1/KGZ --json | jq -e ".status == \"planned\" and .consent == \"declined\" and .reason == \"no staff before 2027\""
	expect_same "$(jq -c ".offered -= 2 | .accepted += 1 | .declined += 1" <<<"$before")" "$(parts)"
	qorgan report status --json | jq -e ".declined == [{\"measure\":\"TST-01-M1\",\"title\":\"Second path\",\"state\":\"KGZ\",\"reason\":\"no staff before 2027\"}]"
	qorgan report status -f csv >table.csv
	python3 - <<-END
	import csv
	rows = {row["id"]: row for row in csv.DictReader(open("table.csv"))}
	assert rows["TST-01-M1"]["lead_consent"] == "accepted" and rows["TST-01-M1"]["support_status"] == "KAZ=;KGZ=declined;TJK=", rows["TST-01-M1"]
	assert rows["CYB-01-M1"]["lead_consent"] == "offered", rows["CYB-01-M1"]
	END
'

test_case 'only a part that was given is answered, and a refusal has a reason' '
	unchanged 65 qorgan accept TST-01-M1 --state TKM
	expect_one_line "TKM was given no part in TST-01-M1, so there is none to accept: lead is UZB, support KAZ, KGZ, TJK"
	unchanged 65 qorgan decline TST-01-M1 --state TKM --reason x
	expect_one_line "none to decline"
	unchanged 64 qorgan decline TST-01-M1
	unchanged 64 qorgan decline TST-01-M1 --reason ""
	unchanged 66 qorgan accept TST-01-M9
	expect_one_line "there is no measure TST-01-M9"
	unchanged 65 qorgan accept TST-01-M1 --state FRA
	qorgan -q status TST-01-M1 completed --state TJK
	unchanged 65 qorgan decline TST-01-M1 --state TJK --reason "after all"
	expect_one_line "what was done cannot be declined"
'

test_case 'an answer changes no report of another day, unless it changes the answer' '
	QORGAN_NOW=2026-06-21T10:00:00Z qorgan -q status TST-01-M1 in-progress --state KAZ --progress 30 --note "Begun"
	export QORGAN_NOW=2026-06-30T10:00:00Z
	qorgan -q accept TST-01-M1 --state KAZ
	qorgan show TST-01-M1/KAZ --json | jq -e ".consent == \"accepted\" and .date == \"2026-06-21\" and .note.en == \"Begun\""
	qorgan accept TST-01-M1 --state KAZ 2>said
	grep -q "nothing changed" said
	qorgan -q decline TST-01-M1 --state KAZ --reason "cut"
	qorgan show TST-01-M1/KAZ --json | jq -e ".consent == \"declined\" and .date == \"2026-06-30\" and .note == null and .progress == 30"
	qorgan report status --period 2026-Q2 --as-of 2026-06-25 --json | jq -e "[.declined[].state] == [\"KGZ\"]"
	qorgan -q accept TST-01-M1 --state KAZ
	qorgan show TST-01-M1/KAZ --json | jq -e ".consent == \"accepted\" and .reason == null and .status == \"in-progress\""
'

test_done
