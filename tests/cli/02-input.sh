# Bad input: the documented code, one line that says what and which, and the
# store as it was.
. "$(dirname "$0")/lib.sh"
store_make
qorgan -q load "$ROOT/catalogue/2026-2028"

test_case 'unknown commands, options and words get 64 or 65 and the nearest name' '
	expect_code 64 qorgan mesure list
	expect_one_line "measure"
	expect_code 64 qorgan measure list --domian CYB
	expect_one_line "domain"
	expect_code 64 qorgan measure lst
	expect_code 64 qorgan risk edit CYB-01 --tittle.en X
	expect_code 64 qorgan
	expect_code 64 qorgan show
'

test_case 'unknown risk, state, status word, date, progress, likelihood are 65' '
	unchanged 65 qorgan measure add CYB-01-M90 --risks CYB-99 --title.en X
	expect_one_line "CYB-99"
	unchanged 65 qorgan assign CYB-01-M1 --lead DEU
	expect_one_line "DEU"
	unchanged 65 qorgan status CYB-01-M1 finished
	expect_one_line "finished"
	unchanged 65 qorgan status CYB-01-M1 in-progress --date 2026-02-30
	expect_one_line "2026-02-30"
	unchanged 65 qorgan status CYB-01-M1 in-progress --progress 140
	expect_one_line "140"
	unchanged 65 qorgan risk edit CYB-01 --likelihood 6
	expect_one_line "6"
	unchanged 65 qorgan measure edit CYB-01-M1 --marking MAUVE
'

test_case 'absent files, objects and versions are 66' '
	unchanged 66 qorgan load nowhere.jsonl
	unchanged 66 qorgan show CYB-77
	unchanged 66 qorgan show CYB-01@99
	unchanged 66 qorgan status CYB-01-M77 planned
	unchanged 66 qorgan edit CYB-01 || unchanged 66 qorgan risk edit CYB-88 --owner-role X
	unchanged 66 qorgan export --to TKM -o x.age
	[ ! -e x.age ]
'

# refused_load PLACE TEXT...: a file of these lines is refused, with a fault at that place.
refused_load() {
	printf "%s\n" "${@:2}" >refused.jsonl
	unchanged 65 qorgan load refused.jsonl
	grep -qF "refused.jsonl:$1" said || { echo "expected a fault at $1:"; cat said; return 1; }
}

# bad CODE PLACE TEXT: a file of one faulty line.
bad() {
	printf "%b" "$2" >bad.jsonl
	unchanged 65 qorgan load bad.jsonl
	grep -qF "bad.jsonl:$1" said || { echo "expected a fault at line $1:"; cat said; return 1; }
	not grep -q "^qorgan: .*qorgan: " said
}

test_case 'broken, deep, duplicate, unclean and non-integer JSON are named by line' "
	bad 1 '{\"kind\":\"domain\",\"id\":\"X\",\"title\":{\"en\":\"X\"}'
	bad 2 '{\"kind\":\"domain\",\"id\":\"XA\",\"title\":{\"en\":\"X\"}}\n{\"kind\":\"domain\",\"id\":\"XB\",\"id\":\"XC\",\"title\":{\"en\":\"X\"}}\n'
	bad 1 '{\"kind\":\"domain\",\"id\":\"X\",\"title\":{\"en\":\"\\\\xff\\\\xfe\"}}'
	bad 1 '{\"kind\":\"domain\",\"id\":\"X\",\"title\":{\"en\":\"a\\\\u0007b\"}}'
	bad 1 '{\"kind\":\"domain\",\"id\":\"X\",\"title\":{\"en\":\"X\"},\"order\":1.5}'
	bad 1 '{\"kind\":\"domain\",\"id\":\"X\",\"title\":{\"en\":\"X\"},\"order\":null}'
	bad 1 '{\"kind\":\"domain\",\"id\":\"X\",\"title\":{\"en\":\"X\"},\"colour\":\"red\"}'
	bad 1 '{\"kind\":\"thing\",\"id\":\"X\"}'
	deep=\$(printf '[%.0s' \$(seq 5000))
	bad 1 '{\"kind\":\"domain\",\"id\":\"X\",\"title\":'\$deep
"

