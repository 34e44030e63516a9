# Export: only what was released leaves; stock tools open and check it.
. "$(dirname "$0")/lib.sh"
store_make
qorgan -q load "$ROOT/catalogue/2026-2028"
age-keygen -o kaz 2>/dev/null
age-keygen -o kgz 2>/dev/null
age-keygen -o un 2>/dev/null
qorgan -q partner add KAZ --recipient "$(age-keygen -y kaz)" 2>warning
qorgan -q partner add KGZ --recipient "$(age-keygen -y kgz)" 2>warning
qorgan -q partner add UNRCCA --observer --recipient "$(age-keygen -y un)"
for marking in CLEAR GREEN AMBER AMBER+STRICT RED; do
	qorgan -q domain add "M-${marking%+*}${marking#*+}" --title.en "Marked $marking" --marking "$marking" \
		--release KAZ,UNRCCA 2>/dev/null
done
qorgan -q domain add NOBODY --title.en "Released to nobody" --marking CLEAR
qorgan -q domain add KGZONLY --title.en "For KGZ" --marking AMBER --release KGZ
qorgan -q note CYB-01 "internal remark" >/dev/null

# ids PLAINTEXT: the ids of the records in it.
ids() {
	jq -r 'select(.type == "record") | .record.id' "$1"
}

test_case 'stock age opens it, stock minisign checks it, jq reads it' '
	qorgan -q export --to KAZ -o kaz.age
	minisign -Vm kaz.age -P "$(qorgan identity --json | jq -r .minisign)" >/dev/null
	age -d -i kaz kaz.age >kaz.jsonl
	jq -e . kaz.jsonl >/dev/null
	expect_same header "$(head -1 kaz.jsonl | jq -r .type)"
	expect_same "end" "$(tail -1 kaz.jsonl | jq -r .type)"
	expect_same "UZB KAZ 1" "$(head -1 kaz.jsonl | jq -r "\"\(.from) \(.to[0]) \(.sequence)\"")"
	expect_same "$(tail -1 kaz.jsonl | jq .records)" "$(ids kaz.jsonl | wc -l)"
	not age -d -i kgz kaz.age 2>/dev/null
'

test_case 'an independent reader rebuilds the tree and checks every record' '
	python3 "$ROOT/tests/interop/check_package.py" --vkey "$(qorgan identity --json | jq -r .vkey)" kaz.jsonl
'

test_case 'nothing marked RED, unreleased, internal or for another leaves' '
	ids kaz.jsonl | sort >got
	for id in M-CLEARCLEAR M-GREENGREEN M-AMBERAMBER M-AMBERSTRICT; do grep -qx "$id" got; done
	not grep -qx -e M-REDRED -e NOBODY -e KGZONLY got
	not jq -e "select(.type == \"record\" and (.record.kind | IN(\"note\",\"partner\",\"release\",\"commit\")))" kaz.jsonl
	not jq -e "select(.type == \"record\") | select(.record.body.release | index(\"KAZ\") == null)" kaz.jsonl
	not grep -q "internal remark" kaz.jsonl
'

test_case 'an observer receives CLEAR and GREEN alone' '
	qorgan -q export --to UNRCCA -o un.age
	age -d -i un un.age >un.jsonl
	ids un.jsonl | grep -qx M-CLEARCLEAR
	ids un.jsonl | grep -qx M-GREENGREEN
	ids un.jsonl | not grep -x -e M-AMBERAMBER -e M-AMBERSTRICT -e M-REDRED
	not jq -e "select(.type == \"record\") | select(.record.body.marking | IN(\"TLP:CLEAR\",\"TLP:GREEN\") | not)" un.jsonl
'

test_case 'the second package holds what came since; --full holds all' '
	qorgan -q domain edit NOBODY --release KAZ
	qorgan -q export --to KAZ -o kaz2.age
	age -d -i kaz kaz2.age >kaz2.jsonl
	expect_same NOBODY "$(ids kaz2.jsonl)"
	expect_same 2 "$(head -1 kaz2.jsonl | jq .sequence)"
	python3 "$ROOT/tests/interop/check_package.py" --vkey "$(qorgan identity --json | jq -r .vkey)" kaz.jsonl kaz2.jsonl
	qorgan -q export --to KAZ -o kaz3.age --full
	age -d -i kaz kaz3.age >kaz3.jsonl
	expect_same 0 "$(jq "select(.type == \"leaves\") | .first" kaz3.jsonl | head -1)"
	python3 "$ROOT/tests/interop/check_package.py" kaz3.jsonl
'

test_case 'a package for several holds what all of them may have' '
	qorgan -q export --to KAZ,KGZ -o both.age --full
	for key in kaz kgz; do age -d -i $key both.age >both.jsonl; done
	ids both.jsonl | not grep -x -e KGZONLY -e M-AMBERAMBER
	ids both.jsonl | grep -qx CYB
'

test_case 'dry-run tells what would go and why the rest stays, and writes nothing' '
	before=$(root_now)
	qorgan export --to KAZ --full --dry-run --json >plan
	expect_same "$before" "$(root_now)"
	jq -e "[.[] | select(.id == \"M-REDRED\")][0] | .goes == false and (.why | test(\"RED\"))" plan
	jq -e "[.[] | select(.id == \"KGZONLY\")][0].goes == false" plan
	jq -e "[.[] | select(.id == \"M-GREENGREEN\")][0].goes" plan
