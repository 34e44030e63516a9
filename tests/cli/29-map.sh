# A register that lives in somebody's own spreadsheet: its columns are mapped to fields.
. "$(dirname "$0")/lib.sh"
store_make
cat >plan.jsonl <<'JSON'
{"kind":"domain","id":"TST","title":{"en":"Test"},"coordinator":"UZB"}
{"kind":"risk","id":"TST-01","domain":"TST","title":{"en":"First"},"coordinator":"UZB","tags":["kept"]}
{"kind":"measure","id":"TST-01-M1","risks":["TST-01"],"title":{"en":"Radios"},"contact":"kept","lead":"UZB","start":"2026-01-15","due":"2027-12-01"}
JSON
export QORGAN_NOW=2026-06-10T10:00:00Z
qorgan -q load plan.jsonl
sheet() { "$ROOT/tests/cli/make_sheet.py" "$@"; }
save() { "$ROOT/tests/cli/save_form.py" "$@"; }
# map_load KIND MAP FILE [OPTION...]: where nobody is there to be asked.
map_load() { qorgan load --kind "$1" --map "$2" "$3" "${@:4}" </dev/null; }
# said_line TEXT: it was told, in a line of its own.
said_line() { grep -qxF -- "$1" said || { echo "expected: $1"; cat said; return 1; }; }
measure() { qorgan dump measure | jq -cS "select(.id == \"$1\") | $2"; }
risk() { qorgan dump risk | jq -cS "select(.id == \"$1\") | $2"; }

sheet risks.xlsx cover <<'LINES'
Реестр рисков||||||||||
на 2026 год||||||||||
КОД|Сфера|Название |Вероятность|Воздействие|Исходный уровень: вероятность|Исходный уровень\nвоздействие|Обработка|Координатор|Затронутые  государства|Пересмотр|Гриф
TST-01|TST|Первый|Вероятно|3|5|катастрофическое|Снижать|Узбекистан|Казахстан; UZ|2026-09-01|
TST-02|TST|Второй «риск»|2|умеренное||||KAZ|Кыргызстан\nтаджикистан|01.10.2026|amber
LINES

test_case 'a register of risks with Russian heads comes in as it is, below rows of titles' '
	map_load risk risks.map risks.xlsx --head-row 3 --dry-run --json >dry.json
	jq -e ".dry_run and .created == 1 and .changed == 1 and .map.made and .map.head_row == 3" dry.json
	jq -e "[.map.columns[].field] == [\"id\",\"domain\",\"title.ru\",\"residual.likelihood\",\"residual.impact\",
		\"inherent.likelihood\",\"inherent.impact\",\"treatment\",\"coordinator\",\"affected\",\"review\",\"marking\"]" dry.json
	jq -e "[.rows[] | [.cell,.id,.does,.version]] == [[\"A4\",\"TST-01\",\"changed\",2],[\"A5\",\"TST-02\",\"new\",1]]" dry.json
	not test -e risks.map
	map_load risk risks.map risks.xlsx --head-row 3 -q >shown
	cmp shown risks.map
	expect_same 600 "$(stat -c %a risks.map)"
	grep -qx "head-row = 3" risks.map
	grep -qx "Исходный уровень воздействие = inherent.impact" risks.map
	expect_same "{\"affected\":[\"KAZ\",\"UZB\"],\"coordinator\":\"UZB\",\"domain\":\"TST\",\"id\":\"TST-01\",\"inherent\":{\"impact\":5,\"likelihood\":5},\"kind\":\"risk\",\"residual\":{\"impact\":3,\"likelihood\":4},\"review\":\"2026-09-01\",\"tags\":[\"kept\"],\"title\":{\"en\":\"First\",\"ru\":\"Первый\"},\"treatment\":\"mitigate\"}" "$(risk TST-01 .)"
	expect_same "{\"affected\":[\"KGZ\",\"TJK\"],\"coordinator\":\"KAZ\",\"domain\":\"TST\",\"id\":\"TST-02\",\"kind\":\"risk\",\"marking\":\"TLP:AMBER\",\"residual\":{\"impact\":3,\"likelihood\":2},\"review\":\"2026-10-01\",\"title\":{\"ru\":\"Второй «риск»\"}}" "$(risk TST-02 .)"
'