test_case 'load names every faulty line and changes nothing' '
	cat >many.jsonl <<-END
	{"kind":"domain","id":"GOOD","title":{"en":"Good"}}
	{"kind":"domain","id":"BAD1","title":{"en":"Bad"},"coordinator":"XXX"}
	{"kind":"risk","id":"GOOD-01","domain":"GOOD","title":{"en":"Fine"}}
	{"kind":"risk","id":"GOOD-02","domain":"NONE","title":{"en":"Bad"}}
	{"kind":"measure","id":"GOOD-01-M1","risks":["GOOD-01"],"title":{"en":"Bad"},"start":"2026-02-30"}
	END
	unchanged 65 qorgan load many.jsonl
	grep -q "many.jsonl:2:.*coordinator" said
	grep -q "many.jsonl:4:.*NONE" said
	grep -q "many.jsonl:5:.*start" said
	not grep -q "many.jsonl:[13]:" said
	expect_code 66 qorgan show GOOD
'

test_case 'each fault of an array is told, and faults and lines are counted as what they are' '
	printf "%s\n" "[" "1," "\"a\"," "{\"kind\":\"risk\"}," \
		"{\"kind\":\"risk\",\"id\":\"R\",\"domain\":\"NONE\",\"horizon\":99,\"stage\":\"x\",\"title\":{\"en\":\"R\"}}" "]" >array.json
	unchanged 65 qorgan load array.json
	for place in "2: an object" "3: an object" "4: id: is required" "5: horizon" "5: stage" "5: domain: there is no domain NONE"; do
		expect_same 1 "$(grep -cF "array.json:$place" said)"
	done
	grep -q "^qorgan: load: 6 faults in 4 lines; nothing was changed" said
'

test_case 'a file that is no table says so at its line, and its name once' '
	printf "\nname,order\nA,1\n" >no.csv
	unchanged 65 qorgan load no.csv
	grep -q "^no.csv:2: neither JSON nor CSV" said
	grep -q "1 fault in 1 line" said
	printf "\377\376k" >no.csv
	unchanged 65 qorgan load no.csv
	grep -q "^no.csv:1: not UTF-8, it may be UTF-16" said
'

test_case 'what the parser of JSON says is told by path, in plain words' '
	refused_load "1: title.en: a member stands here twice" \
		"{\"kind\":\"domain\",\"id\":\"X\",\"title\":{\"en\":\"a\",\"en\":\"b\"}}"
	refused_load "1: order: the number is beyond" "{\"kind\":\"domain\",\"id\":\"X\",\"order\":99999999999999999999}"
	refused_load "1: title.en: holds a control" "{\"kind\":\"domain\",\"id\":\"X\",\"title\":{\"en\":\"\\u0000\"}}"
	not grep -q JSON_ALLOW said
'

test_case 'a folder is read with the folders within it' '
	mkdir -p tree/b/c tree/.hidden
	echo "{\"kind\":\"risk\",\"id\":\"TRE-01\",\"domain\":\"TRE\",\"title\":{\"en\":\"x\"}}" >tree/b/c/r.jsonl
	echo "{\"kind\":\"domain\",\"id\":\"TRE\",\"title\":{\"en\":\"x\"}}" >tree/z.jsonl
	echo "broken" >tree/.hidden/x.json
	qorgan load tree 2>said
	grep -q "loaded 2 objects" said
	mkdir -p deep/1/2/3/4/5/6/7/8/9
	unchanged 65 qorgan load deep
'

test_case 'an unknown CSV column is refused by name' '
	printf "kind,id,title.en,tittle.ru\ndomain,CSV,X,Y\n" >bad.csv
	unchanged 65 qorgan load bad.csv
	grep -q "tittle.ru" said
'

test_case 'dependency cycles are refused' '
	qorgan -q measure edit CYB-01-M1 --dependencies ""
	qorgan -q measure edit CYB-01-M2 --dependencies CYB-01-M1
	unchanged 65 qorgan measure edit CYB-01-M1 --dependencies CYB-01-M2
	grep -q "depends on itself" said
'

test_case 'a note stands on something' '
	unchanged 66 qorgan note CYB-99 x
	expect_one_line "there is no domain, risk or measure CYB-99"
	refused_load "1: id: there is no domain, risk or measure CYB-99" \
		"{\"kind\":\"note\",\"id\":\"CYB-99/n1\",\"text\":{\"en\":\"x\"}}"
'

