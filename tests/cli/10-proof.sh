# Proofs: whoever holds the file and the state's key can check one version, and
# nothing altered passes; what no export would hold is not disclosed by accident.
. "$(dirname "$0")/lib.sh"
store_make
qorgan -q load "$ROOT/catalogue/2026-2028"
qorgan -q domain edit CYB --title.en "Cyberspace" 2>/dev/null
qorgan -q domain add RED --title.en "Marked red" --marking RED --release KAZ >/dev/null 2>&1
qorgan -q domain add NOBODY --title.en "Released to nobody" --marking CLEAR >/dev/null
qorgan -q note CYB-01 "internal remark" >/dev/null
age-keygen -o kaz 2>/dev/null
qorgan -q partner add KAZ --recipient "$(age-keygen -y kaz)" >/dev/null 2>warning
qorgan identity --json | jq -r .vkey >uzb.vkey
VKEY=$(cat uzb.vkey)
export VKEY

# alone COMMAND...: by somebody who has no store and no key of one.
alone() {
	env -u QORGAN_STORE -u QORGAN_IDENTITY HOME=/nonexistent XDG_STATE_HOME= XDG_DATA_HOME= "$@"
}

test_case 'a proof is checked with the file and the key alone' '
	qorgan -q proof CYB-01 -o p
	alone qorgan check-proof p --vkey "$VKEY" >said
	grep -q "^Proven: risk CYB-01 version 1 of UZB$" said
	grep -q "^signed *qorgan/UZB/$(qorgan stats --json | jq -r .store)" said
	alone qorgan check-proof p --vkey @uzb.vkey >/dev/null
	alone qorgan check-proof - --vkey @uzb.vkey <p >/dev/null
	qorgan -q proof CYB-01 | cmp - p
	qorgan -q proof CYB-01 -o - | cmp - p
	expect_same 600 "$(stat -c %a p)"
	head -1 p | grep -qx "c2sp.org/tlog-proof@v1"
'

test_case 'any version can be proven, and stays so when the log has grown' '
	qorgan -q proof CYB@1 -o old
	qorgan -q proof CYB -o new
	qorgan -q domain edit CYB --title.en "Cyber"
	for file in old new; do alone qorgan check-proof $file --vkey "$VKEY" --json | jq -e .proven; done
	expect_same "1 2" "$(for file in old new; do qorgan check-proof $file --vkey "$VKEY" --json | jq .version; done | xargs)"
	expect_code 66 qorgan proof CYB@9
	expect_code 66 qorgan proof CYB-99
	expect_code 66 qorgan proof -K note CYB-01
	qorgan -q proof -K state KAZ --disclose | qorgan check-proof - --vkey "$VKEY" | grep -q "state KAZ"
'

test_case '--json gives the record as it was logged' '
	qorgan -q proof CYB-01 -o p
	alone qorgan check-proof p --vkey "$VKEY" --json >answer
	jq -e ".proven and .why == null and .state == \"UZB\" and .signatures[0].log" answer
	expect_same "$(qorgan show CYB-01 --json | jq -S .title)" "$(jq -S .record.body.title answer)"
	sed -n "s/^extra //p" p | base64 -d | jq -S . >record
	jq -S .record answer | cmp - record
	qorgan proof CYB-01 --json 2>/dev/null | jq -r .proof | head -n -1 | cmp - <(head -n -0 p)
	qorgan proof CYB-01 --json -o p2 2>/dev/null | jq -e ".proof == null and .output == \"p2\" and .withheld == null"
	cmp p p2
'

test_case 'without the key of that log the answer is no, and nothing is shown' '
	expect_code 1 alone qorgan check-proof p >out
	expect_one_line "nothing vouches for it"
	[ ! -s out ]
	expect_code 1 alone qorgan check-proof p --json >out
	jq -e "(.proven | not) and .record == null and .kind == null and .signatures == [] and (.why | test(\"vouches\"))" out
	QORGAN_STORE=$WORK/other qorgan -q init --state KAZ --as b --recipient "$(age-keygen -y identity)"
	QORGAN_STORE=$WORK/other qorgan identity --json | jq -r .vkey >kaz.vkey
	expect_code 1 alone qorgan check-proof p --vkey @kaz.vkey
	expect_one_line "claims to be of the log"
	expect_code 1 alone qorgan check-proof p --vkey @kaz.vkey --vkey "$VKEY"
	QORGAN_STORE=$WORK/other qorgan -q proof -K state KAZ --disclose -o q 2>/dev/null
	expect_code 1 alone qorgan check-proof q --vkey "$VKEY"
