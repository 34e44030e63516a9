#!/bin/bash
# A store on a PostgreSQL server: addresses, moving there and back, many at once, broken connections, rights, and a server
# that cheats. With a server of its own, by a socket that nobody else knows.
unset QORGAN_SERVER
. "$(dirname "$0")/lib.sh"
if ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
	test_skip 'a store on a server: no PostgreSQL server is installed'
	test_done
	exit
fi
server=$(mktemp -d "${TMPDIR:-/tmp}/qorgan-server-XXXXXX")
trap '"$ROOT/src/tools/server" stop "$server" immediate >/dev/null 2>&1; rm -rf "$WORK" "$server"' EXIT
address=$("$ROOT/src/tools/server" start "$server")
sql() { psql -qAtX -v ON_ERROR_STOP=1 -h "$server" -U keeper "${base:-register}" "$@"; }
# at BASE [USER]: the address of a database.
at() { echo "postgres:///$1?host=$server&user=${2:-keeper}"; }

age-keygen -o identity 2>/dev/null
chmod 600 identity
export QORGAN_IDENTITY=$WORK/identity QORGAN_STORE=$address
recipient=$(age-keygen -y identity)
QORGAN_NOW=2025-12-01T08:00:00Z qorgan -q init --state UZB --as a.karimova --recipient "$recipient"
qorgan -q load "$ROOT/catalogue/2026-2028"

test_case 'a store on a server is used like one in a folder' '
	qorgan verify | grep -q "All is well: 213 versions, 2 commits"
	qorgan -q status WAT-04-M1 in-progress --progress 20 --note "First"
	qorgan show WAT-04-M1 | grep -q "20"
	qorgan report status --period 2026-Q1 -f csv | grep -q WAT-04-M1
	qorgan stats --json | jq -e ".commits == 3"
'

test_case 'doctor looks at what there is to be looked at' '
	qorgan doctor --json >found || true
	jq -e ".errors == 0 and ([.findings[] | select(.result == \"skipped\").check] | sort) ==
		[\"addresses\", \"file-system\", \"permissions\", \"readers\", \"space\"]" found
'

# Passes on what is said, and notes the end of each batch of questions: with what it is done.
cat >relay.py <<'END'
import socket, struct, sys, threading
def serve(client):
    server = socket.socket(socket.AF_UNIX)
    server.connect(sys.argv[2])
    def back():
        while data := server.recv(65536):
            client.sendall(data)
        client.close()
    threading.Thread(target=back, daemon=True).start()
    rest, names, begun = b"", [], False
    while data := client.recv(65536):
        rest += data
        while len(rest) > 8:
            size = struct.unpack(">I", rest[1:5] if begun else rest[:4])[0] + begun
            if len(rest) < size:
                break
            kind, body, rest = rest[:1], rest[5:size], rest[size:]
            if begun and kind in b"PQ":
                names += [word.decode() for word in body.split(b"\0")[:2]]
            elif begun and kind == b"B":
                names.append(body.split(b"\0")[1].decode())
            elif begun and kind == b"S":
                print(*names, sep="|", flush=True)
                names = []
            begun = True
        server.sendall(data)
    server.close()
listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1] + "/.s.PGSQL.5432")
listener.listen()
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
END
test_case 'a change takes three journeys, from the lock to its answer' '
	mkdir relay
	python3 relay.py "$WORK/relay" "$server/.s.PGSQL.5432" >journeys &
	trap "kill $!" EXIT
	until [ -S relay/.s.PGSQL.5432 ]; do :; done
	for change in "measure edit WAT-04-M1 --title.en Again" "status WAT-04-M1 in-progress --progress 30 --note More" \
			"note WAT-04-M1 Remark"; do
		: >journeys
		qorgan -q -S "postgres:///register?host=$WORK/relay&user=keeper" $change >/dev/null
		sed -n "/FOR UPDATE/,/COMMIT/p" journeys >held
		grep -q COMMIT held
		[ "$(wc -l <held)" -le 3 ] || { cat held; exit 1; }
	done
'

