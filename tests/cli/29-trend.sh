# Progress from period to period: means that are worked out here by hand.
. "$(dirname "$0")/lib.sh"
store_make
{
	echo '{"kind":"catalogue","id":"2026-2028","title":{"en":"Plan"},"from":"2026-01-01","to":"2028-12-31","marking":"CLEAR","release":["KAZ"]}'
	for domain in AAA BBB; do
		echo "{\"kind\":\"domain\",\"id\":\"$domain\",\"title\":{\"en\":\"$domain\"},\"coordinator\":\"UZB\"}"
		echo "{\"kind\":\"risk\",\"id\":\"$domain-01\",\"domain\":\"$domain\",\"title\":{\"en\":\"R\"}}"
	done
	for measure in AAA-01-M1:UZB AAA-01-M2:KAZ BBB-01-M1:UZB; do
		id=${measure%:*}
		echo "{\"kind\":\"measure\",\"id\":\"$id\",\"risks\":[\"${id%-M*}\"],\"title\":{\"en\":\"M\"},\"lead\":\"${measure#*:}\",\"start\":\"2026-01-01\",\"due\":\"2027-12-31\",\"marking\":\"GREEN\",\"release\":[\"KAZ\"]}"
	done
	echo '{"kind":"measure","id":"AAA-01-M9","risks":["AAA-01"],"title":{"en":"Nobody leads"},"start":"2026-01-01","due":"2027-12-31"}'
} >plan.jsonl
QORGAN_NOW=2026-01-05T08:00:00Z qorgan -q load plan.jsonl
QORGAN_NOW=2026-03-20T08:00:00Z qorgan -q status AAA-01-M1 in-progress --progress 20
QORGAN_NOW=2026-05-20T08:00:00Z qorgan -q status AAA-01-M1 in-progress --progress 50
QORGAN_NOW=2026-05-21T08:00:00Z qorgan -q status AAA-01-M2 in-progress --progress 31 --state KAZ
QORGAN_NOW=2026-06-30T08:00:00Z qorgan -q status BBB-01-M1 completed --progress 100
export QORGAN_NOW=2026-08-10T09:00:00Z

test_case 'the means of each period are those of what had been reported by its end' '
	qorgan report status --period 2026-Q3 --json >report
	jq -e ".trend == [
		{id: \"2026-Q1\", all: 6, domains: {AAA: 10, BBB: 0}, states: {KAZ: 0, UZB: 10}},
		{id: \"2026-Q2\", all: 60, domains: {AAA: 40, BBB: 100}, states: {KAZ: 31, UZB: 75}},
		{id: \"2026-Q3\", all: 60, domains: {AAA: 40, BBB: 100}, states: {KAZ: 31, UZB: 75}}]" report
	qorgan report status --period 2026-Q3 --as-of 2026-05-20 --json | jq -e "[.trend[].all] == [6, 16, 16]"
	qorgan report status --period 2026-Q3 --domain BBB --json | jq -e "[.trend[].all] == [0, 100, 100]"
'

test_case 'a single period is no trend' '
	qorgan report status --period 2026-Q1 --json | jq -e ".trend == []"
	qorgan report status --period 2026-H1 -f md | not grep -q "Progress over the periods"
'

test_case 'people see the same numbers, as tables and as a picture' '
	qorgan report status --period 2026-Q3 -f md >report.md
	grep -qx "| AAA | 10 | 40 | 40 |" report.md
	grep -qx "| KAZ | 0 | 31 | 31 |" report.md
	qorgan report status --period 2026-Q3 -o report.html
	grep -q "Mean progress by domain" report.html
	qorgan report status --period 2026-Q3 -o report.pdf
	pdftotext report.pdf - | grep -q "Progress over the periods"
	qorgan report status --period 2026-Q3 --picture trend -o trend.svg
	python3 -c "import xml.etree.ElementTree as e; t = \"\".join(e.parse(\"trend.svg\").getroot().itertext()); assert \"2026-Q2\" in t and \"40\" in t"
	qorgan --lang tg report status --period 2026-Q3 -f md | grep -q "Пешрафт аз рӯи давраҳо"
'

test_case 'what is not for a partner is not in its means' '
	qorgan -q status AAA-01-M1 in-progress --progress 90 --release "" --date 2026-08-01
	qorgan report status --period 2026-Q3 --for KAZ --json >for; jq -c .trend for; jq -e ".trend[2].states.UZB == 50 and .trend[2].domains == {}" for
	qorgan report status --period 2026-Q3 --json | jq -e ".trend[2].domains.AAA == 60"
'
test_done
