# Who owes what by when: the same as the reports say, as a calendar and as mails of stock form.
. "$(dirname "$0")/lib.sh"
store_make
read_ics() { "$ROOT/tests/interop/read_ics.py" "$1"; }
read_mail() { "$ROOT/tests/interop/read_mail.py" "$@"; }

export QORGAN_NOW=2026-01-05T08:00:00Z
qorgan -q load "$ROOT/catalogue/2026-2028"
# A measure that KAZ leads and may not see, one that is late, and an address.
qorgan -q measure add CYB-01-M8 --risks CYB-01 --title.en "Withheld plan" --type detect --lead KAZ --start 2026-02-01 \
	--due 2026-07-20 --marking AMBER --release KGZ
qorgan -q measure add CYB-01-M9 --risks CYB-01 --title.en "Shared plan" --title.ru "Общий план" --type detect --lead KAZ \
	--support KGZ --start 2026-02-01 --due 2026-07-01 --marking GREEN --release KAZ,KGZ
# Without a start it counts as begun, but not before the catalogue did.
qorgan -q measure add CYB-01-M7 --risks CYB-01 --title.en "No day" --type detect --lead UZB
command jq -c '.[] | select(.kind == "state" and .id == "KAZ") | .contact = "focal.point@kaz.example"' \
	"$ROOT/catalogue/2026-2028/00-common.json" >kaz.jsonl
command jq -c '.[] | select(.kind == "state" and .id == "TJK") | .contact = "a@b.example> Bcc: <evil@evil.example"' \
	"$ROOT/catalogue/2026-2028/00-common.json" >tjk.jsonl
qorgan -q load kaz.jsonl tjk.jsonl
age-keygen -o kaz 2>/dev/null
QORGAN_NOW=2026-03-01T08:00:00Z qorgan -q partner add KAZ --recipient "$(age-keygen -y kaz)" >/dev/null 2>&1
export QORGAN_NOW=2026-07-05T08:00:00Z

test_case 'reports owed are those of the status report, of the last period and of this one' '
	expect_code 1 qorgan reminders --within 400 --json >all.json
	qorgan report status --period 2026-H1 --json >before.json
	qorgan report status --period 2026-H2 --json >now.json
	jq -r ".items[] | select(.event == \"report\" and .period == \"2026-H1\") | \"\(.id) \(.state) \(.part)\"" all.json | sort >found
	jq -r ".no_report[] | \"\(.measure) \(.state) \(.role)\"" before.json | sort >wanted
	cmp wanted found
	[ "$(wc -l <wanted)" -gt 100 ]
	jq -r ".items[] | select(.event == \"report\" and .period == \"2026-H2\") | \"\(.id) \(.state) \(.part)\"" all.json | sort >found
	jq -r ".no_report[] | \"\(.measure) \(.state) \(.role)\"" now.json | sort >wanted
	cmp wanted found
	jq -e "all(.items[] | select(.event == \"report\"); .late == (.period == \"2026-H1\"))" all.json
'

test_case 'measures, milestones, reviews and acceptances are those of the calendar' '
	expect_code 1 qorgan reminders --json >some.json
	qorgan report due --json >due.json
	jq -c "[.items[] | select(.event != \"report\" and .days <= 30) | [.date, .event, .id, .state, .overdue]] | sort" due.json >wanted
	jq -c "[.items[] | select(.event == (\"measure\", \"milestone\", \"review\", \"acceptance\")) |
		[.date, .event, .id, .state, .late]] | sort" some.json >found
	cmp wanted found
	jq -e "any(.items[]; .id == \"CYB-01-M9\" and .event == \"measure\" and .late and .days == -4)" some.json
	jq -e "any(.items[]; .id == \"CYB-01-M8\" and .event == \"measure\" and (.late | not) and .days == 15)" some.json
	jq -e ".late == ([.items[] | select(.late)] | length) and .day == \"2026-07-05\" and .until == \"2026-08-04\"" some.json
	expect_code 1 qorgan reminders --within 10 --json >few.json
	jq -e "all(.items[]; .id != \"CYB-01-M8\" or .event == \"offer\" or .late)" few.json
'

test_case 'an offer is told until it is answered, and is never late' '
	jq -e "any(.items[]; .event == \"offer\" and .id == \"CYB-01-M9\" and .state == \"KGZ\" and .part == \"support\" and .date == null)" some.json
	qorgan -q accept CYB-01-M9 --state KGZ
	expect_code 1 qorgan reminders --state KGZ --json >kgz.json
	jq -e "all(.items[]; .event != \"offer\" or .id != \"CYB-01-M9\") and all(.items[]; .state == \"KGZ\")" kgz.json
	jq -e "any(.items[]; .event == \"offer\") and all(.items[]; .event != \"offer\" or (.late | not))" kgz.json
'

test_case 'the code is 0 where nothing is late, and as-of looks back' '
	qorgan reminders --as-of 2026-01-20 --json >early.json
	jq -e ".late == 0 and .day == \"2026-01-20\" and all(.items[]; .period != \"2025-H2\")" early.json
	expect_code 1 qorgan reminders --period 2026-H1 --json >half.json
	jq -e "all(.items[] | select(.event == \"report\"); .period == \"2026-H1\")" half.json
	expect_code 1 qorgan reminders >text
	grep -q "^2026-07-01 !\|^  2026-07-01 !" text
	qorgan reminders --state AZE --as-of 2026-01-20
	expect_code 64 qorgan reminders --within many
	expect_one_line "whole number"
	expect_code 66 qorgan reminders --state Atlantis
	expect_code 65 qorgan reminders --period 2026-Q9
'

