# The summary: the same figures as the status report, and what is to be decided.
. "$(dirname "$0")/lib.sh"
store_make
{
	echo '{"kind":"domain","id":"TST","title":{"en":"Test"},"coordinator":"UZB"}'
	echo '{"kind":"risk","id":"TST-01","domain":"TST","title":{"en":"First"},"residual":{"likelihood":4,"impact":4}}'
	for i in 1 2 3 4 5 6 7; do
		echo "{\"kind\":\"measure\",\"id\":\"TST-01-M$i\",\"risks\":[\"TST-01\"],\"title\":{\"en\":\"Late $i\"},\"lead\":\"UZB\",\"start\":\"2026-01-01\",\"due\":\"2026-05-0$((8 - i))\"}"
	done
	echo '{"kind":"measure","id":"TST-01-M8","risks":["TST-01"],"title":{"en":"Orphan"},"start":"2026-01-01","due":"2027-05-01"}'
} >small.jsonl
QORGAN_NOW=2026-01-05T08:00:00Z qorgan -q load small.jsonl
QORGAN_NOW=2026-05-20T08:00:00Z qorgan -q status TST-01-M1 in-progress --progress 50 --help-needed "Radios"
export QORGAN_NOW=2026-07-02T09:00:00Z

test_case 'it tells what the status report and the listing of late measures tell' '
	qorgan report summary --period 2026-H1 --json >summary
	qorgan report status --period 2026-H1 --json >status
	expect_same "$(jq -S "{totals, parts, highest_risks}" status)" "$(jq -S "{totals, parts, highest_risks}" summary)"
	jq -e "(.late | length) == .totals.overdue and .late[0].id == \"TST-01-M7\" and .late[6].id == \"TST-01-M1\"" summary
	jq -e "[.asked[] | [.matter, .id, .text]] == [[\"lead\", \"TST-01-M8\", null], [\"help\", \"TST-01-M1\", \"Radios\"]]" summary
'

test_case 'people are shown the first rows, and told how many more there are' '
	qorgan report summary --period 2026-H1 -f md >summary.md
	qorgan report summary --period 2026-H1 >summary.txt
	for file in summary.md summary.txt; do
		expect_same 5 "$(grep -c "Late [2-7]" $file)"
		grep -q "and 2 more" $file
		grep -q "Radios" $file
	done
'

test_case 'it has no table for programs' '
	expect_code 64 qorgan report summary -f csv
'

test_case 'on paper it is one page in every language, and ends with what it says of itself' '
	for language in en ru uz uz-Cyrl kk ky tg tk az; do
		qorgan report summary --period 2026-H1 --lang $language -o summary.pdf
		pdfinfo summary.pdf | grep -q "^Pages: *1$"
		pdftotext summary.pdf summary.$language
		grep -q "Late 6" summary.$language
	done
	pdftotext -raw summary.pdf - | tr "\n" " " | grep -q "$(qorgan report summary --period 2026-H1 --json | jq -r .checkpoint.root)"
	# Each list full, and texts of some length.
	for i in 1 2 3 4 5 6; do
		echo "{\"kind\":\"risk\",\"id\":\"TST-1$i\",\"domain\":\"TST\",\"title\":{\"en\":\"A risk whose title takes more than one line of a page, as titles of risks do, number $i\"},\"residual\":{\"likelihood\":5,\"impact\":$((i > 5 ? 5 : i))}}"
		echo "{\"kind\":\"measure\",\"id\":\"TST-1$i-M1\",\"risks\":[\"TST-1$i\"],\"title\":{\"en\":\"A measure whose title takes more than one line of a page, number $i\"},\"start\":\"2026-01-01\",\"due\":\"2026-03-01\"}"
	done >long.jsonl
	QORGAN_NOW=2026-06-01T08:00:00Z qorgan -q load long.jsonl
	qorgan report summary --period 2026-H1 -o summary.pdf
	pdfinfo summary.pdf | grep -q "^Pages: *1$"
'

test_done
