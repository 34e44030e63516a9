# Parity beside a backup: rotten sectors are mended, by stock par2 too, and nothing is believed that is not signed.
. "$(dirname "$0")/lib.sh"
store_make
qorgan -q load "$ROOT/catalogue/2026-2028"
head -c 300000 /dev/urandom >photo
qorgan -q status CYB-01-M1 in-progress --progress 10 --evidence photo 2>/dev/null

# rot FILE SECTOR...: those sectors of 4096 bytes are other bytes now.
rot() {
	local file=$1 sector
	shift
	for sector in "$@"; do
		head -c 4096 /dev/urandom | dd of="$file" bs=4096 seek="$sector" conv=notrunc 2>/dev/null
	done
}

test_case 'parity of the size that was asked for lies beside the backup, and stock par2 knows it' '
	qorgan -q backup --redundancy 5% one.backup
	sha256sum one.backup one.backup.minisig >sums
	ls >names
	expect_same 1 "$(grep -c par2 names)"
	par2 verify -q -q one.backup.par2
	size=$(stat -c %s one.backup) parity=$(stat -c %s one.backup.par2)
	[ "$parity" -gt $((size / 25)) ]
	[ "$parity" -lt $((size / 8)) ]
	qorgan -q backup --check one.backup
	for bad in 0 0% 101 5%% -1 x ""; do
		expect_code 64 qorgan backup --redundancy "$bad" x.backup
	done
	expect_code 64 qorgan backup --redundancy 5 "x*.backup"
	expect_code 64 qorgan backup --check --redundancy 5 one.backup
	expect_same "" "$(ls x* 2>/dev/null)"
'

test_case 'rotten sectors are told, and mended: the very bytes come back, and the damaged file is kept' '
	rot one.backup 0 7 30
	damaged=$(sha256sum <one.backup)
	expect_code 1 qorgan backup --check one.backup >told
	grep -q "one.backup: it is damaged, and the parity beside it can mend it; mend it with qorgan backup --repair: one.backup" told
	expect_code 65 qorgan -S elsewhere restore-backup --older one.backup
	expect_one_line "qorgan backup --repair one.backup"
	not test -e elsewhere
	qorgan backup --repair one.backup >told 2>said
	grep -q "All is well" told
	grep -q "Mended: 1. What was damaged is kept" said
	sha256sum -c --quiet sums
	expect_same "$damaged" "$(sha256sum <one.backup.damaged-*)"
	qorgan -q backup --check one.backup
	expect_same "$damaged" "$(sha256sum <one.backup.damaged-*)"
	rm one.backup.damaged-*
	expect_same "" "$(ls -d one.backup.mend* one.backup.par2-* 2>/dev/null)"
	qorgan backup --repair one.backup --json | jq -e ".ok and .mended == 0"
'

test_case 'a cut, a signature that is lost, and sectors that moved are mended too' '
	truncate -s -5000 one.backup
	rm one.backup.minisig
	qorgan -q backup --repair one.backup
	sha256sum -c --quiet sums
	rm one.backup.damaged-*
	{ head -c 9000 one.backup; echo more; tail -c +9001 one.backup; } >moved && mv moved one.backup
	qorgan -q backup --repair one.backup
	sha256sum -c --quiet sums
	rm one.backup.damaged-*
'

test_case 'what stock par2 mends is the same' '
	mkdir stock && cp one.backup one.backup.minisig one.backup.par2 stock/
	rot stock/one.backup 3 11
	(cd stock && par2 repair -q -q one.backup.par2)
	expect_same "$(sha256sum <one.backup)" "$(sha256sum <stock/one.backup)"
	rm -r stock
'

test_case 'too much damage, or parity that is damaged, is one line, and changes nothing' '
	cp one.backup saved
	rot one.backup $(seq 0 40)
	damaged=$(sha256sum <one.backup)
	expect_code 1 qorgan backup --check one.backup >told
	grep -q "the parity beside it mends nothing" told
	expect_code 65 qorgan backup --repair one.backup
	expect_one_line "beyond what"
	expect_same "$damaged" "$(sha256sum <one.backup)"
	cp saved one.backup
	cp one.backup.par2 saved.par2
	head -c 3000 /dev/urandom >one.backup.par2
	expect_code 1 qorgan backup --check one.backup >told
	grep -q "the backup is whole, and the parity beside it is damaged" told
	qorgan -q -S elsewhere restore-backup --older one.backup 2>/dev/null
	rm -r elsewhere
	cp saved.par2 one.backup.par2
	expect_same "" "$(ls -d one.backup.mend* 2>/dev/null)"
'

