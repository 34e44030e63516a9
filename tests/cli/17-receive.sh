#!/bin/bash
# Packages of partners are taken in, whole or not at all: by stores of two states, and
# from one whose keys are openssl's and who sends whatever it likes.
. "$(dirname "$0")/lib.sh"
python3() { command python3 -B "$@"; }
interop=$ROOT/tests/interop
store_make
recipient=$(age-keygen -y identity)
for state in kaz kgz; do
	qorgan -S $state -q init --state ${state^^} --as b.akhmetov --recipient "$recipient"
	qorgan -S $state -q load "$ROOT/catalogue/2026-2028"
	qorgan -S $state identity >${state^^}.card
done
qorgan -q load "$ROOT/catalogue/2026-2028"
qorgan identity >UZB.card
uzb_recipient=$(sed -n 's/^recipient //p' UZB.card)
export HERE=$QORGAN_STORE
kaz() { qorgan -S "$WORK/kaz" "$@"; }
kgz() { qorgan -S "$WORK/kgz" "$@"; }
fingerprint_of() { python3 "$interop/make_card.py" --fingerprint <"$1"; }
pin() { "$1" -q partner add "$2.card" --fingerprint "$(fingerprint_of "$2.card")" >/dev/null; }
for sender in KAZ KGZ; do pin qorgan $sender; done
pin kaz UZB
pin kgz UZB

# The hostile state.
openssl genpkey -algorithm ed25519 -out key 2>/dev/null
openssl genpkey -algorithm ed25519 -out other-key 2>/dev/null
store_id=0123456789abcdef0123456789abcdef
python3 "$interop/make_card.py" TJK $store_id "$(age-keygen -y identity)" key >TJK.card
pin qorgan TJK
# make FILE [OPTION...]: its package of the lines on standard input.
make() {
	local file=$1
	shift
	python3 "$interop/make_package.py" "${STATE:-TJK}" "${STORE_ID:-$store_id}" "${KEY:-key}" "${LOG:-tjk.log}" --to UZB \
		--recipient "$uzb_recipient" -o "$file" "$@"
}
# object KIND ID VERSION [BODY]: a line for it, released to this state, kept by TJK.
object() {
	local title='"title":{"en":"Theirs"}' fields=
	case $1 in
	domain) fields="$title,\"coordinator\":\"TJK\"," ;;
	risk) fields="$title,\"coordinator\":\"TJK\",\"domain\":\"WAT\"," ;;
	measure) fields="$title,\"lead\":\"TJK\",\"risks\":[\"WAT-01\"],\"type\":\"detect\"," ;;
	status) fields='"status":"in-progress",' ;;
	esac
	echo "{\"kind\":\"$1\",\"id\":\"$2\",\"version\":$3,\"body\":{${4:-$fields\"marking\":\"TLP:GREEN\",\"release\":[\"UZB\"]}}}"
}
# state_now: what the store holds, and what was ever written.
state_now() {
	root_now
	qorgan log --json | b2sum
	qorgan dump | b2sum
}
# refused CODE TEXT FILE...: receive says one line with the text, and nothing changed.
refused() {
	local code=$1 text=$2 before
	shift 2
	before=$(state_now)
	expect_code "$code" qorgan receive "$@" >out || { cat out; return 1; }
	expect_one_line "$text"
	expect_same "$before" "$(state_now)"
	[ ! -s out ]
}
# counts ID: whose version of it counts, as "KAZ@2".
counts() { qorgan show "$1" --json | jq -r '"\(.owner)@\(.version)"'; }

# ---- The usual way --------------------------------------------------------------------------

kaz -q status ARM-02-M2 in-progress --progress 20 --note "First" --release UZB
kaz -q measure edit ARM-02-M2 --title.en "Theirs now"
kaz -q risk add KAZ-01 --domain ARM --title.en "New risk" --coordinator KAZ --marking GREEN --release UZB,KGZ >/dev/null
kaz -q export --to UZB -o k1.age

test_case 'a dry run tells all and writes nothing' '
	before=$(state_now)
	qorgan receive k1.age --dry-run >shown 2>said
	grep -q "^new *risk *KAZ-01 *1$" shown
	grep -q "nothing was written" said
	expect_same "$before" "$(state_now)"
	expect_code 66 qorgan show KAZ-01
