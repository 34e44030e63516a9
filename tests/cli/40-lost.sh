#!/bin/bash
# What qorgan-lost(7) says to do when something is lost is done, as it is printed there, each section in a scene of its
# own; then the end is judged: the old key is refused, the records are there, the store verifies.
. "$(dirname "$0")/lib.sh"
page=$ROOT/src/qorgan-lost.7.scd
usb=$ROOT/build/release/security-key-usb.so
[ -e "$usb" ] || make -s -C "$ROOT" build/release/security-key-usb.so
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0
started=
trap 'kill $started 2>/dev/null; rm -rf "$WORK"' EXIT

# commands SECTION : what is typed in it, a line each; what is typed at KAZ as it is there.
commands() {
	awk -v section="$1" '/^# / { inside = substr($0, 3) == section; next } /^```/ { block = !block; next }
		inside && block && sub(/^\$ /, "") { print; next }
		inside && block && sub(/^KAZ\$ /, "") { print "QORGAN_STORE=kaz " $0 }' "$page"
}
# follow SECTION: run them in a folder of their own, where the scene lies. repair answers 1 if anything is lost.
follow() {
	commands "$1" >typed
	[ -s typed ] || { echo "no commands in $1"; exit 1; }
	sed -i 's/^\(qorgan repair .*\)$/\1 || [ $? = 1 ]/' typed
	bash -eu typed >told 2>&1 || { echo "$1 stops:"; tail -n 5 told; exit 1; }
}
open_by() { QORGAN_IDENTITY=$PWD/$1 qorgan "${@:2}"; }
# The two keys of security, and where they are plugged in.
key_make() {
	mkdir "$WORK/$1"
	jq -n --arg pin "$2" '{product: "Key", pin: $pin, tries: 8, credentials: {}}' >"$WORK/$1/key.json"
	exec 9< <(exec python3 -B "$ROOT/tests/security-key/authenticator.py" "$WORK/$1")
	started="$started $!"
	read -r -u 9 _
	exec 9<&-
}

# One store of each state, as the page has them; every scene is a copy.
mkdir made && cd made || exit 1
for name in identity spare b kaz; do age-keygen -o $name.txt 2>/dev/null; done
export QORGAN_STORE=uzb QORGAN_IDENTITY=$PWD/identity.txt
kaz_key=$(age-keygen -y kaz.txt)
qorgan -q init --state UZB --as a.karimova --recipient "$(age-keygen -y identity.txt)"
qorgan -q user slot add a.karimova --recipient "$(age-keygen -y spare.txt)"
qorgan -q user add b.aliyev --role liaison --recipient "$(age-keygen -y b.txt)"
qorgan -q recovery make --shares 3-of-5 -o sheets >/dev/null
qorgan -S kaz -q init --state KAZ --as k.ospanov --recipient "$(age-keygen -y identity.txt)"
qorgan identity >UZB.card
qorgan -S kaz identity >KAZ.card
fingerprint() { qorgan -S "$1" identity --json | jq -r .fingerprint; }
fingerprint kaz >digits
qorgan -q partner add KAZ.card --fingerprint "$(cat digits)"
qorgan -S kaz -q partner add UZB.card --fingerprint "$(fingerprint uzb)"
qorgan -q load "$ROOT/catalogue/2026-2028"
qorgan -S kaz -q load "$ROOT/catalogue/2026-2028"
qorgan -q risk edit TER-01 --owner-role First --marking GREEN --release KAZ
head -c 50000 /dev/urandom >photo
qorgan -q status TER-01-M1 in-progress --progress 10 --evidence photo --marking GREEN --release KAZ
qorgan -q backup --redundancy 5% --recipient "$(age-keygen -y spare.txt)" uzb.backup
cd ..

