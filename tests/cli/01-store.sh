# Creating and opening a store: keys, refusals in plain words, modes of files.
. "$(dirname "$0")/lib.sh"

store_make
test_case 'a store is opened by an identity file' '
	expect_same UZB "$(qorgan identity --json | jq -r .state)"
'

test_case_files 'there are none' 'the files of a store are private' '
	[ "$(stat -c %a store)" = 700 ]
	[ -z "$(find store -type f ! -perm 600)" ]
'

test_case 'a passphrase from a private file opens a store; a wrong one is 77' '
	umask 077
	echo "correct horse battery staple" >right
	echo "correct horse battery stable" >wrong
	unset QORGAN_IDENTITY
	qorgan -q -S pass --passphrase-file right init --state KAZ --as b --kdf interactive
	expect_same KAZ "$(qorgan -S pass --passphrase-file right stats --json | jq -r .state)"
	expect_code 77 qorgan -S pass --passphrase-file wrong stats
	expect_one_line "wrong passphrase"
	QORGAN_PASSPHRASE_FILE=right qorgan -S pass risk list
'

test_case 'a passphrase file that others can read is refused with 77' '
	unset QORGAN_IDENTITY
	echo secret >loose
	chmod 644 loose
	expect_code 77 qorgan -S pass --passphrase-file loose stats
	expect_one_line "chmod 600"
'

test_case 'the first line of a passphrase file counts, up to 1023 bytes of it' '
	umask 077
	unset QORGAN_IDENTITY
	python3 -c "print(\"w\" * 1023 + \"\\r\\n\" + \"x\" * 70000)" >longest
	python3 -c "print(\"w\" * 1024)" >longer
	printf "\nword\n" >blank
	qorgan -q -S long --passphrase-file longest init --state KAZ --as b --kdf interactive
	python3 -c "print(\"w\" * 1023, end=\"\")" >bare
	qorgan -S long --passphrase-file bare stats
	expect_code 65 qorgan -S long --passphrase-file longer stats
	expect_one_line "longer than 1023 bytes"
	expect_code 77 qorgan -S long --passphrase-file blank stats
	expect_one_line "no passphrase"
'

test_case 'another identity is told apart from a wrong passphrase' '
	age-keygen -o other 2>/dev/null
	chmod 600 other
	expect_code 77 qorgan -i other stats
	expect_one_line "no slot"
'

test_case 'where no store is, it is said how one is made' '
	expect_code 66 qorgan -S nowhere stats
	expect_one_line "qorgan init"
'

test_case_files 'an address is a store or none' 'no store, not a store, a random file as a store' '
	mkdir random empty
	head -c 300000 /dev/urandom >random/store.mdb
	expect_code 65 qorgan -S random stats
	expect_one_line "not a Qorgan store"
	expect_code 65 qorgan -S random verify
	expect_code 66 qorgan -S empty stats
'

test_case_files '41-server.sh has such addresses' 'a place that cannot be reached is not said to be empty' '
	ln -s round round
	expect_code 74 qorgan -S round stats
	expect_one_line "symbolic links"
	expect_code 66 qorgan -S identity/below stats
	mkdir -m 700 closed closed/store
	if [ "$(id -u)" = 0 ]; then
		cp "$QORGAN" . && chmod 755 . qorgan
		expect_code 77 setpriv --reuid 65534 --clear-groups ./qorgan -S closed/store stats
	else
		chmod 0 closed
		expect_code 77 qorgan -S closed/store stats
		chmod 700 closed
	fi
	expect_one_line "Permission denied"
'

test_case_files 'a name holds a store or nothing' 'init refuses a folder that holds something, and an unwritable place' '
	mkdir taken
	touch taken/file
	expect_code 73 qorgan -S taken init --state UZB --recipient "$(age-keygen -y identity)"
	expect_code 73 qorgan -S /proc/none init --state UZB --recipient "$(age-keygen -y identity)"
'

test_case 'init refuses the place of a store, another state and what is no key' '
	expect_code 73 qorgan init --state UZB --recipient "$(age-keygen -y identity)"
	expect_code 65 qorgan -S other-store init --state DEU --recipient "$(age-keygen -y identity)"
	expect_code 65 qorgan -S other-store init --state UZB --recipient age1nonsense
	not store_exists other-store
'

# init_at PLACE [OPTION...]: a store for the identity above.
init_at() {
	local place=$1
	shift
	qorgan -q -S "$place" init --state UZB --recipient "$(age-keygen -y identity)" "$@"
}

