# A state that shows two partners two histories: what each of them was sent, side by
# side, is evidence that anybody can check; and nothing else passes for it.
. "$(dirname "$0")/lib.sh"
store_make
for partner in kaz kgz; do
	age-keygen -o $partner 2>/dev/null
	qorgan -q partner add ${partner^^} --recipient "$(age-keygen -y $partner)" >/dev/null 2>warning
done
VKEY=$(qorgan identity --json | jq -r .vkey)
ORIGIN=${VKEY%%+*}
export VKEY

# The second history is written in a copy of the store that knows of no other.
twin() {
	QORGAN_STORE=$WORK/twin XDG_STATE_HOME=$WORK/twin.state "$@"
}

# domain ID [COMMAND...]: a domain for both partners, in the store or in the twin.
domain() {
	"${@:2}" qorgan -q domain add "$1" --title.en "Domain $1" --coordinator UZB --marking GREEN --release KAZ,KGZ >/dev/null
}

# sent PARTNER FILE [COMMAND...]: the plaintext of the next package to the partner.
sent() {
	"${@:3}" qorgan -q export --to "$1" -o "$2.age"
	age -d -i "${1,,}" "$2.age" >"$2"
}

alone() {
	env -u QORGAN_STORE -u QORGAN_IDENTITY HOME=/nonexistent XDG_STATE_HOME= XDG_DATA_HOME= "$@"
}

make_fork() {
	python3 "$ROOT/tests/interop/make_fork.py" "$@"
}

leaves_of() {
	jq -r 'select(.type == "checkpoint").note | split("\n")[1]' "$1"
}

# Both were shown the same at first; then KAZ is sent what the store has, and KGZ,
# for whom the copy is made, what the twin has.
domain A
domain B
sent KAZ before
mv store closed
cp -r closed twin
mv closed store
domain C
sent KAZ shown-kaz
domain D twin
sent KGZ shown-kgz twin
domain E twin
sent KGZ longer-kgz twin
sent KAZ longer-kaz
make_fork before shown-kaz -- shown-kgz longer-kgz >fork
make_fork before shown-kaz longer-kaz -- shown-kgz >reverse

test_case 'a fork of two copies of one store is proven with the file and the key alone' '
	expect_same "$(leaves_of shown-kaz) $(leaves_of longer-kgz)" \
		"$(alone qorgan check-proof fork --vkey "$VKEY" --json | jq -r "\"\(.first.leaves) \(.second.leaves)\"")"
	alone qorgan check-proof fork --vkey "$VKEY" >said
	head -1 said | grep -qx "Proven: UZB signed two histories: one of $(leaves_of shown-kaz) entries, and another of $(leaves_of longer-kgz) that does not go on from it"
	grep -qx "Whoever has only one of them was deceived." said
	grep -qx "log       $ORIGIN" said
	expect_same 2 "$(grep -c "^signed    the \(first\|second\): $ORIGIN\$" said)"
	alone qorgan check-proof - --vkey "$VKEY" <fork >/dev/null
	alone qorgan check-proof reverse --vkey "$VKEY" >/dev/null
	python3 "$ROOT/tests/interop/check_fork.py" fork "$VKEY"
	python3 "$ROOT/tests/interop/check_fork.py" reverse "$VKEY"
'

test_case 'of one size, two roots are proof enough' '
	while [ "$(qorgan stats --json | jq .leaves)" -lt "$(twin qorgan stats --json | jq .leaves)" ]; do
		domain S-$((step = ${step:-0} + 1))
	done
	while [ "$(twin qorgan stats --json | jq .leaves)" -lt "$(qorgan stats --json | jq .leaves)" ]; do
		domain T-$((step = ${step:-0} + 1)) twin
	done
	sent KAZ same-kaz
	sent KGZ same-kgz twin
	make_fork before shown-kaz longer-kaz same-kaz -- shown-kgz longer-kgz same-kgz >same
	expect_same "$(leaves_of same-kaz)" "$(leaves_of same-kgz)"
	not grep -q "^root\|^path" same
	alone qorgan check-proof same --vkey "$VKEY" | head -1 | grep -q "entries, and another of $(leaves_of same-kaz) that is not the same$"
	python3 "$ROOT/tests/interop/check_fork.py" same "$VKEY"
'

test_case '--json says both histories, and where they part' '
	alone qorgan check-proof fork --vkey "$VKEY" --json >answer
	jq -e ".proven and .fork and .why == null and .state == \"UZB\" and .origin == \"$ORIGIN\"" answer
	expect_same "$(sed -n "s/^root //p" fork | base64 -d | od -An -v -tx1 | tr -d " \n")" "$(jq -r .expected answer)"
	jq -e ".first.root != .expected and (.signatures | length) == 2 and all(.signatures[]; .log and .time == null)" answer
	expect_code 1 alone qorgan check-proof fork --json >answer
	jq -e "(.proven | not) and .fork and .state == null and .signatures == [] and (.why | test(\"vouches\"))" answer
'

test_case 'a history that goes on is no fork' '
	make_fork before -- before shown-kaz >honest
	expect_code 1 alone qorgan check-proof honest --vkey "$VKEY" >out
	expect_one_line "both checkpoints are of one history"
	[ ! -s out ]
	not python3 "$ROOT/tests/interop/check_fork.py" honest "$VKEY"
	make_fork before -- shown-kgz >honest
	expect_code 1 alone qorgan check-proof honest --vkey "$VKEY"
	expect_one_line "both checkpoints are of one history"
	make_fork before -- before >honest
	expect_code 1 alone qorgan check-proof honest --vkey "$VKEY"
'

