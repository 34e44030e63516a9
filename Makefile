# Qorgan: `make demo` and `make check` are all the set-up there is.
#
#   make            the program and the library        make V=1      every command in full
#   make demo       build, run the main job, show it    make check    build and run every test
#   make demo-shared  the same register on a PostgreSQL server of its own, written to by three at once
#   make bench      the table of speed                  make fuzz     fuzz every parser at length
#   make coverage   lines and branches of the tests     make install  DESTDIR= PREFIX=/usr/local
#   make lint       static analysis by three tools      FILES=src/store/seen.c: of some files
#   make simulate   six states and a hostile one        SEEDS=1000 FIRST=1
#   make deb        packages for Debian in build/deb    make deb-check    build them twice, install and try them
#   make torture    killed, cut off and starved at every single call, and searched for keys

VERSION = 0.1.0
PREFIX ?= /usr/local
LIBDIR ?= $(PREFIX)/lib
ZSH_FUNCTIONS ?= $(PREFIX)/share/zsh/site-functions
DESTDIR ?=
BUILD ?= build/release
CC ?= gcc
V ?= 0

# The one list of Debian packages: to build, to test, and to make packages of it.
BUILD_PACKAGES = gcc make pkg-config libc6-dev liblmdb-dev libsodium-dev libjansson-dev libqrencode-dev \
	libgfshare-dev libkeyutils-dev libfido2-dev libpq-dev libseccomp-dev libxlsxwriter-dev libzip-dev libexpat1-dev libpango1.0-dev scdoc gettext
TEST_PACKAGES = check clang libclang-rt-14-dev age minisign jq openssl python3 git strace gcovr expect \
	bash zsh fish libsqlcipher-dev locales zbar-tools librsvg2-bin zlib1g-dev cmark-gfm python3-jsonschema python3-icalendar \
	python3-openpyxl python3-cryptography fido2-tools keyutils par2 poppler-utils fonts-dejavu-core man-db postgresql
LINT_PACKAGES = clang-tidy cppcheck
PACKAGING_PACKAGES = debhelper dpkg-dev dh-apparmor lintian
PACKAGING_TEST_PACKAGES = apparmor

# ---- What is built ---------------------------------------------------------

