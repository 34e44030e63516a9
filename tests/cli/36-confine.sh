# What a command gives up before it reads anything: a library that breaks out of it from within
# is refused, and would not be without the confinement.
. "$(dirname "$0")/lib.sh"
store_make
mkdir outside outside/store outside/empty beside
touch outside/store/store.mdb

loaded=yes
if ldd "${QORGAN_ITSELF:-$QORGAN}" | grep -q libasan; then loaded=; fi
if ! cc -shared -fPIC -o breakout.so "$ROOT/tests/cli/breakout.c" || ! cc -o unconfined "$ROOT/tests/cli/unconfined.c" -lseccomp; then
	echo 'not ok - 36-confine.sh: what breaks out cannot be compiled'
	exit 1
fi
landlock=yes
qorgan doctor --no-key --json | command jq -e '[.findings[] | select(.check == "confinement" and (.what | test("Landlock")))] == []' >/dev/null ||
	landlock=

# break_out PROGRAM...: what the program does, with the library in it, as on a kernel without $lacks;
# the attempts are in `report`.
lacks=
break_out() {
	# Not into what stands in its place.
	if on_server; then local PATH=${QORGAN_ITSELF%/*}:$PATH QORGAN_STORE && QORGAN_STORE=$(store_address "$WORK/store"); fi
	touch outside/there outside/there2 outside/there3
	mkdir -p outside/empty
	BREAKOUT_REPORT=$WORK/report BREAKOUT_FOLDER=$WORK/outside ./unconfined $lacks -- env LD_PRELOAD="$WORK/breakout.so" "$@"
	[ "$(wc -l <report)" -gt 30 ]
}
undo() {
	chmod -R u+rwx outside
	rm -rf outside/[!se]* outside/symbolic "$HOME/broken-out"
}
# of RESULT: names of the attempts that ended so.
of() { awk -v result="$1" '$2 == result { print $1 }' report | tr '\n' ' '; }

by_calls='internet internet6 local-socket netlink bind connect send listen cut-by-name link symbolic-link make-pipe owner execute execute-open trace read-process namespace namespace-clone mount ring typing code-map code-new code-protect '
by_files='home make write cut remove rename make-folder remove-folder other-store own-memory signal '
allowed='may-read may-map may-fork '
# For a store on a server: connections, and what finds the server by its name; none is taken.
by_server='internet internet6 local-socket netlink connect send '
without_server() {
	local name
	for name in $1; do case " $by_server" in *" $name "*) ;; *) printf '%s ' "$name" ;; esac; done
}
if on_server; then
	by_calls=$(without_server "$by_calls")
	allowed="$by_server$allowed"
fi
sorted() { tr ' ' '\n' | grep . | sort | tr '\n' ' '; }

if [ -z "$loaded" ]; then
	test_skip 'a program that is taken over gets nowhere (a library cannot be loaded before the sanitizers)'
elif [ -z "$landlock" ]; then
	test_skip 'a program that is taken over writes nowhere else (this kernel has no Landlock)'
else
	test_case 'a program that is taken over reaches no other program and no other folder, and no network but for a store there' '
		for command in "stats" "verify" "risk list" "domain add AAA --title.en A" "report -o beside/report.html" "dump -o beside/dump"; do
			break_out qorgan -q $command >/dev/null
			expect_same "" "$(of failed)"
			expect_same "$(echo "$allowed" | sorted)" "$(of done | sorted)"
			expect_same "$(echo "$by_calls$by_files" | sorted)" "$(of refused | sorted)"
		done
		expect_same "empty store there there2 there3" "$(ls outside | tr "\n" " " | sed "s/ $//")"
		[ ! -s outside/there ]
		[ ! -e "$HOME/broken-out" ]
		[ -s beside/report.html ]
	'

	test_case 'without any confinement each of these attempts succeeds' '
		lacks="landlock seccomp" break_out qorgan -q stats >/dev/null
		cat report
		if [ "$(id -u)" -eq 0 ]; then
			expect_same "" "$(of failed)$(of refused)"
		else
			of done | grep -q "internet .*connect .*home make write .*execute .*trace .*typing"
		fi
		undo
	'

	test_case 'on a kernel with one of both, that one holds, and doctor says what is missing' '
		lacks=landlock break_out qorgan -q stats >/dev/null
		expect_same "$(echo "$by_calls" | sorted)" "$(of refused | sorted)"
		undo
		lacks=seccomp break_out qorgan -q stats >/dev/null
		of refused | tr " " "\n" >refused
		for name in $by_files execute execute-open symbolic-link make-pipe; do grep -qx "$name" refused; done
		[ ! -e "$HOME/broken-out" ]
		undo
		./unconfined landlock -- qorgan doctor --json >found
		jq -e "[.findings[] | select(.check == \"confinement\")] | length == 1 and .[0].result == \"warning\" and
			(.[0].what | test(\"Landlock\")) and (.[0].advice | test(\"lsm=\"))" found
		./unconfined seccomp landlock -- qorgan doctor --json >found
		jq -e "[.findings[] | select(.check == \"confinement\")] | length == 2" found
		jq -e ".checks == 22 and .warnings == ([.findings[] | select(.result == \"warning\")] | length)" found
	'
fi

test_case 'nothing in the environment or on the command line switches it off' '
	for name in $(grep -rhoE "(getenv|environment)\(\"[A-Z_]+\"" "$ROOT/src" | cut -d "\"" -f 2 | sort -u); do
		case $name in
		QORGAN_PASSPHRASE_FILE | QORGAN_IDENTITY | QORGAN_STORE | QORGAN_LANG | QORGAN_NOW) ;;
		PGSSLMODE | PGAPPNAME | PGCONNECT_TIMEOUT | PGTARGETSESSIONATTRS) ;; # of the library of a server
		XDG_* | HOME | PATH | USER | LANG* | LC_* | TMPDIR | VISUAL | EDITOR | TERM | COLUMNS | NO_COLOR) ;;
		*) echo "a variable that no test knows: $name"; exit 1 ;;
		esac
	done
	qorgan help | not grep -i "confine\|sandbox"
'

test_case 'whatever has an option for its output says so to the confinement' '
	not grep -nE "\{ \"(output|all|map)\"," -A1 -r "$ROOT/src/cli" --include=*.h --include=*.c | grep -vE "OPTION_OUTPUT|\{ \"(output|all|map)\"|^--"
	expect_same 1 "$(grep -c "\"output\", .o., \"FOLDER\"" "$ROOT/src/cli/command_tables.h")"
	[ "$(grep -cE "\"output\", .o.|\"all\", 0, \"DIR\"|\"map\", 0, \"FILE\"" "$ROOT/src/cli/command_tables.h")" -eq "$(grep -c "OPTION_OUTPUT" "$ROOT/src/cli/command_tables.h")" ]
'

test_case 'outputs of every kind are written where they are to be' '
	qorgan -q domain add CYB --title.en Cyber
	qorgan -q risk add CYB-01 --domain CYB --title.en Ransom
	ln -s "$WORK/beside/target" link
	qorgan -q dump -o link
	[ -L link ]
	[ -s beside/target ]
	qorgan -q dump -o /dev/stdout | grep -q CYB-01
	qorgan -q dump -o >(cat >beside/by-pipe)
	qorgan dump >beside/plain
	mkfifo fifo
	cat fifo >beside/by-fifo &
	qorgan -q dump -o fifo
	wait
	cmp beside/by-fifo beside/plain
	(cd beside && qorgan -q dump -o here && qorgan -q dump -o ./here2 && qorgan -q dump -o ../up)
	[ -s beside/here ]
	[ -s beside/here2 ]
	[ -s up ]
	qorgan -q report --all all/
	qorgan -q report --all all
	[ -s all/index.html ]
	qorgan -q reminders -f mail -o mails
	(cd / && qorgan -q report -o "$WORK/from-root.xlsx")
	expect_code 73 qorgan dump -o absent/folder/file
	expect_code 73 qorgan dump -o /dev/full 2>/dev/null || expect_code 74 qorgan dump -o /dev/full
'

test_case 'what a first command makes, it makes; what is remembered has its folder' '
	export HOME=$WORK/fresh XDG_STATE_HOME= QORGAN_STORE= XDG_DATA_HOME=
	unset QORGAN_STORE
	mkdir "$HOME"
	expect_code 66 qorgan stats
	on_server || [ -z "$(ls -A "$HOME")" ]
	qorgan -q init --state UZB --recipient "$(age-keygen -y "$WORK/identity")"
	store_exists "$HOME/.local/share/qorgan/default"
	expect_same 1 "$(ls "$HOME/.local/state/qorgan" | wc -l)"
	rm -r "$HOME/.local/state"
	qorgan stats >/dev/null
	expect_same 1 "$(ls "$HOME/.local/state/qorgan" | wc -l)"
'

if [ "$(stat -f -c %T /dev/shm 2>/dev/null)" != tmpfs ] || [ -z "$landlock" ]; then
	test_skip 'an editor writes its text and nothing else (no Landlock, or no /dev/shm)'
else
	cat >editor <<-'END'
	#!/bin/sh
	# What it may: its text, by other programs, with files of its own beside it.
	sed -i 's/$/ and more/' "$1"
	cp "$1" "$1~" && mkdir "$(dirname "$1")/folder" && ln -s "$1" "$(dirname "$1")/link" && rm "$(dirname "$1")/link"
	rmdir "$(dirname "$1")/folder"
	mktemp >/dev/null && echo ok >/dev/null
	# What it may not.
	for place in "$HOME/remembered" "$QORGAN_STORE/store.mdb" /dev/shm/remembered /tmp/remembered /var/tmp/remembered; do
		(echo x >>"$place") 2>/dev/null && echo "wrote $place" >>"$1"
	done
	exec python3 - "$1" <<'PYTHON'
	import socket, sys
	for family in (socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK):
	    try:
	        socket.socket(family, socket.SOCK_RAW if family == socket.AF_NETLINK else socket.SOCK_DGRAM)
	        open(sys.argv[1], "a").write("reached %s\n" % family)
	    except PermissionError:
	        pass
	socket.socket(socket.AF_UNIX)
	PYTHON
	END
	sed -i 's/^	//' editor
	chmod +x editor

	test_case 'an editor writes its text and what it keeps beside it, and reaches no network' '
		rm -f /dev/shm/remembered /tmp/remembered /var/tmp/remembered
		echo begun >>editor.text
		EDITOR="cat $PWD/editor.text >>\"\$1\"; $PWD/editor" qorgan -q note CYB-01
		expect_same "begun and more" "$(qorgan dump note | jq -r ".text | if type == \"object\" then .en else . end")"
		[ ! -e "$HOME/remembered" ]
		[ ! -e /dev/shm/remembered ]
		[ ! -e /tmp/remembered ]
	'
fi

test_case 'the process for the editor is there only where one may start, and ends with the command' '
	EDITOR="sleep 1000; true" qorgan -q risk edit CYB-01 --horizon 3
	not pgrep -f "sleep 1000; true"
	EDITOR=/nonexistent/editor expect_code 66 qorgan note CYB-01
	grep -q "the editor .* is not there" said
	EDITOR="kill -9 \$\$; true" expect_code 74 qorgan note CYB-01
	expect_one_line "ended by signal 9"
'
test_done
