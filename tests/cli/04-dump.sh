# Bulk out and in: the same bytes in each format; order and all-or-nothing.
. "$(dirname "$0")/lib.sh"
store_make
qorgan -q load "$ROOT/catalogue/2026-2028"
qorgan -q status CYB-01-M1 in-progress --state UZB --progress 10 --note 'Line one, "quoted"; =cmd()'
qorgan -q note CYB-01 "a remark"

# again NAME: another empty store.
again() {
	export QORGAN_STORE=$WORK/$1
	qorgan -q init --state UZB --as a.karimova --recipient "$(age-keygen -y identity)" >/dev/null
}

test_case 'the catalogue has what it promises and says that it is illustrative' '
	qorgan domain list --json | jq -e "length >= 14"
	qorgan risk list --json | jq -e "length >= 45"
	qorgan measure list --json | jq -e "length >= 110"
	qorgan show 2026-2028 --json | jq -e ".notice.en | test(\"llustrative\")"
	for language in en ru uz kk ky tg tk az; do
		qorgan measure list --json | jq -e "all(.title.$language | length > 0)" >/dev/null
		qorgan risk list --json | jq -e "all(.title.$language | length > 0)" >/dev/null
	done
	qorgan measure list --json | jq -e "all(.references | length > 0)"
'

test_case 'loading the same again writes nothing' '
	before=$(root_now)
	qorgan load "$ROOT/catalogue/2026-2028"
	expect_same "$before" "$(root_now)"
'

test_case 'dump, load, dump gives the same bytes as JSON Lines and as an array' '
	qorgan dump >one.jsonl
	qorgan dump -f json >one.json
	(again lines; qorgan -q load one.jsonl; qorgan dump >two.jsonl)
	cmp one.jsonl two.jsonl
	(again array; qorgan -q load one.json; qorgan dump -f json >two.json)
	cmp one.json two.json
	jq -es "length > 150 and all(has(\"kind\") and has(\"id\"))" one.jsonl
'

test_case 'dump, load, dump gives the same bytes as CSV, kind by kind' '
	(
		again tables
		for kind in catalogue state scale period domain risk measure status note; do
			(export QORGAN_STORE=$WORK/store; qorgan dump $kind -f csv >$kind.csv)
		done
		qorgan -q load catalogue.csv state.csv scale.csv period.csv domain.csv risk.csv measure.csv status.csv note.csv
		for kind in catalogue state scale period domain risk measure status note; do
			qorgan dump $kind -f csv >again.csv
			cmp $kind.csv again.csv
		done
	)
'

test_case 'a single object from the design is a whole measure' '
	cat >one-measure.json <<-"END"
	{"kind":"measure","id":"CYB-01-M99","risks":["CYB-01"],"title":{"en":"Drill","ru":"Учение"},"type":"detect",
	"lead":"KAZ","support":["UZB"],"start":"2026-02-01","due":"2027-06-15","marking":"TLP:GREEN","release":["KGZ","TJK"]}
	END
	qorgan -q load one-measure.json
	expect_same KAZ "$(qorgan show CYB-01-M99 --json | jq -r .lead)"
	qorgan dump measure | grep "CYB-01-M99" | qorgan -q load -
'

test_case 'a load that is killed leaves what was before' '
	seq 1 40000 | sed "s/.*/{\"kind\":\"domain\",\"id\":\"K&\",\"title\":{\"en\":\"Killed &\"}}/" >big.jsonl
	before=$(root_now)
	for after in 0.05 0.1 0.2 0.3 0.5; do
		timeout -s KILL $after qorgan -q load big.jsonl || true
		now=$(root_now)
		if [ "$now" != "$before" ]; then
			expect_same 40000 "$(qorgan domain list --json | jq "map(select(.id | startswith(\"K\"))) | length")"
			before=$now
		fi
		qorgan verify >/dev/null
	done
'

test_case 'two that write at once queue up; none is lost' '
	for i in 1 2 3 4 5 6; do
		qorgan -q domain add "P$i" --title.en "Parallel $i" &
	done
	wait
	expect_same 6 "$(qorgan domain list --json | jq "map(select(.id | test(\"^P[1-6]$\"))) | length")"
	qorgan verify
'

test_case 'verify beside a load finds nothing' '
	seq 1 30000 | sed "s/.*/{\"kind\":\"domain\",\"id\":\"W&\",\"title\":{\"en\":\"Written meanwhile &\"}}/" >meanwhile.jsonl
	qorgan -q load meanwhile.jsonl &
	load=$!
	while kill -0 $load 2>/dev/null; do
		qorgan verify >found || { cat found; exit 1; }
	done
	wait $load
	qorgan verify
'

test_done
