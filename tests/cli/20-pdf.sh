# Reports as PDF, read back by the tools of poppler.
. "$(dirname "$0")/lib.sh"
store_make
QORGAN_NOW=2026-01-05T08:00:00Z qorgan -q load "$ROOT/catalogue/2026-2028"
QORGAN_NOW=2026-05-12T08:00:00Z qorgan -q status CYB-01-M1 in-progress --progress 25
export QORGAN_NOW=2026-07-03T09:00:00Z

test_case 'every kind comes as PDF; its fonts are within and its pages marked' '
	for kind in status register matrix changes due; do
		qorgan report $kind --period 2026-H1 -o $kind.pdf
		pages=$(pdfinfo $kind.pdf | sed -n "s/^Pages: *//p")
		pdfinfo $kind.pdf | grep -q "^Tagged: *yes"
		[ "$(pdffonts $kind.pdf | tail -n +3 | awk "{ print \$(NF-4) }" | sort -u)" = yes ]
		marking=$(qorgan report $kind --period 2026-H1 --json | jq -r .marking)
		for page in $(seq "$pages"); do
			[ "$(pdftotext -f $page -l $page -layout $kind.pdf - | grep -cE " $marking\$")" -ge 2 ]
		done
	done
'

test_case 'ids stand in one line' '
	pdftotext -layout status.pdf - >lines
	grep -q "ARM-01-M1  " lines
	not grep -E "^ *[A-Z]{3}-[0-9]{2}-( |\$)" lines
'

test_case 'it tells what the JSON tells' '
	qorgan report status --period 2026-H1 --json >report.json
	pdftotext -raw status.pdf - | tr -d " \n\f" >words
	for id in $(jq -r ".risks_without_measure[].id, .highest_risks[].id, .moved[].id" report.json); do
		grep -qF "$id" words
	done
	pdftotext -raw status.pdf - >lines
	jq -r ".totals | \"planned \(.planned)\", \"in progress \(.in_progress)\", \"overdue \(.overdue)\"" report.json >wanted
	while read -r line; do grep -qx "$line" lines || { echo "$line"; exit 1; }; done <wanted
	qorgan report register --json | jq -r ".risks[] | .title, .id" | tr -d " " >wanted
	pdftotext -raw register.pdf - | tr -d " \n\f" >words
	while read -r text; do grep -qF -- "$text" words || { echo "$text"; exit 1; }; done <wanted
	expect_same Uzbekistan "$(pdfinfo status.pdf | sed -n "s/^Author: *//p")"
	TZ=UTC pdfinfo -isodates status.pdf | grep -q "^CreationDate: *2026-07-03T09:00:00Z"
'

test_case 'in Russian it is tagged as Russian, and every letter is there' '
	qorgan --lang ru report register -o ru.pdf
	pdftotext ru.pdf - | grep -q "Каталог рисков"
	pdftotext ru.pdf - | not grep -q "�"
	not grep -q "U+" <<<"$(pdftotext ru.pdf -)"
'

test_case 'the same store, clock and period give the same bytes' '
	qorgan report status --period 2026-H1 -f pdf >again.pdf
	cmp status.pdf again.pdf
'

test_case 'a PDF is not poured onto a terminal' '
	code=0
	script -qec "qorgan report -f pdf" /dev/null >screen || code=$?
	expect_same 64 $code
	not grep -q "%PDF" screen
	grep -q "a report as pdf is not for a terminal: give a file with -o" screen
	qorgan report -f pdf -o - | head -c 5 | grep -q "%PDF-"
'

test_case 'without pango there is one clear line and no file' '
	mkdir without && : >without/libpangocairo-1.0.so.0
	LD_LIBRARY_PATH=$PWD/without expect_code 73 qorgan report -o none.pdf
	expect_one_line "install the package libpangocairo-1.0-0"
	[ ! -e none.pdf ]
	LD_LIBRARY_PATH=$PWD/without qorgan report -o some.txt
'

test_case 'pango is loaded by who asks for a PDF, and by nobody else' '
	ASAN_OPTIONS=detect_leaks=0 strace -f -o calls -e trace=openat,open qorgan report -o some.txt
	not grep -q pango calls
	ASAN_OPTIONS=detect_leaks=0 strace -f -o calls -e trace=openat,open qorgan report -o some.pdf
	grep -q pango calls
'

test_case 'nothing of a report is written anywhere but into its file' '
	ASAN_OPTIONS=detect_leaks=0 strace -f -o calls -e trace=openat,open,creat,memfd_create qorgan report -o some.pdf
	grep -E "O_(WRONLY|RDWR|CREAT)|creat\\(|memfd" calls | grep -v -e "\"some.pdf" -e store.mdb -e /dev/null -e /dev/tty -e fontconfig >others || :
	expect_same "" "$(cat others)"
'

test_case 'what takes two lines for want of a blank has no hyphen that is not in it' '
	printf "abcdef%.0s" $(seq 60) >note.txt
	qorgan report status --period 2026-H1 --note note.txt -o long.pdf
	# As it is drawn, not as it is read: pdftotext does not tell the sign.
	pdftocairo -svg -f 1 -l 1 long.pdf long.svg
	python3 - <<"END"
import collections, re
rows = collections.Counter(re.findall(r"<use [^>]*by=.([0-9.]+)", open("long.svg").read().replace(" y=", " by=")))
lines = sorted((float(y), count) for y, count in rows.items())
foreword = [count for _, count in lines if count >= 96] + [count for _, count in lines if count == 360 % 96]
assert sum(foreword) == 360 and foreword[:3] == [96, 96, 96], lines
END
'

test_done