sheet measures.xlsx <<'LINES'
Kod|Xatarlar|NOMI|Tur|Yetakchi|Ko'mak|Boshlanishi|Muddat (reja)|Izoh
TST-01-M1|TST-01|Radio aloqa|aniqlash|O‘zbekiston||01.02.2026||x
TST-01-M2|TST-01|Postlar|Oldini olish|KAZ|Qozogiston, qirg`iziston|2026-02-01|2027-07-01|
TST-01-M3|TST-01|Mashg'ulot|javob|TJ||||
LINES
MAP='kind = measure

[columns]
Kod = id
Xatarlar = risks
NOMI = title.uz
Tur = type
Yetakchi = lead
Koʻmak = support
Boshlanishi = start
Muddat (reja) = due
Izoh = ignored'

test_case 'a register of measures with Uzbek heads: what is not certain is left out, told, and may be written by hand' '
	expect_code 65 map_load measure wrong.map measures.xlsx --dry-run >shown
	said_line "measures.xlsx: H1: the column \"Muddat (reja)\" may be due, and is left out"
	grep -qx "Muddat (reja) = ignored" shown
	grep -qx "NOMI = title.uz" shown
	not grep -q "Izoh.*may be" said
	printf "%s\n" "$MAP" >uz.map
	unchanged 65 map_load measure uz.map measures.xlsx
	said_line "measures.xlsx: F3: KAZ leads the measure and cannot also support it"
	said_line "measures.xlsx: D4: unknown word \"javob\": it must be one of prevent, detect, respond, recover"
'

test_case 'the map is used as it is, and a second load changes nothing' '
	printf "%s\n" "$MAP" >uz.map
	sheet good.xlsx <<-"LINES"
	Kod|Xatarlar|NOMI|Tur|Yetakchi|Ko'"'"'mak|Boshlanishi|Muddat (reja)|Izoh
	TST-01-M1|TST-01|Radio aloqa|aniqlash|O‘zbekiston||01.02.2026||x
	TST-01-M2|TST-01|Postlar|Oldini olish|KAZ|qirg`iziston, OZBEKISTON|2026-02-01|2027-07-01|
	|||||||
	TST-01-M3|TST-01|Mashg'"'"'ulot|HARAKAT  qilish|TJ||||
	LINES
	map_load measure uz.map good.xlsx --dry-run >shown
	grep -qx "A3 TST-01-M2: new" shown
	map_load measure uz.map good.xlsx -m "Sheet of May" -q
	expect_same "[{\"en\":\"Radios\",\"uz\":\"Radio aloqa\"},\"kept\",\"2027-12-01\",\"2026-02-01\",\"detect\",\"UZB\"]" "$(measure TST-01-M1 "[.title,.contact,.due,.start,.type,.lead]")"
	expect_same "[{\"uz\":\"Postlar\"},[\"KGZ\",\"UZB\"],\"2027-07-01\",\"2026-02-01\",\"prevent\",\"KAZ\"]" "$(measure TST-01-M2 "[.title,.support,.due,.start,.type,.lead]")"
	expect_same "[\"TJK\",\"respond\"]" "$(measure TST-01-M3 "[.lead,.type]")"
	expect_same "Sheet of May" "$(qorgan log --json | jq -r ".[0].message")"
	printf "%s\n" "$MAP" | cmp - uz.map
	before=$(root_now)
	map_load measure uz.map good.xlsx 2>said
	expect_one_line "loaded 3 rows: nothing changed"
	map_load measure uz.map good.xlsx --json | jq -e ".unchanged == 3 and .commit == 0 and ([.rows[].does] | unique == [\"unchanged\"]) and (.map.made | not)"
	expect_same "$before" "$(root_now)"
'

test_case 'a sheet means the same whichever program saved it' '
	sheet risks-only.xlsx <<-"LINES"
	Код|Название|Вероятность|Воздействие|Пересмотр|Сфера
	TST-02|Иной|Возможно|4|2026-09-01|TST
	LINES
	save risks-only.xlsx risks.ods
	save risks-only.xlsx risks.csv
	for name in risks-only.xlsx risks.ods risks.csv; do
		map_load risk none.map $name --dry-run --json | jq -S . >$name.json
		cmp risks-only.xlsx.json $name.json
	done
	jq -e ".rows[0].changes | map({(.path): .new}) | add == {\"title.ru\":\"Иной\",\"residual.likelihood\":3,\"residual.impact\":4,\"review\":\"2026-09-01\"}" risks.csv.json