'

test_case 'evidence goes with its record, in pieces that give the same file' '
	head -c 150000 /dev/urandom >photo
	qorgan -q status CYB-01-M1 in-progress --state UZB --evidence photo --release KAZ
	qorgan -q export --to KAZ -o ev.age
	age -d -i kaz ev.age | jq -r "select(.type == \"evidence\") | .data" | base64 -d >back
	cmp photo back
'

# leaves_of FILE: the ids and versions in a package to KAZ.
leaves_of() {
	age -d -i kaz "$1" | jq -r "select(.type == \"record\") | \"\(.record.id)@\(.record.version)\""
}

test_case 'what was withdrawn before it was sent does not leave by an older version' '
	qorgan -q measure add CYB-01-W1 --risks CYB-01 --title.en SECRETWORD --type detect --lead UZB --marking GREEN --release KAZ
	qorgan -q measure edit CYB-01-W1 --marking RED --release "" -m "marked wrongly"
	qorgan export --to KAZ --dry-run | grep "CYB-01-W1.*withdrawn since"
	qorgan -q export --to KAZ -o withdrawn.age
	leaves_of withdrawn.age | not grep CYB-01-W1
	age -d -i kaz withdrawn.age | not grep SECRETWORD
'

test_case 'a report and its files leave no further than their measure' '
	qorgan -q measure add CYB-01-W2 --risks CYB-01 --title.en Watch --type detect --lead UZB --marking GREEN --release KAZ
	echo "a file that stays" >stays.txt
	qorgan -q status CYB-01-W2 in-progress --note STATUSWORD --evidence stays.txt
	qorgan -q measure edit CYB-01-W2 --marking RED
	qorgan -q export --to KAZ -o tightened.age
	age -d -i kaz tightened.age | not grep -e STATUSWORD -e CYB-01-W2 -e "\"type\":\"evidence\""
	qorgan -q measure edit CYB-01-W2 --marking GREEN
	qorgan -q status CYB-01-W2 in-progress --progress 50
	qorgan -q export --to KAZ -o loosened.age
	leaves_of loosened.age | grep -x "CYB-01-W2/UZB@2"
'

test_case 'a restored version keeps the marking and release of today' '
	qorgan -q measure add CYB-01-W3 --risks CYB-01 --title.en First --type detect --marking GREEN --release KAZ
	qorgan -q measure edit CYB-01-W3 --title.en Second --marking RED --release ""
	qorgan -q restore CYB-01-W3@1
	expect_same "First TLP:RED null" "$(qorgan show CYB-01-W3 --json | jq -r "\"\(.title.en) \(.marking) \(.release)\"")"
'

test_case 'what was given is known from the packages alone' '
	qorgan dump partner >partner.jsonl
	not grep -e sent -e sequence partner.jsonl
	before=$(qorgan partner list --json | jq -c "map({id, sent, sequence})")
	sed "s/}$/,\"sent\":999}/" partner.jsonl >false.jsonl
	unchanged 65 qorgan load false.jsonl
	qorgan -q load partner.jsonl
	expect_same "$before" "$(qorgan partner list --json | jq -c "map({id, sent, sequence})")"
	qorgan log --json | jq -e "map(select(.message | startswith(\"package\"))) | length >= 2"
'

test_case 'to whom a package cannot go is told apart' '
	unchanged 66 qorgan export --to TJK -o nobody.age
	expect_one_line "TJK is no partner yet"
	unchanged 65 qorgan export --to XXX -o nobody.age
	expect_one_line "XXX is not"
	[ ! -e nobody.age ]
'

test_case 'a package is not replaced unless that is asked for' '
	qorgan -q export --to KAZ -o kept.age
	before=$(sha256sum kept.age)
	unchanged 73 qorgan export --to KAZ -o kept.age
	expect_one_line "--force"
	expect_same "$before" "$(sha256sum kept.age)"
	qorgan -q export --to KAZ --full -o kept.age --force
	[ "$before" != "$(sha256sum kept.age)" ]
'

test_case 'a package is not written into a pipe or a device' '
	mkfifo pipe
	unchanged 73 qorgan export --to KAZ -o pipe
	expect_one_line "it is a pipe, not a file"
	[ -p pipe ]
	unchanged 73 qorgan export --to KAZ -o pipe --force
	expect_one_line "it is a pipe, not a file"
	[ -p pipe ]
	if mknod device c 1 3 2>/dev/null; then
		unchanged 73 qorgan export --to KAZ -o device --force
		expect_one_line "it is a device, not a file"
		[ -c device ]
	fi
	mkfifo other.age.minisig
	unchanged 73 qorgan export --to KAZ -o other.age
	[ ! -e other.age ]
'

test_case 'what leaves is only readable by its recipient' '
	for word in Marked TLP:GREEN CYB-01 a.karimova; do
		! grep -qaF "$word" kaz.age || { echo "found $word"; exit 1; }
	done
'

test_done
