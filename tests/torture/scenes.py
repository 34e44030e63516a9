"""The commands that are tortured. A new command is a new row."""
import re
import subprocess
from collections import namedtuple

# name; the command, as a user writes it; whether it changes the store; files that it writes;
# commands that went before; whether it makes several changes, each whole by itself; whether a
# library works for it that may crash without memory (libxlsxwriter), with the temporary file
# left behind; identities that may open the store before or afterwards.
Scene = namedtuple("Scene", "name command writes files before steps foreign doors")


def words_of(command):
    return tuple(command) if isinstance(command, list) else tuple(command.split())


def scene(command, writes=False, files=(), before=(), steps=False, name=None, foreign=False, doors=("identity",)):
    words = words_of(command)
    plain = [word for word in words if not word.startswith("-")]
    return Scene(name or " ".join(plain[:2]), words, writes, tuple(files), tuple(before), steps, foreign, tuple(doors))


def went(*commands):
    return tuple(words_of(command) for command in commands)


RECEIVED = went("receive k2.age")
BEKOV = went("user add b.bekov --role reader --recipient OTHER")
BACKED_UP = went("backup first.backup")
LOADED = went("load more.jsonl")
BOTH = ("identity", "other")
PHRASE = "user slot add a.karimova --new-passphrase-file phrase --kdf interactive"
ADMINS = went("user add b.bekov --role admin --recipient OTHER")
ASKS = "user add c.choi --role reader --recipient THIRD"
POLICY = ADMINS + went("policy require 2 for user")
ASKED = POLICY + went(ASKS)
APPROVED = ASKED + went("approve r1 --yes -i other")
DOUBTFUL = went("user add b.bekov --role liaison --recipient OTHER", "user slot add b.bekov --recipient THIRD -i other")
SHEETS = ("sheets/share-1-of-2.html", "sheets/share-2-of-2.html")
SHARED = went("recovery make --shares 2-of-2 -o sheets")

DRAFTED = (("checkout", "away"), ("-S", "away", "note", "CYB-01", "Drafted"))

WRITERS = [
    scene("init --state KGZ --as b.bekov -S new --recipient RECIPIENT", True, name="init"),
    scene("load more.jsonl", True),
    scene("load more.csv", True),
    scene(["risk", "add", "CYB-40", "--domain", "CYB", "--title.en", "New", "--coordinator", "UZB"], True),
    scene(["risk", "edit", "CYB-01", "--owner-role", "Another role"], True),
    scene("risk retire CYB-02 --reason Gone", True),
    scene("risk assess CYB-01 --likelihood 2 --impact 3", True),
    scene("measure add CYB-02-M1 --risks CYB-02 --title.en More --type prevent --lead UZB", True),
    scene("measure edit CYB-01-M2 --due 2027-03-31", True),
    scene("measure retire CYB-01-M2 --reason Gone", True),
    scene("domain add SEI --title.en Earthquakes --coordinator UZB", True),
    scene("domain retire CYB --reason Gone", True),
    scene("domain edit CYB --title.en Cyberspace", True),
    scene("assign CYB-01-M2 --support KAZ,KGZ", True, name="assign"),
    scene("unassign CYB-01-M1 KAZ", True, name="unassign"),
    scene("accept CYB-01-M1", True, name="accept"),
    scene("decline WAT-01-M1 --reason No", True, name="decline"),
    scene("status CYB-01-M1 in-progress --progress 40 --evidence photo", True, name="status"),
    scene("proposal accept CYB-01-M1/KAZ-p1", True, before=RECEIVED),
    scene("proposal decline CYB-01-M1/KAZ-p1 --reason No", True, before=RECEIVED),
    scene(["note", "CYB-01", "Another remark"], True, name="note"),
    scene("restore CYB-01@1", True, name="restore"),
    scene("partner add KGZ.card --fingerprint FINGERPRINT", True),
    scene("partner edit KAZ --shared-secret-file secret", True),
    scene("partner retire KAZ --reason Left", True),
    scene("checkin away", True, before=DRAFTED, name="checkin"),
    scene("export --to KAZ -o u2.age", True, files=["u2.age", "u2.age.minisig"], before=LOADED, name="export"),
    scene("receive k2.age", True, name="receive"),
    scene("exchange courier", True, before=RECEIVED, steps=True, name="exchange"),
    scene("user add b.bekov --role reader --recipient OTHER", True, doors=BOTH),
    scene("user retire b.bekov --reason Left", True, before=BEKOV, doors=BOTH),
    scene("user role b.bekov liaison", True, before=BEKOV, doors=BOTH),
    scene("user confirm b.bekov --yes", True, before=DOUBTFUL, doors=BOTH),
    scene("user slot add a.karimova --recipient OTHER", True, name="user slot add", doors=BOTH),
    scene(PHRASE, True, name="user slot add by passphrase"),
    scene("user slot remove a.karimova 1", True, before=went("user slot add a.karimova --recipient OTHER"),
          name="user slot remove", doors=BOTH),
    scene("passphrase --recipient OTHER", True, name="passphrase", doors=BOTH),
    scene("policy require 2 for release,rekey,user,forget", True, before=ADMINS),
    scene(ASKS, True, before=POLICY, name="user add, asked for", doors=("identity", "third")),
    scene("approve r1 --yes -i other", True, before=ASKED, name="approve"),
    scene(ASKS, True, before=APPROVED, name="user add, agreed to", doors=("identity", "third")),
    scene("request withdraw r1", True, before=ASKED),
    scene("recovery make --shares 2-of-2 -o sheets", True, files=SHEETS),
    scene(["recovery", "use", *SHEETS, "--recipient", "OTHER"], True, before=SHARED, name="recovery use", doors=BOTH),
    scene("rekey --yes", True, before=BEKOV, steps=True, name="rekey", doors=BOTH),
    scene("forget CYB-01 --reason Mistake --yes", True, before=LOADED, steps=True, name="forget"),
    # Put in place, it stays there if it cannot be made durable: so it is one step of one.
    scene("restore-backup --older first.backup", True, before=BACKED_UP + LOADED, steps=True, name="restore-backup"),
    scene("report freeze 2026-Q2 -f text,json,html,csv", True),
    scene("report register --for KAZ -f html -o for-kaz.html", True, files=["for-kaz.html"], name="report --for -o"),
    scene("repair new --yes", True, name="repair"),
    scene("store copy new", True, name="store copy"),
]