'

test_case 'a field that must be given and is not is an error that tells the line to write' '
	sheet few.xlsx <<-"LINES"
	№|Название меры|Срок
	TST-01-M7|Учения|2027-01-01
	LINES
	unchanged 65 map_load measure few.map few.xlsx
	said_line "few.xlsx: no column is surely the id: write \"№ = id\" under [columns]"
	said_line "few.xlsx: no column is surely risks: write \"COLUMN = risks\" under [columns], or \"risks = VALUE\" under [constants]"
	said_line "few.xlsx: no column is surely title.ru: write \"Название меры = title.ru\" under [columns], or \"title.ru = VALUE\" under [constants]"
	not test -e few.map
	map_load measure few.map few.xlsx >few.map.shown || [ $? = 65 ]
	{
		sed "s/^№ = ignored/№ = id/; s/^Название меры = ignored/Название меры = title.ru/" few.map.shown
		printf "[constants]\nrisks = TST-01\nlead = узбекистан\n"
	} >few.map
	map_load measure few.map few.xlsx -q
	expect_same "[[\"TST-01\"],\"UZB\",{\"ru\":\"Учения\"},\"2027-01-01\"]" "$(measure TST-01-M7 "[.risks,.lead,.title,.due]")"
'

test_case 'each faulty cell is named, nothing is changed, and no map is written' '
	sheet bad.xlsx <<-"LINES"
	Код|Риски|Название|Тип|Ведёт|Начало|Срок|Поддержка
	|TST-01|Без кода|||||
	TST-01-M8|TST-99|=1+1|иное|Атлантида|soon|2027|
	TST 9|TST-01|Девять|||||
	TST-01-M9|TST-01||||2027-02-01|2027-01-01|
	TST-01-M5|TST-01|Ещё|||||KAZ, Атлантида
	TST-01-M1|TST-01|Первая||||2028-01-01|
	LINES
	for option in --dry-run -q; do
		unchanged 65 map_load measure bad.map bad.xlsx $option
		said_line "bad.xlsx: A2: the row has no id: write one"
		said_line "bad.xlsx: B3: there is no risk TST-99"
		said_line "bad.xlsx: C3: it holds a formula: write its value"
		said_line "bad.xlsx: D3: unknown word \"иное\": it must be one of prevent, detect, respond, recover"
		grep -q "^bad.xlsx: E3: unknown state \"Атлантида\"" said
		said_line "bad.xlsx: F3: \"soon\" is not a date such as 2026-03-31"
		said_line "bad.xlsx: G3: \"2027\" is not a date such as 2026-03-31"
		grep -q "^bad.xlsx: A4: \"TST 9\" is no id" said
		said_line "bad.xlsx: C5: is required"
		said_line "bad.xlsx: G5: 2027-01-01 is before \`start\`, 2027-02-01"
		grep -q "^bad.xlsx: H6: unknown state \"Атлантида\"" said
		grep -q "^bad.xlsx: A7: due_reason: is required" said
		said_line "qorgan: bad.xlsx: 12 faults in the spreadsheet; nothing was changed"
		expect_same 13 "$(wc -l <said)"
	done
	expect_code 65 map_load measure bad.map bad.xlsx --dry-run >shown
	not grep -q "^A[0-9]* TST" shown
	sheet bad.xlsx <<-"LINES"
	Код|Сфера|Название|Вероятность|Воздействие
	TST-08|TST|Восемь|невероятно|7
	LINES
	unchanged 65 map_load risk bad.map bad.xlsx
	said_line "bad.xlsx: D2: \"невероятно\" is neither a number nor a label of the scale \"likelihood\""
	said_line "bad.xlsx: E2: 7 is not within 1 to 5"
	sheet bad.xlsx <<-"LINES"
	Код|Риски|Название|Ведёт
	TST-01-M8|TST-01|Раз|KAZ
	TST-01-M8|TST-01|Два|KAZ
	LINES
	for option in --dry-run -q; do
		unchanged 65 map_load measure bad.map bad.xlsx $option
		said_line "bad.xlsx: A3: TST-01-M8 is written twice in one change" || grep -q "^bad.xlsx: A3: " said
	done
	not test -e bad.map
