# Changes as they come: what others commit is told, to whom it concerns, once and in order.
. "$(dirname "$0")/lib.sh"
store_make
qorgan -q load "$ROOT/catalogue/2026-2028" -m Catalogue

# watch_begin OPTION...: in the background, into `told`; it watches once this returns. watch_end CODE: it ends so.
watch_begin() {
	rm -f watched && mkfifo watched
	timeout 60 qorgan watch "$@" >told 2>watched &
	watcher=$!
	exec 9<watched
	read -r line <&9
	echo "$line" | grep -q "from commit"
}
watch_end() {
	local code=0
	wait "$watcher" || code=$?
	cat <&9 >said
	exec 9<&-
	expect_same "$1" "$code"
}

test_case 'each change is told as it comes, with what changed, by whom and why' '
	watch_begin --count 3
	qorgan -q status WAT-04-M1 in-progress --progress 10 -m "Work began"
	qorgan -q status WAT-04-M1 in-progress --progress 20 --as b.aliyev
	qorgan -q measure edit WAT-04-M1 --title.en "Plans of release"
	watch_end 0
	cat told
	grep -q "^WAT-04-M1/UZB@1  status, " told
	grep -qx "  Work began" told
	grep -q "b.aliyev  commit 4" told
	grep -A2 "Progress (progress)" told | tail -n 2 | tr -d " \n" | grep -qx -- "-10+20"
	grep -qx "    + Plans of release" told
	expect_same 3 "$(grep -c "^WAT-04-M1" told)"
'

test_case 'what is told as JSON is what the log tells' '
	watch_begin --json --count 2
	qorgan -q status WAT-04-M1 in-progress --progress 40 -m "Half of it"
	qorgan -q note WAT-01 "Ask in spring"
	watch_end 0
	expect_same "status note" "$(jq -r .kind told | tr "\n" " " | sed "s/ $//")"
	head -n 1 told | jq -S "del(.title)" >one
	qorgan log WAT-04-M1/UZB --json | jq -S ".[0]" | diff - one
	expect_same "Plans of release" "$(head -n 1 told | jq -r .title)"
'

test_case 'what came after a commit is told first, and missed by nobody who asks from there on' '
	last=$(qorgan stats --json | jq .commits)
	qorgan -q note WAT-01 "Written while nobody watched"
	watch_begin --since "$last" --json --count 2
	qorgan -q note WAT-01 "Written while somebody watched"
	watch_end 0
	expect_same "$((last + 1)) $((last + 2))" "$(jq .commit told | tr "\n" " " | sed "s/ $//")"
	qorgan watch --since "$last" --once --json | diff told -
	expect_same "" "$(qorgan watch --since $((last + 2)) --once)"
	expect_code 65 qorgan watch --since 9999 --once
	expect_code 64 qorgan watch --once
'

test_case 'of every version of the log each is told once, in the order of the log' '
	qorgan watch --since 0 --once --json >told
	for commit in $(seq "$(qorgan stats --json | jq .commits)"); do
		qorgan show -K commit "$commit" --json | jq -r ".objects[]?" | sed "s/ (.*//"
	done >logged
	jq -r "\"\(.kind) \(.id)@\(.version)\"" told | diff logged -
'

test_case 'who names objects, kinds, conditions or a user is told of these alone' '
	last=$(qorgan stats --json | jq .commits)
	qorgan -q status CYB-01-M1 in-progress --progress 5 --as b.aliyev
	qorgan -q note CYB-01 "Remark"
	qorgan -q risk edit CYB-01 --title.en "Attack"
	qorgan -q status WAT-02-M1 in-progress --progress 7
	tell() { qorgan watch --since "$last" --once --json "$@" | jq -r "\"\(.kind) \(.id)\"" | tr "\n" ";"; }
	expect_same "note CYB-01/n1;risk CYB-01;" "$(tell CYB-01)"
	expect_same "status CYB-01-M1/UZB;status WAT-02-M1/UZB;" "$(tell --kind status)"
	expect_same "status CYB-01-M1/UZB;note CYB-01/n1;risk CYB-01;" "$(tell --filter domain=CYB)"
	expect_same "status WAT-02-M1/UZB;" "$(tell --filter domain=WAT --kind status,note)"
	expect_same "status CYB-01-M1/UZB;" "$(tell --user b.aliyev)"
	expect_same "" "$(tell --user b.aliyev --filter domain=WAT)"
	expect_code 66 qorgan watch CYB-01-M99
	expect_code 64 qorgan watch --filter nothing=1
	expect_code 65 qorgan watch --filter state=XYZ
	expect_code 64 qorgan watch --kind nothing
'

test_case 'a command is run for each change, which it reads as JSON, and may fail' '
	watch_begin --count 3 --exec "jq -r .id >>ids; test -s ids || exit 3; [ \$(wc -l <ids) -ne 2 ] || exit 4"
	for word in one two three; do qorgan -q note WAT-02 "$word"; done
	watch_end 0
	expect_same "WAT-02/n1 WAT-02/n2 WAT-02/n3" "$(tr "\n" " " <ids | sed "s/ $//")"
	[ ! -s told ]
	grep -q "ended with code 4 at WAT-02/n2@1" said
'

test_case 'the command of --exec may write where the watch itself may not' '
	last=$(qorgan stats --json | jq .commits)
	qorgan -q note WAT-02 "For the desk"
	mkdir -p "$HOME/elsewhere"
	qorgan watch --since "$last" --once --exec "cat >$HOME/elsewhere/change"
	jq -e ".id == \"WAT-02/n4\"" "$HOME/elsewhere/change"
'

test_case 'Ctrl-C ends a watch without a fault' '
	watch_begin
	pkill -INT -P "$watcher" qorgan
	watch_end 0
'

test_case 'a watch ends when the keys were changed, and says so' '
	watch_begin
	qorgan -q rekey --yes
	watch_end 77
	grep -q "the keys of .* were changed: run the command again" said
'

test_case 'what a package of a partner brought is told with it' '
	qorgan -q -S KAZ init --state KAZ --as l.liaison --recipient "$(age-keygen -y "$QORGAN_IDENTITY")"
	qorgan -q -S KAZ domain add WAT --title.en Water
	qorgan identity -o UZB.card; qorgan -S KAZ identity -o KAZ.card
	qorgan -q partner add KAZ.card --fingerprint "$(qorgan -S KAZ identity --json | jq -r .fingerprint)"
	qorgan -q -S KAZ partner add UZB.card --fingerprint "$(qorgan identity --json | jq -r .fingerprint)"
	qorgan -q -S KAZ risk add WAT-77 --domain WAT --title.en "Ice on the river" --coordinator KAZ --marking TLP:GREEN --release UZB
	qorgan -q -S KAZ export --to UZB -o KAZ.age
	watch_begin --json --filter domain=WAT --count 1
	qorgan -q receive KAZ.age
	watch_end 0
	jq -e ".id == \"WAT-77\" and .owner == \"KAZ\" and .package == 1 and .title == \"Ice on the river\"" told
'

test_done
