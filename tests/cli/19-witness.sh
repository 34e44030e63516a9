#!/bin/bash
# Countersignatures in packages: who shows two histories, and a store rolled back.
. "$(dirname "$0")/lib.sh"
age-keygen -o identity 2>/dev/null && chmod 600 identity
export QORGAN_IDENTITY=$WORK/identity
recipient=$(age-keygen -y identity)
on() { state=$1 && shift && QORGAN_STORE=$WORK/$state qorgan "$@"; }
# pair A B: each adds the card of the other.
pair() {
	for one in "$1 $2" "$2 $1"; do
		on "${one#* }" identity >card
		on "${one% *}" -q partner add card --fingerprint "$(on "${one#* }" identity --json | jq -r .fingerprint)" >/dev/null
	done
}
# send FROM TO: a package that is taken in.
send() { on "$1" -q export --to "$2" -o "$1-$2.age" --force && on "$2" -q receive "$1-$2.age"; }
for state in UZB KAZ TJK; do on $state -q init --state $state --as op --recipient "$recipient"; done
pair UZB KAZ && pair UZB TJK && pair KAZ TJK
on UZB -q domain add NUC --title.en Nuclear --coordinator UZB --marking GREEN --release KAZ,TJK >/dev/null
send UZB KAZ && send UZB TJK && send KAZ UZB

test_case 'verify says who countersigned which log up to where' '
	on UZB verify --json >verify.json
	expect_same "[[\"KAZ\",true]]" "$(jq -c ".logs[] | select(.own) | [.countersigned[] | [.by, .size > 0]]" verify.json)"
	send KAZ TJK
	expect_same KAZ "$(on TJK verify --json | jq -r ".logs[] | select(.state == \"UZB\") | .countersigned[0].by")"
	on TJK verify | grep "^UZB: .* countersigned by KAZ up to"
'

test_case 'a countersignature that came back is the receipt of what was sent' '
	on UZB partner ledger KAZ --json | jq -e "all(.acknowledged != null)"
	on UZB partner ledger TJK --json | jq -e "length > 0 and all(.acknowledged == null)"
	send TJK UZB
	on UZB partner ledger TJK --json | jq -e "all(.acknowledged != null)"
	on UZB partner list --json | jq -e "[.[] | [.id, .received_package, .awaited, .forked]] == [[\"KAZ\", 1, false, false], [\"TJK\", 1, false, false]]"
	on UZB -q domain edit NUC --title.en "Nuclear safety"
	on UZB -q export --to KAZ -o later.age
	expect_same KAZ "$(on UZB partner list --awaited --json | jq -r ".[].id")"
	expect_same "$(on UZB verify --json | jq ".logs[] | select(.own).countersigned[] | select(.by == \"KAZ\").size")" \
		"$(on UZB partner list --json | jq ".[] | select(.id == \"KAZ\").acknowledged")"
	on KAZ -q receive later.age && send KAZ UZB && send UZB TJK && send TJK UZB
	on UZB partner list --awaited --json | jq -e "length == 0"
	on UZB partner show TJK | grep "^Received .*package 2"
	expect_same 2 "$(on UZB partner show TJK --json | jq .received.package)"
'

test_case 'a proof bears the countersignatures, of this state and of another' '
	vkey() { on "$1" identity --json | jq -r .vkey; }
	cosigner() { on "$1" identity --json | jq -r .cosigner; }
	on UZB -q proof NUC -o NUC.proof
	qorgan check-proof NUC.proof --vkey "$(vkey UZB)" --vkey "$(cosigner TJK)" --json >checked
	expect_same "UZB 2" "$(jq -r "[.state, (.signatures | length)] | map(tostring) | join(\" \")" checked)"
	python3 -B "$ROOT/tests/interop/check_proof.py" NUC.proof "$(vkey UZB)" "$(cosigner TJK)"
	expect_code 77 on KAZ proof NUC
	on KAZ -q proof NUC --disclose -o theirs.proof 2>/dev/null
	qorgan check-proof theirs.proof --vkey "$(vkey UZB)"
	expect_code 1 qorgan check-proof theirs.proof --vkey "$(vkey KAZ)"
'

test_case 'two histories shown to two partners meet at the third package' '
	cp -r UZB fork && cp identity fork.key
	for title in one two three; do on UZB -q domain edit NUC --title.en "For KAZ, $title"; done
	send UZB KAZ
	for title in one two three four five; do
		XDG_STATE_HOME=$WORK/other on fork -q domain edit NUC --title.en "For TJK, $title"
	done
	XDG_STATE_HOME=$WORK/other on fork -q export --to TJK -o fork.age
	on TJK -q receive fork.age
	on KAZ -q export --to TJK -o told.age
	expect_code 76 on TJK receive told.age
	grep -q -- "UZB shows two histories" said
	# What the honest one sent came in all the same.
	expect_same false "$(on TJK receive --json told.age | jq ".[0].forked != null")"
	expect_same true "$(on TJK receive --json told.age | jq ".[0].known")"
	on TJK verify | grep "^UZB: .*IT SHOWED TWO HISTORIES"
	expect_same UZB "$(on TJK partner list --forked --json | jq -r ".[].id")"
	on TJK verify | grep "^All is well"
'

test_case 'a third party checks the evidence with the vkey alone' '
	on TJK -q partner fork UZB -o UZB.fork
	vkey=$(on UZB identity --json | jq -r .vkey)
	(unset QORGAN_IDENTITY && cd / && qorgan check-proof "$WORK/UZB.fork" --vkey "$vkey")
	python3 "$ROOT/tests/interop/check_fork.py" UZB.fork "$vkey"
	expect_code 1 qorgan check-proof UZB.fork --vkey "$(on KAZ identity --json | jq -r .vkey)"
	expect_code 66 on TJK partner fork KAZ
'

test_case 'whoever found a state out tells the others, who check it themselves' '
	on KGZ -q init --state KGZ --as op --recipient "$recipient"
	pair KGZ TJK && pair KGZ UZB
	# As anybody reads it who is sent it.
	age-keygen -o reader 2>/dev/null
	on TJK -q partner add AZE --recipient "$(age-keygen -y reader)" 2>/dev/null
	on TJK -q export --to AZE -o told-aze.age
	age -d -i reader told-aze.age >told.plain
	python3 -B "$ROOT/tests/interop/check_package.py" --vkey "$(on TJK identity --json | jq -r .vkey)" told.plain
	jq -jr "select(.type == \"fork\").proof" told.plain | cmp - UZB.fork
	on TJK -q export --to KGZ -o told-kgz.age
	# Nothing ever came from it to KGZ: its card is enough.
	expect_code 76 on KGZ receive told-kgz.age
	grep -q -- "UZB shows two histories" said
	on KGZ partner show TJK --json | jq -e ".received.package == 1"
	on KGZ -q partner fork UZB -o passed.fork
	cmp UZB.fork passed.fork
	on UZB -q export --to KGZ -o accused.age
	expect_code 76 on KGZ receive accused.age
	grep -q -- "despite-fork" said
	on KGZ verify | grep "^All is well"
	# It goes on from there; and who is accused passes over it, as it knows best.
	send KGZ TJK
	on TJK -q export --to UZB -o faced.age
	on UZB -q receive faced.age
'

test_case 'its later packages need --despite-fork' '
	XDG_STATE_HOME=$WORK/other on fork -q domain edit NUC --title.en "For TJK, later"
	XDG_STATE_HOME=$WORK/other on fork -q export --to TJK -o fork2.age
	expect_code 76 on TJK receive fork2.age
	grep -q -- "despite-fork" said
	on TJK -q receive --despite-fork fork2.age
	expect_same "For TJK, later" "$(on TJK show NUC --json | jq -r .title.en)"
'

test_case 'a history that contradicts what came before is refused, with evidence' '
	on UZB -q export --to TJK --full -o full.age
	expect_code 76 on TJK receive --despite-fork full.age
	grep -q -- "UZB has rewritten its history" said
	expect_same "For TJK, later" "$(on TJK show NUC --json | jq -r .title.en)"
'

test_case 'a rolled-back store is found by a partner though the state folder is lost' '
	cp -r KAZ older
	on KAZ -q domain add EXT --title.en Extra --coordinator KAZ --release TJK --marking GREEN
	send KAZ TJK
	on TJK -q export --to KAZ -o back.age
	rm -r KAZ && mv older KAZ
	export XDG_STATE_HOME=$WORK/new-state
	expect_code 76 on KAZ receive back.age
	grep -q -- "rolled back" said
	expect_code 77 on KAZ domain add EXT2 --title.en Other
	expect_code 1 on KAZ verify
'
test_done
