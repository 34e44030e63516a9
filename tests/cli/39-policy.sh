# What one person alone may not do: asked for, agreed to by another, and then done.
. "$(dirname "$0")/lib.sh"
export QORGAN_NOW=2026-02-01T10:00:00Z
store_make
age-keygen -o b.txt 2>/dev/null
age-keygen -o c.txt 2>/dev/null
b() { qorgan -i b.txt "$@"; }
c() { qorgan -i c.txt "$@"; }
qorgan -q user add b.second --role admin --recipient "$(age-keygen -y b.txt)" >/dev/null
qorgan -q user add c.liaison --role liaison --recipient "$(age-keygen -y c.txt)" >/dev/null
first=$(qorgan user list --json | jq -r '.[0].id')
QORGAN_STORE=$WORK/kaz qorgan -q init --state KAZ --as k --recipient "$(age-keygen -y identity)" >/dev/null
QORGAN_STORE=$WORK/kaz qorgan identity >KAZ.card
qorgan -q partner add KAZ.card --fingerprint "$(sed -n 's/^fingerprint //p' KAZ.card)" >/dev/null
qorgan -q domain add X --title.en X --marking GREEN --release KAZ >/dev/null

newest_open() { qorgan request list --state open --json | jq -r "max_by(.id[1:] | tonumber).id"; }

test_case 'a policy is made in the words of the manual, and listed' '
	qorgan policy require 2 for release,rekey,user,policy
	expect_same "policy 2, rekey 2, release 2, user 2" \
		"$(qorgan policy list --json | jq -r "map(\"\(.id) \(.persons)\") | sort | join(\", \")")"
	expect_code 64 qorgan policy require 2 of user
	expect_code 64 qorgan policy require 2
	expect_code 65 qorgan policy require 3 for user
	grep -q "2 of the users are administrators" said
'

test_case 'a new user waits for a second administrator' '
	age-keygen -o d.txt 2>/dev/null
	set -- user add d.new --role reader --recipient "$(age-keygen -y d.txt)"
	expect_code 75 qorgan "$@"
	grep -q "qorgan approve r1" said
	expect_code 66 qorgan user show d.new
	expect_code 77 qorgan approve r1 --yes
	expect_code 77 c approve r1 --yes
	expect_code 64 b approve r1 </dev/null
	grep -q "qorgan request show r1" said
	b approve r1 --yes
	qorgan "$@"
	qorgan -i d.txt user show d.new >/dev/null
	qorgan request show r1 --json >shown
	expect_same "done $first b.second qorgan $*" "$(jq -r "\"\(.state) \(.persons | join(\" \")) \(.what)\"" shown)"
	qorgan verify
'

test_case 'a package waits for whoever may write, and goes as it was agreed to' '
	expect_code 75 qorgan export --to KAZ -o p.age
	[ ! -e p.age ]
	[ ! -e p.age.minisig ]
	expect_same 0 "$(qorgan partner ledger KAZ --json | jq length)"
	request=$(qorgan request list --state open --json | jq -r ".[0].id")
	c approve "$request" --yes
	qorgan -q domain add Y --title.en Y --marking GREEN --release KAZ
	# What may go is another package by now.
	expect_code 75 qorgan export --to KAZ -o p.age
	[ ! -e p.age ]
	other=$(qorgan request list --state open --json | jq -r ".[].id" | grep -vx "$request")
	c approve "$other" --yes
	qorgan export --to KAZ -o p.age
	minisign -Vm p.age -P "$(qorgan identity --json | jq -r .minisign)"
	expect_same done "$(qorgan request show "$other" --json | jq -r .state)"
	qorgan request withdraw "$request"
	expect_code 65 c approve "$request" --yes
	# Once agreed to, once done.
	expect_code 75 qorgan export --to KAZ -o again.age --full
	qorgan verify
'

test_case 'an exchange asks for each partner, and puts nothing there before' '
	qorgan -q domain add Z --title.en Z --marking GREEN --release KAZ
	mkdir folder
	expect_code 75 qorgan exchange folder
	expect_same "" "$(ls -A folder)"
	c approve "$(newest_open)" --yes
	qorgan exchange folder
	ls folder | grep -q "^UZB-KAZ-2.age$"
'

test_case 'new keys need both' '
	expect_code 75 qorgan rekey --yes
	b rekey --yes
	qorgan verify
	qorgan identity --epoch 2 >/dev/null
'

test_case 'what is to be forgotten waits for a second administrator' '
	qorgan -q risk add X-01 --domain X --title Wrong >/dev/null
	expect_code 75 qorgan policy require 2 for forget
	c approve "$(newest_open)" --yes
	qorgan policy require 2 for forget
	expect_code 75 qorgan forget X-01 --reason Mistake --yes
	qorgan show X-01 >/dev/null
	b approve "$(newest_open)" --yes
	qorgan forget X-01 --reason Mistake --yes
	expect_code 66 qorgan show X-01
	qorgan verify
'

test_case 'a policy is taken back by as many' '
	expect_code 75 qorgan policy require 1 for release
	c approve "$(newest_open)" --yes
	qorgan policy require 1 for release
	qorgan export --to KAZ -o alone.age --full
	expect_code 77 c policy require 1 for user
	qorgan verify
'

test_done
