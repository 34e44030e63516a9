# Help, completion, the manual, output to terminals and pipes.
. "$(dirname "$0")/lib.sh"
store_make
qorgan -q load "$ROOT/catalogue/2026-2028"

commands=$(qorgan help 2>&1 | awk '/^  [a-z]/ { print $1 }' | tr -d , | sort -u)

test_case 'help names the commands, fits 80 columns, and --help answers for each' '
	[ "$(echo "$commands" | wc -l)" -ge 20 ]
	for command in $commands; do
		qorgan help "$command" >help || { echo "no help for $command"; exit 1; }
		awk -v c="$command" "length(\$0) > 80 { print c \": \" \$0; exit 1 }" help
		qorgan "$command" --help >/dev/null || { echo "no --help for $command"; exit 1; }
	done
	qorgan --version | grep -q "^qorgan [0-9]"
'

test_case 'completions are valid programs of their shells' '
	qorgan completion bash >c.bash && bash -n c.bash
	qorgan completion zsh >_qorgan
	if command -v zsh >/dev/null; then zsh -n _qorgan; fi
	qorgan completion fish >c.fish
	if command -v fish >/dev/null; then fish -n c.fish; fi
	expect_code 64 qorgan completion tcsh || expect_code 65 qorgan completion tcsh
'

test_case 'bash completes commands and options' '
	qorgan completion bash >c.bash
	bash -c ". ./c.bash; COMP_WORDS=(qorgan mea); COMP_CWORD=1; \$(complete -p qorgan | sed -E \"s/.*-F ([^ ]+).*/\1/\") qorgan mea qorgan; echo \"\${COMPREPLY[@]}\"" | grep -q measure
'

test_case 'bash completes what an option takes, not what the command does' '
	qorgan completion bash >c.bash
	complete() { bash -c ". ./c.bash; COMP_WORDS=(qorgan $*); COMP_CWORD=$#; _qorgan; echo \"\${COMPREPLY[@]}\""; }
	complete report "\"\"" | grep -q matrix
	expect_same "" "$(complete report --period "\"\"")"
	complete report --format "\"\"" | grep -q csv
	expect_same "" "$(complete load --kind "\"\"")"
'

test_case 'ids are never cut, however narrow the terminal' '
	COLUMNS=40 script -qec "stty cols 40; qorgan measure list --domain CYB" /dev/null >narrow
	for id in $(qorgan measure list --domain CYB --json | jq -r ".[].id"); do grep -q "^$id " narrow; done
'

test_case 'the manual names every command' '
	man=$(dirname "$(readlink -f "$QORGAN")")/qorgan.1
	if [ -e "$man" ]; then
		for command in $commands; do grep -q "$command" "$man" || { echo "not in the manual: $command"; exit 1; }; done
	fi
'

test_case 'JSON Schema of a kind accepts the catalogue'"'"'s own words' '
	qorgan schema measure | jq -e ".properties.title and .properties.lead" >/dev/null
'

test_case 'every --json is JSON' '
	for command in "stats" "identity" "risk list" "measure list" "domain list" "log" "show CYB-01" "search water" \
		"verify" "partner list" "report status" "evidence list" "log CYB-01"; do
		qorgan $command --json | jq -e . >/dev/null || { echo "not JSON: $command"; exit 1; }
	done
'

test_case 'no colour and no progress where there is no terminal' '
	qorgan report matrix | grep -q "$(printf "\033")" && exit 1
	qorgan verify 2>said >/dev/null
	[ ! -s said ] || ! grep -q "%" said
'

test_case 'a closed pipe is no crash, a full output is an error' '
	qorgan measure list | head -1 >/dev/null
	expect_code 74 qorgan measure list >/dev/full
'

test_case 'who waits for another writer says so once, where there is no terminal' '
	mkfifo slow
	timeout 60 qorgan -q load - <slow 2>first &
	loader=$!
	exec 7>slow
	echo "{\"kind\":\"domain\",\"id\":\"SLOW\",\"title\":{\"en\":\"x\"}}" >&7
	until store_is_held "$QORGAN_STORE" || ! kill -0 $loader; do :; done
	timeout 60 qorgan note CYB-01 "waited" >noted 2>waiting 7>&- &
	writer=$!
	# What is waited for holds the lock until its input ends.
	until [ -s waiting ] || ! kill -0 $writer; do :; done
	exec 7>&-
	wait $loader
	wait $writer
	expect_same 1 "$(grep -cE "^qorgan: waiting: .*(locked by process|another process writes)" waiting)"
	expect_same CYB-01/n1 "$(cat noted)"
'

test_done
