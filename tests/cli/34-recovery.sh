#!/bin/bash
# A way in that several people keep together: made, printed, typed, and used when all else is lost.
. "$(dirname "$0")/lib.sh"
python3() { command python3 -B "$@"; }
export QORGAN_NOW=2026-02-01T10:00:00Z
store_make
qorgan -q load "$ROOT/catalogue/2026-2028"
echo "a new passphrase, after the loss" >new
chmod 600 new
# use FILE...: by shares alone.
use() { env -u QORGAN_IDENTITY qorgan -q recovery use "$@" --new-passphrase-file new --kdf interactive; }
code_of() { sed -n 's/.*<pre>\(.*\)<\/pre>/\1/p' "$1"; }

test_case 'each share is a sheet that only its owner reads, with letters and the same code' '
	qorgan recovery make --shares 3-of-5 -o sheets >written 2>said
	grep -i "delete the files" said
	expect_same 5 "$(wc -l <written)"
	for sheet in sheets/*.html; do
		expect_same 600 "$(stat -c %a "$sheet")"
		python3 -c "import re, sys; print(re.search(\"<svg.*</svg>\", open(sys.argv[1]).read(), re.S)[0])" "$sheet" >code.svg
		rsvg-convert -w 600 -b white code.svg >code.png
		expect_same "$(code_of "$sheet" | tr -d " ")" "$(zbarimg -q --raw code.png)"
	done
	expect_same 2 "$(qorgan user show a.karimova --json | jq ".slots | length")"
'

test_case 'Shamir'"'"'s way gives the identity back, by arithmetic of another program' '
	for number in 1 3 5; do code_of sheets/share-$number-of-5.html; done >codes
	python3 - codes >joined <<END
import sys
LETTERS = "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"
def data(code):
    text = code.replace(" ", "").split("1", 1)[1][:-6]
    value = int("".join("{:05b}".format(LETTERS.index(c)) for c in text)[:44 * 8], 2)
    return value.to_bytes(44, "big")
exp, log, x = [0] * 512, {}, 1
for i in range(255):
    exp[i] = exp[i + 255] = x
    log[x] = i
    x <<= 1
    if x & 256: x ^= 0x11d
def mul(a, b): return 0 if 0 in (a, b) else exp[log[a] + log[b]]
def div(a, b): return 0 if a == 0 else exp[log[a] + 255 - log[b]]
shares = [data(line.strip()) for line in open(sys.argv[1])]
secret = bytearray(32)
for mine in shares:
    weight = 1
    for other in shares:
        if other is not mine: weight = mul(weight, div(other[1], other[1] ^ mine[1]))
    for i in range(32): secret[i] ^= mul(weight, mine[12 + i])
GEN = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3]
def polymod(values):
    check = 1
    for v in values:
        top = check >> 25
        check = (check & 0x1ffffff) << 5 ^ v
        for i in range(5): check ^= GEN[i] if top >> i & 1 else 0
    return check
hrp = "age-secret-key-"
bits = "".join("{:08b}".format(b) for b in secret) + "0000"
five = [int(bits[i:i + 5], 2) for i in range(0, 260, 5)]
expanded = [ord(c) >> 5 for c in hrp] + [0] + [ord(c) & 31 for c in hrp]
check = polymod(expanded + five + [0] * 6) ^ 1
print((hrp + "1" + "".join(LETTERS[v] for v in five + [check >> 5 * (5 - i) & 31 for i in range(6)])).upper())
END
	expect_same "$(qorgan user show a.karimova --json | jq -r ".slots[1].recipient")" "$(age-keygen -y joined)"
'

test_case 'three of them open the store, as they are or typed by hand' '
	code_of sheets/share-2-of-5.html | tr -d " " | tr A-Z a-z >two
	code_of sheets/share-4-of-5.html | sed "s/ /-/g" | fold -w 20 >four
	chmod 600 two four
	use two sheets/share-5-of-5.html four
	expect_same 3 "$(qorgan user show a.karimova --json | jq ".slots | length")"
	env -u QORGAN_IDENTITY qorgan --passphrase-file new verify
'

test_case 'two of them tell nothing, nor do the same twice' '
	unchanged 65 use sheets/share-1-of-5.html sheets/share-2-of-5.html
	expect_one_line "3 shares are needed, and 2 were given"
	unchanged 65 use sheets/share-1-of-5.html sheets/share-2-of-5.html sheets/share-1-of-5.html
	expect_one_line "given twice"
'

test_case 'a slip of the pen is found, a forged share too' '
	code_of sheets/share-1-of-5.html | sed "s/Q\([^Q]*\)$/P\1/" >slip
	chmod 600 slip
	unchanged 65 use slip sheets/share-2-of-5.html sheets/share-3-of-5.html
	echo "nothing here" >none
	chmod 600 none
	unchanged 65 use none sheets/share-2-of-5.html sheets/share-3-of-5.html
	expect_one_line "holds no share"
	qorgan -q recovery make --shares 2-of-2 -o others >/dev/null
	unchanged 65 use others/share-1-of-2.html sheets/share-2-of-5.html sheets/share-3-of-5.html
	expect_one_line "not of one set"
	chmod 644 none
	unchanged 77 use none sheets/share-2-of-5.html sheets/share-3-of-5.html
	unchanged 66 use missing sheets/share-2-of-5.html sheets/share-3-of-5.html
'

test_case 'they outlive new keys, and end with their slot' '
	qorgan -q rekey --yes
	use sheets/share-1-of-5.html sheets/share-2-of-5.html sheets/share-3-of-5.html
	qorgan -q user slot remove a.karimova 1
	unchanged 77 use sheets/share-1-of-5.html sheets/share-2-of-5.html sheets/share-3-of-5.html
	expect_one_line "no slot of"
'

test_case 'where one of the sheets cannot be written there is no new slot, and no sheet of it' '
	mkdir -p taken
	echo "of another set" >taken/share-2-of-3.html
	unchanged 73 qorgan recovery make --shares 2-of-3 -o taken
	expect_one_line "taken/share-2-of-3.html is there already"
	expect_same "of another set" "$(cat taken/*)"
	unchanged 73 qorgan recovery make --shares 2-of-3 -o taken/share-2-of-3.html/in/it
	expect_same "taken/share-2-of-3.html" "$(ls taken/*)"
'

test_case 'what makes no sense is refused' '
	for shares in 1-of-3 4-of-3 3-of-17 3 three-of-five 3-of-5x; do
		unchanged 64 qorgan recovery make --shares $shares -o nowhere
	done
	unchanged 73 qorgan recovery make --shares 2-of-3 -o identity
	unchanged 64 use sheets/share-1-of-5.html
'
test_done