'

test_case 'columns that a map does not know are named, and those that it misses' '
	sheet more.xlsx <<-"LINES"
	Код|Ведёт|Срок|Цвет|Начало
	TST-01-M7|KAZ|2027-01-01|red|2026-03-01
	LINES
	printf "[columns]\nкод = id\nВЕДЕТ = lead\nЦвет = ignored\n" >short.map
	cp short.map kept.map
	map_load measure short.map more.xlsx >shown 2>said
	said_line "more.xlsx: C1: the column \"Срок\" may be due, and is left out: the map does not name it"
	said_line "more.xlsx: E1: the column \"Начало\" may be start, and is left out: the map does not name it"
	not grep -q "Цвет" said
	not test -s shown
	cmp short.map kept.map
	expect_same "[\"KAZ\",\"2027-01-01\",null]" "$(measure TST-01-M7 "[.lead,.due,.start]")"
	printf "Тип = type\n" >>short.map
	unchanged 65 map_load measure short.map more.xlsx
	expect_one_line "more.xlsx: short.map: no column of row 1 is headed \"Тип\", which the map takes for type"
	printf "[columns]\nКод = id\nЦвет = colour\n" >short.map
	unchanged 65 map_load measure short.map more.xlsx
	expect_one_line "more.xlsx: short.map: line 3: a measure has no field \"colour\""
	printf "[columns]\nВедёт = lead\n" >short.map
	unchanged 65 map_load measure short.map more.xlsx
	expect_one_line "write \"COLUMN = id\""
	printf "[columns]\nКод = id\n[constants]\nmilestones = x\nlead = KAZ\n" >short.map
	unchanged 65 map_load measure short.map more.xlsx
	said_line "qorgan: more.xlsx: [constants] of the map: milestones: \"x\" is not of the form key=value"
	printf "Код;код;Ведёт\nTST-01-M7;x;KAZ\n" >twice.csv
	printf "[columns]\nКод = id\n" >short.map
	unchanged 65 map_load measure short.map twice.csv
	expect_one_line "A1 and B1: two columns are headed \"Код\""
'

test_case 'a cell is the whole of its field, a list of groups too; an empty one leaves the field' '
	printf "Код;Документ;Кто;Срок\nTST-01-M7;title=Act 5, date=2026-01-01;;\n" >lists.csv
	printf "[columns]\nКод = id\nДокумент = references\nКто = support\nСрок = due\n" >lists.map
	for round in 1 2; do
		map_load measure lists.map lists.csv -q
		expect_same "[[{\"date\":\"2026-01-01\",\"title\":\"Act 5\"}],\"2027-01-01\",null]" "$(measure TST-01-M7 "[.references,.due,.support]")"
	done
	sed -i "s/;;$/;KAZ;/; s/2026-01-01/2026-01-02/" lists.csv
	printf "[constants]\nlead = TJK\n" >>lists.map
	map_load measure lists.map lists.csv -q
	expect_same "[[{\"date\":\"2026-01-02\",\"title\":\"Act 5\"}],\"TJK\",[\"KAZ\"]]" "$(measure TST-01-M7 "[.references,.lead,.support]")"
'

test_case 'options that do not go together are refused' '
	unchanged 64 qorgan load --map x.map risks.xlsx
	expect_one_line "needs --kind"
	unchanged 64 map_load status x.map risks.xlsx
	expect_one_line "domains, risks or measures"
	unchanged 64 map_load risk x.map risks.xlsx measures.xlsx
	expect_one_line "loaded by itself"
	unchanged 64 map_load risk x.map risks.xlsx --only-fresh
	unchanged 64 map_load risk x.map risks.xlsx --head-row x
	unchanged 64 map_load risk - risks.xlsx
	unchanged 64 qorgan load --head-row 2 plan.jsonl
	expect_one_line "with --map"
	unchanged 66 map_load risk x.map absent.xlsx
	unchanged 65 map_load risk x.map risks.xlsx --head-row 99
	expect_one_line "row 99 holds no heads"
	mkdir folder.map
	unchanged 74 map_load risk folder.map risks.xlsx --head-row 3
	unchanged 65 qorgan load risks.xlsx
	expect_one_line "with --map and --kind"
	not test -e x.map
'