test_case 'states exchange through a folder, one of them on a server' '
	mkdir -p post
	qorgan -S kaz init --state KAZ --recipient "$recipient" -q
	qorgan identity >UZB.card
	qorgan -S kaz identity >KAZ.card
	fingerprint() { python3 "$ROOT/tests/interop/make_card.py" --fingerprint <"$1"; }
	qorgan -q partner add KAZ.card --fingerprint "$(fingerprint KAZ.card)" >/dev/null
	qorgan -q -S kaz partner add UZB.card --fingerprint "$(fingerprint UZB.card)" >/dev/null
	qorgan -q risk add CYB-70 --domain CYB --title.en "For both" --coordinator UZB --marking GREEN --release KAZ >/dev/null
	qorgan -q exchange post
	qorgan -q -S kaz exchange post
	qorgan -S kaz show CYB-70 | grep -q "For both"
	qorgan -q exchange post
	qorgan verify
'

test_case 'a wrong address is told for what it is' '
	expect_code 73 qorgan init --state UZB --recipient "$recipient"
	expect_one_line "there already is a store"
	expect_code 66 qorgan -S "$address&store=other" stats
	expect_one_line "make one with qorgan init"
	expect_code 64 qorgan -S "$address&store=a%2Fb" stats
	expect_code 64 qorgan -S "postgres://keeper:secret@localhost/register" stats
	expect_one_line ".pgpass"
	not grep -q secret said
	expect_code 64 qorgan -S "$address&nonsense=1" stats
	expect_code 66 qorgan -S "$(at nothing)" stats
	expect_code 75 qorgan -S "postgres:///register?host=$WORK&user=keeper" stats
	expect_one_line "cannot reach the server"
	expect_code 64 qorgan repair mended
	expect_one_line "restore-backup"
	createdb -h "$server" -U keeper empty
	expect_code 66 qorgan -S "$(at empty)" init --state UZB --recipient "$recipient"
	expect_one_line "qorgan schema --sql"
'

# It says that it does no TLS, as one does that wants to listen.
test_case 'a server over a network must prove that it is the right one' '
	python3 -c "