test_case 'init that fails leaves nothing behind, and an empty folder as it was' '
	expect_code 65 qorgan -S a/b/c init --state UZB --recipient age1bad
	expect_code 65 init_at a/b/c --as "not a name"
	expect_code 66 init_at a/b/c --reference nowhere.json
	echo "{\"kind\":\"state\",\"id\":\"UZB\",\"name\":{\"en\":\"Uzbekistan\"}}" >cut.json
	echo "{\"kind\":\"state\"" >>cut.json
	expect_code 65 init_at a/b/c --reference cut.json
	not store_exists a/b/c
	[ ! -e a ]
	mkdir -m 750 given
	expect_code 65 init_at given --reference cut.json
	expect_same 750 "$(stat -c %a given)"
	echo "{\"kind\":\"state\",\"id\":\"UZB\",\"name\":{\"en\":\"Uzbekistan\"},\"nonsense\":1}" >bad.json
	expect_code 65 init_at given --reference bad.json
	expect_code 65 init_at a/b/c --reference bad.json
	[ ! -e a ]
	expect_same 750 "$(stat -c %a given)"
	expect_same "" "$(ls -A given)"
	init_at a/b/c
	qorgan -S a/b/c verify
'

test_case_files 'no folder is made' 'an empty folder becomes a store as it is: by a link, as a mount point' '
	mkdir -m 755 -p inner/empty
	number=$(stat -c %i inner/empty)
	ln -s inner/empty linked
	init_at linked
	[ -L linked ]
	expect_same "700 $number" "$(stat -c "%a %i" inner/empty)"
	expect_same "store.mdb store.mdb-lock" "$(ls inner/empty | grep -v writer | xargs)"
	qorgan -S inner/empty verify
	expect_code 73 init_at linked
	ln -s absent dangling
	expect_code 73 init_at dangling
	mkdir mount
	if unshare -rm true 2>/dev/null; then
		unshare -rm sh -ec "mount -t tmpfs none mount
			qorgan -q -S mount init --state UZB --recipient $(age-keygen -y identity)
			qorgan -S mount verify"
	fi
'

test_case_files 'no folder is made' 'an empty folder whose parent cannot be written becomes a store' '
	mkdir -m 700 locked locked/empty
	if [ "$(id -u)" = 0 ]; then
		place=$(mktemp -d)
		mkdir "$place/locked" "$place/locked/empty"
		cp "$QORGAN" "$place/qorgan"
		chmod 755 "$place" "$place/locked"
		chown 65534 "$place/locked/empty"
		setpriv --reuid 65534 --clear-groups env HOME=/ XDG_STATE_HOME=/ "$place/qorgan" -q -S "$place/locked/empty" \
			init --state UZB --recipient "$(age-keygen -y identity)"
		qorgan -S "$place/locked/empty" verify
		rm -r "$place"
	else
		chmod 500 locked
		init_at locked/empty
		qorgan -S locked/empty verify
		chmod 700 locked
	fi
'

test_case 'a store is made where nothing can be remembered' '
	XDG_STATE_HOME=/proc/nope init_at unremembered 2>said
	expect_one_line "warning: this computer cannot remember"
	qorgan -S unremembered verify
'

# The program lets nobody but root look into its memory, so only root sees the paths.
if ! on_server && [ "$(id -u)" -ne 0 ] || ! strace -o /dev/null true 2>/dev/null; then
	test_skip "a new store is forced to the disk: its calls can be watched by root alone"
else
test_case_files 'no folder is made' 'a new store and the folders above it are forced to the disk' '
	for place in new/er/st prepared; do
		[ $place != prepared ] || mkdir prepared
		ASAN_OPTIONS=detect_leaks=0 strace -f -y -o calls -e trace=fsync,rename,renameat2,mkdir \
			qorgan -q -S $place init --state UZB --recipient "$(age-keygen -y identity)"
		python3 - "$PWD" $place <<-END
		import re, sys
		root, place = sys.argv[1:]
		calls = open("calls").read().splitlines()
		def synced_after(pattern, folder):
		    at = [i for i, c in enumerate(calls) if re.search(pattern, c)]
		    assert at, pattern
		    assert any(re.search(r"fsync\(\d+<" + re.escape(folder) + r">\) += 0", c) for c in calls[at[-1]:]), (pattern, folder)
		if place == "prepared":
		    synced_after(r"renameat2\(.*store\.mdb", root + "/prepared")
		else:
		    synced_after(r"mkdir\(\"new\"", root)
		    synced_after(r"mkdir\(\"new/er\"", root + "/new")
		    synced_after(r"rename\(.*st\.new-", root + "/new/er")
		END
	done
'
fi

test_case 'a state may be named as people name it' '
	qorgan -q -S named init --state "Кыргызстан" --recipient "$(age-keygen -y identity)"
	expect_same KGZ "$(qorgan -S named stats --json | jq -r .state)"
'

test_case 'an older store put in place is noticed: writing refuses, verify answers 1' '
	qorgan -q domain add ONE --title.en One
	store_copy store older
	qorgan -q domain add TWO --title.en Two
	store_copy store newer
	store_copy older store
	expect_code 77 qorgan domain add THREE --title.en Three
	expect_one_line "rolled back"
	expect_code 1 qorgan verify >found
	grep -q "rolled back" found
	qorgan domain show ONE >/dev/null
	store_copy newer store
	qorgan verify >/dev/null
	qorgan -q domain add THREE --title.en Three
