# Creating and opening a store: keys, refusals in plain words, modes of files.
. "$(dirname "$0")/lib.sh"

test_case 'a store is opened by an identity file, and its files are private' '
	store_make
	[ "$(stat -c %a store)" = 700 ]
	[ -z "$(find store -type f ! -perm 600)" ]
	expect_same UZB "$(qorgan identity --json | jq -r .state)"
'
store_make

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

test_case 'another identity is told apart from a wrong passphrase' '
	age-keygen -o other 2>/dev/null
	chmod 600 other
	expect_code 77 qorgan -i other stats
	expect_one_line "no slot"
'

test_case 'no store, not a store, a random file as a store' '
	expect_code 66 qorgan -S nowhere stats
	expect_one_line "qorgan init"
	mkdir random empty
	head -c 300000 /dev/urandom >random/store.mdb
	expect_code 65 qorgan -S random stats
	expect_one_line "not a Qorgan store"
	expect_code 65 qorgan -S random verify
	expect_code 66 qorgan -S empty stats
'

test_case 'init refuses a folder that holds something, and an unwritable place' '
	mkdir taken
	touch taken/file
	expect_code 73 qorgan -S taken init --state UZB --recipient "$(age-keygen -y identity)"
	expect_code 73 qorgan -S /proc/none init --state UZB --recipient "$(age-keygen -y identity)"
	expect_code 65 qorgan -S other-store init --state DEU --recipient "$(age-keygen -y identity)"
	expect_code 65 qorgan -S other-store init --state UZB --recipient age1nonsense
	[ ! -e other-store ]
'

test_case 'a state may be named as people name it' '
	qorgan -q -S named init --state "Кыргызстан" --recipient "$(age-keygen -y identity)"
	expect_same KGZ "$(qorgan -S named stats --json | jq -r .state)"
'

test_case 'an older store put in place is noticed: writing refuses, verify answers 1' '
	qorgan -q domain add ONE --title.en One
	cp store/store.mdb older.mdb
	qorgan -q domain add TWO --title.en Two
	cp store/store.mdb newer.mdb
	cp older.mdb store/store.mdb
	expect_code 77 qorgan domain add THREE --title.en Three
	expect_one_line "rolled back"
	expect_code 1 qorgan verify >found
	grep -q "rolled back" found
	qorgan domain show ONE >/dev/null
	cp newer.mdb store/store.mdb
	qorgan verify >/dev/null
	qorgan -q domain add THREE --title.en Three
'

test_case 'a copy of a store is not written to beside it' '
	cp -r store copied
	expect_code 77 qorgan -S copied domain add FOUR --title.en Four
	expect_one_line "copy"
	rm -r copied
'

test_case 'no word of a record can be read from the disk' '
	qorgan -q domain add SEC --title.en "Peregrine falcon" --title.ru "Сапсан кочующий"
	qorgan -q note SEC "marmalade skies" -m "quincunx"
	for word in Peregrine falcon Сапсан marmalade quincunx karimova SEC/n1 TLP domain; do
		! grep -rqaF "$word" store state || { echo "found: $word"; exit 1; }
	done
'

test_done