import socket
s = socket.create_server((\"127.0.0.1\", 0))
print(s.getsockname()[1], flush=True)
c = s.accept()[0]
c.recv(8)
c.send(b\"N\")
c.recv(100)" >port &
	until [ -s port ]; do :; done
	expect_code 77 qorgan -S "postgres://keeper@127.0.0.1:$(cat port)/register" stats
	grep -q "SSL" said
'

# It lets everybody in, and to each question begins a copy, says rubbish, or ends.
cat >false-server.py <<'END'
import os, socket, sys
answer = {"copy": b"1\0\0\0\4" b"2\0\0\0\4" b"H\0\0\0\7\0\0\0", "rubbish": b"\xff" * 4096, "end": b"",
          "huge": b"1\0\0\0\4" b"2\0\0\0\4" b"T\0\0\0\6\0\0" b"D\x7f\xff\xff\xff\0\1"}[sys.argv[2]]
s = socket.socket(socket.AF_UNIX)
s.bind(sys.argv[1] + "/.s.PGSQL.5432")
s.listen()
while True:
    c = s.accept()[0]
    c.recv(4096)
    c.send(b"R\0\0\0\10\0\0\0\0" b"Z\0\0\0\5I")
    c.recv(4096)
    c.send(answer)
    c.close() if sys.argv[2] == "end" else c.recv(65536)
    c.close()
END
test_case 'a server that answers in no known way is given up' '
	for way in copy rubbish end huge; do
		mkdir "$way"
		python3 false-server.py "$WORK/$way" $way &
		until [ -S "$way/.s.PGSQL.5432" ]; do :; done
		code=0
		timeout 20 qorgan -S "postgres:///register?host=$WORK/$way" stats 2>said >out || code=$?
		kill $!
		[ $code -eq 75 ] || [ $code -eq 74 ] || { echo "$way: $code"; cat said; exit 1; }
		[ "$(wc -l <said)" -eq 1 ]
		[ ! -s out ]
	done
'

test_case 'a store is moved to a server and back, with the same checkpoint' '
	QORGAN_STORE=$WORK/folder
	QORGAN_NOW=2025-12-01T08:00:00Z qorgan -q init --state KAZ --recipient "$recipient"
	qorgan -q load "$ROOT/catalogue/2026-2028"
	root=$(root_now)
	qorgan -q store copy --move "$address&store=kaz"
	[ ! -e folder ]
	ls -d folder.moved-*
	QORGAN_STORE="$address&store=kaz"
	expect_same "$root" "$(root_now)"
	qorgan -q note WAT-04-M1 "Here now"
	root=$(root_now)
	expect_code 73 qorgan store copy "$address&store=kaz"
	qorgan store copy --move "$WORK/back" --json | jq -e ".rows == .written and (.kept | test(\"moved-\"))"
	QORGAN_STORE=$WORK/back
	expect_same "$root" "$(root_now)"
	qorgan verify
	qorgan -q note WAT-04-M1 "Back"
'

test_case 'a copy that was interrupted is gone on with' '
	base=copies
	createdb -h "$server" -U keeper copies
	qorgan schema --sql | sql --single-transaction
	qorgan -q store copy "$(at copies)"
	sql -c "UPDATE qorgan.stores SET name = name || '"'.copying'"'; DELETE FROM qorgan.leaves WHERE get_byte(key, 7) > 100;
		UPDATE qorgan.heads SET value = key WHERE key IN (SELECT key FROM qorgan.heads LIMIT 3); DELETE FROM qorgan.commits"
	qorgan store copy "$(at copies)" --json >copied
	jq -e ".written > 100 and .written < .rows" copied
	expect_same "$(root_now)" "$(qorgan -S "$(at copies)" stats --json | jq -r "\"\(.leaves) \(.root)\"")"
	qorgan -S "$(at copies)" verify
'

test_case 'a copy that broke off before it was a store is made anew' '
	mkdir half.copying
	head -c 5000 /dev/urandom >half.copying/store.mdb
	qorgan -q store copy half
	[ ! -e half.copying ]
	expect_same "$(root_now)" "$(qorgan -S half stats --json 2>/dev/null | jq -r "\"\(.leaves) \(.root)\"")"
'

test_case 'a checkout is taken along without the server, and checked in' '
	qorgan checkout travel
	env -u QORGAN_STORE PGHOST=/nowhere qorgan -q -S travel status WAT-04-M2 in-progress --progress 15 -m "On the way"
	env -u QORGAN_STORE qorgan -q -S travel measure edit WAT-04-M2 --title.en "Drafted"
	qorgan -q measure edit WAT-04-M2 --title.ru "Дома"
	qorgan checkin travel | grep -q "WAT-04-M2: put together with what others changed"
	qorgan show WAT-04-M2 --json | jq -e ".title.en == \"Drafted\" and .title.ru == \"Дома\""
	expect_same 15 "$(qorgan show WAT-04-M2/UZB --json | jq .progress)"
	qorgan log --limit 1 | grep -q "Checked in: On the way"
	expect_code 77 qorgan -S travel note WAT-04-M2 "Too late"
	qorgan verify
'

test_case 'many write at once, and each change is there' '
	before=$(qorgan stats --json | jq .commits)
	for writer in 1 2 3 4 5 6; do
		(for change in 1 2 3; do
			qorgan -q risk add WAT-$writer$change --domain WAT --title.en "Risk $writer $change" --coordinator UZB || exit 1
		done) &
		writers="${writers:-} $!"
	done
	for writer in $writers; do wait "$writer"; done
	expect_same $((before + 18)) "$(qorgan stats --json | jq .commits)"
	for writer in 1 2 3 4 5 6; do qorgan show "WAT-${writer}3" >/dev/null; done
	qorgan verify
'

test_case 'connections that break are gone on over, and no acknowledged change is lost' '
	(while [ -e running ] || [ ! -e begun ]; do
		sql -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '"'qorgan'"'" >/dev/null
		touch begun
	done) &
	cutter=$!
	touch running
	kept=0
	for change in $(seq 12); do
		code=0
		qorgan -q risk add "TER-$((50 + change))" --domain TER --title.en "Cut" --coordinator UZB 2>said || code=$?
		case $code in
		0) kept=$((kept + 1)); echo "TER-$((50 + change))" >>acknowledged ;;
		75) ;;
		*) cat said; rm running; exit 1 ;;
		esac
	done
	rm running
	wait $cutter
	while read -r id; do qorgan show "$id" >/dev/null; done <acknowledged
	qorgan verify
'

test_case 'a server that is killed in the midst keeps what it acknowledged' '
	touch running
	(change=0
	while [ -e running ] && [ $change -lt 300 ]; do
		change=$((change + 1))
		qorgan -q risk add "ARM-$((100 + change))" --domain ARM --title.en "Killed" --coordinator UZB 2>/dev/null &&
			echo "ARM-$((100 + change))" >>kept
	done) &
	writer=$!
	for time in 1 2; do
		until [ "$(cat kept 2>/dev/null | wc -l)" -ge $((time * 3)) ]; do :; done
		"$ROOT/src/tools/server" stop "$server" immediate
		"$ROOT/src/tools/server" run "$server"
	done
	rm running
	wait $writer || true
	while read -r id; do qorgan show "$id" >/dev/null; done <kept
	qorgan verify
