# Reports in HTML, read back by Python's own parsers: they say what the JSON report says,
# and hold nothing but what they may.
. "$(dirname "$0")/lib.sh"
store_make
check_html() { python3 "$ROOT/tests/interop/check_html.py" "$1"; }

export QORGAN_NOW=2026-01-05T08:00:00Z
qorgan -q load "$ROOT/catalogue/2026-2028"
export QORGAN_NOW=2026-05-12T08:00:00Z
hostile='<script>alert(1)</script> ]]> --> </style> &amp; "double" '\''single'\'' <img src=x onerror=alert(1)> {{x}} =cmd()'
right=$(printf '\u05d0\u05d1 \u0627\u0644\u0623\u0645\u0646\u200f (1)')
long=$(printf 'w%.0s' $(seq 1 5000))
qorgan -q measure edit CYB-01-M1 --title.en "$hostile" --due 2027-03-31 --due-reason "$right"
qorgan -q status CYB-01-M1 in-progress --progress 40 --obstacles.en "$hostile" --help.en "$long"
for kind in status register matrix changes due; do
	qorgan report "$kind" --period 2026-H1 --json >"$kind.json"
	qorgan report "$kind" --period 2026-H1 -o "$kind.html"
done
# of TABLE COLUMN: the cells of one column, a line each; TABLE is its caption.
of() { jq -r --arg caption "$2" --arg head "$3" '.tables[] | select(.caption == $caption) |
	(.head | index($head)) as $i | .rows[][$i]' "$1"; }

test_case 'every kind is well-formed, keeps its own policy, and says what it is' '
	for kind in status register matrix changes due; do
		check_html $kind.html >$kind.read
		jq -e --slurpfile report $kind.json ".language == \"en\" and (.text | contains(\$report[0].checkpoint.root)) and
			(.title | endswith(\$report[0].marking)) and (.text | contains(\$report[0].marking))" $kind.read
		! grep -oE "https?://[^\"]*" $kind.html | grep -vx "http://www.w3.org/2000/svg"
	done
'

test_case 'it tells the same numbers as the JSON' '
	expect_same "$(jq .totals.measures status.json)" "$(of status.read Measures Id | wc -l)"
	expect_same "$(jq -r ".domains[].id" status.json)" "$(of status.read "By domain" Domain)"
	expect_same "$(jq -r ".domains[].measures" status.json)" "$(of status.read "By domain" All)"
	expect_same "$(jq -r ".states[].lead.in_progress" status.json)" "$(of status.read "By state, as lead" Prog)"
	expect_same "$(jq -r ".risks[].id" register.json)" "$(of register.read Risks Id)"
	expect_same "$(jq -r ".risks[] | \"\(.residual.likelihood)×\(.residual.impact) = \(.residual.score)\"" matrix.json)" \
		"$(of matrix.read "From inherent to residual to target" Residual)"
	expect_same "$(jq ".items | length" due.json)" "$(jq "[.tables[].rows | length] | add" due.read)"
	qorgan report status --period 2026-H1 -o status.csv
	expect_same "$(($(wc -l <status.csv) - 1))" "$(of status.read Measures Id | wc -l)"
'

test_case 'what people wrote stays text, whole' '
	jq -e --arg text "$hostile" "any(.tables[].rows[][]; . == \$text)" status.read
	jq -e --arg text "$long" "any(.tables[].rows[][]; . == \$text)" status.read
	jq -e --arg text "$right" "any(.tables[].rows[][]; contains(\$text))" status.read
	grep -qF "<bdi>" status.html
	expect_same 1 "$(grep -c "<script" status.html)"
'

test_case 'pictures are there, each XML by itself' '
	jq -e ".figures > 15" status.read
	jq -e ".figures > 4" matrix.read
	jq -e ".figures == 0" due.read
	python3 - matrix.html <<-"END"
		import re, sys
		for i, svg in enumerate(re.findall("<svg xmlns.*?</svg>", open(sys.argv[1]).read(), re.S)):
		    open(f"{i}.svg", "w").write(svg)
	END
	for file in [0-9].svg; do rsvg-convert "$file" -o "$file.png"; done
	[ -s 0.svg.png ]
'

test_case 'the ending .htm means it too; the same store and clock give the same bytes' '
	qorgan report status --period 2026-H1 -o again.htm
	cmp again.htm status.html
	qorgan report status --period 2026-H1 -f html | cmp - status.html
	qorgan report status --joint --period 2026-H1 -o joint.html
	check_html joint.html | jq -e "any(.headings[]; .[1] == \"What is known of each state\")"
'

test_case 'of an empty store it says that there is nothing' '
	export QORGAN_STORE=$WORK/empty
	qorgan -q init --state KAZ --as a --recipient "$(age-keygen -y identity)"
	for kind in status register matrix changes due; do
		qorgan report $kind -o empty.html
		check_html empty.html >read
	done
'

test_done