'

test_case 'a package is taken in: own copies stand back, and who vouches is shown' '
	qorgan receive k1.age >shown 2>said
	grep -q "^new *status *ARM-02-M2/KAZ *1$" shown
	grep -q "own copies stand back for the versions of KAZ" said
	expect_same KAZ@2 "$(counts ARM-02-M2)"
	expect_same KAZ@1 "$(counts KAZ-01)"
	expect_same UZB@1 "$(counts CYB)"
	qorgan show ARM-02-M2 | grep -q "Theirs now"
	qorgan show ARM-02-M2 | grep -q "by package 1 of KAZ"
	qorgan log ARM-02-M2 | grep -q "KAZ, package 1"
	expect_same UZB "$(qorgan show ARM-02-M2 --owner UZB --json | jq -r .owner)"
	qorgan measure list --json | jq -e "map(select(.id == \"ARM-02-M2\")) | length == 1"
	qorgan verify
'

test_case 'twice is harmless and says so' '
	before=$(state_now)
	qorgan receive k1.age >shown 2>said
	[ ! -s shown ]
	expect_one_line "nothing in it is new"
	expect_same "$before" "$(state_now)"
	qorgan receive k1.age --json 2>said | jq -e ".[0] | .known and .commit == 0 and .items == [] and .from == \"KAZ\""
'

test_case 'what another state keeps is not edited here' '
	unchanged 77 qorgan measure edit ARM-02-M2 --title.en Mine
	expect_one_line KAZ
	unchanged 77 qorgan risk edit KAZ-01 --title.en Mine
	echo "{\"kind\":\"risk\",\"id\":\"KAZ-01\",\"domain\":\"ARM\",\"title\":{\"en\":\"Mine\"}}" >mine.jsonl
	unchanged 65 qorgan load mine.jsonl
	grep -q "kept by KAZ" said
	before=$(counts ARM-02-M2)
	expect_code 65 qorgan load "$ROOT/catalogue/2026-2028"
	grep -q "kept by KAZ" said
	expect_same "$before" "$(counts ARM-02-M2)"
	qorgan dump >dumped
	qorgan -q load dumped
	qorgan -q -S again init --state UZB --as x --recipient "$recipient"
	qorgan -q -S again load dumped
	qorgan -q note ARM-02-M2 "Ask them" >/dev/null
	qorgan -q status ARM-02-M2 in-progress --note "Ours"
	qorgan verify
'

kaz -q risk edit KAZ-01 --title.en "Second"
kaz -q export --to UZB -o k2.age
kaz -q risk edit KAZ-01 --title.en "Third"
kaz -q export --to UZB -o k3.age
kaz -q risk edit KAZ-01 --title.en "Fourth"
kaz -q export --to UZB -o k4.age

test_case 'with a gap it says which package is missing and how it is sent again' '
	refused 76 "qorgan export --to UZB --from 2" k3.age
	expect_one_line "package 3 of KAZ goes on after package 2, and the newest that was received is 1"
	refused 76 "qorgan export --to UZB --from 2" k4.age k3.age
	kaz -q export --to UZB --from 2 -o k5.age
	cp -r store before
	qorgan -q receive k5.age
	expect_same KAZ@4 "$(counts KAZ-01)"
	qorgan -q receive k2.age k3.age k4.age
	expect_same KAZ@4 "$(counts KAZ-01)"
	rm -rf store state && mv before store
	refused 76 "goes on after package 3" k4.age
'

test_case 'out of order in one call they are taken in in their order' '
	qorgan receive k4.age k2.age k3.age --json 2>said | jq -c "[.[] | .sequence, .known]" >shown
	expect_same "[2,false,3,false,4,false]" "$(cat shown)"
	expect_same KAZ@4 "$(counts KAZ-01)"
	qorgan -q receive k5.age
	qorgan log KAZ-01 --json | jq -e "map(.version) == [4, 3, 2, 1]"
'

