# Dossiers: one measure, risk, domain or state, with what was reported and changed over time. The
# judges are the histories of the objects, by log and show.
. "$(dirname "$0")/lib.sh"
store_make
export QORGAN_NOW=2026-02-01T10:00:00Z
qorgan -q load "$ROOT/catalogue/2026-2028"
export QORGAN_NOW=2026-03-20T10:00:00Z
qorgan -q status CYB-01-M1 in-progress --progress 10 --indicator i1=1 --note.ru "Первый отчёт" --date 2026-03-15
export QORGAN_NOW=2026-05-02T10:00:00Z
printf 'minutes\n' >minutes.txt
qorgan -q status CYB-01-M1 in-progress --progress 30 --indicator i1=2 --evidence minutes.txt --milestone m1=2026-05-20 --date 2026-05-01 \
	--obstacles.en "<script>alert(1)</script> =cmd()" 2>/dev/null || qorgan -q status CYB-01-M1 in-progress --progress 30 \
	--indicator i1=2 --evidence minutes.txt --date 2026-05-01 --obstacles.en "<script>alert(1)</script> =cmd()"
qorgan -q status CYB-01-M1 planned --state KAZ --note.en "stand-in" --date 2026-04-20 2>/dev/null
qorgan -q measure edit CYB-01-M1 --due 2028-01-31 --due-reason "late delivery"
qorgan -q risk edit CYB-01 --likelihood 3 -m "after the exercise"
qorgan -q note CYB-01-M1 "INTERNALREMARK" >/dev/null
export QORGAN_NOW=2026-06-10T10:00:00Z