# scene NAME: in a folder of that name, as the page begins.
scene() {
	rm -rf "$WORK/$1" "$XDG_STATE_HOME"
	cp -r "$WORK/made" "$WORK/$1"
	cd "$WORK/$1"
	export QORGAN_IDENTITY=$PWD/identity.txt
}
# whole KEY: the store opens by that key, verifies, and holds what it held.
whole() {
	open_by "$1" verify >/dev/null
	expect_same "$2" "$(open_by "$1" show TER-01 --json | jq -r .owner_role)"
	open_by "$1" evidence get "$(open_by "$1" show TER-01-M1/UZB --json | jq -r ".evidence[0]")" -o photo.back
	cmp photo photo.back
}
# The partner takes a card without a call, and then a package.
kaz_goes_on() {
	qorgan -S kaz -q partner add "$1" </dev/null
	open_by "$2" export --to KAZ -o last.age >/dev/null 2>&1
	qorgan -S kaz -q receive last.age 2>/dev/null
	qorgan -S kaz verify >/dev/null
}

test_case 'each section of the page that has commands is tried here' '
	awk "/^# / { section = substr(\$0, 3) } /^(KAZ)?[\$] / { print section }" "$page" | sort -u >sections
	sed -n "s/^\tfollow \"\(.*\)\"\$/\1/p" "$ROOT/tests/cli/40-lost.sh" | sort -u | cmp - sections
'

test_case 'in Russian the same is to be typed, in the same order' '
	grep "^[A-Z]*[$] " "$page" >english
	grep "^[A-Z]*[$] " "${page%.7.scd}.ru.7.scd" | cmp - english
	[ "$(wc -l <english)" -gt 50 ]
'

test_case 'a laptop' '
	scene laptop
	mv uzb stolen
	follow "A LAPTOP"
	whole new.txt First
	whole spare.txt First
	expect_code 77 open_by identity.txt verify
	# The key of the laptop opens what was stolen and nothing new, not even the backup.
	open_by identity.txt -S stolen stats >/dev/null 2>&1
	expect_code 77 open_by identity.txt -S elsewhere restore-backup uzb-2.backup
	kaz_goes_on UZB-2.card new.txt
'

test_case 'a passphrase or an identity file' '
	scene passphrase
	mv identity.txt forgotten.txt
	unset QORGAN_IDENTITY
	follow "A PASSPHRASE OR AN IDENTITY FILE"
	for key in new.txt b-new.txt last.txt spare.txt; do whole $key First; done
	for key in forgotten.txt b.txt; do expect_code 77 open_by $key verify; done
	open_by last.txt -q rekey --yes
'

test_case 'a security key' '
	scene security
	key_make "security/lost" 123456
	key_make "security/bought" 654321
	echo 123456 >lost.pin && echo 654321 >pin.txt && chmod 600 lost.pin pin.txt
	with() { env -u QORGAN_IDENTITY QORGAN_TEST_KEYS="$PWD/$1" LD_PRELOAD="$usb" "${@:2}"; }
	QORGAN_TEST_KEYS=$PWD/lost LD_PRELOAD=$usb qorgan -q user slot add a.karimova --security-key --new-pin-file lost.pin 2>/dev/null
	with lost qorgan --security-key --pin-file lost.pin verify >/dev/null 2>&1
	export QORGAN_TEST_KEYS=$PWD/bought LD_PRELOAD=$usb
	follow "A SECURITY KEY"
	unset QORGAN_TEST_KEYS LD_PRELOAD
	expect_code 77 with lost qorgan --security-key --pin-file lost.pin verify
	with bought qorgan --security-key --pin-file pin.txt verify >/dev/null 2>&1
	whole spare.txt First
'

test_case 'a recovery share' '
	scene share
	follow "A RECOVERY SHARE"
	use() { env -u QORGAN_IDENTITY qorgan -q recovery use "$@" --recipient "$(age-keygen -o again.txt 2>/dev/null; age-keygen -y again.txt)"; }
	expect_code 77 use sheets/share-1-of-5.html sheets/share-2-of-5.html sheets/share-3-of-5.html
	rm again.txt
	use new-sheets/share-1-of-5.html new-sheets/share-2-of-5.html new-sheets/share-3-of-5.html
	whole again.txt First
