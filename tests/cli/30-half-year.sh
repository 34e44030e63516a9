# The half-year of the demonstration: six stores, their exchange, and the joint report that Uzbekistan
# makes of it; the judge is what each state's file says.
. "$(dirname "$0")/lib.sh"
mkdir six
QORGAN_PROGRAM=$QORGAN "$ROOT/src/tools/half-year" six reports >log 2>&1 || cat log
export QORGAN_STORE=$WORK/six/UZB QORGAN_IDENTITY=$WORK/six/six.txt QORGAN_NOW=2026-07-06T09:00:00Z

# said STATE FILTER: how many reports of a state, released to UZB or its own, are so.
said() {
	jq -s --arg state "$1" "[.[] | select(.kind == \"status\" and (\$state == \"UZB\" or (.release | index(\"UZB\")))) | select($2)] | length" \
		"$ROOT/catalogue/half-year-2026-H1/$1.jsonl"
}

test_case 'each state is in the joint report with what it reported itself' '
	qorgan report status --joint --period 2026-H1 --json >report
	for state in AZE KAZ KGZ TJK TKM UZB; do
		jq --arg id $state ".joint.states[] | select(.id == \$id)" report >part
		for word in in-progress completed on-hold; do
			expect_same "$state $word $(said $state ".status == \"$word\"")" "$state $word $(jq ".$(echo $word | tr - _)" part)"
		done
		jq -e ".stand_ins == 0" part
		expect_same "$([ $state = UZB ] && echo self || echo package)" "$(jq -r .source.known part)"
	done
	jq -e "[.joint.parts[] | select(.voice == \"stand-in\")] == []" report
	jq -e "[.joint.contradictions[].contradiction] | index(\"declined-but-named\") != null" report
'

test_case 'the files are there, in two languages, each of the kind that it says' '
	for language in ru uz; do
		python3 - reports/2026-H1.$language.xlsx <<"END"
import sys, zipfile
assert zipfile.ZipFile(sys.argv[1]).testzip() is None
END
		grep -q "lang=\"$language\"" reports/2026-H1.$language.html
		pdftotext reports/2026-H1.$language.pdf pdf.$language
	done
	grep -q "Самарканде" pdf.ru
	grep -q "Samarqanddagi" pdf.uz
'
test_done
