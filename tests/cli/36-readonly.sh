# A store on a medium that cannot be written to: an image, a disc, a mount that is read-only.
. "$(dirname "$0")/lib.sh"
all_about_files "rights are those of a role: 41-server.sh"
store_make
qorgan -q load "$ROOT/catalogue/2026-2028"
qorgan -q note CYB-01 "A remark"
qorgan -q status CYB-01-M1 in-progress --progress 20 --evidence identity
qorgan -q partner add KAZ --recipient "$(age-keygen 2>/dev/null | age-keygen -y)" 2>/dev/null
qorgan -q report freeze 2026-Q1 -f text,json
mkdir mount courier
evidence=$(qorgan evidence list --json | jq -r '.[0].id')
vkey=$(qorgan identity --json | jq -r .vkey)
qorgan -q proof CYB-01 -o some.proof
qorgan -q backup before.backup

# What only reads: a line each, and told alike from there and from here.
cat >readers <<END
risk list
measure list --json
show CYB-01
show CYB-01-M1/UZB --json
log
log CYB-01
diff CYB-01
search water
dump
report
report register -f html
report --for KAZ --preview
reminders
report list
report show 2026-Q1
report diff 2026-Q1
evidence list
evidence get $evidence
partner list
partner ledger KAZ
proof CYB-01
check-proof some.proof --vkey $vkey
user list
user show a.karimova
verify
identity
export --to KAZ -n -o some.age
load -n $ROOT/catalogue/2026-2028
stats --json
END
cat >writers <<END
domain add XXX --title.en X
risk edit CYB-01 --horizon 3
note CYB-01 word
status CYB-01-M1 completed
load $ROOT/catalogue/2026-2028
export --to KAZ -o some.age
receive some.proof
exchange courier
rekey --yes
report freeze 2026-Q2
report --for KAZ
recovery make --shares 2-of-3 -o sheets
user add b.bekov --role reader --recipient $(age-keygen -y identity)
END

# tell FOLDER: what each reader says of the store there, on one day, and how it ends.
tell() {
	while read -r line; do
		echo "== $line"
		# shellcheck disable=SC2086
		QORGAN_NOW=2099-01-01T10:00:00Z qorgan -S "$WORK/$1" $line </dev/null 2>&1 || echo "code $?"
	done <readers | sed "s|$WORK/$1|FOLDER|g"
}
# refuse_all FOLDER: each writer fails in one line, which says why.
refuse_all() {
	while read -r line; do
		# shellcheck disable=SC2086
		expect_code 74 qorgan -S "$1" $line </dev/null
		expect_one_line "read-only"
	done <writers
	[ ! -e some.age ]
	[ ! -e sheets ]
	[ -z "$(ls courier)" ]
}
files_of() { (cd "$1" && find . -type f | sort | xargs sha256sum); }

# The whole of it, of a store that is mounted at `mount`; in a process of the namespace.
cat >judge <<'END'
files_of mount >files.before
tell mount >there
diff -u here there
refuse_all mount
qorgan -S mount backup --force there.backup >/dev/null
qorgan -S mount backup --check there.backup >/dev/null
qorgan -S mount verify --json | jq -e '.findings == []'
qorgan -S mount doctor --json >found
jq -e '[.findings[] | select(.check == "file-system" and (.what | test("read-only")))] | length == 1' found
qorgan -S mount dump -o there.jsonl
files_of mount >files.after
cmp files.before files.after
END
tell store >here
export WORK
export -f tell refuse_all files_of expect_code expect_one_line jq

if unshare -rm true 2>/dev/null; then
	# with_mount COMMAND: in a namespace in which the store is bound to `mount` for reading alone.
	with_mount() {
		unshare -rm bash -euc "mount --bind store mount; mount -o remount,bind,ro mount; $1"
	}
	test_case 'a store that is mounted read-only is read as ever, and what writes says why it cannot' '
		with_mount ". ./judge"
	'
	test_case 'so is one without files for locks, as a backup tool may leave it' '
		mv store/store.mdb-lock store/writer.lock .
		with_mount ". ./judge"
	'
	test_case 'so is one where nothing can be remembered either' '
		with_mount "mount --bind state state; mount -o remount,bind,ro state; qorgan -S mount risk list >/dev/null
			qorgan -S mount verify"
		with_mount "export XDG_STATE_HOME= HOME=$WORK/mount; qorgan -S mount risk list >list; [ -s list ]"
	'
	test_case 'a store cannot be made, nor put back, there' '
		with_mount "expect_code 73 qorgan -S mount/new init --state UZB --recipient $(age-keygen -y identity)
			expect_one_line Read-only
			expect_code 73 qorgan -S mount restore-backup --older before.backup"
		[ -s store/store.mdb ]
	'
else
	test_skip 'a store that is mounted read-only is read as ever (no namespaces of users)'
fi

if [ "$(id -u)" -eq 0 ] && truncate -s 32M image && mke2fs -q -t ext4 -d store image >/dev/null 2>&1 &&
	unshare -m mount -o loop,ro,noload image mount 2>/dev/null; then
	test_case 'a store on an image of a disk is read as ever' '
		unshare -m bash -euc "mount -o loop,ro,noload image mount; . ./judge"
	'
else
	test_skip 'a store on an image of a disk is read as ever (root and a loop device)'
fi

test_case 'files that nobody may write are read without locks; the advice is that of any file' '
	mkdir still
	cp store/store.mdb still/
	chmod 444 still/store.mdb
	chmod 555 still
	if [ "$(id -u)" -eq 0 ]; then
		# Root may write all the same.
		cp identity identity.nobody && chown 65534 identity.nobody && chown -R 65534 still && chmod 711 "$WORK"
		chmod 777 .
		as_nobody() { setpriv --reuid 65534 --regid 65534 --clear-groups env HOME=/nonexistent XDG_STATE_HOME= "$@"; }
	else
		cp identity identity.nobody
		as_nobody() { env HOME=/nonexistent XDG_STATE_HOME= "$@"; }
	fi
	as_nobody "$QORGAN" -S still -i identity.nobody risk list >list
	[ -s list ]
	expect_code 74 as_nobody "$QORGAN" -S still -i identity.nobody domain add XXX --title.en X
	expect_one_line "Permission denied"
	expect_same store.mdb "$(ls still)"
	chmod 755 still
'
test_done
