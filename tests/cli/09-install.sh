# What `make install` puts in place works from there.
. "$(dirname "$0")/lib.sh"

installed=$WORK/root/usr
(cd "$ROOT" && make --no-print-directory install DESTDIR="$WORK/root" PREFIX=/usr >"$WORK/install.log" 2>&1) ||
	cat "$WORK/install.log"

test_case 'the program, the manual pages, the completions and the catalogue are there' '
	"$installed/bin/qorgan" --version
	for file in share/man/man1/qorgan.1 share/man/man5/qorgan-package.5 share/man/man7/qorgan-lost.7 share/man/man7/qorgan-postgres.7 \
		share/man/ru/man7/qorgan-lost.7 share/bash-completion/completions/qorgan \
		share/zsh/site-functions/_qorgan share/fish/vendor_completions.d/qorgan.fish \
		share/qorgan/catalogue/2026-2028/00-common.json include/qorgan/store.h lib/pkgconfig/qorgan.pc lib/libqorgan.a; do
		[ -s "$installed/$file" ] || { echo "missing: $file"; exit 1; }
	done
'

test_case 'the manual page is there in each language, says the same of each option, and can be found by its name' '
	options() { # but no sentence that begins with one
		sed -n "s/^\\\\fB\(-.*\)$/\1/p" "$1" | grep -v "[.]..$"
	}
	options "$installed/share/man/man1/qorgan.1" >english
	[ "$(wc -l <english)" -gt 300 ]
	for catalogue in "$ROOT"/src/languages/*.po; do
		page=$installed/share/man/$(basename "$catalogue" .po)/man1/qorgan.1
		options "$page" | cmp - english
		expect_same "$(grep -c "^\.S[HS]" "$installed/share/man/man1/qorgan.1")" "$(grep -c "^\.S[HS]" "$page")"
		not grep -F "$(sed -n "/^\.SH DESCRIPTION/{n;n;p}" "$installed/share/man/man1/qorgan.1")" "$page"
		lexgrog "$page" | grep -F ": \"qorgan - "
		not grep -F "encrypted, versioned" "$page"
		[ -z "$(man --warnings -E UTF-8 -l "$page" 2>&1 >/dev/null)" ]
	done
	grep -F "закрытый ключ age, открывающий хранилище" "$installed/share/man/ru/man1/qorgan.1"
'

test_case 'the pages for when something is lost and for servers can be found by name, in two languages' '
	for name in qorgan-lost qorgan-postgres; do
		for page in "$installed/share/man/man7/$name.7" "$installed/share/man/ru/man7/$name.7"; do
			lexgrog "$page" | grep -F ": \"$name - "
			[ -z "$(man --warnings -E UTF-8 -l "$page" 2>&1 >/dev/null)" ]
			grep -c "^\.S[HS]" "$page" >>"$name.heads"
			sed -n "/^\.nf/,/^\.fi/p" "$page" | grep -v "^\." >"$name.$(grep -c . "$name.heads")"
		done
		expect_same 1 "$(sort -u "$name.heads" | wc -l)"
		grep -q "$name" "$installed/share/man/man1/qorgan.1"
	done
	# What is to be typed is the same in both.
	diff qorgan-postgres.1 qorgan-postgres.2
'

test_case 'the shared library shows nothing but qorgan_ names' '
	nm -D --defined-only "$installed/lib/libqorgan.so.0" | awk "\$2 != \"A\" && \$3 !~ /^qorgan_/ { print; bad = 1 } END { exit bad }"
'

# Of what stands in the headers, clang tells the layout; that of 64 bits is written down.
test_case 'programs that were built against the library find what they were built with' '
	"$ROOT/tests/abi" "$installed/lib/libqorgan.so.0"
'

test_case 'what would take away or change something that programs rely on is told' '
	mkdir -p other/include
	cp -R "$ROOT/tests" "$ROOT/src" "$ROOT/Makefile" other
	cp -R "$ROOT/include/qorgan" other/include
	sed -i "s/^\tbool colour; /\tbool colour, glow; /" other/include/qorgan/report.h
	sed -i "s/^uint64_t qorgan_object_commit/uint32_t qorgan_object_commit/" other/include/qorgan/object.h
	sed -i "s/^ qorgan_verify@/ qorgan_examine@QORGAN_0 0.1.0\n&/; /^ qorgan_stats@/d" other/src/packaging/debian/libqorgan0.symbols
	expect_code 1 other/tests/abi "$installed/lib/libqorgan.so.0" >told
	cat told
	grep "^vanished: qorgan_examine: " told
	grep "^changed: qorgan_object_commit: " told
	grep "^changed: struct qorgan_report: " told
	grep -A1 "^changed: qorgan_stats: " told | grep "was no symbol"
	expect_same 4 "$(grep -cE "^[a-z]+: " told)"
'

test_case 'the packages have the version of the program' '
	version=$(sed -n "s/^VERSION = //p" "$ROOT/Makefile")
	head -n 1 "$ROOT/src/packaging/debian/changelog" | grep -F "qorgan ($version) "
	if command -v apparmor_parser; then
		apparmor_parser --skip-kernel-load --skip-cache "$ROOT/src/packaging/apparmor/usr.bin.qorgan"
	fi
'

cat >example.c <<'END'
#include <stdio.h>
#include <qorgan/object.h>
#include <qorgan/schema.h>
int main(void)
{
	struct qorgan_kind kind;
	struct qorgan_field field;
	size_t kinds = 0, fields = 0;
	while (qorgan_kind_at(kinds, &kind))
		kinds++;
	while (qorgan_field_at("measure", fields, &field))
		fields++;
	printf("%zu kinds, %zu fields\n", kinds, fields);
	return kinds > 8 && fields > 20 ? 0 : 1;
}
END

test_case 'a program builds against it with pkg-config, shared and static' '
	export PKG_CONFIG_PATH=$installed/lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=$WORK/root
	cc -std=c11 -Wall -Wextra -Werror -pedantic example.c $(pkg-config --cflags --libs qorgan) -o shared
	LD_LIBRARY_PATH=$installed/lib ./shared
	cc -std=c11 example.c $(pkg-config --cflags qorgan) "$installed/lib/libqorgan.a" -llmdb -lsodium -ljansson -lm -o static
	./static
'

test_case 'the examples in C run, with what they say of a store that is really so' '
	export PKG_CONFIG_PATH=$installed/lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=$WORK/root LD_LIBRARY_PATH=$installed/lib
	export QORGAN_NOW=2026-03-01T09:00:00Z
	for example in "$installed"/share/qorgan/examples/*.c; do
		cc -std=c11 -Wall -Wextra -Werror -pedantic "$example" $(pkg-config --cflags --libs qorgan) -ljansson \
			-o "$(basename "$example" .c)"
	done
	store_make
	qorgan -q load "$ROOT/catalogue/2026-2028"
	./log-status store identity CYB-01-M1 in-progress 40 "The team is trained."
	expect_same "in-progress 40 The team is trained." \
		"$(qorgan show --json CYB-01-M1/UZB | jq -r "\"\(.status) \(.progress) \(.note.en)\"")"
	expect_code 65 ./log-status store identity CYB-01-M1 finished 40 "No such word."
	qorgan status ARM-01-M3 completed --progress 100
	./list-measures store identity >listed
	expect_same "$(qorgan measure list --json | jq -r ".[] | select(.status != \"completed\") | .id" | sort)" "$(cut -f 1 listed | sort)"
	not grep -w ARM-01-M3 listed
	./report-json store identity 2026-Q1 | grep -x "measures: $(qorgan measure list --json | jq length)"
	./verify-store store identity | grep " 0 findings, root $(qorgan stats --json | jq -r .root)$"
	for page in $(seq 4 4 $(($(stat -c %s store/store.mdb) / 4096 - 1))); do
		printf x | dd of=store/store.mdb bs=1 seek=$((page * 4096 + 2000)) conv=notrunc 2>/dev/null
	done
	expect_code 1 ./verify-store store identity
	rm -rf store identity
'

# check_unit NAME: what the unit runs is a command that the installed program knows, and its timer is one of systemd.
check_unit() {
	local examples=$installed/share/qorgan/examples line words
	systemd-analyze calendar "$(sed -n "s/^OnCalendar=//p" "$examples/$1.timer")" >/dev/null
	line=$(sed -n "s/^ExecStart=//p" "$examples/$1.service")
	[ "${line%% *}" = /usr/bin/qorgan ]
	words=$(echo "${line#* }" | sed "s|%h|$WORK/liaison|g")
	"$installed/bin/qorgan" $words
}

if command -v systemd-analyze >/dev/null; then
	test_case 'the units of systemd run as they are, on the days they say' '
		store_make
		mkdir -p liaison/qorgan-courier
		export QORGAN_NOW=2026-04-11T06:00:00Z
		qorgan -q load "$ROOT/catalogue/2026-2028"
		check_unit qorgan-reminders
		check_unit qorgan-reports
		check_unit qorgan-exchange
		ls liaison/qorgan-mails/reminder-KAZ.eml
		grep -q "2026-Q1" liaison/qorgan-reports/letter.en.txt
		days=$(systemd-analyze calendar --base-time="2026-01-12" --iterations=4 "$(sed -n "s/^OnCalendar=//p" \
			"$installed/share/qorgan/examples/qorgan-reports.timer")" | grep -oE "2026-..-.. |2027-..-.. " | sort -u | tr -d "\n")
		expect_same "2026-04-11 2026-07-11 2026-10-11 2027-01-11 " "$days"
		# Of cron the same commands; % would end one.
		for unit in reminders reports exchange; do
			line=$(sed -n "s|^ExecStart=/usr/bin/qorgan ||p" "$installed/share/qorgan/examples/qorgan-$unit.service")
			grep -qF "/usr/bin/qorgan -q $(echo "$line" | sed "s|%h|\$HOME|g")" "$installed/share/qorgan/examples/crontab"
		done
		not grep -q "^[^#]*%" "$installed/share/qorgan/examples/crontab"
		systemd-analyze verify --man=no --user "$installed"/share/qorgan/examples/*.timer >verified 2>&1 || true
		not grep -iE "unknown|invalid|failed to parse" verified
	'
else
	test_skip 'the units of systemd: there is no systemd-analyze'
fi

test_case 'uninstall leaves nothing' '
	(cd "$ROOT" && make --no-print-directory uninstall DESTDIR="$WORK/root" PREFIX=/usr >/dev/null)
	[ -z "$(find "$WORK/root" -type f -o -type l)" ] || { find "$WORK/root" -type f; exit 1; }
'

test_done
