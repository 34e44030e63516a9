# A copy of the store to be taken along: read and drafted in, and brought into the store again.
. "$(dirname "$0")/lib.sh"
if [ -n "${QORGAN_SERVER:-}" ]; then
	test_skip 'a checkout, which is a folder: 41-server.sh takes one from a server'
	test_done
	exit
fi
store_make
qorgan -q load "$ROOT/catalogue/2026-2028"
qorgan -q note WAT-01 "From before"
home() { qorgan "$@"; }
away() { qorgan -S "$WORK/${travel:-travel}" "$@"; }
field() { qorgan show "$1" --json | jq -r "$2"; }

test_case 'a checkout is the store, to read' '
	qorgan checkout travel --json | jq -e "(.rows > 200) and .root == \"$(qorgan stats --json | jq -r .root)\""
	expect_same "$(home stats --json | jq -c "[.objects, .leaves, .root]")" "$(away stats --json | jq -c "[.objects, .leaves, .root]")"
	expect_same "$(home measure list)" "$(away measure list)"
	home dump -o home.jsonl; away dump -o away.jsonl; cmp home.jsonl away.jsonl
	away verify
	away stats --json | jq -e ".checkout.drafts == 0 and (.checkout.done | not) and (.checkout.from | length > 0)"
	expect_code 73 qorgan checkout travel
	expect_code 64 qorgan checkout postgres://elsewhere.example/register
'

test_case 'what is drafted in it is there, and is not in the store' '
	before=$(root_now)
	away -q status WAT-04-M1 in-progress --progress 40 -m "Seen on the spot"
	away -q measure edit WAT-04-M1 --title.en "Plans of release" --support +TKM
	away -q note WAT-01 "From the journey"
	away -q risk add CYB-77 --domain CYB --title.en "New there" --coordinator UZB -m "Told by a partner"
	echo "A photograph" >photo.txt
	away -q status WAT-02-M1 in-progress --evidence photo.txt
	expect_same "$before" "$(root_now)"
	expect_same 40 "$(away show WAT-04-M1/UZB --json | jq .progress)"
	away show WAT-04-M1 --json | jq -e ".title.en == \"Plans of release\""
	expect_code 66 qorgan show CYB-77
	away verify
	away log | grep -q "Seen on the spot"
	away stats --json | jq -e ".checkout.drafts == 5"
'

test_case 'what a draft is signed with is nothing of the log of the state' '
	origin=$(qorgan stats --json | jq -r "\"qorgan/UZB/\(.store)\"")
	away report status -f json | grep -q "$origin/checkout-"
	not eval "qorgan report status -f json | grep -q checkout-"
'

test_case 'what is for the store alone is refused in a checkout' '
	for command in "export --to KAZ -o p.age" "receive p.age" "proof WAT-01 -o p" "backup b.age" "store copy elsewhere" "checkout other" \
		"rekey --yes" "user add x --role reader --recipient $(age-keygen -y identity)" "report freeze 2026-Q1" "partner add KAZ --recipient $(age-keygen -y identity)" \
		"forget WAT-01 --reason no --yes" "policy require 2 for rekey" "recovery make --shares 2-of-3 -o sheets"; do
		before=$(away stats --json | jq -c "[.leaves, .root]")
		code=0
		away $command >out 2>said || code=$?
		echo "$command: $code $(cat said)"
		[ "$code" -eq 77 ] || [ "$code" -eq 66 ]
		expect_same "$before" "$(away stats --json | jq -c "[.leaves, .root]")"
	done
	expect_code 77 away backup b.age
	grep -q "is a checkout, to read and to draft in" said
	expect_code 64 qorgan checkin "$WORK/travel" -S "$WORK/travel"
	grep -q "is a checkout itself" said
'