test_case 'a partner of which nothing came owes a package, and what it was not asked for it does not' '
	qorgan -q partner add TKM --recipient "$(age-keygen -y kaz)" >/dev/null 2>&1
	expect_code 1 qorgan reminders --within 400 --json >partners.json
	expect_same "2026-H1 KAZ true,2026-H2 KAZ false,2026-H2 TKM false" "$(jq -r "[.items[] | select(.event == \"package\") |
		\"\(.period) \(.state) \(.late)\"] | sort | join(\",\")" partners.json)"
'

test_case 'the calendar holds each day, and the reports of a state as one event' '
	expect_code 1 qorgan reminders --within 400 -f ics -o reminders.ics
	read_ics reminders.ics >events # no two of them are one
	expect_code 1 qorgan reminders --within 400 --json >some.json
	jq -c "[.items[] | select(.date) | if .event == \"report\" then [.date, .state] else [.date, .event, .id, .state] end] | unique |
		[.[][0]] + [\"2026-12-31\"] | sort" some.json >wanted
	jq -c "[.[].date] | sort" events >found
	cmp wanted found
'

test_case 'a mail to each state is in its language, to its address, and opens in a mail program' '
	expect_code 1 qorgan reminders -f mail -o mails --json >told.json
	read_mail mails/*.eml >read.json
	expect_same "AZE az,KAZ kk,KGZ ky,TJK tg,TKM tk,UZB uz" "$(jq -r "[.[] | \"\(.state) \(.language)\"] | sort | join(\",\")" told.json)"
	jq -e "length == 6 and all(.[]; .date == \"2026-07-05T08:00:00+00:00\")" read.json
	jq -e "any(.[]; .file == \"mails/reminder-KAZ.eml\" and .to == \"focal.point@kaz.example\" and .language == \"kk\" and
		(.subject | test(\"Қазақстан\")) and (.text | test(\"Құрметті әріптестер\")))" read.json
	jq -e "any(.[]; .file == \"mails/reminder-UZB.eml\" and .to == \"no-address-of-UZB@example.invalid\")" read.json
	jq -e "any(.[]; .file == \"mails/reminder-TJK.eml\" and .to == \"no-address-of-TJK@example.invalid\")" read.json
	not grep -rq "evil" mails
	jq -r ".[] | \"\(.file) \(.items)\"" told.json | sort >wanted
	jq -r ".[] | \"\(.file | sub(\"mails/\"; \"\")) \(.items | length)\"" read.json | sort >found
	cmp wanted found
	[ "$(stat -c %a mails/reminder-KAZ.eml)" = 600 ]
	expect_code 1 qorgan --lang ru reminders -f mail -o mails
	read_mail mails/reminder-KAZ.eml >russian.json
	jq -e ".[0].language == \"ru\" and (.[0].text | test(\"Уважаемый Секретарь Совета безопасности\")) and
		any(.[0].items[]; test(\"Общий план\")) and (.[0].text | test(\"^TLP:\"))" russian.json
'

test_case 'a mail names nothing that is not released to the state' '
	jq -e "any(.[]; .state == \"KAZ\" and .withheld >= 1)" told.json
	jq -e "all(.[]; .text | test(\"CYB-01-M8|Withheld\") | not)" read.json
	jq -e "any(.[] | select(.file == \"mails/reminder-KAZ.eml\").items[]; test(\"CYB-01-M9\"))" read.json
	expect_code 1 qorgan reminders --state KAZ --json >kaz.json
	jq -e "any(.items[]; .id == \"CYB-01-M8\")" kaz.json
'

test_case 'a folder with something else in it is left alone, and a second run leaves no old mail' '
	expect_code 1 qorgan reminders -f mail -o mails --state KGZ
	expect_same "reminder-KGZ.eml" "$(ls mails)"
	mkdir -p other && echo mine >other/letter.txt
	expect_code 73 qorgan reminders -f mail -o other
	expect_one_line "letter.txt"
	expect_same "letter.txt" "$(ls other)"
	ln -s /nowhere mails/reminder-X.eml
	expect_code 73 qorgan reminders -f mail -o mails
	rm mails/reminder-X.eml
	# What failed half way has told nothing.
	(
		trap "" XFSZ
		ulimit -f 1
		expect_code 74 qorgan reminders -f mail -o full --json
	) | cat >told.out
	[ ! -s told.out ]
	[ ! -e full ]
	expect_code 64 qorgan reminders -f mail
	expect_code 73 qorgan reminders -f mail -o absent/mails
	[ -z "$(find . -maxdepth 1 -name "*.new-*")" ]
'

test_case 'a partner owes the receipt of what went to it, until its package comes' '
	export XDG_STATE_HOME=$WORK/two
	for state in UZB KGZ; do
		qorgan -q -S two-$state init --state $state --recipient "$(age-keygen -y identity)" >/dev/null
		qorgan -S two-$state identity >two-$state.card
	done
	qorgan -q -S two-UZB partner add two-KGZ.card --fingerprint "$(qorgan -S two-KGZ identity --json | jq -r .fingerprint)" >/dev/null
	qorgan -q -S two-KGZ partner add two-UZB.card --fingerprint "$(qorgan -S two-UZB identity --json | jq -r .fingerprint)" >/dev/null
	mkdir courier
	receipts() { qorgan -S two-UZB reminders --json | jq -r "[.items[] | select(.event == \"receipt\") |
		\"\(.state) \(.id) \(.sent_on) \(.late)\"] | join(\",\")"; }
	expect_same "" "$(receipts)"
	qorgan -q -S two-UZB exchange courier
	expect_same "KGZ 1 2026-07-05 false" "$(receipts)"
	qorgan -q -S two-KGZ exchange courier
	qorgan -q -S two-UZB exchange courier
	expect_same "$(qorgan -S two-UZB partner list --awaited --json | jq -r ".[].id")" "$(receipts | cut -d" " -f 1)"
'

test_done