test_case 'a loaded report is of a state that takes part' '
	refused_load "1: id: unknown state \"XXX\"" "{\"kind\":\"status\",\"id\":\"CYB-01-M1/XXX\",\"status\":\"planned\"}"
	refused_load "1: id: UNRCCA is an observer" "{\"kind\":\"status\",\"id\":\"CYB-01-M1/UNRCCA\",\"status\":\"planned\"}"
	refused_load "1: id: the state is written KAZ" "{\"kind\":\"status\",\"id\":\"CYB-01-M1/kz\",\"status\":\"planned\"}"
	qorgan -q measure add CYB-01-M50 --risks CYB-01 --title.en X --lead UZB --support KAZ
	refused_load "2: id: TKM takes no part in CYB-01-M50: assign it first" \
		"{\"kind\":\"status\",\"id\":\"CYB-01-M50/KAZ\",\"status\":\"planned\"}" \
		"{\"kind\":\"status\",\"id\":\"CYB-01-M50/TKM\",\"status\":\"planned\"}"
	# The measure may come behind the report, and says who takes part.
	printf "%s\n" "{\"kind\":\"status\",\"id\":\"CYB-01-M50/TKM\",\"status\":\"planned\"}" \
		"{\"kind\":\"measure\",\"id\":\"CYB-01-M50\",\"risks\":[\"CYB-01\"],\"title\":{\"en\":\"X\"},\"support\":[\"TKM\"]}" >behind.jsonl
	qorgan -q load behind.jsonl
'

test_case 'what a state reported before it was taken off a measure can be dumped and loaded' '
	qorgan -q unassign CYB-01-M50 TKM
	qorgan show CYB-01-M50 --json | jq -e ".former == [\"TKM\"]"
	unchanged 65 qorgan status CYB-01-M50 in-progress --state TKM
	qorgan dump -o one.jsonl
	qorgan -q -S other init --state UZB --as a --recipient "$(age-keygen -y identity)" >/dev/null
	qorgan -q -S other load one.jsonl
	qorgan -S other dump -o two.jsonl
	cmp one.jsonl two.jsonl
	qorgan -q assign CYB-01-M50 --support TKM
	qorgan show CYB-01-M50 --json | jq -e ".former == null"
'

test_case 'a partner is another state on record, by any of its names, or an observer' '
	key=$(age-keygen -y identity)
	unchanged 65 qorgan partner add FROB --recipient "$key"
	expect_one_line "FROB is not a state or observer on record: AZE, KAZ"
	expect_one_line "--observer"
	unchanged 65 qorgan partner add UZB --recipient "$key"
	expect_one_line "own state"
	unchanged 65 qorgan partner add uz --recipient "$key"
	expect_same KGZ "$(qorgan -q partner add Kyrgyzstan --recipient "$key")"
	qorgan partner show kg --json | jq -e ".id == \"KGZ\""
	expect_same FROB "$(qorgan -q partner add FROB --observer --recipient "$key")"
'

test_case 'an observer is no state, and says so' '
	unchanged 65 qorgan assign CYB-01-M1 --lead UNRCCA
	expect_one_line "UNRCCA is an observer"
	not grep -q "UNRCCA, UZB" said
	unchanged 65 qorgan measure list --state UNRCCA
	expect_one_line "UNRCCA is an observer"
	unchanged 65 qorgan report --state UNRCCA
	expect_one_line "UNRCCA is an observer"
	expect_code 65 qorgan -S third init --state UNRCCA --recipient "$(age-keygen -y identity)"
	expect_one_line "UNRCCA is an observer"
'

test_case 'what is advised exists' '
	for kind in state scale period catalogue status note; do
		id=ZZZ; case $kind in status | note) id=ZZZ/ZZZ ;; esac
		unchanged 66 qorgan show -K $kind $id
		expect_one_line "see qorgan dump $kind"
		qorgan dump $kind >/dev/null
	done
	unchanged 66 qorgan show -K release ZZZ/1
	expect_one_line "see qorgan log"
	unchanged 66 qorgan risk show QQQQQQQ
	expect_one_line "see qorgan risk list"
'

test_case 'an id of two kinds is pointed out' '
	qorgan -q domain add TWIN --title.en T
	qorgan -q risk add TWIN --domain TWIN --title.en R
	qorgan show TWIN 2>said >/dev/null
	expect_one_line "This is the domain TWIN; there is a risk TWIN too: qorgan show -K risk TWIN"
	qorgan log TWIN 2>said >/dev/null
	expect_one_line "qorgan log -K risk TWIN"
	qorgan show -K risk TWIN 2>said >/dev/null
	[ ! -s said ]
'

test_case 'a full disk or an unwritable place leaves nothing behind' '
	expect_code 73 qorgan dump -o /nowhere/dump.jsonl
	qorgan -q partner add KAZ --recipient "$(age-keygen -y identity)"
	expect_code 73 qorgan export --to KAZ -o /nowhere/x.age
	expect_code 73 qorgan report -o /nowhere/report.txt
'

test_done