test_case 'every report of a measure is there, newest first, with values and files' '
	qorgan report measure CYB-01-M1 --period 2026-H1 --json >dossier
	expect_same "2026-05-01 UZB 30,2026-04-20 KAZ 0,2026-03-15 UZB 10" \
		"$(jq -r "[.past[] | \"\(.date) \(.state) \(.progress // 0)\"] | join(\",\")" dossier)"
	for version in 1 2; do
		qorgan show -K status CYB-01-M1/UZB@$version --json >status
		jq -e --slurpfile s status ".past[] | select(.state == \"UZB\" and .version == $version) | .progress == \$s[0].progress and
			.date == \$s[0].date and .note == (\$s[0].note.ru // null)" dossier
	done
	expect_same "2026-05-01 2,2026-03-15 1" "$(jq -r "[.values[] | select(.id == \"i1\") | \"\(.date) \(.value)\"] | join(\",\")" dossier)"
	jq -e ".files == [.files[0]] and .files[0].name == \"minutes.txt\" and .files[0].size == 8" dossier
	expect_same "$(sha256sum <minutes.txt | cut -d " " -f 1)" "$(jq -r ".files[0].sha256" dossier)"
	qorgan report measure CYB-01-M1 --period 2026-H1 -f md | grep -qF "$(sha256sum <minutes.txt | cut -d " " -f 1)"
	expect_same "$(b2sum -l 256 <minutes.txt | cut -d " " -f 1)" "$(jq -r ".files[0].blake2b_256" dossier)"
	expect_same "$(jq -r "[.measures[0].plan[].id] | join(\" \")" dossier)" \
		"$(qorgan show CYB-01-M1 --json | jq -r "[.milestones[].id] | join(\" \")")"
	not grep -q INTERNALREMARK dossier
'

test_case 'the versions say what each changed, as log does' '
	qorgan log CYB-01-M1 --json | jq "[.[] | {version, paths: [.changes[]?.path]}]" >log
	qorgan report measure CYB-01-M1 --json | jq "[.versions[] | {version, paths: [.fields[].path]}]" >versions
	jq -e --slurpfile log log "map(select(.version > 1)) == (\$log[0] | map(select(.version > 1)))" versions
	jq -e "length == 2 and .[1].paths == []" versions
	qorgan report risk CYB-01 --json >risk
	jq -e ".versions[0].fields[] | select(.path == \"residual.likelihood\") | .before == \"4\" and .after == \"3\"" risk
	jq -e "[.measures[].id] == [\"CYB-01-M1\",\"CYB-01-M2\",\"CYB-01-M3\",\"CYB-04-M2\"]" risk
	jq -e "[.risks[].id] == [\"CYB-01\"]" risk
'

test_case 'it tells how things stood on an earlier day' '
	qorgan report measure CYB-01-M1 --period 2026-Q1 --as-of 2026-04-01 --json >then
	jq -e "(.past | length) == 1 and (.versions | length) == 1 and .measures[0].progress == 10 and .files == []" then
	expect_code 66 qorgan report measure CYB-01-M1 --as-of 2025-12-31 --period 2025-H2
'

test_case 'a domain and a state have all of theirs, and nothing else' '
	qorgan report domain CYB --json >domain
	expect_same "$(qorgan risk list --domain CYB --json | jq -c "[.[].id]")" "$(jq -c "[.risks[].id]" domain)"
	jq -e "[.measures[].id | select(startswith(\"CYB-\") | not)] == []" domain
	jq -e ".object == {kind: \"domain\", id: \"CYB\", title: \"Cyber security and critical information infrastructure\"}" domain
	qorgan report state kazakhstan --json >one
	jq -e ".object.id == \"KAZ\" and all(.measures[]; .lead == \"KAZ\" or (.support | index(\"KAZ\") != null))" one
	expect_same "$(qorgan measure list --state KAZ --json | jq length)" "$(jq ".measures | length" one)"
'

test_case 'people read it in their language, in each format, and nothing in it is executed' '
	for kind in "measure CYB-01-M1" "risk CYB-01" "domain CYB" "state KAZ"; do
		for format in text md html pdf xlsx; do
			qorgan --lang uz report $kind --period 2026-H1 -f $format -o out.$format
		done
		pdftotext out.pdf pdf.txt
		for file in out.text out.md out.html pdf.txt; do grep -q "Versiyalar" $file; done
		python3 -c "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; assert not any(b\"<f>\" in z.read(n) for n in z.namelist() if \"worksheets\" in n)" out.xlsx
		not grep -q "<script>alert" out.html
	done
	qorgan --lang ru report measure CYB-01-M1 --period 2026-H1 | grep -q "Первый отчёт"
'

test_case 'what is not there, or makes no sense, is refused' '
	expect_code 66 qorgan report measure CYB-01-M99
	expect_one_line "did you mean"
	expect_code 64 qorgan report measure
	expect_code 64 qorgan report status CYB-01-M1
	expect_code 64 qorgan report measure CYB-01-M1 -f csv
	expect_code 64 qorgan report risk CYB-01 --domain CYB
	expect_code 65 qorgan report state XXX
'

test_case 'the word of a state stands before what was written for it, since its package came' '
	kaz() { QORGAN_STORE=$WORK/kaz qorgan -q "$@"; }
	export QORGAN_NOW=2026-06-10T08:00:00Z
	kaz init --state KAZ --recipient "$(age-keygen -y identity)" >/dev/null
	qorgan identity >UZB.card
	kaz identity >KAZ.card
	fingerprint() { sed -n "s/^fingerprint //p" "$1"; }
	qorgan -q partner add KAZ.card --fingerprint "$(fingerprint KAZ.card)" >/dev/null
	kaz partner add UZB.card --fingerprint "$(fingerprint UZB.card)" >/dev/null
	measure=CYB-01-M1
	qorgan -q export --to KAZ -o kaz.age
	kaz receive kaz.age
	QORGAN_NOW=2026-06-11T08:00:00Z kaz status $measure in-progress --progress 15 --note "Its own word" --marking AMBER --release UZB
	QORGAN_NOW=2026-06-11T09:00:00Z kaz export --to UZB -o uzb.age
	QORGAN_NOW=2026-06-13T08:00:00Z qorgan -q receive uzb.age
	export QORGAN_NOW=2026-06-14T08:00:00Z
	qorgan report measure $measure --json | jq -e "[.past[] | select(.state == \"KAZ\") | [.owner, .note, .date]] ==
		[[\"KAZ\", \"Its own word\", \"2026-06-11\"], [\"UZB\", \"stand-in\", \"2026-04-20\"]]"
	# It was written on the eleventh, and known here on the thirteenth.
	qorgan report measure $measure --as-of 2026-06-12 --json | jq -e "[.past[] | select(.state == \"KAZ\").owner] == [\"UZB\"]"
'

test_case 'it is marked as what it holds is, and not as what else there is' '
	qorgan -q status BRD-01-M1 in-progress --state KGZ --marking RED 2>/dev/null
	qorgan report status --json | jq -e ".marking == \"TLP:RED\""
	expect_same TLP:RED "$(qorgan report domain BRD --json | jq -r .marking)"
	for report in "measure CYB-01-M1" "risk CYB-01" "domain CYB"; do
		qorgan report $report --json | jq -e ".marking | IN(\"TLP:AMBER\", \"TLP:AMBER+STRICT\")"
	done
	qorgan -q status CYB-01-M1 in-progress --state KGZ --marking RED 2>/dev/null
	for report in "measure CYB-01-M1" "risk CYB-01" "domain CYB"; do
		qorgan report $report --json | jq -e ".marking == \"TLP:RED\""
	done
'

test_done
