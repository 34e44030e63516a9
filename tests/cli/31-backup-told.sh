# After a restore partners are told, once each, by the next package: what it means for them, and what to do.
. "$(dirname "$0")/lib.sh"
store_make
for state in KAZ KGZ; do
	qorgan -S $state init --state $state --recipient "$(age-keygen -y identity)" >/dev/null 2>&1
	qorgan -S $state identity >$state.card
done
qorgan identity >UZB.card
for state in KAZ KGZ; do
	qorgan -q partner add $state.card --fingerprint "$(qorgan -S $state identity --json | jq -r .fingerprint)"
	qorgan -q -S $state partner add UZB.card --fingerprint "$(qorgan identity --json | jq -r .fingerprint)"
done
qorgan -q domain add CYB --title.en "Cyber" --release KAZ,KGZ
qorgan -q export --to KAZ -o kaz1.age
qorgan -q -S KAZ receive kaz1.age
qorgan -q backup one.backup
leaves=$(qorgan stats --json | jq .leaves)

test_case 'a store that was never put back says nothing of it' '
	expect_code 0 qorgan export --to KAZ -o plain.age
	not grep -q "put back" said
	qorgan -q partner ledger KAZ --json | jq -e "all(.[]; .what != \"restored\")"
	qorgan -q -S KAZ receive plain.age --json | jq -e ".[0].restored == null"
'

test_case 'after a restore each partner is told with the next package, once, and the ledger says so' '
	qorgan -q backup two.backup
	mkdir kept && mv store state kept/
	QORGAN_NOW=2030-05-01T10:00:00Z qorgan -q restore-backup two.backup
	qorgan -q verify
	leaves=$(qorgan stats --json | jq .leaves)
	expect_code 0 qorgan export --to KAZ -o kaz3.age
	grep -q "It tells that this store was put back" said
	qorgan -S KAZ receive kaz3.age --json >told 2>said
	jq -e ".[0].restored | .at == \"2030-05-01T10:00:00Z\" and .size == $leaves and (.backup | length == 20)" told
	grep -q "warning: UZB put its store back on 2030-05-01 .* with $leaves entries in its log; nothing that was received" said
	qorgan -S KAZ log --json >log
	grep -q "its store was put back from a backup of" log
	qorgan -S KAZ show UZB/1003 --json | jq -e ".restored == \"2030-05-01T10:00:00Z\" and .restored_size == $leaves"
	qorgan partner ledger KAZ >told
	grep -q "restored .*2030-05-01T10:00:00Z" told
	qorgan partner ledger KAZ --json | jq -e "map(select(.what == \"restored\")) | length == 1 and .[0].package == 1003"
	qorgan -q domain edit CYB --title.en "Cyber 2"
	expect_code 0 qorgan export --to KAZ -o kaz4.age
	not grep -q "put back" said
	qorgan -q -S KAZ receive kaz4.age --json | jq -e ".[0].restored == null"
	# Taken in again, it is what it was.
	qorgan -q -S KAZ receive kaz3.age --json | jq -e ".[0].known"
	qorgan -S KAZ -q verify
	qorgan -q verify
'

test_case 'a package that went out after the backup takes its number from no later one' '
	qorgan -q backup numbers.backup
	cp -r KAZ KAZ.kept && cp -r store store.kept && cp -r state state.kept
	qorgan -q export --to KAZ -o after-backup.age
	qorgan -q -S KAZ receive after-backup.age
	number=$(qorgan partner ledger KAZ --json | jq "map(.package) | max")
	QORGAN_NOW=2030-05-15T10:00:00Z qorgan -q restore-backup --older numbers.backup 2>/dev/null
	qorgan export --to KAZ -o after-restore.age --json >told 2>said
	jq -e ".sequence > $number + 900" told
	qorgan -q -S KAZ receive after-restore.age 2>said
	grep -q "nothing that was received here was given up" said
	rm -rf KAZ store store.replaced-* state && mv KAZ.kept KAZ && mv store.kept store && mv state.kept state
'