test_case 'without the key of that log, or with another, nothing is proven' '
	expect_code 1 alone qorgan check-proof fork
	expect_one_line "nothing vouches for it"
	QORGAN_STORE=$WORK/other qorgan -q init --state KAZ --as b --recipient "$(age-keygen -y identity)"
	QORGAN_STORE=$WORK/other qorgan identity --json | jq -r .vkey >kaz.vkey
	expect_code 1 alone qorgan check-proof fork --vkey @kaz.vkey
	expect_one_line "the evidence claims to be of the log $ORIGIN"
	expect_code 1 alone qorgan check-proof fork --vkey @kaz.vkey --vkey "$VKEY"
	expect_code 64 alone qorgan check-proof fork --vkey nonsense
'

test_case 'a cosigner is named with the history that he saw' '
	python3 - <<-END
	import base64, hashlib, subprocess
	def openssl(*arguments):
	    return subprocess.run(("openssl",) + arguments, check=True, capture_output=True).stdout
	for name in ("seer", "blind"):
	    openssl("genpkey", "-algorithm", "ed25519", "-out", name + ".key")
	    typed = b"\x04" + openssl("pkey", "-in", name + ".key", "-pubout", "-outform", "DER")[-32:]
	    identifier = hashlib.sha256(name.encode() + b"\n" + typed).digest()[:4]
	    open(name + ".vkey", "w").write("%s+%s+%s\n" % (name, identifier.hex(), base64.b64encode(typed).decode()))
	    if name == "blind":
	        continue
	    lines = open("fork").read().split("\n")
	    place = next(at for at, line in enumerate(lines) if line.startswith("second "))
	    note = base64.b64decode(lines[place][7:])
	    open("message", "wb").write(b"cosignature/v1\ntime 1769940000\n" + note[:note.rindex(b"\n\n") + 1])
	    signature = openssl("pkeyutl", "-sign", "-rawin", "-inkey", name + ".key", "-in", "message")
	    line = base64.b64encode(identifier + (1769940000).to_bytes(8, "big") + signature).decode()
	    note += "\u2014 {} {}\n".format(name, line).encode()
	    lines[place] = "second " + base64.b64encode(note).decode()
	    open("cosigned", "w").write("\n".join(lines))
	END
	alone qorgan check-proof cosigned --vkey "$VKEY" >/dev/null
	alone qorgan check-proof cosigned --vkey "$VKEY" --vkey @seer.vkey >said
	grep -qx "cosigned  the second: seer at 2026-02-01T10:00:00Z" said
	not grep -q "^cosigned  the first" said
	alone qorgan check-proof cosigned --vkey @seer.vkey --vkey "$VKEY" --json | jq -e \
		".signatures[0] == {name: \"seer\", log: false, on: \"second\", time: \"2026-02-01T10:00:00Z\"}"
	python3 "$ROOT/tests/interop/check_fork.py" cosigned "$VKEY" "$(cat seer.vkey)" | grep "seer cosigned the second at 1769940000"
	expect_code 1 alone qorgan check-proof cosigned --vkey @seer.vkey
	expect_one_line "nothing vouches for it"
	expect_code 1 alone qorgan check-proof cosigned --vkey "$VKEY" --vkey @blind.vkey
	expect_one_line "no cosignature by the known key of blind"
	not python3 "$ROOT/tests/interop/check_fork.py" cosigned "$VKEY" "$(cat blind.vkey)"
	expect_code 1 alone qorgan check-proof fork --vkey "$VKEY" --vkey @seer.vkey
'

test_case 'an altered byte or a line too few is refused, here and by the independent reader' '
	python3 - <<-END
	import os, random, subprocess, sys
	sys.path.insert(0, os.environ["ROOT"] + "/tests/interop")
	import check_fork
	seed = random.randrange(1 << 32)
	generator = random.Random(seed)
	print("seed", seed)
	data = open("fork", "rb").read()
	lines = data.splitlines(keepends=True)
	variants = [("as it is", data)]
	for at, line in enumerate(lines):
	    around = lambda middle: b"".join(lines[:at] + [middle] + lines[at + 1:])
	    variants += [("without line %d" % at, around(b"")), ("line %d twice" % at, around(line + line)),
	                 ("a space after line %d" % at, around(line[:-1] + b" \n")),
	                 ("a return after line %d" % at, around(line[:-1] + b"\r\n"))]
	    for _ in range(4):
	        place, changed = generator.randrange(len(line)), bytearray(line)
	        changed[place] ^= 1 << generator.randrange(8)
	        variants.append(("byte %d of line %d" % (place, at), around(bytes(changed))))
	variants.append(("notes swapped", b"".join(lines[:-2]) + lines[-1].replace(b"second", b"first")
	                 + lines[-2].replace(b"first", b"second")))
	variants += [("cut at %d" % size, data[:size]) for size in generator.sample(range(len(data)), 20)]
	for name, changed in variants:
	    run = subprocess.run([os.environ["QORGAN"], "check-proof", "-", "--vkey", os.environ["VKEY"]],
	                         input=changed, capture_output=True)
	    try:
	        check_fork.check(changed, [os.environ["VKEY"]])
	        holds = True
	    except check_fork.Refused:
	        holds = False
	    expected = (0,) if name == "as it is" else (1, 65)
	    assert run.returncode in expected and holds == (run.returncode == 0), (name, run, holds)
	    assert run.returncode == 0 or (not run.stdout and run.stderr.count(b"\n") == 1), (name, run)
	END
'

test_case 'what is no evidence is 65' '
	printf "qorgan-fork@v1\n" >short
	sed 1s/v1/v2/ fork >newer
	{ cat fork; head -c 300000 /dev/zero; } >large
	for file in short newer large; do
		expect_code 65 alone qorgan check-proof $file --vkey "$VKEY"
		[ "$(wc -l <said)" -eq 1 ]
	done
'

test_done