'

test_case 'an altered byte in any line is refused' '
	qorgan -q proof CYB-01 -o p
	python3 - <<-END >count
	import random
	seed = random.randrange(1 << 32)
	generator = random.Random(seed)
	lines = open("p", "rb").read().split(b"\n")[:-1]
	number = 0
	for at, line in enumerate(lines):
	    for _ in range(3):
	        place = generator.randrange(len(line) + 1)
	        changed = bytearray(line + b"\n")
	        changed[place] ^= 1 << generator.randrange(7)
	        data = b"\n".join(lines[:at] + [bytes(changed[:-1])]) + bytes(changed[-1:])
	        data += b"".join(line + b"\n" for line in lines[at + 1:])
	        open("altered-%d" % number, "wb").write(data)
	        number += 1
	END
	for file in altered-*; do
		code=0
		alone qorgan check-proof $file --vkey "$VKEY" >out 2>said || code=$?
		[ $code -eq 1 ] || [ $code -eq 65 ] || { echo "$file: $code"; diff p $file; exit 1; }
		[ ! -s out ]
		[ "$(wc -l <said)" -eq 1 ]
	done
	for line in $(seq "$(wc -l <p)"); do
		sed "${line}d" p >shorter
		code=0
		alone qorgan check-proof shorter --vkey "$VKEY" >out 2>said || code=$?
		[ $code -eq 1 ] || [ $code -eq 65 ] || { echo "without line $line: $code"; exit 1; }
	done
'

test_case 'what is no proof is 65, what is not there 66, what is no key 64' '
	: >empty
	head -c 300 p >short
	head -c 2000000 /dev/zero >large
	for file in empty short large "$ROOT/README.md" identity; do
		expect_code 65 alone qorgan check-proof $file --vkey "$VKEY"
		[ "$(wc -l <said)" -eq 1 ]
	done
	expect_code 66 alone qorgan check-proof absent
	expect_code 66 alone qorgan check-proof p --vkey @absent
	expect_code 64 alone qorgan check-proof p --vkey nonsense
	expect_code 64 alone qorgan check-proof p --vkey @empty
	expect_code 64 alone qorgan check-proof p --vkey @p
	expect_code 64 qorgan check-proof
	expect_code 64 qorgan proof
'

test_case 'what no export would hold is refused, until it is to be disclosed' '
	for object in RED NOBODY CYB-01/n1 "-K partner KAZ" "-K commit 1"; do
		expect_code 77 qorgan proof $object -o secret >out
		expect_one_line "--disclose"
		[ ! -s out ]
		[ ! -e secret ]
		expect_code 77 qorgan proof $object --json >out
		[ ! -s out ]
	done
	qorgan proof RED --disclose -o secret 2>said
	grep -q "no export would hold it: marked TLP:RED" said
	grep -q "TLP:RED, which an export would give to nobody" said
	qorgan check-proof secret --vkey "$VKEY" | grep -q "^marking *TLP:RED"
	qorgan proof NOBODY --disclose --json 2>/dev/null | jq -e ".release == \"\" and (.withheld | test(\"nobody\"))"
	qorgan proof CYB-01/n1 --disclose 2>/dev/null | qorgan check-proof - --vkey "$VKEY" --json | jq -e ".kind == \"note\""
'

test_case 'to whom an export would give it is said, and nothing is logged' '
	before=$(root_now)
	qorgan proof CYB-01 2>said >/dev/null
	expect_one_line "TLP:AMBER, which an export would give to AZE,KAZ,KGZ,TJK,TKM,UZB"
	qorgan -q proof CYB-01 2>said >/dev/null
	[ ! -s said ]
	expect_same "$before" "$(root_now)"
	chmod -R a-w store
	qorgan -q proof CYB-01 >/dev/null
	chmod -R u+w store
	expect_code 73 qorgan proof CYB-01 -o /nonexistent/p
	expect_same "$before" "$(root_now)"
'

test_done