test_case 'a folder, and standard input with a signature' '
	mkdir -p box
	kaz -q risk edit KAZ-01 --title.en "Fifth"
	kaz -q export --to UZB -o box/kaz-10.age
	kaz -q risk edit KAZ-01 --title.en "Sixth"
	kaz -q export --to UZB -o box/kaz-9.age
	echo "no package" >box/readme.txt
	qorgan -q receive box
	expect_same KAZ@6 "$(counts KAZ-01)"
	kaz -q risk edit KAZ-01 --title.en "Seventh"
	kaz -q export --to UZB -o k8.age
	unchanged 64 qorgan receive - <k8.age
	cat k8.age | qorgan -q receive - --signature k8.age.minisig
	expect_same KAZ@7 "$(counts KAZ-01)"
	mkdir -p empty
	unchanged 66 qorgan receive empty
	unchanged 66 qorgan receive none.age
'

# ---- Who may send ------------------------------------------------------------------------------

test_case 'a package for another state is refused' '
	kgz -q export --to UZB -o g1.age
	kaz partner add KGZ.card --fingerprint "$(fingerprint_of KGZ.card)" >/dev/null 2>&1
	kaz -q export --to KGZ -o for-kgz.age
	refused 77 "ask the sender for a package to this state" for-kgz.age
	qorgan -q receive g1.age
'

test_case 'without signature, with an altered one, and from nobody on record' '
	cp k8.age unsigned.age
	refused 66 "has no signature" unsigned.age
	cp k8.age altered.age && cp k8.age.minisig altered.age.minisig
	printf x >>altered.age
	refused 76 "cannot be trusted" altered.age
	cp k8.age swapped.age && cp box/kaz-9.age.minisig swapped.age.minisig
	refused 76 "cannot be trusted" swapped.age
	object risk TJK-01 1 | KEY=other-key LOG=other.log make unknown.age
	refused 76 "none of a partner on record" unknown.age
'

test_case 'a card that claims the key of another partner for packages is refused' '
	python3 "$interop/make_card.py" TKM ffffffffffffffffffffffffffffffff "$(age-keygen -y identity)" key >stolen.card
	unchanged 77 qorgan partner add stolen.card --fingerprint "$(fingerprint_of stolen.card)"
	expect_one_line "this card of TKM has the key for packages that partner TJK has"
'

test_case 'another key of the log, and another log' '
	object risk TJK-01 1 | LOG=other.log make badkey.age --log-key other-key
	refused 76 "not signed by the log key of TJK" badkey.age
	object risk TJK-01 1 | LOG=other.log STORE_ID=ffffffffffffffffffffffffffffffff make badlog.age
	refused 76 "add its new card first" badlog.age
	object risk KAZ-09 1 "\"title\":{\"en\":\"x\"},\"domain\":\"WAT\",\"coordinator\":\"KAZ\",\"release\":[\"UZB\"]" |
		LOG=other.log STATE=KAZ make impostor.age
	refused 76 "it says that it is from KAZ, and is signed by TJK" impostor.age
'

# ---- What breaks a rule ----------------------------------------------------------------------------

object risk TJK-01 1 >lines
object status WAT-01-M1/TJK 1 >>lines
rm -f tjk.log

test_case 'each fault in the form is refused, and the whole one is taken' '
	before=$(state_now)
	for fault in $(python3 "$interop/make_package.py" --faults); do
		make fault-$fault.age --fault $fault <lines
		expect_code 76 qorgan receive fault-$fault.age || { echo "fault: $fault"; exit 1; }
		expect_one_line "fault-$fault.age: "
	done
	expect_same "$before" "$(state_now)"
	make whole.age <lines
	qorgan -q receive whole.age
	expect_same TJK@1 "$(counts TJK-01)"
'

# wrong TEXT [OPTION...]: a package with the lines on standard input is refused with the text.
wrong() {
	cp tjk.log wrong.log
	LOG=wrong.log make wrong.age --sequence 2 --previous 1 "${@:2}"
	refused 76 "$1" wrong.age
}

