# The language of reports: chosen by --lang, whatever the system has; machine formats stay as they are.
. "$(dirname "$0")/lib.sh"
store_make
export QORGAN_NOW=2026-06-10T10:00:00Z
qorgan -q load "$ROOT/catalogue/2026-2028"
qorgan -q measure add CYB-01-M9 --risks CYB-01 --title.en "Shared early warning" --title.uz "Oʻzbekiston ogohlantirishi" \
	--type detect --start 2026-02-01 --due 2026-06-05 >/dev/null
qorgan -q assign CYB-01-M9 --lead UZB --support KAZ,KGZ
qorgan -q status CYB-01-M9 in-progress --progress 40 --date 2026-05-20
export QORGAN_NOW=2026-07-03T09:00:00Z
qorgan -q measure edit CYB-01-M9 --due 2026-08-31 --due-reason "procurement was late"
LANGUAGES="en ru uz uz@cyrillic kk ky tg tk az"

test_case 'a report speaks the language that is asked for' '
	qorgan --lang ru report status --period 2026-H1 >report
	grep -qx "Отчёт о ходе выполнения 2026-H1" report
	grep -q "выполняется 40 %" report
	grep -q "30.06.2026" report
	grep -E "in-progress|planned|[0-9]{4}-[0-9]{2}-[0-9]{2}" report && exit 1
	qorgan --lang ru report changes --period 2026-Q3 | grep -q "Срок 05.06.2026 → 31.08.2026"
	qorgan --lang ru report register --domain CYB | grep -q "снижать, обрабатывается, координатор UZB"
'

test_case 'the first language with words counts; without one it is English' '
	qorgan --lang kk report status >kazakh
	head -n 1 kazakh | grep -q "^Орындалу барысы туралы есеп"
	qorgan --lang de,kk report status | cmp - kazakh
	QORGAN_LANG=kk_KZ.UTF-8 qorgan report status | cmp - kazakh
	LC_ALL=kk_KZ.UTF-8 qorgan report status | cmp - kazakh
	qorgan --lang de report status | head -n 1 | grep -q "^Status report"
	qorgan report status | head -n 1 | grep -q "^Status report"
'

test_case 'Uzbek has two scripts, and each tag finds its own' '
	qorgan --lang uz report status >latin
	qorgan --lang uz-Cyrl report status >cyrillic
	head -n 1 latin | grep -q "^Ijro holati hisoboti"
	head -n 1 cyrillic | grep -q "^Ижро ҳолати ҳисоботи"
	grep -q "UZB  Ўзбекистон" cyrillic
	for tag in uz-Latn uz-UZ uz_UZ.UTF-8 UZ; do qorgan --lang $tag report status | cmp - latin; done
	for tag in uz@cyrillic uz_UZ@cyrillic uz-cyrl uz-Cyrl-UZ; do qorgan --lang $tag report status | cmp - cyrillic; done
'

test_case 'no locale of the system is needed, and none matters' '
	qorgan --lang tg report status >plain
	env -i PATH="$PATH" HOME="$HOME" LC_ALL=C LANGUAGE=ru QORGAN_STORE="$QORGAN_STORE" QORGAN_NOW="$QORGAN_NOW" \
		QORGAN_IDENTITY="$QORGAN_IDENTITY" XDG_STATE_HOME="$XDG_STATE_HOME" qorgan --lang tg report status | cmp - plain
'

test_case 'what programs read is the same in every language but for the texts' '
	for kind in status register matrix changes due; do
		qorgan report $kind --period 2026-H1 --json | jq -S "[paths | map(tostring) | join(\"/\")]" >english
		qorgan --lang ru report $kind --period 2026-H1 --json | jq -S "[paths | map(tostring) | join(\"/\")]" | cmp - english
		qorgan report $kind --period 2026-H1 -f csv | head -n 1 >english
		qorgan --lang ru report $kind --period 2026-H1 -f csv | head -n 1 | cmp - english
	done
	qorgan --lang ru report status --period 2026-H1 --json >report
	jq -e ".moved | any(.status == \"in-progress\")" report
	jq -e ".period.from == \"2026-01-01\"" report
	qorgan --lang ru report status --period 2026-H1 -f csv | grep -q "^2026-H1,CYB-01-M9,.*,in-progress,40,2026-05-20"
	qorgan --lang ru report changes --period 2026-Q3 --json >report
	jq -e "[.. | .label? // empty] | index(\"Due\")" report
'

test_case 'markings and ids are never translated' '
	for language in $LANGUAGES; do
		qorgan --lang $language report status >report
		grep -q " TLP:RED$" report
		grep -q "CYB-01-M9" report
	done
'

