# Tests of the command line as a user drives it: each file sources this, then
# tells its stories. A test runs in its own shell with `set -e` in a folder of
# its own file; its output is shown only if it fails.
#
#   test_case 'what is promised' 'commands'
#   test_done

set -u
: "${QORGAN:?the program to test}"
: "${ROOT:?the source tree}"
PATH=$(dirname "$QORGAN"):$PATH
# Where QORGAN_SERVER is the address of a database, all stores of the tests lie in it.
if [ -n "${QORGAN_SERVER:-}" ]; then
	export QORGAN_ITSELF=$QORGAN
	QORGAN=$ROOT/tests/cli/on-server/qorgan
	PATH=$(dirname "$QORGAN"):$PATH
fi
WORK=$(mktemp -d "${TMPDIR:-/tmp}/qorgan-cli-XXXXXX")
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
