#!/bin/bash
# A store of every released format lies in tests/stores, made by the program of that
# release, with what that program said of it: it is opened, written to, and given new keys.
. "$(dirname "$0")/lib.sh"
all_about_files "what was written by earlier programs lies in files"
export QORGAN_NOW=2026-11-26T10:00:00Z

for archive in "$ROOT"/tests/stores/[0-9]*.tar.xz; do
	release=$(basename "$archive" .tar.xz)
	rm -rf store old passphrase dump.jsonl verify
	tar xJf "$archive"
	export QORGAN_STORE=$WORK/store QORGAN_PASSPHRASE_FILE=$WORK/passphrase

	test_case "a store of $release says what it said" '
		cp -r store old
		# Fields that are newer than the release may be added; what it said, it says.
		qorgan dump | jq -S "[paths(scalars) as \$p | {(\$p | map(tostring) | join(\".\")): getpath(\$p)}] | add" -c >now
		jq -S "[paths(scalars) as \$p | {(\$p | map(tostring) | join(\".\")): getpath(\$p)}] | add" -c dump.jsonl >then
		cmp now then
		expect_same "$(tail -n 1 verify)" "$(qorgan verify | tail -n 1)"
		cmp old/store.mdb store/store.mdb
	'
	test_case "a store of $release is backed up and put back as it is" '
		qorgan -q backup old.backup --force
		qorgan -q backup --check old.backup
		mv store lost
		qorgan -q restore-backup old.backup
		qorgan dump | cmp - <(qorgan -S lost dump 2>/dev/null)
		expect_same "$(tail -n 1 verify)" "$(qorgan verify | tail -n 1)"
		rm -rf lost
	'
	test_case "a store of $release is written to" '
		qorgan -q status CYB-01-M1 in-progress --progress 80
		qorgan verify
		expect_same 80 "$(qorgan show CYB-01-M1/UZB --json | jq .progress)"
		expect_same 60 "$(qorgan show CYB-01-M1/UZB@2 --json | jq .progress)"
		id=$(qorgan evidence list --json | jq -r ".[0].id")
		expect_same "$id" "$(qorgan evidence get "$id" | b2sum -l 256 | cut -d" " -f1)"
	'
	test_case "a store of $release gets users and new keys" '
		echo "another passphrase, for another" >another
		chmod 600 another
		qorgan -q user add b.reader --role reader --new-passphrase-file another --kdf interactive
		expect_same "a.karimova admin,b.reader reader" "$(qorgan user list --json | jq -r "map(.id + \" \" + .role) | join(\",\")")"
		qorgan -q rekey --yes
		qorgan verify
		qorgan --passphrase-file another verify
		expect_same 80 "$(qorgan --passphrase-file another show CYB-01-M1/UZB --json | jq .progress)"
		expect_same 60 "$(qorgan show CYB-01-M1/UZB@2 --json | jq .progress)"
	'
	test_case "a store of $release gets new keys at once, too" '
		rm -rf store && cp -r old store && rm -rf "$XDG_STATE_HOME"
		qorgan -q rekey --yes
		qorgan verify
		expect_same 60 "$(qorgan show CYB-01-M1/UZB --json | jq .progress)"
		expect_same a.karimova "$(qorgan user list --json | jq -r ".[].id")"
		qorgan -q passphrase --recipient "$(age-keygen -o identity 2>/dev/null; age-keygen -y identity)"
		qorgan -i identity verify
	'
done

test_case 'a store of a newer format is refused in plain words' '
	rm -rf store && cp -r old store
	python3 -c "
import sys
data = open(\"store/store.mdb\", \"rb\").read()
assert data.count(b\"qorgan-vault\0\0\0\1\") >= 1
open(\"store/store.mdb\", \"wb\").write(data.replace(b\"qorgan-vault\0\0\0\1\", b\"qorgan-vault\0\0\0\11\"))"
	expect_code 65 qorgan verify
	expect_one_line "use a newer qorgan"
'
test_done