READERS = [
    scene("dump", name="dump"),
    scene("dump risk -f csv -o out.csv", files=["out.csv"], name="dump -o"),
    scene("risk list"),
    scene("risk show CYB-01"),
    scene("measure list --json"),
    scene("show CYB-01@1", name="show"),
    scene("log", name="log"),
    scene("log CYB-01 --releases", name="log --releases"),
    scene("diff CYB-01@1 CYB-01@2", name="diff"),
    scene("watch --since 0 --once", name="watch"),
    scene("search backup", name="search"),
    scene("evidence list"),
    scene("forget -n CYB-01", name="forget -n"),
    scene("forget --list", before=(("forget", "CYB-02", "--reason", "Mistake", "--yes"),), name="forget --list"),
    scene("evidence get EVIDENCE -o got", files=["got"]),
    scene("proposal list", before=RECEIVED),
    scene("form -o form.xlsx", files=["form.xlsx"], name="form", foreign=True),
    scene("report status", name="report status"),
    scene("report register", name="report register"),
    scene("report matrix", name="report matrix"),
    scene("report changes", name="report changes"),
    scene("report due", name="report due"),
    scene("report --joint", name="report --joint"),
    scene("report --for KAZ --preview --json", name="report --for"),
    scene("report -f html -o out.html", files=["out.html"], name="report -f html"),
    scene("report -f md", name="report -f md"),
    scene("report due -f ics", name="report -f ics"),
    scene("report -f oscal", name="report -f oscal"),
    scene("report -f xlsx -o out.xlsx", files=["out.xlsx"], name="report -f xlsx", foreign=True),
    scene("report -f svg", name="report -f svg"),
    scene("report show 2026-Q1"),
    scene("report list"),
    scene("report diff 2026-Q1"),
    scene("reminders", name="reminders"),
    scene("identity", name="identity"),
    scene("partner list"),
    scene("partner ledger KAZ"),
    scene("proof CYB-01@1 -o a.proof", files=["a.proof"], name="proof"),
    scene("check-proof risk.proof --vkey VKEY", name="check-proof"),
    scene("verify", name="verify"),
    scene("verify --offset 8200", name="verify --offset"),
    scene("stats", name="stats"),
    scene("user list"),
    scene("repair new --dry-run", name="repair --dry-run"),
    scene("backup store.backup", files=["store.backup", "store.backup.minisig", "store.backup.index"], name="backup"),
    scene("backup --parent first.backup next.backup", files=["next.backup", "next.backup.minisig", "next.backup.index"],
          before=BACKED_UP, name="backup --parent"),
    scene("backup --check first.backup", before=BACKED_UP, name="backup --check"),
    scene("stats --passphrase-file phrase", before=went(PHRASE), name="stats by passphrase"),
    scene("policy list", before=POLICY),
    scene("request list", before=ASKED),
    scene("doctor", name="doctor"),
    scene("schema risk", name="schema"),
    scene("completion bash", name="completion"),
    scene("help load", name="help"),
]


# What has no scene, and why: another row of the table of commands that runs what a scene runs, or nothing that lies on a disk.
EXCEPTIONS = {
    "measure show": "risk show", "domain show": "risk show", "domain list": "risk list", "proposal show": "risk show",
    "partner show": "risk show", "user show": "risk show", "request show": "risk show",
    "checkout": "it makes a copy as store copy does",
    "partner fork": "it writes as proof -o does, if a partner forked",
    "unlock": "it writes to the kernel's keyring: tests/cli/33-unlock.sh",
    "lock": "it writes to the kernel's keyring: tests/cli/33-unlock.sh",
}


def uncovered(program):
    """Commands of the program's table that no scene plays, and exceptions that are none."""
    table = subprocess.run([program, "completion", "bash"], capture_output=True, text=True, check=True).stdout
    commands = set(re.findall(r"^\t'([a-z -]+)'\)$", table, re.MULTILINE))
    played = {" ".join(one.command[:count]) for one in WRITERS + READERS for count in (1, 2)}
    return sorted(commands - played - set(EXCEPTIONS)) + sorted(set(EXCEPTIONS) & played | set(EXCEPTIONS) - commands)


def named(scenes, names):
    """Those of a list of names, or all."""
    unknown = set(names) - {one.name for one in scenes}
    if unknown:
        raise SystemExit("torture: no such scene: " + ", ".join(sorted(unknown)))
    return [one for one in scenes if not names or one.name in names]
