# A courier's folder: states write to each other and receive, whatever happens to the
# medium and to the runs.
. "$(dirname "$0")/lib.sh"
export QORGAN_NOW=2026-02-01T10:00:00Z
store_make
recipient=$(age-keygen -y identity)
kaz() { QORGAN_STORE=$WORK/kaz qorgan "$@"; }
kgz() { QORGAN_STORE=$WORK/kgz qorgan "$@"; }
kaz -q init --state KAZ --as b.akhmetov --recipient "$recipient" >/dev/null
kgz -q init --state KGZ --as c.osmonova --recipient "$recipient" >/dev/null
qorgan identity >UZB.card
kaz identity >KAZ.card
kgz identity >KGZ.card
digits() { sed -n 's/^fingerprint //p' "$1"; }
pin() { "$1" -q partner add "$2.card" --fingerprint "$(digits "$2.card")" >/dev/null; }
pin qorgan KAZ; pin qorgan KGZ; pin kaz UZB; pin kaz KGZ; pin kgz UZB; pin kgz KAZ
minisign_of=$(qorgan identity --json | jq -r .minisign)

# domain PROGRAM STATE ID RELEASE [OPTION...]
domain() {
	"$1" -q domain add "$3" --title.en "Domain $3" --coordinator "$2" --marking GREEN --release "$4" "${@:5}" >/dev/null
}
# domain_big ID RELEASE: one whose package has some 200 KB.
domain_big() {
	local text
	text=$(head -c 60000 /dev/urandom | base64 -w 0 | cut -c 1-60000)
	domain qorgan UZB "$1" "$2" --description.en "$text" --description.ru "$text" --description.uz "$text"
}
has() { "$1" show -K domain "$2" >/dev/null; }
names() { (cd "$1" && ls -A) | xargs; }
# quiet COMMAND...: it succeeds and says nothing at all.
quiet() {
	"$@" >quiet.out 2>&1
	[ ! -s quiet.out ] || { cat quiet.out; return 1; }
}
# to_kaz: the packages from UZB to KAZ, those in parts left out.
to_kaz() { names folder | tr ' ' '\n' | grep '^UZB-KAZ-.*age$' | xargs; }
# rest: all has been exchanged, and the folder is empty.
rest() {
	for round in 1 2 3; do qorgan -q exchange folder; kaz -q exchange folder; kgz -q exchange folder; done >/dev/null
	rm -f folder/* folder/.UZB*
}
# begin: the same, and the next package to KAZ will be folder/UZB-KAZ-$n.age, called $p.
begin() {
	rest
	n=$(($(qorgan partner show KAZ --json | jq .sequence) + 1))
	p=folder/UZB-KAZ-$n.age
}

test_case 'three states exchange through a folder, countersign, and come to rest' '
	mkdir folder
	domain qorgan UZB U-1 KAZ,KGZ
	domain kaz KAZ K-1 UZB
	qorgan exchange folder
	kaz exchange folder
	kgz exchange folder
	expect_same "KAZ-KGZ-1.age KAZ-UZB-1.age KGZ-KAZ-1.age KGZ-UZB-1.age UZB-KAZ-1.age UZB-KGZ-1.age" \
		"$(ls folder | grep "age$" | xargs)"
	minisign -Vm folder/UZB-KAZ-1.age -P "$minisign_of" | grep "package 1 from UZB to KAZ, created"
	has kaz U-1
	has kgz U-1
	not has kgz K-1
	# Records came in, and a package after them says so; to that there is no answer.
	qorgan exchange folder 2>&1 | grep "package 2 to KAZ: no records, but what was received is countersigned"
	has qorgan K-1
	kaz exchange folder
	kgz exchange folder
	qorgan exchange folder
	before=$(names folder)
	roots=$(root_now; QORGAN_STORE=kaz root_now; QORGAN_STORE=kgz root_now)
	for round in 1 2; do quiet qorgan exchange folder; quiet kaz exchange folder; quiet kgz exchange folder; done
	expect_same "$before" "$(names folder)"
	expect_same "$roots" "$(root_now; QORGAN_STORE=kaz root_now; QORGAN_STORE=kgz root_now)"
	for state in qorgan kaz kgz; do $state verify; done
'

test_case 'a name tells sender, receiver and number alone; what a courier took away is not written again' '
	names folder | tr " " "\n" | grep -vxE "[A-Z]{3}-[A-Z]{3}-[0-9]+\.age(\.minisig)?" && exit 1
	begin
	quiet qorgan exchange folder
	expect_same "" "$(names folder)"
	domain qorgan UZB U-2 KAZ
	qorgan exchange folder --json >out
	jq -e ".received == [] and .failed == [] and (.written | length) == 1 and .written[0].to == \"KAZ\"
		and .written[0].sequence == $n and .written[0].records == 1 and .written[0].parts == 1
		and .written[0].file == \"$p\"" out
	kaz exchange folder --json | jq -e ".received[0] | .from == \"UZB\" and .sequence == $n and .items[0].id == \"U-2\""
'

test_case 'a dry run changes neither store nor folder, and tells what would' '
	begin
	domain qorgan UZB U-3 KAZ
	domain kaz KAZ K-3 UZB
	kaz -q exchange folder
	roots=$(root_now) before=$(names folder)
	qorgan exchange folder --dry-run --json >plan
	jq -e ".received[0].items[0].id == \"K-3\" and .written[0].file == \"$p\"" plan
	qorgan exchange folder -n 2>&1 | grep "package $n to KAZ: 1 record (.*nothing was written"
	expect_same "$roots $before" "$(root_now) $(names folder)"
	qorgan -q exchange folder
	kaz -q exchange folder
	has qorgan K-3
	has kaz U-3
'

test_case 'only to whom is asked for, by any name; only in, or only out' '
	begin
	domain qorgan UZB U-4 KAZ,KGZ
	domain kaz KAZ K-4 UZB
	kaz -q exchange folder
	qorgan -q exchange folder --send-only --to Kyrgyzstan
	expect_same "UZB-KGZ" "$(ls folder | sed -n "s/^\(UZB-[A-Z]*\).*age$/\1/p")"
	not has qorgan K-4
	before=$(names folder)
	qorgan -q exchange folder --receive-only
	has qorgan K-4
	expect_same "$before" "$(names folder)"
	qorgan -q exchange folder
	ls $p
	expect_code 66 qorgan exchange folder --to TJK
	grep "TJK is no partner yet" said
	expect_code 64 qorgan exchange folder --receive-only --to KAZ
	expect_code 64 qorgan exchange folder --receive-only --send-only
	expect_code 64 qorgan exchange folder --max-size 20X
	expect_code 64 qorgan exchange folder --max-size 1K
	expect_code 66 qorgan exchange nowhere
	expect_one_line "cannot read the folder nowhere"
'

test_case 'a half file waits or is told, and is taken in when it is whole' '
	begin
	domain qorgan UZB U-5 KAZ,KGZ
	qorgan -q exchange folder
	cp $p whole.age
	mv $p.minisig whole.minisig
	roots=$(QORGAN_STORE=kaz root_now)
	kaz exchange folder 2>said
	expect_one_line "$p: its signature is not there yet"
	kaz exchange folder --json 2>/dev/null | jq -e ".waiting[0].file == \"$p\" and .failed == []"
	mv whole.minisig $p.minisig
	head -c 300 whole.age >$p
	expect_code 76 kaz exchange folder
	grep "warning: $p cannot be trusted" said
	expect_same "$roots" "$(QORGAN_STORE=kaz root_now)"
	expect_code 0 kgz exchange folder
	cp whole.age $p
	kaz -q exchange folder
	has kaz U-5
'

test_case 'a bad package is told by name and does not keep the others; a gap waits' '
	begin
	domain kgz KGZ G-1 KAZ
	kgz -q exchange folder
	bad=$(ls folder/KGZ-KAZ-*.age)
	for i in 6 7 8; do domain qorgan UZB U-$i KAZ; qorgan -q exchange folder; done
	mkdir away
	mv folder/UZB-KAZ-$((n + 1)).age* away
	printf x >>$bad
	expect_code 76 kaz exchange folder
	grep "warning: $bad cannot be trusted" said
	grep "warning: folder/UZB-KAZ-$((n + 2)).age.*goes on after package $((n + 1)), and the newest that was received is $n: .*qorgan export --to KAZ --from $((n + 1))" said
	grep "2 failures" said
	has kaz U-6
	not has kaz U-8
	truncate -s -1 $bad
	mv away/* folder
	kaz -q exchange folder
	has kaz U-7
	has kaz U-8
	has kaz G-1
'

test_case 'a package that sends others again fills the gap of what waits' '
	begin
	for i in 9 10; do domain qorgan UZB U-$i KAZ; qorgan -q exchange folder; done
	rm $p*
	qorgan -q export --to KAZ --from $n -o folder/UZB-KAZ-$((n + 2)).age
	kaz -q exchange folder
	has kaz U-9
	has kaz U-10
	quiet kaz exchange folder
'

test_case 'nothing in a name is trusted' '
	begin
	domain qorgan UZB U-12 KAZ,KGZ
	qorgan -q exchange folder
	# That of another state, under a name for this one; another number; nobody.
	for end in "" .minisig; do
		cp folder/UZB-KGZ-*.age$end folder/UZB-KAZ-90.age$end
		cp folder/UZB-KAZ-$n.age$end folder/KGZ-KAZ-77.age$end
		mv folder/UZB-KAZ-$n.age$end folder/UZB-KAZ-80.age$end
	done
	expect_code 77 kaz exchange folder
	grep "warning: folder/UZB-KAZ-90.age" said
	grep "KGZ-KAZ-77.age: its name is not what it is: package $n of UZB" said
	has kaz U-12
	rm folder/UZB-* folder/KGZ-*
	echo no >folder/XXX-KAZ-1.age
	echo no >folder/XXX-KAZ-1.age.minisig
	echo no >folder/UZB-KAZ-0099.age
	echo no >folder/UZB-KAZ-99999999999999999999.age
	echo no >folder/UZB-TJK-1.age
	expect_code 76 kaz exchange folder
	expect_same 2 "$(wc -l <said)"
	grep "XXX-KAZ-1.age" said
	rm -f folder/UZB-* folder/XXX-*
'

test_case 'a pipe or a link under such a name is not read, nor written through' '
	begin
	mkdir trap
	mkfifo trap/UZB-KAZ-200.age
	echo x >trap/UZB-KAZ-200.age.minisig
	ln -s /dev/zero trap/UZB-KAZ-201.age
	mkfifo trap/UZB-KAZ-202.age.minisig
	echo x >trap/UZB-KAZ-202.age
	mkfifo trap/UZB-KAZ-203.age.part1of2 trap/UZB-KAZ-203.age.part2of2
	echo x >trap/UZB-KAZ-203.age.minisig
	expect_code 74 timeout 20 env QORGAN_STORE=$WORK/kaz qorgan exchange trap --receive-only
	for number in 200 201 202 203; do grep "UZB-KAZ-$number.age.*it is not read" said; done
	echo precious >precious
	ln -s ../precious folder/.UZB-KAZ-$n.age
	ln -s ../precious folder/.UZB-KAZ-$n.age.minisig
	domain qorgan UZB U-13 KAZ
	qorgan -q exchange folder
	expect_same precious "$(cat precious)"
	expect_same "UZB-KAZ-$n.age UZB-KAZ-$n.age.minisig" "$(names folder)"
	kaz -q exchange folder
	has kaz U-13
'

test_case 'never two files of one name: a number whose name is taken is passed over' '
	begin
	echo somebody >$p
	echo somebody >folder/UZB-KAZ-$((n + 1)).age.part1of2
	domain qorgan UZB U-14 KAZ
	qorgan -q exchange folder
	expect_same "UZB-KAZ-$n.age UZB-KAZ-$((n + 2)).age" "$(to_kaz)"
	expect_same somebody "$(cat $p)"
	rm $p folder/UZB-KAZ-$((n + 1))*
	kaz -q exchange folder
	has kaz U-14
'

test_case 'what lies there damaged is written again, under another number' '
	begin
	domain qorgan UZB U-15 KAZ
	qorgan -q exchange folder
	truncate -s -40 $p
	qorgan exchange folder 2>said
	grep "$p: it is damaged: it is written again" said
	expect_same "UZB-KAZ-$((n + 1)).age" "$(to_kaz)"
	quiet qorgan exchange folder
	kaz -q exchange folder
	has kaz U-15
	domain qorgan UZB U-16 KAZ
	qorgan -q exchange folder
	rm folder/UZB-KAZ-$((n + 2)).age.minisig
	qorgan -q exchange folder 2>/dev/null
	expect_same "UZB-KAZ-$((n + 1)).age UZB-KAZ-$((n + 3)).age" "$(to_kaz)"
	kaz -q exchange folder
	has kaz U-16
'

test_case 'a package is cut in parts that cat joins; they come in any order, in several runs' '
	begin
	domain_big U-17 KAZ
	domain_big U-17b KAZ
	qorgan exchange folder --max-size 64K 2>said
	total=$(ls $p.part* | wc -l)
	[ "$total" -gt 5 ]
	[ "$total" -lt 10 ]
	grep "UZB-KAZ-$n.age in $total parts" said
	[ ! -e $p ]
	for part in folder/*.part*; do [ "$(stat -c %s $part)" -le 65536 ]; done
	cat $p.part* >joined.age
	minisign -Vm joined.age -x $p.minisig -P "$minisign_of" >/dev/null
	quiet qorgan exchange folder
	mkdir mail
	mv $p.part2of$total $p.part1of$total mail
	quiet qorgan exchange folder
	kaz exchange folder 2>said
	expect_one_line "part 1 of $total of the package $p is missing"
	mv mail/UZB-KAZ-$n.age.part1of$total folder
	kaz exchange folder 2>said
	expect_one_line "part 2 of $total of the package $p is missing"
	not has kaz U-17
	mv mail/* folder
	mv $p.minisig mail
	kaz exchange folder 2>said
	expect_one_line "$p: its signature is not there yet"
	mv mail/* folder
	kaz -q exchange folder
	has kaz U-17
	has kaz U-17b
	quiet kaz exchange folder
'

test_case 'more than nine parts sort in their order; receive takes them by hand' '
	begin
	for i in a b c d; do domain_big U-18$i KAZ; done
	qorgan -q exchange folder --max-size 64K
	ls $p.part01of* $p.part10of*
	cat $p.part* >joined.age
	minisign -Vm joined.age -x $p.minisig -P "$minisign_of" >/dev/null
	mv $p.part03of* mail
	expect_code 66 kaz receive $p.part*
	expect_one_line "part 3 of"
	mv mail/* folder
	kaz receive $(ls -r $p.part*) 2>said
	expect_one_line "package $n of UZB ($p): 4 new"
	kaz receive folder 2>&1 | grep "it was received before"
	rm -rf spool; mkdir spool
	TMPDIR=$PWD/spool kaz -q receive $p
	expect_same "" "$(names spool)"
'

test_case 'a damaged part is found by the signature, and the package written again' '
	begin
	domain_big U-19 KAZ
	qorgan -q exchange folder --max-size 64K
	first=$(ls $p.part1of*)
	printf "these are other bytes" | dd of="$first" bs=1 seek=1000 conv=notrunc 2>/dev/null
	expect_code 76 kaz exchange folder
	grep "UZB-KAZ-$n.age cannot be trusted" said
	qorgan -q exchange folder 2>/dev/null
	expect_same "UZB-KAZ-$((n + 1)).age" "$(to_kaz)"
	kaz -q exchange folder
	has kaz U-19
'

# killed_at CALL NUMBER COMMAND...: it is killed at that call of the system; fails if it
# makes no such call any more.
killed_at() {
	local code=0
	ASAN_OPTIONS=detect_leaks=0 strace -f -o calls -e trace="$1" -e inject="$1:signal=KILL:when=$2" "${@:3}" \
		>/dev/null 2>&1 || code=$?
	[ "$code" -eq 137 ]
}
# survive OPTION...: an exchange is killed at each of its calls in turn; the next one
# finishes it, and the partner gets all in packages that follow one another.
survive() {
	local call number kills=0 made=0 ids='map(select(.id | startswith("S-")).id)'
	for call in fsync fdatasync rename,renameat2 unlink; do
		for ((number = 1; ; number++)); do
			made=$((made + 1))
			domain_big "S-$n-$made" KAZ
			killed_at $call $number qorgan -q exchange folder "$@" || break
			kills=$((kills + 1))
			! names folder | tr " " "\n" | grep "^UZB.*\.age$" || [ "$(ls folder/*.minisig | wc -l)" -ge 1 ]
			kaz -q exchange folder >/dev/null 2>&1 || { kaz exchange folder; exit 1; }
			qorgan -q exchange folder "$@"
			expect_same "" "$(ls -A folder | grep "^\.")"
			kaz -q exchange folder >/dev/null
			kaz log --json | grep -q "package $(qorgan partner show KAZ --json | jq .sequence) of UZB:"
			expect_same "$(qorgan domain list --json | jq -c "$ids")" "$(kaz domain list --json | jq -c "$ids")"
		done
		rest
	done
	[ "$kills" -ge 8 ]
}

if [ "$(id -u)" -ne 0 ] || ! strace -o /dev/null true 2>/dev/null; then
	test_skip 'an exchange that is killed at any instant is finished by the next one (strace as root)'
else
	test_case 'an exchange that is killed at any instant is finished by the next one' '
		begin
		survive
	'
	test_case 'what was taken back before it was finished does not go' '
		begin
		domain_big R-99 KAZ
		hidden=
		for ((number = 1; number < 20; number++)); do
			killed_at rename,renameat2 $number qorgan -q exchange folder || break
			hidden=$(ls -A folder | grep "^\.UZB-KAZ-.*\.age$") && [ "$(qorgan partner show KAZ --json | jq .sequence)" -ge 1 ] && break
		done
		[ -n "$hidden" ]
		[ ! -e "folder/${hidden#.}" ]
		qorgan -q domain edit R-99 --release ""
		qorgan -q exchange folder
		expect_same "" "$(ls -A folder | grep "^\.")"
		kaz -q exchange folder >/dev/null
		expect_code 66 kaz show R-99 --owner UZB
		qorgan partner list --json | jq -e ".[] | select(.id == \"KAZ\") | .sequence > 1"
	'
	test_case 'so is one that cuts a package in parts' '
		begin
		survive --max-size 64K
	'
fi

test_case 'two exchanges at once wait for each other, and write one package' '
	begin
	domain_big U-30 KAZ
	for run in 1 2 3 4; do qorgan -q exchange folder 2>said$run & runs="${runs:-} $!"; done
	for run in $runs; do wait $run; done
	expect_same "UZB-KAZ-$n.age" "$(to_kaz)"
	cat said1 said2 said3 said4 | grep . && exit 1
	kaz -q exchange folder
	has kaz U-30
'

test_case 'a folder that cannot be written to is read; to write there fails and logs nothing' '
	begin
	domain kaz KAZ K-20 UZB
	kaz -q exchange folder
	domain qorgan UZB U-20 KAZ
	if [ "$(id -u)" -eq 0 ]; then
		as_other() { setpriv --reuid 65534 --clear-groups "$@"; }
		as_other true || exit 0
		chmod 711 "$WORK"
		chmod 755 folder
		cp identity other.identity
		chown -R 65534 store other.identity state
		QORGAN_IDENTITY=$WORK/other.identity expect_code 73 as_other env QORGAN_IDENTITY=$WORK/other.identity \
			qorgan exchange folder
		QORGAN_IDENTITY=$WORK/other.identity as_other qorgan log --json >log
		chown -R 0 store other.identity state
	else
		chmod 555 folder
		expect_code 73 qorgan exchange folder
		chmod 755 folder
		qorgan log --json >log
	fi
	grep "cannot create folder/.UZB-KAZ-$n.age" said
	jq -e "map(select(.message | startswith(\"package $n to KAZ\"))) == []" log
	has qorgan K-20
	qorgan -q exchange folder
	ls $p
	kaz -q exchange folder
'

test_case 'a partner who is retired gets nothing; one whose card has expired is told of' '
	begin
	domain qorgan UZB U-21 KAZ,KGZ
	qorgan -q partner edit KGZ --retired "left" 2>/dev/null || qorgan -q partner retire KGZ --reason left
	qorgan -q exchange folder
	expect_same "UZB-KAZ-$n.age" "$(to_kaz)"
	domain qorgan UZB U-22 KAZ
	QORGAN_NOW=2030-01-01T00:00:00Z expect_code 0 qorgan exchange folder
	expect_one_line "the card of KAZ expired on"
	QORGAN_NOW=2030-01-01T00:00:00Z expect_code 77 qorgan exchange folder --to KAZ
	expect_same "UZB-KAZ-$n.age" "$(to_kaz)"
'

test_done