test_case 'what may not be sent is refused by name' '
	released="\"release\":[\"UZB\"]"
	titled="\"title\":{\"en\":\"x\"},\"domain\":\"WAT\",\"coordinator\":\"TJK\""
	object risk TJK-02 1 "$titled,\"marking\":\"TLP:RED\",$released" | wrong "risk TJK-02 version 1, which it may not: marked TLP:RED"
	object risk TJK-02 1 "$titled,\"marking\":\"TLP:GREEN\"" | wrong "released to nobody"
	object risk TJK-02 1 "$titled,\"release\":[]" | wrong "risk TJK-02 version 1, which it may not: not on its release list"
	object risk TJK-02 1 "$titled,\"release\":[\"KAZ\"]" | wrong "not on its release list"
	object risk TJK-02 1 "$titled,\"marking\":\"TLP:BLUE\",$released" | wrong "its marking is unknown"
	object risk TJK-02 1 "$titled,\"marking\":[],$released" | wrong "TJK-02"
	object risk TJK-02 1 "$titled,\"secret\":1,$released" | wrong "breaks a rule"
	object risk TJK-02 1 "$released" | wrong "breaks a rule"
	object risk "TJK 02" 1 | wrong "line 4"
	object note TJK-01/n1 1 "\"text\":{\"en\":\"x\"},$released" | wrong "objects of the kind note are in no package"
	object partner TJK 1 "\"recipient\":\"x\",$released" | wrong "objects of the kind partner are in no package"
	object receipt TJK/1 1 "$released" | wrong "objects of the kind receipt are in no package"
	object secret TJK 1 "$released" | wrong "is not known here"
	object risk TJK-02 0 | wrong "line 4"
	object risk TJK-02 4294967296 | wrong "line 4"
	object risk TJK-01 1 "$titled,$released" | wrong "is another one than was received before"
	# Without a marking it counts as TLP:AMBER: that may come.
	cp tjk.log wrong.log
	object risk TJK-02 1 "$titled,$released" | LOG=wrong.log make amber.age --sequence 2 --previous 1
	qorgan receive amber.age --dry-run >shown
	grep -q "TJK-02" shown
'

test_case 'forged authority is refused, and says whose the object is' '
	object measure ARM-02-M2 1 | wrong "TJK sent a version of measure ARM-02-M2, which KAZ keeps and has not handed over"
	object measure ARM-01-M3 1 | wrong "measure ARM-01-M3, which UZB keeps"
	object measure ARM-03-M1 1 | wrong "measure ARM-03-M1, which TKM keeps"
	object measure TJK-M9 1 "\"title\":{\"en\":\"x\"},\"risks\":[\"WAT-01\"],\"lead\":\"KGZ\",\"type\":\"detect\",\"release\":[\"UZB\"]" |
		wrong "measure TJK-M9, which KGZ keeps"
	object domain CYB 7 | wrong "domain CYB, which UZB keeps"
	object status ARM-02-M2/KAZ 2 | wrong "status ARM-02-M2/KAZ, which KAZ keeps"
	object status ARM-02-M2/KGZ 1 | wrong "status ARM-02-M2/KGZ, which KGZ keeps"
	object assessment ARM-02/UZB 1 "\"likelihood\":1,\"impact\":1,\"release\":[\"UZB\"]" | wrong "which UZB keeps"
	taken="\"taken_from\":{\"state\":\"KAZ\",\"version\":1}"
	object measure ARM-02-M2 1 "\"title\":{\"en\":\"x\"},\"risks\":[\"WAT-01\"],\"lead\":\"TJK\",$taken,\"type\":\"detect\",\"release\":[\"UZB\"]" |
		wrong "measure ARM-02-M2, which KAZ keeps"
	{ object risk TJK-02 1; object measure ARM-02-M2 1; } | wrong "ARM-02-M2"
	expect_code 66 qorgan show TJK-02
'

# in_a_copy COMMAND...: with a copy of the store in its place, and back.
in_a_copy() {
	rm -rf copy.*
	cp -r store copy.store
	cp -r state copy.state
	"$@"
	rm -rf store state
	mv copy.store store
	mv copy.state state
}
# forked STATE FILE: found to show two histories: nothing of it is taken in but the evidence.
forked() {
	before=$(qorgan dump | b2sum)
	expect_code 76 qorgan receive "$2" >out
	expect_one_line "$1 shows two histories"
	[ ! -s out ]
	expect_same "$before" "$(qorgan dump | b2sum)"
	qorgan verify
}

