# Two who change the same object: the later one is told who changed what, and both can be put together.
. "$(dirname "$0")/lib.sh"
store_make
qorgan -q load "$ROOT/catalogue/2026-2028"
qorgan -q measure edit WAT-04-M1 --support KGZ,UZB --title.en "Plans" # version 2
field() { qorgan show WAT-04-M1 --json | jq -r "$1"; }

test_case 'an edit that was overtaken says who changed what, and changes nothing' '
	qorgan -q measure edit WAT-04-M1 --title.ru "Планы" --as b.aliyev # 3
	qorgan -q measure edit WAT-04-M1 --due 2027-03-01 --due-reason Late --as c.saidova # 4
	unchanged 75 qorgan measure edit WAT-04-M1 --base 2 --title.en "Overwrites"
	expect_one_line "it is at version 4, not 2; b.aliyev, c.saidova changed title.ru, due, due_reason"
	unchanged 75 qorgan measure edit WAT-04-M1 --base 9 --title.en "From the future"
	expect_one_line "it is at version 4, not 9"
'

test_case 'what fits together is written with --merge' '
	qorgan -q measure edit WAT-04-M1 --base 2 --merge --title.en "Joint plans" --support +TJK,-KGZ
	expect_same "Joint plans|Планы|2027-03-01|TJK,UZB" "$(field "\"\(.title.en)|\(.title.ru)|\(.due)|\(.support | join(\",\"))\"")"
	qorgan log WAT-04-M1 --json | jq -e "([.[0].changes[].path] | sort) == [\"support\", \"title.en\"]"
	# Of what is at the newest version already it is an edit as any.
	qorgan -q measure edit WAT-04-M1 --base 5 --merge --title.kk "Жоспарлар"
	expect_same "Жоспарлар" "$(field .title.kk)"
'

test_case 'where both changed one value it is named, and nothing is changed' '
	qorgan -q measure edit WAT-04-M1 --title.en "The newest" --as b.aliyev
	unchanged 75 qorgan measure edit WAT-04-M1 --base 6 --merge --title.en "Another" --title.ru "Другие"
	expect_one_line "both changed title.en"
	# The same value is none.
	qorgan -q measure edit WAT-04-M1 --base 6 --merge --title.en "The newest" --title.ru "Другие"
	expect_same "The newest|Другие" "$(field "\"\(.title.en)|\(.title.ru)\"")"
'

test_case '--merge says what it needs' '
	expect_code 64 qorgan measure edit WAT-04-M1 --merge --title.en "From nowhere"
	grep -q "needs --base" said
	expect_code 64 qorgan measure edit WAT-04-M1 --merge --base 1 --propose --title.en X
	expect_code 66 qorgan measure edit WAT-99-M1 --merge --base 1 --title.en X
'

# An editor that, where there is a pipe `go`, waits until somebody has written into it, and then does what `mine` says. It may
# write nowhere but beside its text; opening the pipe tells that it has begun.
cat >editor <<EOF
#!/bin/bash
[ ! -p $WORK/go ] || read -r _ <$WORK/go
cp "\$1" "\$1.seen"
jq "\$(cat $WORK/mine)" "\$1.seen" >"\$1"
EOF
chmod +x editor
# while_editing CHANGE MINE COMMAND...: somebody makes the change once the editor has begun.
while_editing() {
	local change=$1
	printf "%s" "$2" >mine
	mkfifo go
	(exec 8>go; rm go; eval "$change" >/dev/null; echo >&8) &
	shift 2
	EDITOR=$WORK/editor "$@"
}
cat >answer.exp <<'EOF'
set answer [lindex $argv 0]
log_file -noappend -a seen
spawn -noecho {*}[lrange $argv 1 end]
expect {
	-re {\[y/n\] } { send "$answer\r"; exp_continue }
	eof {}
	timeout { exit 99 }
}
lassign [wait] pid spawned system code
exit $code
EOF
answering() { rm -f seen; expect -f answer.exp -- "$@" >/dev/null; }

test_case 'whoever was overtaken in the editor keeps what was typed, where nobody can be asked' '
	before=$(field .version)
	expect_code 75 while_editing "qorgan -q measure edit WAT-04-M1 --due 2027-04-01 --due-reason Later --as b.aliyev" \
		".title.en = \"Typed\"" qorgan -q measure edit WAT-04-M1
	grep -q "b.aliyev changed due" said
	kept=$(sed -n "s/.*is kept.*, in \(.*\): remove it.*/\1/p" said)
	jq -e ".title.en == \"Typed\"" "$kept"
	rm -r "$(dirname "$kept")"
	expect_same "$((before + 1))" "$(field .version)"
'

test_case 'in the editor what fits together is written with --merge' '
	while_editing "qorgan -q measure edit WAT-04-M1 --title.ru Сроки --as b.aliyev" ".title.en = \"Typed\"" \
		qorgan -q measure edit WAT-04-M1 --merge
	expect_same "Typed|Сроки" "$(field "\"\(.title.en)|\(.title.ru)\"")"
'

test_case 'on a terminal both are shown, and the editor is offered with both together' '
	while_editing "qorgan -q measure edit WAT-04-M1 --title.ru Планы -m Wording --as b.aliyev" ".title.en = \"Terminal\"" \
		answering y qorgan -q measure edit WAT-04-M1
	grep -q "Wording" seen
	grep -q "+ Планы" seen
	grep -q "They fit together" seen
	expect_same "Terminal|Планы" "$(field "\"\(.title.en)|\(.title.ru)\"")"
'

test_case 'a conflict is shown with both values, and what is then written is what the editor leaves' '
	while_editing "qorgan -q measure edit WAT-04-M1 --title.en Theirs --title.kk Жаңа --as b.aliyev" ".title.en += \" of mine\"" \
		answering y qorgan -q measure edit WAT-04-M1
	grep -q "both changed Title (title.en)" seen
	grep -q "theirs: Theirs" seen
	grep -q "yours:  Terminal of mine" seen
	# It was run twice: on the form with mine, too.
	expect_same "Terminal of mine of mine|Жаңа" "$(field "\"\(.title.en)|\(.title.kk)\"")"
'

test_case 'whoever declines keeps what was typed, and nothing is written' '
	before=$(root_now)
	change=$(field .version)
	code=0
	while_editing "qorgan -q measure edit WAT-04-M1 --title.ru Иное --as b.aliyev" ".title.en = \"Declined\"" \
		answering n qorgan -q measure edit WAT-04-M1 || code=$?
	expect_same 75 "$code"
	grep -q "is kept" seen
	kept=$(tr -d "\r\n" <seen | sed -n "s/.*is kept.*, in \(.*\): remove it.*/\1/p")
	rm -r "$(dirname "$kept")"
	expect_same "$((change + 1))" "$(field .version)"
'

test_done