'

test_case 'a store put back to its beginning is noticed, and so is junk in what remembers' '
	export QORGAN_STORE=$WORK/early
	qorgan -q init --state KAZ --as x --recipient "$(age-keygen -y identity)"
	store_copy early early.first
	qorgan -q domain add AAA --title.en "First"
	store_copy early.first early
	expect_code 1 qorgan verify >found
	grep "rolled back" found
	expect_code 77 qorgan domain add BBB --title.en "Second"
	id=$(qorgan stats --json | jq -r .store)
	echo junk >"$XDG_STATE_HOME/qorgan/$id"
	expect_code 1 qorgan verify >found
	grep "was altered" found
	expect_code 77 qorgan domain add BBB --title.en "Second"
'

test_case 'who reads an older store is warned; who cannot remember is told' '
	export QORGAN_STORE=$WORK/warned XDG_STATE_HOME=$WORK/warned.state
	qorgan -q init --state KAZ --as x --recipient "$(age-keygen -y identity)"
	store_copy warned warned.first
	qorgan -q domain add AAA --title.en "First"
	store_copy warned.first warned
	qorgan domain list 2>said
	grep "warning: .* was rolled back" said
	rm -r "$XDG_STATE_HOME/qorgan"
	XDG_STATE_HOME=/proc/nowhere qorgan domain add BBB --title.en "Second" 2>said
	grep "warning: this computer cannot remember" said
	qorgan domain add CCC --title.en "Third" 2>said
	not grep warning said
'

test_case 'a copy of a store is not written to beside it' '
	store_copy store copied
	expect_code 77 qorgan -S copied domain add FOUR --title.en Four
	expect_one_line "copy"
	rm -r copied
'

test_case 'no word of a record can be read where the store lies' '
	qorgan -q domain add SEC --title.en "Peregrine falcon" --title.ru "Сапсан кочующий"
	qorgan -q note SEC "marmalade skies" -m "quincunx"
	store_bytes store >stored
	[ "$(stat -c %s stored)" -gt 4000 ]
	for word in Peregrine falcon Сапсан marmalade quincunx karimova SEC/n1 TLP domain; do
		! grep -rqaF "$word" stored state || { echo "found: $word"; exit 1; }
	done
'

test_case 'an attached file whose writing was interrupted is attached anew' '
	export QORGAN_STORE=$WORK/attached
	qorgan -q init --state UZB --as x --recipient "$(age-keygen -y identity)"
	qorgan -q load "$ROOT/catalogue/2026-2028"
	head -c 70000000 /dev/urandom >big.bin
	for after in 0.05 0.15 0.3; do
		timeout -s KILL $after qorgan -q status CYB-01-M1 in-progress --state UZB --evidence big.bin || true
		qorgan verify >found || { cat found; exit 1; }
	done
	qorgan -q status CYB-01-M1 in-progress --state UZB --evidence big.bin
	evidence=$(qorgan show CYB-01-M1/UZB --json | jq -r ".evidence[0]")
	qorgan evidence get "$evidence" -o back.bin
	cmp big.bin back.bin
	qorgan verify

	# A dump has no content: it comes with the file, even where no field changes.
	qorgan dump >all.jsonl
	export QORGAN_STORE=$WORK/described
	qorgan -q init --state UZB --as x --recipient "$(age-keygen -y identity)"
	qorgan -q load all.jsonl
	expect_code 66 qorgan evidence get "$evidence" -o none.bin
	qorgan -q status CYB-01-M1 in-progress --state UZB --evidence big.bin --date "$(qorgan show CYB-01-M1/UZB --json | jq -r ".date // empty")"
	qorgan evidence get "$evidence" -o again.bin
	cmp big.bin again.bin
	qorgan verify
'

if on_server || { mkdir small && mount -t tmpfs -o size=2m none small 2>/dev/null; }; then
test_case_files 'its disk is not the program'"'"'s' 'a full disk is told as such from the first file on' '
	head -c 3000000 /dev/zero >small/filler 2>/dev/null || true
	expect_code 74 qorgan -S small/store init --state UZB --as x --recipient "$(age-keygen -y identity)"
	expect_one_line "no space left"
'
	on_server || umount small
else
	test_skip "a full disk is told as such: a small file system is made by root alone"
fi

test_case 'what protects nothing is pointed out' '
	expect_code 64 qorgan -S kdf init --state UZB --kdf sensitive --recipient "$(age-keygen -y identity)"
	expect_one_line "--kdf"
	not store_exists kdf
	(umask 077; printf "a\n" >few-letters; printf "пять долгих слов подряд\n" >many-letters)
	qorgan -S weak init --state UZB --kdf interactive --passphrase-file few-letters 2>said >/dev/null
	grep -q "warning: the passphrase is short" said
	qorgan -S strong init --state UZB --kdf interactive --passphrase-file many-letters 2>said >/dev/null
	not grep -q "is short" said
'

test_done