test_case 'in each language tables fit 80 columns and stand in line' '
	for language in $LANGUAGES; do for kind in "status --joint" status register matrix changes due; do
		qorgan --lang $language report $kind --period 2026-H1 >report
		python3 - "$language $kind" <<-END
		import re, sys, unicodedata
		wide = lambda l: sum(not unicodedata.combining(c) for c in l)
		lines = open("report", encoding="utf-8").read().split("\n")
		assert all(wide(l) <= 80 for l in lines), (sys.argv[1], [l for l in lines if wide(l) > 80][:3])
		# Tables of counts: six states, and the head over them; what is right-aligned ends together.
		for i, line in enumerate(lines):
		    if not re.match(r"  AZE .*\d$", line) or not re.match(r"  UZB .*\d$", (lines + [""] * 6)[i + 5]):
		        continue
		    ends = {wide(l) for l in lines[i - 1:i + 6]}
		    assert len(ends) == 1, (sys.argv[1], lines[i - 1:i + 6])
		    at = {tuple(m.end() for m in re.finditer(r"\d+(?= |$)", l)) for l in lines[i:i + 6]}
		    assert len(at) == 1, (sys.argv[1], lines[i:i + 6])
		END
	done; done
'

test_case 'search is blind to the apostrophes of Uzbek, to case and accents' '
	for word in "Oʻzbekiston ogohlantirishi" "o'"'"'zbekiston" "O‘ZBEKISTON" "O’zbekiston" "O\`zbekiston" "ozbekiston" "ózbekistón"; do
		qorgan search "$word" --json | jq -e "any(.id == \"CYB-01-M9\")" >/dev/null || { echo "not found: $word"; exit 1; }
	done
	qorgan search "OZARBAYJON" --json | jq -e "any(.id == \"AZE\")"
	qorgan search "azerbaycan" --json | jq -e "any(.id == \"AZE\")"
'

test_case 'messages, help and listings are in the language of the user, JSON is not' '
	export QORGAN_LANG=ru
	expect_code 66 qorgan show CYB-99
	expect_one_line "CYB-99: возможно, имелось в виду"
	qorgan help report | grep -q "^Параметры:"
	qorgan measure list --domain CYB | head -n 1 | grep -q "^Код *Название"
	qorgan show CYB-01 | grep -q "^Остаточный уровень *4x4=16"
	qorgan show CYB-01 | not grep -q "Content-Type"
	qorgan verify | grep -q "^Всё в порядке"
	qorgan log --limit 1 | grep -q "внесение"
	for command in "show CYB-01" "measure list" "log" "verify" "report status" "reminders"; do
		QORGAN_LANG=en QORGAN_NOW=$QORGAN_NOW qorgan $command --lang en --json >english || true
		test -s english
		qorgan $command --lang en --json | cmp - english
	done
	LC_ALL=uz_UZ.UTF-8@cyrillic QORGAN_LANG= qorgan help | grep -q "Ҳисоботлар"
	QORGAN_LANG=de,az qorgan help | grep -q "Hesabatlar"
	QORGAN_LANG=de qorgan help | grep -q "^Reports:"
'

# Letters of two bytes: 600 of them are more than most lines have room for.
test_case 'a long title is whole in a report as text, and no letter is cut' '
	long=$(printf "Ж%.0s" $(seq 600))
	printf "%s\n" "{\"kind\":\"state\",\"id\":\"KAZ\",\"title\":{\"ru\":\"$long Щ1\"},\"marking\":\"CLEAR\",\"release\":[\"KAZ\"]}" \
		"{\"kind\":\"domain\",\"id\":\"LNG\",\"title\":{\"ru\":\"$long Щ2\"},\"coordinator\":\"UZB\"}" \
		"{\"kind\":\"risk\",\"id\":\"LNG-01\",\"domain\":\"LNG\",\"title\":{\"ru\":\"$long Щ3\"},\"coordinator\":\"UZB\",\"residual\":{\"likelihood\":4,\"impact\":4}}" \
		"{\"kind\":\"measure\",\"id\":\"LNG-01-M1\",\"risks\":[\"LNG-01\"],\"type\":\"detect\",\"lead\":\"UZB\",\"due\":\"2026-06-15\",\"title\":{\"ru\":\"$long Щ4\"}}" |
		qorgan -q load -
	for report in register due "register --for KAZ"; do
		qorgan --lang ru report $report >text
		iconv -f utf8 -t utf8 text >/dev/null
		cat text >>all
	done
	tr -d " \n" <all >joined
	for mark in 1 2 3 4; do
		grep -q "ЖЩ$mark" joined || { echo "cut: Щ$mark"; exit 1; }
	done
'

test_done
