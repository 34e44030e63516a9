# Tests of the command line as a user drives it: each file sources this, then
# tells its stories. A test runs in its own shell with `set -e` in a folder of
# its own file; its output is shown only if it fails.
#
#   test_case 'what is promised' 'commands'
#   test_done
#
# The same tests run where the stores lie on a server: see on-server/. So they reach a store by the program, move and
# copy its folder as a whole, and change nothing in it but by store_copy; what is about its files says so with
# test_case_files.

set -u
: "${QORGAN:?the program to test}"
: "${ROOT:?the source tree}"
PATH=$(dirname "$QORGAN"):$PATH
WORK=$(mktemp -d "${TMPDIR:-/tmp}/qorgan-cli-XXXXXX")
# Where QORGAN_SERVER is the address of a database, all stores of the tests lie in it.
on_server() { [ -n "${QORGAN_SERVER:-}" ]; }
if on_server; then
	export QORGAN_ITSELF=${QORGAN_ITSELF:-$QORGAN}
	mkdir "$WORK/.program"
	QORGAN=$WORK/.program/qorgan
	PATH=$WORK/.program:$PATH
	printf '#!/bin/sh\nQORGAN_SERVER="%s" QORGAN_ITSELF="%s" exec "%s" "$@"\n' "$QORGAN_SERVER" "$QORGAN_ITSELF" \
		"$ROOT/tests/cli/on-server/qorgan" >"$QORGAN"
	chmod 755 "$QORGAN"
fi
trap 'rm -rf "$WORK"' EXIT
cd "$WORK" || exit 1
export HOME=$WORK/home XDG_STATE_HOME=$WORK/state XDG_DATA_HOME=$WORK/data XDG_RUNTIME_DIR=
export LC_ALL=C.UTF-8 LANGUAGE= TZ=UTC NO_COLOR=1
unset QORGAN_STORE QORGAN_IDENTITY QORGAN_PASSPHRASE_FILE QORGAN_LANG QORGAN_NOW EDITOR VISUAL
mkdir -p "$HOME"
passed=0 failed=0 skipped=0

test_case() {
	local code=0
	# Not within `if` or behind `||`: there a shell forgets set -e.
	set +e
	(
		set -e
		eval "$2"
	) >"$WORK/.output" 2>&1
	code=$?
	if [ "$code" -eq 0 ]; then
		passed=$((passed + 1))
		[ "${V:-0}" = 0 ] || echo "ok - $1"
	else
		failed=$((failed + 1))
		echo "not ok - $(basename "$0"): $1"
		sed 's/^/    /' "$WORK/.output" | tail -n 40
	fi
}

# test_case_files WHY TITLE COMMANDS: a test case about the files of a store, which is none where stores lie on a server.
test_case_files() {
	if on_server; then test_skip "$(basename "$0"): $2 (on a server: $1)"; else test_case "$2" "$3"; fi
}

# all_about_files WHY: the same of all that this file tests.
all_about_files() {
	on_server || return 0
	skipped=$(grep -cE "^\s*test_case" "$ROOT/tests/cli/$(basename "$0")")
	echo "skipped: $(basename "$0"), all $skipped of it (on a server: $1)"
	test_done
	exit
}

test_skip() {
	skipped=$((skipped + 1))
	echo "skipped: $1"
}

test_done() {
	echo "$(basename "$0"): $passed passed, $failed failed, $skipped skipped"
	[ "$failed" -eq 0 ]
}

# expect_code CODE COMMAND...: runs it and checks its exit code; what it says on
# standard error is kept in the file `said`.
expect_code() {
	local expected=$1 code=0
	shift
	"$@" 2>said || code=$?
	[ "$code" -eq "$expected" ] || {
		echo "expected code $expected, got $code from: $*"
		cat said
		return 1
	}
}

# not COMMAND...: fails if it succeeds. Of "! command" a shell with set -e takes no
# notice, unless it is the last of a test.
not() {
	! "$@"
}

# jq -e answers yes of no input at all, as where the program before a pipe failed: here
# it fails where it writes nothing.
jq() {
	local code=0 out
	case " $* " in
	*" -e "* | *" -se "* | *" -ce "*)
		out=$(command jq "$@") || code=$?
		printf "%s\n" "$out"
		[ "$code" -eq 0 ] && [ -n "$out" ]
		;;
	*)
		command jq "$@"
		;;
	esac
}

# expect_one_line TEXT: what was said is one line that holds the text.
expect_one_line() {
	[ "$(wc -l <said)" -eq 1 ] && grep -qF -- "$1" said || {
		echo "expected one line with: $1"
		cat said
		return 1
	}
}

# expect_same A B: two texts are equal.
expect_same() {
	[ "$1" = "$2" ] || {
		printf 'expected: %s\nfound:    %s\n' "$1" "$2"
		return 1
	}
}

# A store of Uzbekistan, opened by an identity file: no Argon2, so it is quick. Made before any day
# that a test fixes, as time does not run backwards in its log.
store_make() {
	age-keygen -o identity 2>/dev/null
	chmod 600 identity
	export QORGAN_STORE=$WORK/store QORGAN_IDENTITY=$WORK/identity
	QORGAN_NOW=${QORGAN_NOW:-2025-12-01T08:00:00Z} qorgan -q init --state UZB --as a.karimova --recipient "$(age-keygen -y identity)" >/dev/null
}

# store_copy FROM TO: as a backup of the file, or of the server, would. In the place of a store it is that store's former
# or later state.
store_copy() {
	if on_server; then
		"$ROOT/tests/cli/on-server/rows" copy "$1" "$2"
	elif [ -e "$2/store.mdb" ]; then
		cp "$1/store.mdb" "$2/store.mdb"
	else
		cp -r "$1" "$2"
	fi
}

# A folder that is copied: with the stores in it.
cp() {
	command cp "$@"
	! on_server || [ ! -d "${*: -1}" ] || "$ROOT/tests/cli/on-server/rows" copied "${*: -1}"
}

rm() {
	local word folders=()
	for word; do [ ! -d "$word" ] || folders+=("$word"); done
	! on_server || [ "${#folders[@]}" -eq 0 ] || "$ROOT/tests/cli/on-server/rows" gone "${folders[@]}"
	command rm "$@"
}

store_exists() {
	if on_server; then "$ROOT/tests/cli/on-server/rows" exists "$1"; else [ -e "$1" ]; fi
}

# store_bytes STORE: all that whoever keeps it sees of it, but for its locks.
store_bytes() {
	if on_server; then "$ROOT/tests/cli/on-server/rows" bytes "$1"; else cat "$1/store.mdb"; fi
}

# store_file STORE FILE: what store_rows.py reads of it.
store_file() {
	if on_server; then "$ROOT/tests/cli/on-server/rows" list "$1" >"$2"; else cp "$1/store.mdb" "$2"; fi
}

# store_address STORE: for a program that is not the one of the tests.
store_address() {
	if on_server; then (. "$ROOT/tests/cli/on-server/place" && place "$1"); else printf '%s' "$1"; fi
}

# store_is_held STORE: whether somebody is its one writer.
store_is_held() {
	if on_server; then "$ROOT/tests/cli/on-server/rows" held "$1"; else [ -s "$1/writer.lock" ]; fi
}

# The checkpoint that the store stands at: it changes with every commit.
root_now() {
	qorgan stats --json | jq -r '"\(.leaves) \(.root)"'
}

# unchanged CODE COMMAND...: fails with that code, one line, and changes nothing.
unchanged() {
	local before
	before=$(root_now)
	expect_code "$@" >/dev/null
	expect_same "$before" "$(root_now)"
}