'

test_case 'rights are rights: a reader reads, a liaison adds and changes no history' '
	sql -c "CREATE ROLE reading LOGIN IN ROLE qorgan_reader; CREATE ROLE writing LOGIN IN ROLE qorgan_liaison"
	qorgan -S "$(at register reading)" measure list >/dev/null
	expect_code 77 qorgan -S "$(at register reading)" note WAT-04-M1 "Not by a reader"
	expect_one_line "ask its administrator"
	qorgan -q -S "$(at register writing)" status WAT-04-M1 in-progress --progress 40 --note "By a liaison"
	qorgan -q -S "$(at register writing)" measure edit WAT-04-M1 --title.en "Changed by a liaison"
	qorgan -q -S "$(at register writing)" risk add WAT-90 --domain WAT --title.en "New" --coordinator UZB
	qorgan -q -S "$(at register writing)" risk edit WAT-90 --title.en "Newer"
	expect_code 77 qorgan -S "$(at register writing)" forget --yes --reason "Not by a liaison" WAT-90
	for table in ids history leaves tree commits evidence outcomes; do
		not sql -U writing -c "DELETE FROM qorgan.$table" 2>denied
		sql -c "GRANT UPDATE, DELETE ON qorgan.$table TO writing"
		not sql -U writing -c "DELETE FROM qorgan.$table" 2>denied
		grep -q "only a keeper" denied
	done
	qorgan -q forget --yes --reason "By a keeper" WAT-90 2>said
	grep -q "VACUUM" said
	qorgan verify
'

# trick NAME SQL: on a copy of the database it is done, and must be found.
number=0
trick() {
	test_case "a server that cheats is found out: $1" '
		number='$((++number))'
		createdb -h "$server" -U keeper -T register "trick$number"
		base=trick$number
		sql -c "'"$2"'"
		QORGAN_STORE=$(at "trick$number")
		code=0
		qorgan verify >found 2>&1 || code=$?
		[ $code -ne 0 ]
		not grep -q "All is well" found
		not grep -qi "internal\|defect of the program" found
		dropdb -h "$server" -U keeper "trick$number"
	'
}
last() { echo "key = (SELECT key FROM qorgan.$1 WHERE store = 1 ORDER BY key DESC LIMIT 1)"; }
first() { echo "key = (SELECT key FROM qorgan.$1 WHERE store = 1 ORDER BY key LIMIT 1)"; }
trick 'a byte is altered' "UPDATE qorgan.heads SET value = set_byte(value, 40, get_byte(value, 40) # 1) WHERE store = 1 AND $(last heads)"
trick 'two rows are swapped' "UPDATE qorgan.heads a SET value = b.value FROM qorgan.heads b WHERE a.store = 1 AND b.store = 1
	AND a.$(first heads) AND b.$(last heads)"
trick 'an object is withheld' "DELETE FROM qorgan.heads WHERE store = 1 AND $(last heads)"
trick 'an older version is shown for the newest' "UPDATE qorgan.heads h SET value = o.value FROM qorgan.history o WHERE h.store = 1
	AND o.store = 1 AND substr(h.key, 2) = substr(o.key, 1, 8)"
trick 'a leaf is gone' "DELETE FROM qorgan.leaves WHERE store = 1 AND $(last leaves)"
trick 'a hash is another' "UPDATE qorgan.leaves SET value = set_byte(value, 3, get_byte(value, 3) # 1) WHERE store = 1
	AND $(first leaves)"
trick 'the last change is cut off' "DELETE FROM qorgan.commits WHERE store = 1 AND $(last commits)"
trick 'a row is added' "INSERT INTO qorgan.history SELECT store, key || decode('"'00'"', '"'hex'"'), value FROM qorgan.history LIMIT 1"
trick 'a value is enormous' "UPDATE qorgan.meta SET value = convert_to(repeat('"'x'"', 20000000), '"'utf8'"') WHERE store = 1 AND key = '"'l'"'"
trick 'the slots are gone' "DELETE FROM qorgan.meta WHERE store = 1 AND get_byte(key, 0) = 107"
trick 'a key is longer than any' "INSERT INTO qorgan.ids SELECT store, convert_to(repeat('"'k'"', 100), '"'utf8'"'), value FROM qorgan.ids LIMIT 1"

