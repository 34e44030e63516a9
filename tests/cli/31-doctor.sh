# What surrounds a store: each fault is brought about, found, and gone again once the advice is followed.
. "$(dirname "$0")/lib.sh"
export QORGAN_NOW=2026-02-01T10:00:00Z
store_make
unset QORGAN_NOW
kaz() { QORGAN_STORE=$WORK/kaz qorgan "$@"; }

# doctor [OPTION...]: its findings in the file `found`, its exit code in the file `code`. The clock of the
# computer is not that of a test: what QORGAN_NOW fixes is told, and passed over here.
doctor() {
	local code=0
	qorgan doctor --json "$@" >found 2>said || code=$?
	echo "$code" >code
	[ "$code" -le 1 ]
	jq -e ".ok == ($code == 0) and .errors == ([.findings[] | select(.result == \"error\")] | length) and
		.warnings == ([.findings[] | select(.result == \"warning\")] | length) and
		.skipped == ([.findings[] | select(.result == \"skipped\")] | length)" found >/dev/null
}
# of CHECK: its results and what it says, a line each.
of() { jq -r --arg check "$1" '.findings[] | select(.check == $check) | "\(.result): \(.what); \(.object); \(.advice)"' found; }
# expect_found CHECK RESULT TEXT; expect_good CHECK...
# What of a store on a server is its administrator's affair.
of_files=
if on_server; then of_files="addresses file-system permissions readers space"; fi
expect_found() {
	of "$1" | grep -F "$2: " | grep -qF -- "$3" || { echo "expected $1 $2: $3"; of "$1"; return 1; }
}
expect_good() {
	local check
	for check; do
		case " $of_files " in *" $check "*) expect_found "$check" skipped "lies on a server" && continue ;; esac
		[ "$(of "$check" | cut -d : -f 1)" = ok ] || { echo "expected $check to be good"; of "$check"; return 1; }
	done
}

test_case 'all checks are told, each once where nothing is wrong' '
	doctor
	expect_same 22 "$(jq .checks found)"
	expect_same 22 "$(jq "[.findings[].check] | unique | length" found)"
	expect_good permissions key-files roll-back clock locked-memory core-dumps security-keys store readers addresses users same-store last-change forgotten \
		partners partner-clocks confinement
	expect_found slots warning "one way in only"
	expect_found backups warning "made no backup"
	qorgan doctor >text
	expect_same "$(jq -r ".findings[] | [.check, .what] | join(\": \")" found | sed "s/;.*//")" "$(grep -v "^errors: " text | sed "s/^[^:]*: //; s/;.*//")"
	qorgan -q doctor >quiet
	not grep -q "^good\|^errors:" quiet
	grep -q "^warning: slots: .*; $(store_address "$QORGAN_STORE"); add a second way in with qorgan user slot add" quiet
'

test_case 'it changes nothing in the store' '
	before=$(store_bytes store | sha256sum)
	doctor
	expect_same "$before" "$(store_bytes store | sha256sum)"
	expect_same 0 "$(qorgan verify --json | jq ".findings | length")"
'

test_case_files 'it has neither files nor a folder' 'who else can read or write the store is told, and the advice mends it' '
	chmod 755 store
	doctor
	expect_same 0 "$(cat code)"
	expect_found permissions warning "mode 755"
	chmod 777 store
	chmod 666 store/store.mdb
	doctor
	expect_same 1 "$(cat code)"
	expect_found permissions error "mode 777"
	expect_found permissions error "$QORGAN_STORE/store.mdb"
	jq -r ".findings[] | select(.check == \"permissions\") | .advice" found | sh
	doctor
	expect_good permissions
	expect_same 700,600 "$(stat -c %a store store/store.mdb | xargs | tr " " ,)"
'

odd=$(printf "%s/it's \$(touch evil)" "$WORK")
test_case_files 'it has neither files nor a folder' 'the folder above counts, and names are quoted for the shell' '
	mkdir "$odd"
	mv store "$odd"
	chmod 777 "$odd" "$odd/store"
	export QORGAN_STORE=$odd/store
	doctor
	expect_found permissions error "the folder that the store lies in (mode 777)"
	jq -r ".findings[] | select(.check == \"permissions\") | .advice" found | sh
	[ ! -e evil ]
	expect_same 755,700 "$(stat -c %a "$odd" "$odd/store" | xargs | tr " " ,)"
	doctor
	expect_good permissions
	mv "$odd/store" .
'

test_case 'a key that others can read, or that lies beside the store, is told' '
	chmod 640 identity
	doctor
	expect_same 1 "$(cat code)"
	expect_found key-files error "mode 640"
	expect_found store error "identity"
	chmod 600 identity
	if ! on_server; then
		cp -p identity store/identity
		QORGAN_IDENTITY=$WORK/store/identity doctor
		expect_found key-files warning "in the store'"'"'s own folder"
		rm store/identity
	fi
	doctor -i nowhere
	expect_found key-files error "cannot be found"
	expect_same 1 "$(cat code)"
	echo secret >phrase
	chmod 604 phrase
	doctor --passphrase-file phrase
	expect_found key-files error "phrase"
'

test_case 'without a key what can be seen is looked at, and the rest is said not to be' '
	doctor --no-key
	expect_same 0 "$(cat code)"
	expect_same "$(echo backups forgotten last-change partner-clocks partners same-store users $of_files | tr " " "\n" | sort | xargs)" "$(jq -r "[.findings[] | select(.result == \"skipped\").check] | sort | join(\" \")" found)"
	expect_good permissions store readers
	expect_found slots warning "one way in only"
	expect_found partners skipped "needs the key"
	(unset QORGAN_IDENTITY; doctor; expect_same 0 "$(cat code)"; expect_found partners skipped "needs the key") </dev/null
	age-keygen -o other 2>/dev/null
	chmod 600 other
	doctor -i other
	expect_same 1 "$(cat code)"
	expect_found store error "no slot"
	expect_found partners skipped "the key did not open the store"
'

test_case 'where the newest checkpoint is remembered has to stay, to be private and elsewhere' '
	(unset HOME XDG_STATE_HOME; doctor; expect_found roll-back warning "neither HOME nor XDG_STATE_HOME")
	if ! on_server; then
		XDG_STATE_HOME=$WORK/store/state doctor --no-key
		expect_found roll-back warning "own folder"
	fi
	chmod 777 state/qorgan
	doctor
	expect_found roll-back warning "others may take away"
	chmod 700 state/qorgan
	doctor
	expect_good roll-back
'

test_case 'a clock that is wrong, or behind the last change, is told with how far' '
	QORGAN_NOW=2026-01-30T08:00:00Z doctor
	expect_same 1 "$(cat code)"
	expect_found last-change error "2 d 2 h behind the last change, of 2026-02-01T10:00:00Z"
	expect_found clock warning "QORGAN_NOW fixes the moment at 2026-01-30T08:00:00Z"
	QORGAN_NOW=2026-02-01T09:59:00Z doctor
	expect_same 0 "$(cat code)"
	expect_found last-change warning "1 min behind"
	QORGAN_NOW=1970-01-01T00:00:10Z doctor
	expect_found clock error "it says 1970-01-01T00:00:10Z"
	QORGAN_NOW=2137-01-01T00:00:00Z doctor
	expect_found clock error "it says 2137"
	expect_good last-change
	expect_code 64 qorgan doctor --json extra
	QORGAN_NOW=tomorrow expect_code 64 qorgan doctor
	expect_one_line QORGAN_NOW
'

test_case_files 'it has neither files nor a folder' 'a folder that a program copies to other computers is no place for a store' '
	mkdir .stfolder
	doctor
	expect_same 1 "$(cat code)"
	expect_found file-system error "Syncthing"
	expect_found file-system error "$WORK/.stfolder"
	rmdir .stfolder
	doctor
	not expect_found file-system error Syncthing >/dev/null
'

test_case 'a copy, and a store that was rolled back, are told' '
	cp -r store copy
	QORGAN_STORE=$WORK/copy doctor
	expect_same 1 "$(cat code)"
	expect_found same-store error "is a copy of the store $(store_address "$WORK/store")"
	qorgan -q domain add TST --title.en Test
	qorgan -q load "$ROOT/catalogue/2026-2028"
	mv store newer
	mv copy store
	doctor
	expect_found same-store error "was rolled back"
	rm -rf store
	mv newer store
	doctor
	expect_good same-store
'

test_case_files 'readers hold up nobody there' 'a command that reads for long, and one that was killed, are told by process' '
	mkfifo pipe other-pipe
	qorgan dump >pipe &
	reader=$!
	exec 7<pipe
	dd bs=1 count=1 <&7 2>/dev/null >one
	for number in 1 2 3 4 5 6 7 8 9; do qorgan -q domain edit TST --title.en "Test $number"; done
	doctor
	expect_found readers warning "it reads a state of the store that is 9 changes old"
	expect_same "process $reader" "$(jq -r ".findings[] | select(.check == \"readers\").object" found)"
	# One that was killed is seen while somebody else has the store open: else the locks are made anew.
	qorgan dump >other-pipe &
	victim=$!
	exec 8<other-pipe
	dd bs=1 count=1 <&8 2>/dev/null >one
	kill -9 $victim
	wait $victim 2>/dev/null || true
	doctor
	expect_found readers warning "were killed while they read"
	doctor
	not expect_found readers warning "were killed" >/dev/null
	cat <&7 >/dev/null
	exec 7<&- 8<&-
	wait
	doctor
	expect_good readers
'

test_case_files 'its rows are damaged in 41-server.sh' 'a damaged store does not end it, and verify is pointed to' '
	mkdir -m 700 broken
	cp store/store.mdb broken/
	truncate -s 40960 broken/store.mdb
	QORGAN_STORE=$WORK/broken doctor
	expect_same 1 "$(cat code)"
	expect_found store error "run qorgan verify"
	expect_found slots skipped "cannot be opened"
	expect_found partners skipped "cannot be opened"
	expect_good permissions
	head -c 100000 /dev/urandom >broken/store.mdb
	QORGAN_STORE=$WORK/broken doctor
	expect_found store error "run qorgan verify"
	: >broken/store.mdb
	QORGAN_STORE=$WORK/broken doctor
	expect_same 1 "$(cat code)"
	# Whatever byte is wrong: an answer, or the one line of the guard.
	size=$(stat -c %s store/store.mdb)
	for i in $(seq 40); do
		cp store/store.mdb broken/
		printf "\377\001" | dd of=broken/store.mdb bs=1 seek=$((i * 7919 % 40 * 4096 % size + i % 24)) conv=notrunc 2>/dev/null
		code=0
		QORGAN_STORE=$WORK/broken XDG_STATE_HOME=$WORK/elsewhere qorgan doctor >out 2>said || code=$?
		[ $code -eq 0 ] || [ $code -eq 1 ] || { [ $code -eq 74 ] && expect_one_line "qorgan verify"; }
		grep -q "^good: permissions" out
	done
	expect_code 66 qorgan -S nowhere doctor --json >out
	expect_one_line "there is no store"
	[ ! -s out ]
'

# in_mount COMMANDS: with mounts of its own; none of it stays.
in_mount() { unshare -rm sh -ec "$1"; }
if in_mount true 2>/dev/null; then
	test_case 'swap that is not known to be encrypted is told by name' '
		printf "Filename\tType\tSize\tUsed\tPriority\n/dev/zram0 partition 4 0 1\n/no/swap\\\\040file file 8 0 -2\n" >swaps
		in_mount "mount --bind swaps /proc/swaps; qorgan doctor --json >found || true"
		expect_found swap warning "not known to be encrypted"
		expect_same "/no/swap file" "$(jq -r ".findings[] | select(.check == \"swap\").object" found)"
		printf "Filename\tType\tSize\tUsed\tPriority\n/dev/zram0 partition 4 0 1\n" >swaps
		in_mount "mount --bind swaps /proc/swaps; qorgan doctor --json >found"
		expect_good swap
	'
	if grep -aq __asan_init "$QORGAN"; then
		test_skip 'locked memory: the address sanitizer answers for the system'
	else
		test_case 'keys that cannot be locked in memory are told, and weigh more where there is bare swap' '
			locked_none="setpriv --bounding-set=-ipc_lock --inh-caps=-ipc_lock sh -c \"ulimit -l 0; qorgan doctor --json >found || true\""
			printf "Filename\tType\tSize\tUsed\tPriority\n" >swaps
			in_mount "mount --bind swaps /proc/swaps; $locked_none"
			expect_found locked-memory warning "the limit is 0 KiB"
			printf "/no/swap file 8 0 -2\n" >>swaps
			in_mount "mount --bind swaps /proc/swaps; $locked_none"
			expect_found locked-memory error "the limit is 0 KiB"
		'
	fi
	test_case_files 'it has neither files nor a folder' 'a disk that is full, in memory or read-only is told' '
		mkdir -p -m 700 disk
		in_mount "mount -t tmpfs -o size=6m,mode=700 none disk; mkdir -m 700 disk/store; cp store/store.mdb disk/store/
			qorgan -S disk/store doctor --no-key --json >found || true
			mount -o remount,ro disk; qorgan -S disk/store doctor --no-key --json >read-only || true"
		expect_found space error "MiB are free"
		expect_found file-system warning "it lies in memory (tmpfs)"
		mv read-only found
		expect_found file-system warning "read-only"
		expect_good space
	'
else
	test_skip 'swap, locked memory and full disks: no right to mount'
fi

# ---- Partners ------------------------------------------------------------------------

export QORGAN_NOW=2026-12-01T10:00:00Z
kaz -q init --state KAZ --as b.serik --recipient "$(age-keygen -y identity)" >/dev/null
kaz identity --valid-until 2027-10-01 >kaz.card
qorgan identity >uzb.card
qorgan -q partner add kaz.card --fingerprint "$(kaz identity --json | jq -r .fingerprint)" >/dev/null
kaz -q partner add uzb.card --fingerprint "$(qorgan identity --json | jq -r .fingerprint)" >/dev/null
age-keygen -o kgz 2>/dev/null
# partner STATE: what is told of it.
partner() { jq -r --arg name "partner $1" '.findings[] | select(.check == "partners" and .object == $name) | "\(.result): \(.what); \(.advice)"' found; }

test_case 'a partner whose keys were not compared is told, and one that is retired is not' '
	qorgan -q partner add KGZ --recipient "$(age-keygen -y kgz)" 2>/dev/null >/dev/null
	doctor
	[ -z "$(partner KAZ)" ]
	expect_same 1 "$(partner KGZ | wc -l)"
	partner KGZ | grep -q "^warning: its keys were taken without a card"
	qorgan -q partner retire KGZ --reason over
	doctor
	expect_good partners
'

test_case 'a package each way is due in a quarter' '
	export QORGAN_NOW=2027-03-03T10:00:00Z
	doctor
	expect_good partners
	export QORGAN_NOW=2027-03-04T10:00:00Z
	doctor
	partner KAZ | grep -qF "warning: no package went to it since it was put on record on 2026-12-01; qorgan export --to KAZ -o FILE"
	partner KAZ | grep -q "^warning: no package came from it since it was put on record on 2026-12-01"
	expect_same 2 "$(partner KAZ | wc -l)"
	qorgan -q export --to KAZ -o one.age
	doctor
	expect_same 1 "$(partner KAZ | wc -l)"
	export QORGAN_NOW=2027-04-03T10:00:00Z
	doctor
	expect_same 1 "$(partner KAZ | wc -l)"
	export QORGAN_NOW=2027-04-04T10:00:00Z
	doctor
	partner KAZ | grep -q "^warning: it has not confirmed package 1 of 2027-03-04; .*qorgan partner ledger KAZ"
	kaz -q receive one.age
	kaz -q export --to UZB -o two.age
	qorgan -q receive two.age
	doctor
	expect_good partners
	export QORGAN_NOW=2027-06-05T10:00:00Z
	doctor
	expect_same "warning: no package went to it since 2027-03-04; qorgan export --to KAZ -o FILE" "$(partner KAZ)"
'

export QORGAN_NOW=2027-06-05T10:00:00Z

test_case 'a card that ends within 60 days is told, and weighs more when it has ended' '
	qorgan -q export --to KAZ -o three.age
	QORGAN_NOW=2027-08-01T10:00:00Z doctor
	partner KAZ | not grep -q "its card"
	QORGAN_NOW=2027-08-02T10:00:00Z doctor
	expect_same 0 "$(cat code)"
	partner KAZ | grep -q "^warning: the last day of its card is 2027-10-01"
	QORGAN_NOW=2027-10-01T10:00:00Z doctor
	partner KAZ | grep -q "^warning: the last day of its card"
	QORGAN_NOW=2027-10-02T10:00:00Z doctor
	expect_same 1 "$(cat code)"
	partner KAZ | grep -q "^error: its card expired on 2027-10-01: nothing is exported to it any more; .*qorgan partner add"
'

test_case 'a partner whose clock is ahead of this one is told' '
	QORGAN_NOW=2027-06-30T10:00:00Z kaz -q receive three.age
	QORGAN_NOW=2027-06-30T10:00:00Z kaz -q export --to UZB -o four.age
	qorgan -q receive four.age
	doctor
	expect_found partner-clocks warning "it signed at 2027-06-30T10:00:00Z, which is 25 d ahead"
	expect_found partner-clocks warning "partner KAZ"
	QORGAN_NOW=2027-06-29T11:00:00Z doctor
	expect_good partner-clocks
'

test_case 'one key of an administrator, and slots that none stands for, are told' '
	for name in spare liaison other-liaison; do
		age-keygen -o $name.key 2>/dev/null
		chmod 600 $name.key
	done
	qorgan -q user add b.aliyev --role liaison --recipient "$(age-keygen -y liaison.key)" >/dev/null
	doctor
	expect_good slots
	expect_found users warning "one key only administers the store"
	qorgan -q user slot add a.karimova --recipient "$(age-keygen -y spare.key)" >/dev/null
	doctor
	expect_good slots users
	qorgan -q -i liaison.key user slot add b.aliyev --recipient "$(age-keygen -y other-liaison.key)" >/dev/null
	doctor
	expect_found users warning "no administrator stands for it yet; user b.aliyev; "
	$(of users | grep -o "qorgan user confirm .*") --yes >/dev/null
	doctor -i other-liaison.key
	expect_good users
'

test_case 'what is said is in the language of the user, the names of checks are not' '
	QORGAN_LANG=ru qorgan doctor >russian || true
	grep -q "slots: .*ключ" russian
	not grep -q "^good\|one way in only" russian
	expect_same "$(jq -r ".findings[].check" found | sort -u)" "$(sed -n "s/^[^:]*: \([a-z-]*\): .*/\1/p" russian | sort -u)"
'

test_case 'a store that was long not backed up is told of' '
	rm -f state/qorgan/*.backup
	export QORGAN_NOW=2026-12-01T10:00:00Z
	doctor
	expect_found backups warning "made no backup"
	qorgan -q backup old.backup
	doctor
	expect_good backups
	export QORGAN_NOW=2027-02-01T10:00:00Z
	doctor
	expect_good backups
	qorgan -q risk edit CYB-01 --horizon 4
	doctor
	expect_found backups warning "of 2026-12-01, and 2 entries came since"
	qorgan -q backup --parent old.backup new.backup
	doctor
	expect_good backups
'

test_done