test_case 'a rewritten history, a shorter one, and two packages of one number' '
	python3 -c "import base64
lines = [base64.b64decode(text) for text in open(\"tjk.log\")]
lines[-1] = lines[-1].replace(b\"in-progress\", b\"completed\")
open(\"fork.log\", \"w\").writelines(base64.b64encode(line).decode() + \"\n\" for line in lines)"
	cp fork.log fork2.log
	object risk TJK-02 1 | LOG=fork.log make fork.age --sequence 2 --previous 1 --first 0
	in_a_copy forked TJK fork.age
	object risk TJK-02 1 | LOG=fork2.log make fork.age --sequence 2 --previous 1
	refused 76 "TJK has rewritten its history" fork.age
	echo "{\"leaf\":0}" | LOG=tjk.log make short.age --sequence 2 --previous 1 --first 0 --size 1
	refused 76 "has 1 entries by this package, and had 2" short.age
	cp tjk.log twin.log
	object risk TJK-02 1 | LOG=twin.log make twin.age --sequence 1 --previous 0
	refused 76 "another package 1 of TJK was received before" twin.age
	cp tjk.log ahead.log
	object risk TJK-02 1 | LOG=ahead.log make ahead.age --sequence 2 --previous 1 --first 0
	object risk TJK-03 1 | LOG=ahead.log make ahead.age --sequence 3 --previous 1
	refused 76 "qorgan export --to UZB --full" ahead.age
'

test_case 'a copy of a store that goes on by itself is found' '
	cp -r kaz kaz-copy
	kaz -q risk edit KAZ-01 --title.en "In the one"
	kaz -q export --to UZB -o one.age
	qorgan -q receive one.age
	copy() { XDG_STATE_HOME=$WORK/state-copy qorgan -S "$WORK/kaz-copy" "$@"; }
	copy -q risk edit KAZ-01 --title.en "In the other"
	copy -q export --to UZB -o two.age
	in_a_copy forked KAZ two.age
	copy -q risk edit KAZ-01 --title.en "In the other again"
	copy -q export --to UZB -o three.age
	refused 76 "KAZ has rewritten its history" three.age
'

# ---- Files --------------------------------------------------------------------------------------

test_case 'a file arrives whole, a large one too' '
	head -c 3000000 /dev/urandom >large.bin
	echo small >small.txt
	kaz -q status ARM-02-M2 in-progress --progress 30 --evidence large.bin --evidence small.txt --release UZB
	kaz -q export --to UZB -o files.age
	qorgan receive files.age --json 2>said | jq -e ".[0].evidence == 2"
	id=$(b2sum -l 256 large.bin | cut -c1-64)
	qorgan evidence get "$id" -o got.bin
	cmp large.bin got.bin
	qorgan verify
'

test_case 'a file of another content, or that nothing describes, is refused' '
	echo content >content
	id=$(b2sum -l 256 content | cut -c1-64)
	described() { object evidence $id 1 "\"name\":\"content\",\"size\":8,\"release\":[\"UZB\"]"; }
	echo other >other
	{ described; echo "{\"file\":\"other\",\"id\":\"$id\"}"; } | wrong "is not what its id says"
	echo "{\"file\":\"content\"}" | wrong "holds a file that none of its records describes"
	head -c 60000 /dev/zero >zeroes
	zero=$(b2sum -l 256 zeroes | cut -c1-64)
	head -c 49152 zeroes >cut
	{ object evidence $zero 1 "\"name\":\"z\",\"size\":60000,\"release\":[\"UZB\"]"; echo "{\"file\":\"cut\",\"id\":\"$zero\"}"; } |
		wrong "is not what its id says"
	{ object evidence $id 1 "\"name\":\"content\",\"size\":9,\"release\":[\"UZB\"]"; echo "{\"file\":\"content\"}"; } |
		wrong "has 8 bytes, and its record says another number"
	# The same file from two states is kept once, and stays while one of them gives it.
	kaz -q status ARM-02-M2 in-progress --progress 40 --evidence content --release UZB
	kaz -q export --to UZB -o same.age
	qorgan -q receive same.age
	cp tjk.log two.log
	{ described; echo "{\"file\":\"content\"}"; } | LOG=two.log make same-tjk.age --sequence 2 --previous 1
	mv two.log tjk.log
	qorgan receive same-tjk.age --json 2>said | jq -e ".[0] | .evidence == 0 and .new == 1"
	# And attached here, it is this state\047s own, too.
	own=$(qorgan measure list --json | jq -r "[.[] | select(.lead == \"UZB\")][0].id")
	qorgan -q status "$own" in-progress --evidence content
	expect_same UZB "$(qorgan show -K evidence "$id" --json | jq -r .owner)"
	qorgan verify
'

# ---- Over time ----------------------------------------------------------------------------------

test_case 'released later: the leaf was known, now the record fits it' '
	kaz -q risk add KAZ-02 --domain ARM --title.en "Withheld" --coordinator KAZ --marking GREEN >/dev/null
	kaz -q measure add KAZ-02-M1 --risks KAZ-02 --title.en "Told of" --type detect --lead KAZ --marking GREEN \
		--release UZB >/dev/null
	kaz -q export --to UZB -o later1.age
	qorgan -q receive later1.age
	expect_code 66 qorgan show KAZ-02
	qorgan show KAZ-02-M1 | grep -q "KAZ-02 (withheld or unknown here: KAZ-02)"
	kaz -q risk edit KAZ-02 --release UZB
	kaz -q export --to UZB -o later2.age
	qorgan -q receive later2.age
	qorgan show KAZ-02-M1 >shown
	not grep -q withheld shown
	expect_same KAZ@2 "$(counts KAZ-02)"
'

test_case 'what is withdrawn is hidden, found by its owner, and comes back' '
	kaz -q risk edit KAZ-02 --marking RED
	kaz -q export --to UZB -o back1.age
	qorgan receive back1.age >shown 2>said
	grep -q "^withdrawn *risk *KAZ-02 *3$" shown
	grep -q "1 withdrawn by KAZ and hidden from now on" said
	expect_code 66 qorgan show KAZ-02
	qorgan risk list --json | jq -e "map(select(.id == \"KAZ-02\")) == []"
	expect_same KAZ "$(qorgan show KAZ-02 --owner KAZ --json | jq -r .owner)"
	qorgan verify
	# Neither a package from before nor one from afterwards that holds nothing of it brings it back.
	qorgan -q receive later2.age
	expect_code 66 qorgan show KAZ-02
	kaz -q risk edit KAZ-02 --marking GREEN
	kaz -q export --to UZB -o back2.age
	qorgan -q receive back2.age
	expect_same KAZ@4 "$(counts KAZ-02)"
	qorgan -q receive back1.age
	expect_same KAZ@4 "$(counts KAZ-02)"
'

test_case 'a report goes with its measure, and comes back with it as it was' '
	kaz -q status BRD-03-M2 in-progress --evidence small.txt --release UZB
	kaz -q export --to UZB -o hang1.age
	qorgan -q receive hang1.age
	kaz -q measure edit BRD-03-M2 --release KGZ
	kaz -q export --to UZB -o hang2.age
	qorgan -q receive hang2.age
	expect_code 66 qorgan show BRD-03-M2/KAZ
	expect_same UZB@1 "$(counts BRD-03-M2)"
	qorgan verify
	kaz -q measure edit BRD-03-M2 --release UZB
	kaz -q export --to UZB -o hang3.age
	qorgan receive hang3.age >shown 2>said
	grep -q "^returned *status *BRD-03-M2/KAZ *1$" shown
	expect_same KAZ@1 "$(counts BRD-03-M2/KAZ)"
	expect_same KAZ@3 "$(counts BRD-03-M2)"
	# The one that asked to drop it, once more.
	before=$(state_now)
	qorgan -q receive hang2.age hang1.age
	expect_same "$before" "$(state_now)"
'

test_case 'what a package that comes late holds is not shown when a later one withdrew it' '
	kaz -q risk add KAZ-03 --domain ARM --title.en "Given and taken" --coordinator KAZ --marking GREEN --release UZB >/dev/null
	kaz -q export --to UZB -o late1.age
	kaz -q risk edit KAZ-03 --release ""
	kaz -q export --to UZB --full -o late2.age
	qorgan -q receive late2.age
	expect_code 66 qorgan show KAZ-03
	before=$(state_now)
	qorgan receive late1.age >shown 2>said
	expect_one_line "nothing in it is new"
	[ ! -s shown ]
	expect_same "$before" "$(state_now)"
	expect_code 66 qorgan show KAZ-03
'

test_case 'a measure is handed over, in both orders of the packages' '
	kgz -q partner add KAZ.card --fingerprint "$(fingerprint_of KAZ.card)" >/dev/null
	kaz -q assign ARM-02-M2 --lead KGZ --support KAZ,AZE,TJK,TKM,UZB
	kaz -q export --to UZB -o hand-kaz.age
	kaz -q export --to KGZ --full -o hand-kgz.age
	kgz -q receive hand-kgz.age
	kgz -q measure edit ARM-02-M2 --title.en "Refused" 2>/dev/null && exit 1
	kgz -q accept ARM-02-M2
	kgz -q export --to UZB -o took.age
	cp -r store before
	qorgan -q receive hand-kaz.age took.age
	expect_same KGZ "$(qorgan show ARM-02-M2 --json | jq -r .owner)"
	qorgan verify
	rm -rf store state && mv before store
	qorgan -q receive took.age
	expect_same KAZ "$(qorgan show ARM-02-M2 --json | jq -r .owner)"
	qorgan -q receive hand-kaz.age
	expect_same KGZ "$(qorgan show ARM-02-M2 --json | jq -r .owner)"
	qorgan show ARM-02-M2 | grep -q "kept it before"
	qorgan verify
'

test_case 'a state that lost its key begins another log, whose packages are numbered anew' '
	openssl genpkey -algorithm ed25519 -out new-key 2>/dev/null
	python3 "$interop/make_card.py" TJK aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa "$(age-keygen -y identity)" new-key >new.card
	qorgan -q partner add new.card --fingerprint "$(fingerprint_of new.card)" --lost-key >/dev/null
	new() { KEY=new-key STORE_ID=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa LOG=new.log make "$@"; }
	object risk TJK-01 1 | new new1.age
	qorgan -q receive new1.age
	expect_same TJK@1 "$(counts TJK-01)"
	object risk TJK-01 2 | new new2.age --sequence 2 --previous 1
	qorgan -q receive new2.age
	expect_same TJK@2 "$(counts TJK-01)"
	qorgan log TJK-01 --json | jq -e "map(.package) == [2, 1]"
	refused 76 "none of a partner on record" whole.age
	qorgan verify
'

# ---- Odd objects ----------------------------------------------------------------------------------

test_case 'what refers to what is not here, or has the id of another kind, does no harm' '
	new() { KEY=new-key STORE_ID=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa LOG=new.log make "$@"; }
	titled="\"title\":{\"en\":\"x\"}"
	{
		object status NOT-HERE/TJK 1
		object risk WAT 1 "$titled,\"coordinator\":\"TJK\",\"domain\":\"NOT-HERE\",\"release\":[\"UZB\"]"
		object measure TJK-M7 3 "$titled,\"lead\":\"TJK\",\"risks\":[\"NOT-HERE\"],\"dependencies\":[\"NEITHER\"],\"release\":[\"UZB\"]"
	} | new odd.age --sequence 3 --previous 2
	qorgan -q receive odd.age
	qorgan show NOT-HERE/TJK | grep -q in-progress
	for kind in status register matrix changes due; do qorgan report $kind >report.txt; done
	qorgan measure list >list.txt
	qorgan risk list >list.txt
	qorgan show TJK-M7 >list.txt
	qorgan risk show WAT --json | jq -e ".owner == \"TJK\""
	qorgan domain show WAT --json | jq -e ".owner == \"UZB\""
	qorgan search x >list.txt
	qorgan verify
'

test_case 'a store without a catalogue takes it from its partners' '
	qorgan -q -S bare init --state TKM --as x --recipient "$recipient"
	qorgan -S bare identity >TKM.card
	kaz -q partner add TKM.card --fingerprint "$(fingerprint_of TKM.card)" >/dev/null
	kaz -q export --to TKM -o bare.age
	qorgan -q -S bare partner add KAZ.card --fingerprint "$(fingerprint_of KAZ.card)" >/dev/null
	qorgan -q -S bare receive bare.age
	qorgan -S bare measure list --json | jq -e "length > 5"
	qorgan -S bare report status >report.txt
	qorgan -q -S bare load "$ROOT/catalogue/2026-2028" 2>said || grep -q "kept by KAZ" said
	qorgan -S bare verify
'

# ---- Partners ---------------------------------------------------------------------------------------

test_case 'an observer may send no record, and a retired partner nothing' '
	openssl genpkey -algorithm ed25519 -out un-key 2>/dev/null
	python3 "$interop/make_card.py" UNRCCA $store_id "$(age-keygen -y identity)" un-key >UN.card
	qorgan -q partner add UN.card --fingerprint "$(fingerprint_of UN.card)" --observer >/dev/null
	un() { STATE=UNRCCA KEY=un-key LOG=un.log make "$@"; }
	object risk UN-1 1 | un un1.age
	refused 76 "its sender is an observer, who may send none" un1.age
	rm un.log
	object risk UN-1 1 | sed "s/}}$/},\"send\":false}/;s/}},\"send/},\"send/" | un un2.age
	qorgan -q receive un2.age
	qorgan -q partner edit UNRCCA --retired "It was dissolved"
	un un3.age --sequence 2 --previous 1 </dev/null
	refused 77 "partner UNRCCA is retired" un3.age
'

# ---- Killed, and read meanwhile --------------------------------------------------------------------

test_case 'a receive that is killed midway leaves nothing, and readers see none of it' '
	head -c 80000000 /dev/zero | openssl enc -aes-256-ctr -pass pass:x -nosalt -out huge.bin 2>/dev/null
	kaz -q risk add KAZ-04 --domain ARM --title.en "With a huge file" --coordinator KAZ --marking GREEN --release UZB >/dev/null
	kaz -q status FOD-02-M1 in-progress --evidence huge.bin --release UZB
	kaz -q export --to UZB -o huge.age
	before=$(state_now)
	size=$(on_server || stat -c %s store/* | sort -n | tail -n 1)
	# The file grows when the first part of the change is on disk; a server shows nothing of what is under way.
	is_under_way() {
		if on_server; then store_is_held store; else [ "$(stat -c %s store/* | sort -n | tail -n 1)" -ge $((size + 30000000)) ]; fi
	}
	qorgan receive huge.age >/dev/null 2>&1 &
	receiver=$!
	until is_under_way; do
		kill -0 $receiver
	done
	kill -STOP $receiver
	expect_same "$before" "$(state_now)"
	expect_code 66 qorgan show KAZ-04
	kill -KILL $receiver
	wait $receiver || true
	expect_same "$before" "$(state_now)"
	qorgan -q note CYB-01 "After a kill" >/dev/null
	qorgan verify
	qorgan -q receive huge.age
	expect_same KAZ@1 "$(counts KAZ-04)"
	qorgan verify
'

test_case 'after all of it the store holds together' '
	qorgan verify
	qorgan report status >report.txt
'

test_case 'a card that disowns what its state signed is refused' '
	openssl genpkey -algorithm ed25519 -out next-key 2>/dev/null
	size=$(qorgan verify --json | jq ".logs[] | select(.origin | endswith(\"aaaa\")) | .size")
	[ "$size" -gt 1 ]
	python3 "$interop/make_card.py" TJK aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa "$(age-keygen -y identity)" next-key --former new-key \
		--former-size $((size - 1)) --created 2026-01-20T10:00:00Z >disowning
	unchanged 77 qorgan partner add disowning
	expect_one_line "it disowns what was sent"
	python3 "$interop/make_card.py" TJK aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa "$(age-keygen -y identity)" next-key --former new-key \
		--former-size "$size" --created 2026-01-20T10:00:00Z >honest
	qorgan -q partner add honest
	qorgan verify
'
test_done