test_case 'parity that rotted beside a whole backup is told as that, and made anew' '
	sha256sum one.backup one.backup.minisig >whole
	head -c 30000 /dev/urandom >one.backup.par2
	cp one.backup.par2 rotten
	qorgan backup --repair --json one.backup >told
	jq -e ".ok and .mended == 1 and (.findings | length == 1) and (.findings[0].what | test(\"^one.backup is whole\"))" told
	sha256sum -c --quiet whole
	cmp rotten one.backup.par2.damaged-*
	rm one.backup.par2.damaged-*
	par2 verify -q -q one.backup.par2
	qorgan -q backup --check one.backup
	rot one.backup 6
	qorgan -q backup --repair one.backup
	sha256sum -c --quiet whole
	rm ./*.damaged-*
	# With another key nobody knows whether the backup is whole.
	head -c 30000 /dev/urandom >one.backup.par2
	age-keygen -o stranger 2>/dev/null
	chmod 600 stranger
	expect_code 65 qorgan -i stranger backup --repair one.backup
	not test -e one.backup.par2.damaged-*
	cp saved.par2 one.backup.par2
	expect_same "" "$(ls -d one.backup.mend* one.backup.par2-* 2>/dev/null)"
'

test_case 'parity of which a part rotted is told while it still serves, and made anew' '
	sha256sum one.backup one.backup.minisig >whole
	cp one.backup.par2 saved.par2
	last=$(($(stat -c %s one.backup.par2) / 4096 - 1))
	rot one.backup.par2 "$last"
	par2 verify -q -q one.backup.par2
	expect_code 1 qorgan backup --check one.backup >told
	grep -q "one.backup: the backup is whole, and a part of the parity beside it is damaged: it would mend less; make it anew with qorgan backup --repair: one.backup" told
	qorgan backup --repair --json one.backup >told
	jq -e ".ok and .mended == 1 and (.findings[0].what | test(\"^one.backup is whole\"))" told
	qorgan -q backup --check one.backup
	sha256sum -c --quiet whole
	rm ./*.damaged-*
	# A byte less, or one that is nothing to par2 at all.
	truncate -s -1 one.backup.par2
	expect_code 1 qorgan backup --check one.backup >told
	cp saved.par2 one.backup.par2
	echo >>one.backup.par2
	par2 verify -q -q one.backup.par2
	expect_code 1 qorgan backup --check one.backup >told
	# What is left of it mends the backup, and is made anew then.
	cp saved.par2 one.backup.par2
	rot one.backup.par2 "$last"
	rot one.backup 6
	expect_code 1 qorgan backup --check one.backup >told
	grep -q "can mend it" told
	qorgan backup --repair --json one.backup >told
	jq -e ".ok and .mended == 2" told
	sha256sum -c --quiet whole
	qorgan -q backup --check one.backup
	rm ./*.damaged-*
	cp saved.par2 one.backup.par2
	expect_same "" "$(ls -d one.backup.mend* one.backup.par2-* 2>/dev/null)"
'

test_case 'parity of somebody else mends to nothing that is taken: the signature decides' '
	head -c 900000 /dev/urandom >false.backup
	cp one.backup.minisig false.backup.minisig
	par2 create -q -q -n1 -s4096 -c10 -afalse.par2 -- false.backup false.backup.minisig
	mv false.vol*.par2 false.backup.par2
	rot false.backup 5
	false=$(sha256sum <false.backup)
	expect_code 1 qorgan backup --check false.backup >/dev/null
	expect_code 1 qorgan backup --repair false.backup >told
	expect_same "$false" "$(sha256sum <false.backup)"
	expect_same "" "$(ls -d false.backup.mend* false.backup.damaged* 2>/dev/null)"
'

test_case 'parity that names other files is not used, so that none is written elsewhere' '
	mkdir -p trap/inner && cp one.backup one.backup.minisig trap/inner/
	echo precious >trap/precious
	(cd trap && par2 create -q -q -n1 -s4096 -c10 -B"$PWD" -atrap.par2 -- inner/one.backup precious)
	mv trap/trap.vol*.par2 trap/inner/one.backup.par2
	rot trap/inner/one.backup 5
	expect_code 65 qorgan backup --repair trap/inner/one.backup
	expect_one_line "names other files"
	expect_code 1 qorgan backup --check trap/inner/one.backup >told
	grep -q "mends nothing" told
	not test -e trap/inner/precious
	rm -r trap
'

test_case 'names that look like options, and names with blanks, are files' '
	qorgan -q backup --redundancy 10% -- -rf.backup
	qorgan -q backup --redundancy 10 "two words; rm -rf x.backup"
	for name in ./-rf.backup "two words; rm -rf x.backup"; do
		sum=$(sha256sum <"$name")
		rot "$name" 2 4
		expect_code 1 qorgan backup --check "$name" >/dev/null
		qorgan -q backup --repair "$name"
		expect_same "$sum" "$(sha256sum <"$name")"
	done
'

test_case 'increments have parity of their own, and a chain is mended as a whole' '
	qorgan -q domain add NEW --title.en "New"
	qorgan -q backup --redundancy 5% --parent one.backup two.backup
	sha256sum one.backup two.backup >both
	rot one.backup 9
	rot two.backup 0
	expect_code 1 qorgan backup --check one.backup two.backup >told
	expect_same 2 "$(grep -c "can mend it" told)"
	qorgan -q backup --repair one.backup two.backup
	sha256sum -c --quiet both
	rm ./*.damaged-*
'

test_case 'a backup that is replaced takes the parity of the former with it' '
	cp one.backup.par2 former.par2
	qorgan -q backup --force one.backup
	not test -e one.backup.par2
	qorgan -q backup --force --redundancy 5 one.backup
	cmp former.par2 one.backup.par2 && exit 1
	par2 verify -q -q one.backup.par2
'

test_case 'without par2 the package to install is named, before anything is written' '
	mkdir bin
	ln -s "$(command -v qorgan)" bin/qorgan
	export PATH=$WORK/bin
	/usr/bin/env -i PATH="$PATH" /bin/true
	expect_code 66 qorgan backup --redundancy 5 x.backup
	[ ! -e x.backup ]
	qorgan -q backup --check one.backup
	PATH=/usr/bin:/bin rot one.backup 4
	expect_code 1 qorgan backup --check one.backup >told
	PATH=/usr/bin:/bin grep -q "install the package par2" told
	expect_code 66 qorgan backup --repair one.backup
	PATH=/usr/bin:/bin expect_one_line "install the package par2"
'

test_done