'

test_case 'a colleague who leaves' '
	scene colleague
	whole b.txt First
	follow "A COLLEAGUE WHO LEAVES"
	expect_code 77 open_by b.txt verify
	whole identity.txt First
	kaz_goes_on UZB-2.card identity.txt
'

test_case 'the keys of a partner' '
	scene partner
	qorgan -q export --to KAZ -o first.age
	qorgan -S kaz -q receive first.age
	cp -r kaz kaz.stolen
	qorgan -S kaz -q rekey --yes
	qorgan -S kaz identity >KAZ-2.card
	qorgan -S kaz-new -q init --state KAZ --as k.ospanov --recipient "$(age-keygen -y identity.txt)"
	qorgan -S kaz-new identity >KAZ-new.card
	fingerprint kaz-new >digits
	qorgan -S kaz-new -q partner add UZB.card --fingerprint "$(fingerprint uzb)"
	follow "THE KEYS OF A PARTNER"
	qorgan -S kaz-new -q receive all-for-kaz.age 2>/dev/null
	expect_same First "$(qorgan -S kaz-new show TER-01 --owner UZB --json | jq -r .owner_role)"
	# Who has the stolen key opens nothing of it, and is heard no more.
	expect_code 77 qorgan -S kaz.stolen receive all-for-kaz.age
	qorgan -S kaz -q export --to UZB -o from-former.age
	expect_code 76 qorgan receive from-former.age
'

test_case_files 'repair reads files' 'the disk is damaged' '
	scene damaged
	dd if=/dev/zero of=uzb/store.mdb bs=4096 seek=40 count=6 conv=notrunc 2>/dev/null
	expect_code 1 qorgan verify >/dev/null
	follow "THE DISK IS DAMAGED"
	whole identity.txt First
	qorgan backup --check uzb-2.backup >/dev/null
'

test_case_files 'repair reads files' 'the disk is gone' '
	scene gone
	qorgan -q risk edit TER-01 --owner-role Second
	qorgan -q risk edit TER-02 --owner-role "For nobody else"
	qorgan -q export --to KAZ -o first.age
	qorgan -S kaz -q receive first.age
	rm -r uzb
	rm -rf "$XDG_STATE_HOME"
	follow "THE DISK IS GONE"
	whole identity.txt Second
	qorgan -q risk edit TER-01 --owner-role Third
	qorgan -q export --to KAZ -o next.age 2>/dev/null
	qorgan -S kaz -q receive next.age 2>/dev/null
	expect_same Third "$(qorgan -S kaz show TER-01 --owner UZB --json | jq -r .owner_role)"
	qorgan -S kaz verify >/dev/null
'

test_case 'a backup' '
	scene backup
	dd if=/dev/urandom of=uzb.backup bs=4096 seek=3 count=1 conv=notrunc 2>/dev/null
	follow "A BACKUP"
	whole identity.txt First
	kaz_goes_on UZB-2.card identity.txt
'

test_case 'the only administrator' '
	scene administrator
	rm identity.txt spare.txt
	follow "THE ONLY ADMINISTRATOR"
	export QORGAN_IDENTITY=$PWD/b.txt
	qorgan -S uzb-new verify >/dev/null
	expect_same First "$(qorgan -S uzb-new show TER-01 --json | jq -r .owner_role)"
	expect_same admin "$(qorgan -S uzb-new user show b.aliyev --json | jq -r .role)"
	whole b.txt First
	QORGAN_IDENTITY=$WORK/made/identity.txt
	qorgan -S kaz -q partner add UZB-new.card --lost-key --fingerprint "$(QORGAN_IDENTITY=$PWD/b.txt fingerprint uzb-new)"
	QORGAN_IDENTITY=$PWD/b.txt qorgan -S uzb-new -q export --to KAZ -o anew.age
	qorgan -S kaz -q receive anew.age
'

test_done