LAYERS = base crypto engine record store register exchange report
LIB_SOURCES := $(sort $(foreach layer,$(LAYERS),$(wildcard src/$(layer)/*.c)))
CLI_SOURCES := $(sort $(filter-out %_main.c,$(wildcard src/cli/*.c src/confine/*.c)))
UNIT_SOURCES := $(sort $(wildcard tests/unit/*.c))
SIMULATION_SOURCES := $(sort $(wildcard tests/simulation/*.c))
LANGUAGES := $(sort $(wildcard src/languages/*.po))
TRANSLATED = $(LANGUAGES:src/languages/%.po=%)
FUZZ_TARGETS := $(patsubst tests/fuzz/fuzz_%.c,%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))

LIB_OBJECTS = $(LIB_SOURCES:%.c=$(BUILD)/%.o)
CLI_OBJECTS = $(CLI_SOURCES:%.c=$(BUILD)/%.o)
UNIT_OBJECTS = $(UNIT_SOURCES:%.c=$(BUILD)/%.o)
MANUAL_OBJECTS = $(BUILD)/src/cli/manual_main.o $(filter-out $(BUILD)/src/cli/main.o,$(CLI_OBJECTS))

MODE_FLAGS = -O2 -D_FORTIFY_SOURCE=2
HARDENING = -fstack-protector-strong -fstack-clash-protection -fcf-protection -fPIC \
	$(if $(findstring clang,$(CC)),,-ftrivial-auto-var-init=zero)
WARNINGS = -Wall -Wextra -Wconversion -Wno-sign-conversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla \
	-Wformat=2 -Werror
CPPFLAGS_ALL = -Isrc -Iinclude -D_GNU_SOURCE -DQORGAN_VERSION='"$(VERSION)"' \
	-DQORGAN_LANGUAGES='"$(BUILD)/languages"' \
	-DQORGAN_REFERENCE='"catalogue/2026-2028/00-common.json"' -DQORGAN_SHARE='"$(PREFIX)/share/qorgan"' $(CPPFLAGS)
CFLAGS_ALL = -std=gnu11 -g $(MODE_FLAGS) $(HARDENING) $(WARNINGS) -ffile-prefix-map=$(CURDIR)=. $(CFLAGS)
LDFLAGS_ALL = -Wl,-z,relro,-z,now -Wl,-z,noexecstack $(LDFLAGS)
LIBS = -lgfshare -lkeyutils -llmdb -lsodium -ljansson -lexpat -lm
CLI_LIBS = -lqrencode

# Pango and cairo are loaded at run time, by who asks for a PDF: here are only their headers.
PANGO_FLAGS = $(patsubst -I%,-isystem %,$(shell pkg-config --cflags pangocairo))

quiet = $(if $(filter 1,$(V)),,@printf '  %-7s %s\n' $(1) $(patsubst $(BUILD)/%,%,$@);)

.PHONY: all deps deps-check check demo demo-shared bench simulate model crowd soak torture fuzz fuzz-quick coverage lint install uninstall \
	languages deb deb-check interface dist clean FORCE
.DELETE_ON_ERROR:
.SECONDARY:

all: $(BUILD)/qorgan $(BUILD)/libqorgan.a $(BUILD)/libqorgan.so.0 $(BUILD)/qorgan.1 $(BUILD)/qorgan-package.5 \
	$(BUILD)/qorgan-lost.7 $(BUILD)/man/ru.qorgan-lost.7 $(BUILD)/qorgan-postgres.7 $(BUILD)/man/ru.qorgan-postgres.7 \
	$(TRANSLATED:%=$(BUILD)/man/%.1)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(call quiet,CC)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

# Libraries that are opened when a spreadsheet is written or read, a security key or a server asked, by the names of those
# that the headers are of.
soname = $(shell objdump -p "$$($(CC) -print-file-name=$(1))" | sed -n 's/.*SONAME *//p')
$(BUILD)/src/report/xlsx_library.o: CPPFLAGS += -DQORGAN_XLSXWRITER='"$(call soname,libxlsxwriter.so)"'
$(BUILD)/src/engine/postgres_library.o: CPPFLAGS += -DQORGAN_LIBPQ='"$(call soname,libpq.so)"'
$(BUILD)/src/crypto/fido_library.o: CPPFLAGS += -DQORGAN_LIBFIDO2='"$(call soname,libfido2.so)"'
$(BUILD)/src/record/zip_archive.o: CPPFLAGS += -DQORGAN_LIBZIP='"$(call soname,libzip.so)"'

# Their headers lie in a folder of their own.
$(filter $(BUILD)/src/engine/postgres%,$(LIB_OBJECTS)): CPPFLAGS += $(patsubst -I%,-isystem %,$(shell pkg-config --cflags libpq))

$(filter $(BUILD)/src/report/render_pdf% $(BUILD)/src/report/canvas_cairo% $(BUILD)/src/report/render_png%,$(LIB_OBJECTS)): CPPFLAGS += $(PANGO_FLAGS)

$(BUILD)/src/register/create.o: catalogue/2026-2028/00-common.json
$(BUILD)/src/base/language.o: $(LANGUAGES:src/languages/%.po=$(BUILD)/languages/%.mo)

$(BUILD)/languages/%.mo: src/languages/%.po
	@mkdir -p $(@D)
	$(call quiet,MSGFMT)sed 's/<PRI\([dux]\)64>/l\1/g;s/<PRI\([dux]\)32>/\1/g' $< | msgfmt --check-format --check-domain -o $@ -

$(BUILD)/libqorgan.a: $(LIB_OBJECTS)
	@rm -f $@
	$(call quiet,AR)$(AR) rcsD $@ $^

$(BUILD)/libqorgan.so.0: $(LIB_OBJECTS) src/libqorgan.map
	$(call quiet,LD)$(CC) -shared -Wl,-soname,libqorgan.so.0 -Wl,--version-script=src/libqorgan.map $(CFLAGS_ALL) \
		$(LDFLAGS_ALL) -o $@ $(LIB_OBJECTS) $(LIBS)

$(BUILD)/qorgan: $(CLI_OBJECTS) $(BUILD)/libqorgan.a
	$(call quiet,LD)$(CC) -pie $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $^ $(LIBS) $(CLI_LIBS)

# The manual is printed by a program made from the command tables themselves.
$(BUILD)/make-manual: $(MANUAL_OBJECTS) $(BUILD)/libqorgan.a
	$(call quiet,LD)$(CC) -pie $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $^ $(LIBS) $(CLI_LIBS)

$(BUILD)/qorgan.1.scd: $(BUILD)/make-manual
	$(call quiet,GEN)$(BUILD)/make-manual > $@

$(BUILD)/man/%.1.scd: $(BUILD)/make-manual
	@mkdir -p $(@D)
	$(call quiet,GEN)$(BUILD)/make-manual $* > $@

$(BUILD)/%.1: $(BUILD)/%.1.scd
	$(call quiet,SCDOC)SOURCE_DATE_EPOCH=1767225600 scdoc < $< > $@

$(BUILD)/qorgan-package.5: src/qorgan-package.5.scd
	@mkdir -p $(@D)
	$(call quiet,SCDOC)SOURCE_DATE_EPOCH=1767225600 scdoc < $< > $@

$(BUILD)/qorgan-%.7: src/qorgan-%.7.scd
	@mkdir -p $(@D)
	$(call quiet,SCDOC)SOURCE_DATE_EPOCH=1767225600 scdoc < $< > $@

$(BUILD)/man/ru.qorgan-%.7: src/qorgan-%.ru.7.scd
	@mkdir -p $(@D)
	$(call quiet,SCDOC)SOURCE_DATE_EPOCH=1767225600 scdoc < $< > $@

$(BUILD)/tests/unit/suites.inc: Makefile $(UNIT_SOURCES)
	@mkdir -p $(@D)
	@printf 'SUITE(%s)\n' $(patsubst tests/unit/test_%.c,%,$(filter tests/unit/test_%.c,$(UNIT_SOURCES))) > $@

$(BUILD)/tests/unit/main.o: $(BUILD)/tests/unit/suites.inc
$(BUILD)/tests/unit/%.o: CPPFLAGS += -I$(BUILD)/tests/unit

# Calls that a test lets fail: tests/unit/starve.c.
STARVED = malloc calloc realloc reallocarray aligned_alloc strdup strndup asprintf __asprintf_chk secret_alloc \
	$(addprefix engine_,open lock_writer begin_read begin_write commit get put add append delete range_open range_next \
	range_more count copy sizes check) \
	read pread write pwrite lseek fsync ftruncate chmod fchmod fstat stat lstat mkdir mkdtemp realpath link rename renameat2 \
	opendir fdopen fopen open pipe fork posix_spawn

$(BUILD)/unit: $(UNIT_OBJECTS) $(filter $(BUILD)/src/confine/%,$(CLI_OBJECTS)) $(BUILD)/libqorgan.a
	$(call quiet,LD)$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) $(STARVED:%=-Wl,--wrap=%) -o $@ $^ \
		$(shell pkg-config --libs check) -lz $(LIBS)

# Six states and what they do to each other.
$(BUILD)/simulate: $(SIMULATION_SOURCES:%.c=$(BUILD)/%.o) $(BUILD)/libqorgan.a
	$(call quiet,LD)$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) -Wl,--wrap=age_encrypt_start_passphrase -o $@ $^ $(LIBS)

# The filters of system calls are made when the program is built.
$(BUILD)/make-filters: $(BUILD)/src/confine/filter_main.o
	$(call quiet,LD)$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $^ $(shell pkg-config --libs libseccomp)

$(BUILD)/confine/filters.inc: $(BUILD)/make-filters
	@mkdir -p $(@D)
	$(call quiet,GEN)$(BUILD)/make-filters > $@

$(BUILD)/src/confine/system_calls.o: $(BUILD)/confine/filters.inc
$(BUILD)/src/confine/system_calls.o: CPPFLAGS += -I$(BUILD)/confine -ffile-prefix-map=$(BUILD)/confine=confine

# Three years of six states. Every value of a store that is deciphered is counted.
$(BUILD)/soak: $(patsubst %.c,$(BUILD)/%.o,$(sort $(wildcard tests/soak/*.c))) $(BUILD)/libqorgan.a
	$(call quiet,LD)$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) -Wl,--wrap=crypto_aead_xchacha20poly1305_ietf_decrypt -o $@ $^ $(LIBS)

# Many processes on one store.
$(BUILD)/crowd: $(patsubst %.c,$(BUILD)/%.o,$(sort $(wildcard tests/crowd/*.c))) $(BUILD)/libqorgan.a
	$(call quiet,LD)$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $^ $(LIBS)

# What is loaded before the C library, and lets its calls fail.
$(BUILD)/torture-shim.so: $(patsubst %.c,$(BUILD)/%.o,$(sort $(wildcard tests/torture/*.c)))
	$(call quiet,LD)$(CC) -shared $(LDFLAGS) -o $@ $^ -ldl

$(BUILD)/tests/torture/%.o: CFLAGS += -U_FORTIFY_SOURCE

# What is loaded before libfido2, and shows it the security keys of the tests.
$(BUILD)/security-key-usb.so: $(BUILD)/tests/security-key/usb.o
	$(call quiet,LD)$(CC) -shared $(LDFLAGS) -o $@ $^ -ldl

$(BUILD)/tests/security-key/%.o: CFLAGS += -U_FORTIFY_SOURCE -Wno-missing-prototypes

# What is loaded before the C library and looks through memory for keys, and what prints them.
$(BUILD)/sweep-shim.so: $(BUILD)/tests/sweep/shim.o
	$(call quiet,LD)$(CC) -shared $(LDFLAGS) -o $@ $^ -ldl

$(BUILD)/sweep-keys: $(BUILD)/tests/sweep/keys.o $(BUILD)/libqorgan.a
	$(call quiet,LD)$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $^ $(LIBS)

# Our side of the tests with stock age.
$(BUILD)/age-pipe: $(BUILD)/tests/interop/age_pipe.o $(BUILD)/libqorgan.a
	$(call quiet,LD)$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $^ $(LIBS)

# The program with the identity of the kit, and what judges parts of files alone.
$(BUILD)/kit-qorgan: $(BUILD)/tests/kit/identity.o $(CLI_OBJECTS) $(BUILD)/libqorgan.a
	$(call quiet,LD)$(CC) -pie $(CFLAGS_ALL) $(LDFLAGS_ALL) -Wl,--wrap=vault_age_identities -o $@ $^ $(LIBS) $(CLI_LIBS)

$(BUILD)/kit-judge: $(BUILD)/tests/kit/judge.o $(BUILD)/libqorgan.a
	$(call quiet,LD)$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $^ $(LIBS)

# What each object was made from, headers too; of tests and tools as well.
-include $(patsubst %.o,%.d,$(LIB_OBJECTS) $(CLI_OBJECTS) $(UNIT_OBJECTS) $(BUILD)/src/cli/manual_main.o \
	$(BUILD)/src/confine/filter_main.o) \
	$(patsubst %.c,$(BUILD)/%.d,$(wildcard tests/bench/*.c tests/crowd/*.c tests/fuzz/*.c tests/interop/*.c tests/kit/*.c \
	tests/security-key/*.c tests/simulation/*.c tests/soak/*.c tests/sweep/*.c tests/torture/*.c))

# ---- What it needs ---------------------------------------------------------

# Installs what is missing; asks for root only then.
deps:
	@src/tools/deps $(BUILD_PACKAGES)

deps-check:
	@src/tools/deps $(BUILD_PACKAGES) $(TEST_PACKAGES)

# ---- What it is for --------------------------------------------------------

demo: deps
	@$(MAKE) --no-print-directory all
	@QORGAN_PROGRAM=$(CURDIR)/$(BUILD)/qorgan src/tools/demo

# With a server of its own, which ends with it.
demo-shared: deps
	@src/tools/deps postgresql
	@$(MAKE) --no-print-directory all
	@QORGAN_PROGRAM=$(CURDIR)/$(BUILD)/qorgan src/tools/demo-shared

check: deps-check
	@$(MAKE) --no-print-directory all $(BUILD)/age-pipe $(BUILD)/simulate $(BUILD)/soak $(BUILD)/crowd $(BUILD)/kit-qorgan $(BUILD)/kit-judge \
		$(BUILD)/torture-shim.so $(BUILD)/security-key-usb.so $(BUILD)/sweep-shim.so $(BUILD)/sweep-keys
	@tests/run

bench: deps-check
	@$(MAKE) --no-print-directory all $(BUILD)/bench
	@QORGAN=$(CURDIR)/$(BUILD)/qorgan $(BUILD)/bench $(RECORDS)

$(BUILD)/bench: $(patsubst %.c,$(BUILD)/%.o,$(sort $(wildcard tests/bench/*.c))) $(BUILD)/libqorgan.a
	$(call quiet,LD)$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) -Wl,--export-dynamic-symbol=poll -Wl,--export-dynamic-symbol=send -o $@ $^ $(LIBS) -lsqlcipher -lpq

$(BUILD)/tests/bench/%.o: CPPFLAGS += -DSQLITE_HAS_CODEC
$(BUILD)/tests/bench/server_floor.o: CPPFLAGS += $(patsubst -I%,-isystem %,$(shell pkg-config --cflags libpq))

# Regions by the numbers FIRST, FIRST + 1 and so on, each of which can be played again.
FIRST ?= 1
SEEDS ?= 100
simulate: deps-check
	@$(MAKE) --no-print-directory $(BUILD)/simulate
	@$(BUILD)/simulate -j $$(nproc) $(FIRST) $(SEEDS)

# Sequences by the numbers FIRST, FIRST + 1 and so on, of STEPS commands each.
STEPS ?= 100
model: deps-check
	@$(MAKE) --no-print-directory $(BUILD)/qorgan
	@tests/model/run --first $(FIRST) --seeds $(SEEDS) --steps $(STEPS) $(BUILD)/qorgan

# Every call; under the sanitizers, where each run takes some ten times as long, 40 of each command and mode. make check
# does a part of it.
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=undefined
torture: deps-check
	@$(MAKE) --no-print-directory $(BUILD)/qorgan $(BUILD)/torture-shim.so $(BUILD)/sweep-shim.so $(BUILD)/sweep-keys
	@$(MAKE) --no-print-directory BUILD=build/asan MODE_FLAGS="-O1 $(SANITIZE)" HARDENING=-fPIC LDFLAGS="$(SANITIZE)" \
		build/asan/qorgan
	@tests/torture/torture --long $(TORTURE) $(BUILD)/qorgan $(BUILD)/torture-shim.so
	@tests/torture/torture --long --most 40 $(TORTURE) build/asan/qorgan $(BUILD)/torture-shim.so
	@tests/sweep/sweep --long $(BUILD)/qorgan $(BUILD)/sweep-shim.so $(BUILD)/sweep-keys

# Many processes on one store by the numbers FIRST, FIRST + 1 and so on, as they are, and where threads share memory
# under ThreadSanitizer, too.
RACES = BUILD=build/tsan MODE_FLAGS="-O1 -fsanitize=thread" HARDENING=-fPIC CFLAGS=-Wno-maybe-uninitialized \
	LDFLAGS=-fsanitize=thread
crowd: deps-check
	@$(MAKE) --no-print-directory $(BUILD)/crowd
	@$(MAKE) --no-print-directory $(RACES) build/tsan/unit build/tsan/soak build/tsan/crowd
	@for seed in $$(seq $(FIRST) $$(($(FIRST) + $(SEEDS) - 1))); do $(BUILD)/crowd -w 2000 -s $$seed || exit; done
	@CK_TIMEOUT_MULTIPLIER=10 sh -c 'build/tsan/unit $(THREADED) && build/tsan/soak -t -m 3 -c 300 && \
		build/tsan/crowd -w 200'

# The suites whose work is shared by two threads.
THREADED = vault vault_damage mirror receive package_read record_check report listing

# Three years of six states, 20,000 commits each; make check plays a smaller region.
soak: deps-check
	@$(MAKE) --no-print-directory $(BUILD)/soak
	@$(BUILD)/soak $(SOAK)

# ---- Fuzzing: libFuzzer, with the sanitizers ---------------------------------

FUZZ_BUILD = build/fuzz
FUZZ_SECONDS ?= 600
FUZZ_LINK = -fsanitize=address,undefined,fuzzer

fuzz-programs:
	@$(MAKE) --no-print-directory BUILD=$(FUZZ_BUILD) CC=clang MODE_FLAGS="-O1 -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=undefined" \
		HARDENING=-fPIC $(FUZZ_TARGETS:%=$(FUZZ_BUILD)/fuzz_%)

# Those that have a small store, made with the same random numbers each time; and the program, without what would
# confine the fuzzer too or take long.
STORE_FUZZERS = $(addprefix $(FUZZ_BUILD)/fuzz_,command_line form frame load question receive records store)
$(STORE_FUZZERS): $(BUILD)/tests/fuzz/small_store.o $(BUILD)/tests/fuzz/small_store_look.o
$(STORE_FUZZERS): LIBS += -Wl,--wrap=exit,--wrap=random_fill
WRAPPED = confinement_enter qorgan_guard editor_process_run isatty open crypto_pwhash crypto_pwhash_scryptsalsa208sha256_ll
$(FUZZ_BUILD)/fuzz_command_line: $(filter-out %/main.o,$(CLI_OBJECTS)) $(BUILD)/tests/fuzz/main.o
$(FUZZ_BUILD)/fuzz_command_line: LIBS += $(CLI_LIBS) $(WRAPPED:%=-Wl,--wrap=%)

$(BUILD)/tests/fuzz/main.o: src/cli/main.c
	@mkdir -p $(@D)
	$(call quiet,CC)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -Wno-missing-prototypes -Dmain=qorgan_main -c -o $@ $<

$(FUZZ_BUILD)/fuzz_%: $(BUILD)/tests/fuzz/fuzz_%.o $(BUILD)/libqorgan.a
	$(call quiet,LD)clang $(FUZZ_LINK) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(LIBS)

fuzz: deps-check fuzz-programs
	@tests/fuzz/run $(FUZZ_SECONDS) $(FUZZ_TARGETS)

fuzz-quick: fuzz-programs
	@tests/fuzz/run 1 $(FUZZ_TARGETS)

# ---- Coverage ----------------------------------------------------------------

coverage: deps-check
	@tests/coverage

# ---- Static analysis -----------------------------------------------------------

lint: deps-check
	@src/tools/deps $(LINT_PACKAGES)
	@tests/lint/run $(FILES)

# ---- Installing ----------------------------------------------------------------

INSTALL = install
EXAMPLES := src/packaging/crontab $(sort $(wildcard src/packaging/*.service src/packaging/*.timer))
C_EXAMPLES := $(sort $(wildcard src/examples/*.c))
install: all
	$(INSTALL) -D -m 755 $(BUILD)/qorgan $(DESTDIR)$(PREFIX)/bin/qorgan
	$(INSTALL) -D -m 644 $(BUILD)/libqorgan.a $(DESTDIR)$(LIBDIR)/libqorgan.a
	$(INSTALL) -D -m 755 $(BUILD)/libqorgan.so.0 $(DESTDIR)$(LIBDIR)/libqorgan.so.0
	ln -sf libqorgan.so.0 $(DESTDIR)$(LIBDIR)/libqorgan.so
	$(INSTALL) -d $(DESTDIR)$(PREFIX)/include/qorgan $(DESTDIR)$(PREFIX)/share/qorgan/catalogue/2026-2028
	$(INSTALL) -m 644 include/qorgan/*.h $(DESTDIR)$(PREFIX)/include/qorgan/
	$(INSTALL) -m 644 catalogue/2026-2028/* $(DESTDIR)$(PREFIX)/share/qorgan/catalogue/2026-2028/
	$(INSTALL) -d $(DESTDIR)$(PREFIX)/share/qorgan/examples
	for file in $(EXAMPLES); do sed 's|/usr/local/bin/|$(PREFIX)/bin/|' $$file \
		> $(DESTDIR)$(PREFIX)/share/qorgan/examples/$${file##*/} || exit; done
	$(INSTALL) -m 644 $(C_EXAMPLES) $(DESTDIR)$(PREFIX)/share/qorgan/examples/
	chmod 644 $(DESTDIR)$(PREFIX)/share/qorgan/examples/*
	$(INSTALL) -D -m 644 $(BUILD)/qorgan.1 $(DESTDIR)$(PREFIX)/share/man/man1/qorgan.1
	for language in $(TRANSLATED); do $(INSTALL) -D -m 644 $(BUILD)/man/$$language.1 \
		$(DESTDIR)$(PREFIX)/share/man/$$language/man1/qorgan.1 || exit; done
	$(INSTALL) -D -m 644 $(BUILD)/qorgan-package.5 $(DESTDIR)$(PREFIX)/share/man/man5/qorgan-package.5
	$(INSTALL) -D -m 644 $(BUILD)/qorgan-lost.7 $(DESTDIR)$(PREFIX)/share/man/man7/qorgan-lost.7
	$(INSTALL) -D -m 644 $(BUILD)/qorgan-postgres.7 $(DESTDIR)$(PREFIX)/share/man/man7/qorgan-postgres.7
	$(INSTALL) -D -m 644 $(BUILD)/man/ru.qorgan-lost.7 $(DESTDIR)$(PREFIX)/share/man/ru/man7/qorgan-lost.7
	$(INSTALL) -D -m 644 $(BUILD)/man/ru.qorgan-postgres.7 $(DESTDIR)$(PREFIX)/share/man/ru/man7/qorgan-postgres.7
	$(INSTALL) -d $(DESTDIR)$(LIBDIR)/pkgconfig
	sed 's|@PREFIX@|$(PREFIX)|; s|@LIBDIR@|$(LIBDIR:$(PREFIX)/%=$${prefix}/%)|; s|@VERSION@|$(VERSION)|' src/qorgan.pc.in \
		> $(DESTDIR)$(LIBDIR)/pkgconfig/qorgan.pc
	$(INSTALL) -d $(DESTDIR)$(PREFIX)/share/bash-completion/completions $(DESTDIR)$(ZSH_FUNCTIONS) \
		$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
	$(BUILD)/qorgan completion bash > $(DESTDIR)$(PREFIX)/share/bash-completion/completions/qorgan
	$(BUILD)/qorgan completion zsh > $(DESTDIR)$(ZSH_FUNCTIONS)/_qorgan
	$(BUILD)/qorgan completion fish > $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/qorgan.fish

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/qorgan $(DESTDIR)$(LIBDIR)/libqorgan.a $(DESTDIR)$(LIBDIR)/libqorgan.so* \
		$(DESTDIR)$(LIBDIR)/pkgconfig/qorgan.pc $(DESTDIR)$(PREFIX)/share/man/man1/qorgan.1 \
		$(DESTDIR)$(PREFIX)/share/man/man5/qorgan-package.5 \
		$(DESTDIR)$(PREFIX)/share/man/man7/qorgan-postgres.7 $(DESTDIR)$(PREFIX)/share/man/ru/man7/qorgan-postgres.7 \
		$(DESTDIR)$(PREFIX)/share/man/man7/qorgan-lost.7 $(DESTDIR)$(PREFIX)/share/man/ru/man7/qorgan-lost.7 \
		$(TRANSLATED:%=$(DESTDIR)$(PREFIX)/share/man/%/man1/qorgan.1) \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions/qorgan \
		$(DESTDIR)$(ZSH_FUNCTIONS)/_qorgan \
		$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/qorgan.fish
	rm -rf $(DESTDIR)$(PREFIX)/include/qorgan $(DESTDIR)$(PREFIX)/share/qorgan

# ---- Packages for Debian -----------------------------------------------------------

# In build/deb, from a copy of this folder, so that the top level stays as it is.
deb:
	@src/tools/deps $(BUILD_PACKAGES) check zlib1g-dev $(PACKAGING_PACKAGES)
	@src/packaging/build-deb build/deb

deb-check:
	@src/tools/deps $(BUILD_PACKAGES) $(TEST_PACKAGES) $(PACKAGING_PACKAGES) $(PACKAGING_TEST_PACKAGES)
	@tests/packaging/run

# ---- The library's interface ---------------------------------------------------------

# Writes down what the library shows that is new: tests/abi says what. With INTERFACE=force also what is gone or
# changed, which is for the time before a release.
interface: $(BUILD)/libqorgan.so.0
	@tests/abi $< $(or $(INTERFACE),write)

# ---- Languages -----------------------------------------------------------------

# Brings the catalogues up to date with the phrases, labels and words in the source, with its messages, and with
# what the tables of commands say.
SAID = src/report/phrases.h src/record/schema_tables.c src/register/wording.c src/report/compute_changes.c
SAID_BY = P:2 N:2,3 SAID TEXT:3 STRING:3 DATE:3 FLAG:3 STATE:3 PARTY:3 MARKING:3 WORD:4 REFER:4 GROUP:4 NUMBER:5 KIND:6
MESSAGES = $(filter-out $(SAID),$(LIB_SOURCES) $(wildcard src/cli/*.c src/confine/*.c))
MESSAGES_BY = SAID language_said language_said_count:1,2 error_set:3 error_set_system:3 error_prefix:3 call_say:2 call_warn:2 \
	source_fault:4 validation_tell:3 form_fault:4 warn:2 mistrust_set:2 walk_fault:2 verify_find:3 refuse:2 \
	line_refuse:3 rule_needs:3 rule_each:5 vault_progress:2 vault_view_progress:2 line_scan_fail:3 wrong_type:4 bad_value:3 armor_refuse:2 header_refuse:2 payload_refuse:2 tell:3 \
	tell_text:3 doctor_tell:5 plan_tell:5 plan_count:4
XGETTEXT = xgettext --from-code=UTF-8 --language=C --no-location --package-name=qorgan -o $(BUILD)/languages/qorgan.pot

$(BUILD)/languages/qorgan.pot: $(SAID) $(MESSAGES) $(BUILD)/make-manual
	@mkdir -p $(@D)
	@$(BUILD)/make-manual texts > $(BUILD)/languages/texts.c
	@$(XGETTEXT) -k $(SAID_BY:%=-k%) $(SAID)
	@$(XGETTEXT) -j -k $(MESSAGES_BY:%=-k%) $(MESSAGES) $(BUILD)/languages/texts.c
	@sed -i '/^"POT-Creation-Date/d' $@

languages: $(BUILD)/languages/qorgan.pot
	@for po in $(LANGUAGES); do msgmerge --quiet --no-fuzzy-matching --update --backup=none --no-wrap --no-location $$po $< && \
		msgattrib --no-obsolete --no-wrap -o $$po $$po || exit; done

dist:
	git archive --prefix=qorgan-$(VERSION)/ -o qorgan-$(VERSION).tar.gz HEAD

clean:
	rm -rf build