test_case 'what stands in a head or a cell cannot steer a terminal' '
	printf "id,risks,title.en,\033[2Jlead\nTST-01-M7,TST-01,\033[2J,\n" >steer.csv
	unchanged 65 map_load measure steer.map steer.csv
	said_line "steer.csv: C2: it holds a control character, or a change of text direction"
	cp steer.csv "$(printf "x\033[2J\ny.csv")"
	unchanged 65 map_load measure steer.map "$(printf "x\033[2J\ny.csv")"
	said_line "x?[2J?y.csv: C2: it holds a control character, or a change of text direction"
	not grep -q "$(printf "\033")" said
	printf "id,risks,title.en,\033[2Jlead\nTST-01-M7,TST-01,x,\n" >steer.csv
	map_load measure steer.map steer.csv --dry-run >said
	grep -qx "?\[2Jlead = ignored" said
	not grep -q "$(printf "\033")" said
'

test_case 'domains come in, too; a number may be written as a spreadsheet shows it' '
	printf "\xef\xbb\xbfКод;Название;Номер;Координатор\r\nTST;Проба;3,0;UZ\r\nNEW;\"Новая\";4.00;казахстан\r\n" >domains.csv
	printf "[columns]\r\nКод = id\r\nНазвание = title.ru\r\nномер = order\r\nКоординатор = coordinator\r\n" >domains.map
	map_load domain domains.map domains.csv -q
	expect_same "[[\"NEW\",{\"ru\":\"Новая\"},4,\"KAZ\"],[\"TST\",{\"en\":\"Test\",\"ru\":\"Проба\"},3,\"UZB\"]]" "$(qorgan dump domain | jq -sc "map([.id,.title,.order,.coordinator]) | sort")"
'

# answer LINE... -- COMMAND: gives each line when something is asked, on a terminal of its own.
cat >answer.py <<'PYTHON'
import os, pty, sys
split = sys.argv.index("--")
lines, command = sys.argv[1:split], sys.argv[split + 1:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(command[0], command)
told = b""
while True:
    try:
        part = os.read(terminal, 4096)
    except OSError:
        break
    if not part:
        break
    told += part
    if lines and (told.endswith(b"out: ") or told.endswith(b"rows: ")):
        os.write(terminal, (lines.pop(0) + "\n").encode())
        told += b"\n"
sys.stdout.write(told.decode())
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
PYTHON
answer() { python3 answer.py "$@"; }

test_case 'on a terminal what is doubtful is asked, and the answers are kept even if a cell is faulty then' '
	sheet asked.xlsx <<-"LINES"
	№|Название меры|Срок исполнения|Дата начала работ|Кто
	TST-01-M6|Связь|2027-05-01|2026-05-01|Атлантида
	LINES
	code=0
	answer "" "titel" "" - "" F = "=TST-01" -- "$QORGAN" load --kind measure --map asked.map asked.xlsx >told || code=$?
	grep -q "A1 \"№\" (\"TST-01-M6\"): is it id?" told
	grep -q "a measure has no field \"titel\": did you mean \"title\"?" told
	grep -q "C1 \"Срок исполнения\" (\"2027-05-01\"): is it due?" told
	grep -q "Which column is risks? Its letter" told
	grep -q "\"F\" is no column with a head" told
	grep -q "the value of risks must be one line of plain text" told
	expect_same 0 "$code"
	expect_same "[{\"ru\":\"Связь\"},[\"TST-01\"],null,\"2026-05-01\"]" "$(measure TST-01-M6 "[.title,.risks,.due,.start]")"
	grep -qx "Срок исполнения = ignored" asked.map
	grep -qx "risks = TST-01" asked.map
	before=$(root_now) code=0
	answer "" "" lead "" E -- "$QORGAN" load --kind measure --map faulty.map asked.xlsx >told || code=$?
	expect_same 65 "$code"
	grep -q "asked.xlsx: C2: unknown state" told
	grep -q "the map is kept in faulty.map" told
	grep -qx "Срок исполнения = lead" faulty.map
	grep -qx "Кто = risks" faulty.map
	expect_same "$before" "$(root_now)"
	code=0
	answer "" "" "$(printf "\004")" -- "$QORGAN" load --kind measure --map stopped.map asked.xlsx >told || code=$?
	grep -q "stopped; nothing is changed" told
	not test -e stopped.map
'
test_done