test_case 'a checkin tells what it would do, and then does it in one commit' '
	qorgan -q measure edit WAT-04-M1 --title.ru "Планы" --support +AZE --as b.aliyev
	qorgan -q note WAT-01 "Written at home meanwhile"
	before=$(root_now)
	qorgan checkin travel --dry-run --json >plan.json
	expect_same "$before" "$(root_now)"
	jq -c "[.objects[] | [.kind, .id, .outcome, .as]]" plan.json
	jq -e "[.objects[] | select(.kind != \"evidence\") | [.kind, .id, .outcome, .as]] == [[\"status\", \"WAT-04-M1/UZB\", \"added\", null],
		[\"measure\", \"WAT-04-M1\", \"merged\", null], [\"note\", \"WAT-01/n2\", \"added\", \"WAT-01/n3\"],
		[\"risk\", \"CYB-77\", \"added\", null], [\"status\", \"WAT-02-M1/UZB\", \"added\", null]]" plan.json
	commits=$(qorgan stats --json | jq .commits)
	qorgan checkin travel >told
	grep -q "WAT-04-M1: put together with what others changed" told
	grep -q "WAT-01/n2: added, as WAT-01/n3" told
	expect_same $((commits + 1)) "$(qorgan stats --json | jq .commits)"
	expect_same "Plans of release|Планы|true" "$(field WAT-04-M1 "\"\(.title.en)|\(.title.ru)|\(.support | index(\"AZE\") != null and index(\"TKM\") != null)\"")"
	expect_same "40" "$(field WAT-04-M1/UZB .progress)"
	expect_same "New there" "$(field CYB-77 .title.en)"
	expect_same "Written at home meanwhile" "$(field WAT-01/n2 .text.en)"
	expect_same "From the journey" "$(field WAT-01/n3 .text.en)"
	qorgan evidence get "$(field WAT-02-M1/UZB ".evidence[0]")" -o again.txt
	cmp photo.txt again.txt
	qorgan log --limit 1 | grep -q "Checked in: Seen on the spot; Told by a partner"
	qorgan verify
'

test_case 'a checkout of which all is checked in takes no more drafts, and says nothing new' '
	expect_code 77 away note WAT-01 "Too late"
	grep -q "is in the store already" said
	before=$(root_now)
	qorgan checkin travel 2>said
	grep -q "nothing is left" said
	expect_same "$before" "$(root_now)"
	away show CYB-77 >/dev/null
'

test_case 'a conflict is shown with who changed it, and nothing is written until it is settled' '
	travel=second
	qorgan -q checkout second
	away -q measure edit WAT-04-M1 --title.en "Mine"
	away -q measure edit WAT-02-M1 --title.en "Fits"
	qorgan -q measure edit WAT-04-M1 --title.en "Theirs" --as b.aliyev
	before=$(root_now)
	expect_code 75 qorgan checkin second >told
	expect_one_line "1 of 2 objects were changed in the store"
	grep -q "measure WAT-04-M1: conflict; meanwhile changed by b.aliyev" told
	grep -q "theirs: Theirs" told
	grep -q "yours:  Mine" told
	expect_same "$before" "$(root_now)"
	qorgan checkin second -n --json | jq -e ".objects[0].conflicts[0] | .path == \"title.en\" and .theirs == \"Theirs\" and .mine == \"Mine\""
	qorgan -q checkin second --leave-conflicts
	expect_same "Theirs Fits" "$(field WAT-04-M1 .title.en) $(field WAT-02-M1 .title.en)"
	qorgan checkin second --mine WAT-04-M1 | grep -q "WAT-04-M1: conflict, the draft taken"
	expect_same "Mine Fits" "$(field WAT-04-M1 .title.en) $(field WAT-02-M1 .title.en)"
'

test_case 'a conflict is settled for the store, too' '
	travel=third
	qorgan -q checkout third
	away -q measure edit WAT-04-M1 --title.en "Draft"
	away -q status WAT-04-M1 in-progress --progress 50
	qorgan -q measure edit WAT-04-M1 --title.en "Store"
	qorgan -q status WAT-04-M1 in-progress --progress 60
	qorgan checkin third --theirs WAT-04-M1 --mine WAT-04-M1/UZB
	expect_same "Store 50" "$(field WAT-04-M1 .title.en) $(field WAT-04-M1/UZB .progress)"
	away stats --json | jq -e .checkout.done
'

test_case 'a checkin that broke off before it could say so is run again, and writes nothing twice' '
	travel=fourth
	qorgan -q checkout fourth
	away -q note WAT-03 "Once"
	away -q status WAT-03-M1 in-progress --progress 10
	cp -r fourth again
	qorgan -q checkin fourth
	before=$(root_now)
	qorgan checkin again >told
	expect_same 2 "$(grep -c "in the store already" told)"
	expect_same "$before" "$(root_now)"
'

test_case 'a checkout is checked in where it was taken from, and nowhere else' '
	travel=fifth
	qorgan -q checkout fifth
	away -q note WAT-03 "For UZB"
	XDG_STATE_HOME=$WORK/other qorgan -q -S kaz init --state KAZ --as l.liaison --recipient "$(age-keygen -y identity)"
	expect_code 65 qorgan -S kaz checkin fifth
	grep -q "is a checkout of another store" said
	expect_code 65 qorgan checkin kaz
	grep -q "is no checkout" said
	expect_code 66 qorgan checkin nowhere
'

test_case 'that a draft was altered is found, as in a store' '
	travel=sixth
	qorgan -q checkout sixth
	away -q note WAT-03 "Before"
	cp sixth/store.mdb older.mdb
	away -q note WAT-03 "After"
	cp older.mdb sixth/store.mdb
	expect_code 77 away note WAT-03 "On the older one"
	grep -q "rolled back" said
	# It is remembered apart from the store, which goes on.
	qorgan -q note WAT-03 "At home"
'

test_done