test_case 'a courier gets a package for it, though nothing else is due; and then comes to rest' '
	mkdir box
	qorgan -q exchange box
	qorgan -S KGZ receive box --json >told 2>said
	jq -e ".[0].restored.at == \"2030-05-01T10:00:00Z\"" told
	qorgan -q backup three.backup
	QORGAN_NOW=2030-06-01T10:00:00Z qorgan -q restore-backup three.backup
	mkdir box2
	qorgan -q exchange box2
	expect_same 2 "$(ls box2 | grep -c "age$")"
	rm -r box2 && mkdir box2
	qorgan -q exchange box2
	expect_same 0 "$(ls box2 | grep -c "age$" || true)"
'

test_case 'a package to several tells all of them, and is not told again to any' '
	qorgan -q backup four.backup
	QORGAN_NOW=2030-07-01T10:00:00Z qorgan -q restore-backup four.backup
	expect_code 0 qorgan export --to KAZ,KGZ -o both.age
	grep -q "put back" said
	for state in KAZ KGZ; do
		qorgan -q domain edit CYB --title.en "For $state"
		expect_code 0 qorgan export --to $state -o next.age --force
		not grep -q "put back" said
	done
	# Whoever asks for all of it again is told again.
	expect_code 0 qorgan export --full --to KAZ -o full.age
	grep -q "put back" said
'

test_case 'who holds more than the backup is told which entries were given up, and what to do; nothing is taken in' '
	rm -rf store state && mv kept/store kept/state . && rmdir kept
	qorgan -q restore-backup --older one.backup 2>/dev/null
	qorgan -S THIRD init --state TJK --recipient "$(age-keygen -y identity)" >/dev/null 2>&1
	qorgan -S THIRD identity >TJK.card
	qorgan -q partner add TJK.card --fingerprint "$(qorgan -S THIRD identity --json | jq -r .fingerprint)"
	qorgan -q -S THIRD partner add UZB.card --fingerprint "$(qorgan identity --json | jq -r .fingerprint)"
	qorgan -q domain edit CYB --release TJK
	qorgan -q export --to TJK -o tjk1.age
	qorgan -q -S THIRD receive tjk1.age
	QORGAN_NOW=2030-08-01T10:00:00Z qorgan -q backup before.backup
	size=$(qorgan stats --json | jq .leaves)
	echo "$size" >size
	qorgan -q domain edit CYB --title.en "Given up"
	qorgan -q export --to TJK -o tjk2.age
	qorgan -q -S THIRD receive tjk2.age
	known=$(qorgan -S THIRD verify --json | jq ".logs[] | select(.own | not) | .size")
	cp -a store newest && cp -a state newest.state
	qorgan -q backup newest.backup
	QORGAN_NOW=2030-08-02T10:00:00Z qorgan -q restore-backup --older before.backup 2>/dev/null
	# With the number that the lost package had, and with a later one.
	qorgan -q export --to TJK -o again.age
	expect_code 76 qorgan -S THIRD receive again.age
	grep -q "UZB put its store back on 2030-08-02 from a backup of 2030-08-01, which has $size entries, and $known of its log" said
	grep -q "given up the entries $size to $((known - 1)), " said
	expect_same 1 "$(wc -l <said)"
	# A newer backup heals it: then nothing that the partner has is given up.
	QORGAN_NOW=2030-08-03T10:00:00Z qorgan -q restore-backup --older newest.backup 2>/dev/null
	qorgan -q export --to TJK -o healed.age
	qorgan -S THIRD receive healed.age --json >told 2>said
	jq -e ".[0].restored.at == \"2030-08-03T10:00:00Z\"" told
	grep -q "nothing that was received here was given up" said
'

test_case 'who went on from the older state all the same has told two histories, and the restore is named with the evidence' '
	qorgan -q restore-backup --older before.backup 2>/dev/null
	qorgan -q domain edit CYB --title.en "Another history"
	qorgan -q export --full --to TJK -o parted.age
	expect_code 76 qorgan -S THIRD receive parted.age
	expect_one_line "from a backup with $(cat size) entries, and went on from there: UZB shows two histories"
	qorgan -S THIRD verify >told
	grep -q "IT SHOWED TWO HISTORIES" told
'

test_done