test_case 'a server that was put back to an older state is noticed, and not written to' '
	createdb -h "$server" -U keeper -T register older
	qorgan -q note WAT-04-M1 "After the copy"
	expect_code 77 qorgan -S "$(at older)" note WAT-04-M1 "On the older state"
	grep -q "rolled back" said
'

# watch_begin OPTION...: in the background, into `told`; it watches once this returns, and goes on saying into `said`.
watch_begin() {
	rm -f watched && mkfifo watched
	timeout 100 qorgan watch --json "$@" >told 2>watched &
	watcher=$!
	exec 9<watched
	read -r line <&9
	echo "$line" | grep -q "from commit"
}

test_case 'a watch is told of each change by the server, and goes on when that was away' '
	watch_begin --count 2
	qorgan -q note WAT-04-M1 "Before the restart"
	"$ROOT/src/tools/server" stop "$server" fast
	read -r line <&9
	echo "$line" | grep -q "trying on until it answers"
	"$ROOT/src/tools/server" run "$server"
	read -r line <&9
	echo "$line" | grep -q "answers again"
	qorgan -q note WAT-04-M1 "After the restart"
	wait "$watcher"
	expect_same "Before the restart;After the restart" "$(jq -r ".changes[] | select(.path == \"text.en\").new" told | paste -sd ";")"
	sql -c "LISTEN qorgan" -c "UPDATE qorgan.stores SET changes = changes WHERE store = 1" -c "SELECT 1" | grep -q "Asynchronous notification \"qorgan\" with payload \"1\""
'

test_case 'a watch goes on where the database cannot tell of changes' '
	sql -c "DROP TRIGGER tells ON qorgan.stores; DROP FUNCTION qorgan.tell_change"
	watch_begin --count 1
	qorgan -q note WAT-04-M1 "Nobody was told"
	wait "$watcher"
	expect_same "note" "$(jq -r .kind told)"
'

test_case 'a server that is put back to an older state under a watch is found out' '
	tables="meta ids history leaves tree commits evidence mirror heads outcomes stores"
	export XDG_STATE_HOME=$WORK/fifth
	sql -c "CREATE SCHEMA older"
	for table in $tables; do sql -c "CREATE TABLE older.$table AS SELECT * FROM qorgan.$table"; done
	qorgan -q note WAT-04-M1 "Soon gone"
	watch_begin
	{
		for table in $tables; do echo "DELETE FROM qorgan.$table; INSERT INTO qorgan.$table SELECT * FROM older.$table;"; done
		echo "UPDATE qorgan.stores SET changes = changes + 9;"
	} | sql --single-transaction
	code=0; wait "$watcher" || code=$?
	expect_same 77 "$code"
	cat <&9 | grep -q "was rolled back"
	sql -c "DROP SCHEMA older CASCADE"
'

test_case 'a backup of a server is put back on a server, or into a folder' '
	qorgan -q backup uzb.backup
	QORGAN_STORE="$address&store=again" XDG_STATE_HOME=$WORK/elsewhere qorgan -q restore-backup uzb.backup
	expect_same "$(root_now)" "$(XDG_STATE_HOME=$WORK/elsewhere qorgan -S "$address&store=again" stats --json | jq -r "\"\(.leaves) \(.root)\"")"
	XDG_STATE_HOME=$WORK/third qorgan -q -S restored restore-backup uzb.backup
	XDG_STATE_HOME=$WORK/third qorgan -S restored verify
'

test_case 'a backup takes the place of an older state on a server, which is kept under another name' '
	QORGAN_STORE="$address&store=replaced"
	qorgan -q -S "$address" backup newest.backup
	export XDG_STATE_HOME=$WORK/fourth
	qorgan -q restore-backup uzb.backup
	export QORGAN_NOW=2026-11-27T10:00:00Z
	qorgan restore-backup newest.backup --json | jq -e ".replaced | test(\"store=replaced.replaced-\")"
	qorgan restore-backup --older uzb.backup --json | jq -e ".replaced | test(\"store=replaced.replaced-.*-2$\")"
	qorgan restore-backup newest.backup --json | jq -e ".replaced | test(\"store=replaced.replaced-.*-3$\")"
	unset QORGAN_NOW
	expect_same "$(root_now)" "$(XDG_STATE_HOME=$WORK/state qorgan -S "$address" stats --json | jq -r "\"\(.leaves) \(.root)\"")"
	qorgan verify
'

test_done
