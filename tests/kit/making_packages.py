"""Vectors of packages: what UZB sends to KAZ, whole and with one fault each."""
import hashlib
import json
import re

from formats import leaf_hash
from making import (KAZ, KGZ, RISK, TJK, UZB, Signer, State, line, log_of, minisig, note, record, released, seed_of,
                    signature_with_larger_scalar, stray_bits, text64)
from making_files import fork_of, other_log_of
from making_notes import SEEN, STRANGER, WITNESS
from primitives import age_seal_to, age_seal_with

FILE = b"What the attached file says.\n"
FILE_ID = hashlib.blake2b(FILE, digest_size=32).hexdigest()
SECRET = "a secret that two states share"

MEASURE = released(lead="UZB", risks=["CYB-01"], title={"en": "A watch"}, type="detect")
STATUS = released(evidence=[FILE_ID], progress=40, status="in-progress")
ASSESSMENT = released(impact=4, likelihood=2)
EVIDENCE = released(name="report.txt", size=len(FILE))
COMMITS = [record("commit", str(number), 1, {"message": "Change", "versions": 1}, commit=number) for number in (1, 2, 3, 4)]

# The log of UZB: what is withheld stands between what is sent.
LOG = [
    record("risk", "CYB-01", 1, RISK),                                # 0
    record("note", "CYB-01/n1", 1, {"text": "Stays at home"}),        # 1, withheld
    record("measure", "CYB-01-M1", 1, MEASURE),                       # 2
    COMMITS[0],                                                       # 3, withheld
]
SENT = (0, 2)
# The same with a file that a report names.
FILED = LOG + [
    record("evidence", FILE_ID, 1, EVIDENCE, commit=2),               # 4
    record("status", "CYB-01-M1/UZB", 1, STATUS, commit=2),           # 5
    COMMITS[1],                                                       # 6, withheld
]
FILED_SENT = SENT + (4, 5)
# What came later, for a second package.
LATER = LOG + [
    record("risk", "CYB-01", 2, {**RISK, "treatment": "mitigate"}, commit=2),                  # 4
    record("measure", "CYB-01-M1", 2, {**MEASURE, "release": ["KGZ"]}, commit=2),              # 5, withdrawn
    COMMITS[1],                                                                                # 6
]


def hashes_of(log):
    return [leaf_hash(each) for each in log]


def lines_of(log=None, sent=SENT, first=0, size=None, sequence=1, previous=0, checkpoint=None, more=(),
             hashes=None):
    """The lines of a package that is whole."""
    log = LOG if log is None else log
    hashes = hashes or hashes_of(log)
    size = len(log) if size is None else size
    lines = [line("header", format="qorgan-package", version=1, from_="UZB", to=["KAZ"], previous=[previous],
                  created="2026-04-01T08:00:00Z", sequence=sequence),
             line("checkpoint", note=checkpoint or UZB.signed(hashes[:size]))]
    if first < size:
        lines.append(line("leaves", first=first, hashes=[text64(each) for each in hashes[first:size]]))
    lines += [b'{"type":"record","index":%d,"record":%s}' % (at, log[at]) for at in sent]
    return lines + list(more) + [line("end", leaves=max(size - first, 0), records=len(sent))]


def pieces(content=FILE, cut=10, name=FILE_ID):
    return [line("evidence", id=name, offset=at, data=text64(content[at:at + cut]))
            for at in range(0, len(content), cut)]


WHOLE = lines_of()
SMALL = lines_of(sent=(0,))
WITH_FILE = lines_of(FILED, FILED_SENT, more=pieces())
SECOND = lines_of(LATER, (4,), 4, sequence=2, previous=1,
                  more=[line("withdrawal", index=5, kind="measure", id="CYB-01-M1", version=2)])


class Packages:
    """Packages that are added to the kit."""

    def __init__(self, kit):
        self.kit = kit

    def add(self, name, expect, comment, lines, answer=None, to=KAZ, seal=None, sign=None, alter=None, secret=None,
            after=(), fork=None):
        plain = lines if isinstance(lines, bytes) else b"".join(each + b"\n" for each in lines)
        seed = seed_of("package " + name)
        file = seal(plain, seed) if seal else age_seal_to(plain, to.recipient, seed)
        file = alter(file) if alter else file
        signature = sign(file) if sign else minisig(file, UZB.package, "qorgan package of the kit")
        self.kit.add("package_" + name, expect, comment, file, answer, identity=KAZ.identity_text, secret=secret,
                     fork=fork, card="card_uzb card_kgz", after=" ".join("package_" + each for each in after) or None,
                     minisig=signature.rstrip("\n").split("\n"))

    def good(self, name, comment, lines, answer="4 leaves, 2 records", **how):
        self.add(name, "success", comment, lines, answer, **how)

    def bad(self, name, comment, lines, **how):
        self.add(name, "protocol", comment, lines, **how)


class Lines:
    """Lines that are added to the kit as they are, so that they can be read."""

    def __init__(self, kit):
        self.kit = kit

    def good(self, name, comment, lines, answer="4 leaves, 1 records"):
        self.add(name, "success", comment, lines, answer)

    def bad(self, name, comment, lines, **keys):
        self.add(name, "protocol", comment, lines, **keys)

    def add(self, name, expect, comment, lines, answer=None, **keys):
        plain = lines if isinstance(lines, bytes) else b"".join(each + b"\n" for each in lines)
        self.kit.add("lines_" + name, expect, comment, plain, answer, card="card_uzb card_kgz", **keys)


# ---- Faults in lines ------------------------------------------------------------------------------------


def place(lines, kind):
    return next(at for at, each in enumerate(lines) if each.startswith(b'{"type":"%s"' % kind.encode()))


def altered(kind, pattern, text, lines=SMALL, at=None):
    at = place(lines, kind) if at is None else at
    changed = re.sub(pattern, text, lines[at], count=1)
    assert changed != lines[at], pattern
    return lines[:at] + [changed] + lines[at + 1:]


def without(kind, lines=SMALL):
    at = place(lines, kind)
    return lines[:at] + lines[at + 1:]


def twice(kind, lines=SMALL):
    at = place(lines, kind)
    return lines[:at + 1] + lines[at:]


def moved(kind, to, lines=SMALL):
    at = place(lines, kind)
    rest = lines[:at] + lines[at + 1:]
    return rest[:to] + [lines[at]] + rest[to:]


def with_line(each, lines=SMALL):
    return lines[:-1] + [each] + lines[-1:]


def with_checkpoint(signed, lines=SMALL):
    return [lines[0], line("checkpoint", note=signed)] + lines[2:]


def with_hashes(change, lines=SMALL):
    value = json.loads(lines[2])
    value["hashes"] = change(value["hashes"])
    return lines[:2] + [json.dumps(value, separators=(",", ":")).encode()] + lines[3:]


def order_faults(packages):
    bad = packages.bad
    for kind in ("header", "checkpoint", "leaves", "record", "end"):
        bad("without_" + kind, "the first line of the type %s is missing" % kind, without(kind))
    for kind in ("header", "checkpoint", "leaves", "record", "end"):
        bad(kind + "_twice", "a line of the type %s twice" % kind, twice(kind))
    bad("end_first", "the end stands first", moved("end", 0))
    bad("record_before_leaves", "a record stands before the leaves", moved("record", 2))
    bad("leaves_behind_records", "the leaves stand behind the records", moved("leaves", len(SMALL) - 2))
    bad("evidence_before_records", "a piece of a file stands before the records", moved("evidence", 3, WITH_FILE))
    bad("records_swapped", "two records stand in another order", WHOLE[:3] + [WHOLE[4], WHOLE[3]] + WHOLE[5:])
    bad("line_behind_end", "a line behind the end", SMALL + [b'{"type":"witness","note":""}'])
    bad("byte_behind_end", "a byte behind the end", b"".join(each + b"\n" for each in SMALL) + b" ")
    bad("without_last_feed", "the last line does not end", b"\n".join(SMALL))
    bad("empty", "no line", b"")
    bad("empty_line", "an empty line", with_line(b""))
    bad("with_crlf", "lines end in CR LF", [each + b"\r" for each in SMALL])
    bad("with_mark", "a byte order mark before the first line", [b"\xef\xbb\xbf" + SMALL[0]] + SMALL[1:])


def form_faults(packages):
    bad = packages.bad
    bad("unknown_type", "a type that is not known", with_line(b'{"type":"secret"}'))
    bad("not_json", "a line that is no JSON", with_line(b"\0\xff{"))
    bad("white_space", "white space in a line", altered("header", rb",", b", "))
    bad("members_swapped", "two members in another order", altered(
        "end", rb'"leaves":4,"records":1', b'"records":1,"leaves":4'))
    bad("member_twice", "a member twice", altered("end", rb'"leaves":4', b'"leaves":4,"leaves":4'))
    bad("member_more", "a member that the type has not", altered("end", rb"}$", b',"more":1}'))
    bad("member_missing", "a member is missing", altered("end", rb',"records":1', b""))
    bad("number_as_text", "a number as a text", altered("end", rb'"leaves":4', b'"leaves":"7"'))
    bad("note_as_number", "a number where the checkpoint is", altered("checkpoint", rb'"note":.*', b'"note":1}'))
    bad("number_with_zero", "a number with a leading zero", altered("end", rb'"leaves":4', b'"leaves":07'))
    bad("number_with_fraction", "a number with a fraction", altered("end", rb'"leaves":4', b'"leaves":4.0'))
    bad("number_of_54_bits", "a number beyond 2^53 - 1", altered(
        "header", rb'"sequence":1', b'"sequence":9007199254740992'))
    bad("escape", "an escape that is not needed", altered("header", rb'"UZB"', b'"\\\\u0055ZB"'))
    bad("escaped_slash", "a slash as an escape", altered("checkpoint", rb"qorgan/", rb"qorgan\\/"))
    bad("long_line", "a line of more than 1 MiB", with_line(b'{"type":"witness","note":"' + b"x" * (1 << 20)))


def header_faults(packages):
    def bad(name, comment, pattern, text):
        packages.bad("header_" + name, comment, altered("header", pattern, text))

    bad("another_format", "another format", b"qorgan-package", b"qorgan-letter")
    bad("newer_version", "a newer version of the format", rb'"version":1', b'"version":2')
    bad("from_another", "it says that another state sent it", rb'"UZB"', b'"TJK"')
    bad("to_another", "it is for another state", rb'"KAZ"', b'"TKM"')
    bad("to_nobody", "it is for nobody", rb'\["KAZ"\],"previous":\[0\]', b'[],"previous":[]')
    bad("to_unsorted", "the recipients are not sorted", rb'\["KAZ"\],"previous":\[0\]',
        b'["KGZ","KAZ"],"previous":[0,0]')
    bad("to_twice", "a recipient twice", rb'\["KAZ"\],"previous":\[0\]', b'["KAZ","KAZ"],"previous":[0,0]')
    bad("previous_missing", "it does not say for each recipient after which it comes", rb'\["KAZ"\]', b'["KAZ","KGZ"]')
    bad("sequence_0", "it is numbered 0", rb'"sequence":1', b'"sequence":0')
    bad("after_itself", "it goes on after itself", rb'"previous":\[0\]', b'"previous":[1]')
    bad("created_with_offset", "its time is not in UTC", rb"08:00:00Z", b"13:00:00+05:00")
    bad("created_without_zone", "its time has no zone", rb"08:00:00Z", b"08:00:00")
    bad("created_of_february", "its day is none", rb"2026-04-01", b"2026-02-30")
    bad("created_with_fraction", "its time has a fraction", rb"08:00:00Z", b"08:00:00.5Z")
    bad("created_as_number", "its time is a number", rb'"2026-04-01T08:00:00Z"', b"1775030400")
    packages.bad("header_after_missing", "it has all leaves, and goes on after a package that did not come", lines_of(
        sent=(0,), sequence=2, previous=1))
    def restored(text):
        return altered("header", rb'"sequence":1', b'"sequence":1,"restored":' + text)

    whole = b'{"at":"2026-03-31T08:00:00Z","backup":"2026-03-30T20:00:00Z","size":3}'
    packages.good("restored", "the sender's store was put back from a backup", restored(whole))
    packages.good("restored_at_once", "from a backup of that very moment, with all leaves", restored(
        b'{"at":"2026-03-31T08:00:00Z","backup":"2026-03-31T08:00:00Z","size":4}'))
    for name, comment, pattern, text in (
            ("before_backup", "the backup is of after the restore", b"2026-03-30", b"2026-04-30"),
            ("with_more", "the backup has more leaves than the checkpoint", b":3}", b":5}"),
            ("without_size", "it does not say how many leaves the backup has", b',"size":3', b""),
            ("without_backup", "it does not say of when the backup is", b'"backup":"2026-03-30T20:00:00Z",', b""),
            ("in_another_order", "its members stand in another order", whole,
             b'{"backup":"2026-03-30T20:00:00Z","at":"2026-03-31T08:00:00Z","size":3}'),
            ("with_another_member", "it has another member", b":3}", b':3,"why":""}'),
            ("of_no_day", "its day is none", b"03-31", b"02-30"),
            ("with_text_for_size", "the number of leaves is a text", b":3}", b':"3"}'),
            ("null", "it is null", whole, b"null")):
        packages.bad("header_restored_" + name, "told of a restore: " + comment, restored(whole.replace(pattern, text)))
    packages.bad("header_restored_first", "what is told of a restore stands before the number", altered(
        "header", rb'"sequence":1', b'"restored":' + whole + b',"sequence":1'))
    packages.good("to_two", "for two states", altered(
        "header", rb'\["KAZ"\],"previous":\[0\]', b'["KAZ","KGZ"],"previous":[0,0]'))


def log_faults(packages):
    hashes, log = hashes_of(LOG), UZB.log
    text = UZB.checkpoint(hashes)

    def bad(name, comment, lines):
        packages.bad("log_" + name, comment, lines)

    bad("not_signed", "another key signed the checkpoint", with_checkpoint(note(text, STRANGER.line(text))))
    bad("by_another_key", "another key signed it under the name of the log", with_checkpoint(note(
        text, Signer(UZB.origin, seed_of("another")).line(text))))
    bad("by_cosigner", "the state's key for countersigning signed it alone", with_checkpoint(note(
        text, UZB.cosigner.line(text, SEEN))))
    bad("with_larger_s", "S of the signature is larger by the order of the group", with_checkpoint(note(
        text, log.line_of(signature_with_larger_scalar(log.sign(text))))))
    bad("signature_altered", "one bit of the signature is another", with_checkpoint(note(
        text, log.line_of(altered_at(log.sign(text), 40)))))
    other = UZB.checkpoint(hashes, "qorgan/UZB/" + "0" * 32)
    bad("of_another_store", "the log is that of another store", with_checkpoint(note(
        other, Signer("qorgan/UZB/" + "0" * 32, log.seed).line(other))))
    bad("of_another_state", "the log is another state's", with_checkpoint(TJK.signed(hashes)))
    bad("another_root", "the root that was signed is another", with_checkpoint(UZB.signed(other_log_of(4))))
    bad("smaller", "the checkpoint is over fewer leaves", with_checkpoint(UZB.signed(hashes[:3])))
    bad("larger", "the checkpoint is over more leaves", with_checkpoint(UZB.signed(hashes + hashes[:1])))
    extended = text + "more\n"
    bad("extended", "the checkpoint has a fourth line", with_checkpoint(note(extended, log.line(extended))))
    bad("note_with_tab", "a control character in the note", with_checkpoint(note(text, "\t" + log.line(text))))
    bad("leaf_altered", "a leaf is another", with_hashes(lambda each: [text64(leaf_hash(b"x"))] + each[1:]))
    bad("leaf_omitted", "a leaf is missing", with_hashes(lambda each: each[:2] + each[3:]))
    bad("leaves_swapped", "two leaves in another order", with_hashes(
        lambda each: each[:1] + [each[2], each[1], each[3]]))
    bad("leaf_twice", "a leaf twice", with_hashes(lambda each: each[:1] + each))
    bad("last_twice", "the last leaf twice, as the tree of Bitcoin has it", with_hashes(lambda each: each + each[-1:]))
    bad("leaf_of_31", "a hash of 31 bytes", with_hashes(lambda each: [text64(bytes(31))] + each[1:]))
    bad("leaf_with_stray_bits", "the Base64 of a hash is not in its one form", with_hashes(
        lambda each: [stray_bits(each[0])] + each[1:]))
    bad("no_hashes", "a line of leaves without hashes", SMALL[:2] + [line("leaves", first=0, hashes=[])] + SMALL[2:])
    bad("starts_at_1", "the first line of leaves begins at 1", altered("leaves", rb'"first":0', b'"first":1'))
    value = json.loads(SMALL[2])["hashes"]
    parts = [line("leaves", first=0, hashes=value[:2]), line("leaves", first=2, hashes=value[2:])]
    packages.good("leaves_in_two_lines", "the leaves in two lines", SMALL[:2] + parts + SMALL[3:])
    bad("gap", "the second line of leaves begins one later", SMALL[:2] + [parts[0], line(
        "leaves", first=3, hashes=value[3:])] + SMALL[3:])
    bad("overlap", "the second line of leaves begins one earlier", SMALL[:2] + [parts[0], line(
        "leaves", first=1, hashes=value[1:])] + SMALL[3:])
    packages.good("checkpoint_of_others_too", "lines of others under the checkpoint", with_checkpoint(note(
        text, STRANGER.line(text), log.line(text), WITNESS.line(text, SEEN))))


def record_faults(packages):
    def bad(name, comment, lines):
        packages.bad("record_" + name, comment, lines)

    def logged(name, comment, other, at=0):
        """Another record in the place of one, and the log is of it."""
        log = LOG[:at] + [other] + LOG[at + 1:]
        bad(name, comment, lines_of(log, (at,)))

    bad("altered", "one letter of a record is another", altered("record", rb"karimova", b"karimovA"))
    bad("of_another_leaf", "a record under the index of another", altered("record", rb'"index":0', b'"index":1'))
    bad("beyond", "the index of a record is not in the log", altered("record", rb'"index":0', b'"index":4'))
    bad("withheld_changed", "a record that was withheld before is given, and is another", lines_of(
        LOG[:1] + [record("risk", "CYB-02", 1, RISK)] + LOG[2:], (0, 1), checkpoint=UZB.signed(hashes_of(LOG)),
        hashes=hashes_of(LOG)))
    logged("not_sorted", "what was logged is not canonical: members in another order", LOG[0].replace(
        b'"commit":1,"id":"CYB-01"', b'"id":"CYB-01","commit":1'))
    logged("with_space", "what was logged is not canonical: white space", LOG[0].replace(b":1,", b": 1,"))
    logged("with_null", "what was logged is not canonical: null", record("measure", "CYB-01-M1", 1, {
        **MEASURE, "description": None}))
    logged("of_another_owner", "a record of another state", record("measure", "CYB-01-M1", 1, MEASURE, owner="TJK"))
    logged("of_another_owner_and_nobodys", "a record of another state, of a kind that nobody keeps", record(
        "evidence", FILE_ID, 1, EVIDENCE, owner="TJK"))
    logged("of_version_0", "a record of version 0", record("measure", "CYB-01-M1", 0, MEASURE))
    logged("of_unknown_kind", "a kind that is not known", record("letter", "CYB-01-M1", 1, MEASURE))
    logged("of_internal_kind", "a note, which never leaves", record("note", "CYB-01/n2", 1, {
        "marking": "TLP:GREEN", "release": ["KAZ"], "text": "x"}))
    logged("of_no_id", "an id that its kind cannot have", record("measure", "CYB/01", 1, MEASURE))
    logged("marked_red", "a record that is marked TLP:RED", record("measure", "CYB-01-M1", 1, {
        **MEASURE, "marking": "TLP:RED"}))
    logged("marked_unknown", "a marking that is none", record("measure", "CYB-01-M1", 1, {
        **MEASURE, "marking": "TLP:BLUE"}))
    logged("released_to_another", "a record that is released to another state", record("measure", "CYB-01-M1", 1, {
        **MEASURE, "release": ["KGZ"]}))
    logged("released_to_nobody", "a record without a release list", record("measure", "CYB-01-M1", 1, {
        name: value for name, value in MEASURE.items() if name != "release"}))
    logged("kept_by_another", "a measure whose lead is another state", record("measure", "CYB-01-M1", 1, {
        **MEASURE, "lead": "TJK"}))
    logged("status_of_another", "another state's report", record(
        "status", "CYB-01-M1/TJK", 1, released(status="planned")))
    logged("assessment_of_another", "another state's assessment", record("assessment", "CYB-01/TJK", 1, ASSESSMENT))
    packages.good("record_assessment", "the sender's assessment of a risk", lines_of(
        [record("assessment", "CYB-01/UZB", 1, ASSESSMENT)] + LOG[1:], (0,)))
    handed = [record("measure", "CYB-01-M1", number, {**MEASURE, "lead": lead})
              for number, lead in ((1, "UZB"), (2, "TJK"))]
    packages.good("record_handed_over", "the last version of a measure, which names its next lead", lines_of(
        handed, (0, 1)), "2 leaves, 2 records")
    unmarked = {name: value for name, value in MEASURE.items() if name != "marking"}
    packages.good("record_unmarked", "a record without a marking, which counts as TLP:AMBER", lines_of(
        [record("measure", "CYB-01-M1", 1, unmarked)] + LOG[1:], (0,)))


def file_faults(packages):
    def bad(name, comment, more, sent=FILED_SENT):
        packages.bad("evidence_" + name, comment, lines_of(FILED, sent, more=more))

    whole = pieces()
    bad("altered", "one letter of the file is another", pieces(FILE.replace(b"says", b"sayS")))
    bad("cut", "the last piece is missing", whole[:-1])
    bad("gap", "a piece in the middle is missing", whole[:1] + whole[2:])
    bad("swapped", "two pieces in another order", [whole[1], whole[0], *whole[2:]])
    bad("longer", "a piece more", whole + [line("evidence", id=FILE_ID, offset=len(FILE), data=text64(b"x"))])
    bad("without_record", "a file that no record describes", whole, (0, 2, 5))
    bad("of_another_id", "an id that is none", [each.replace(FILE_ID.encode(), b"report.txt") for each in whole])
    bad("id_in_capitals", "the id in capitals", [
        each.replace(FILE_ID.encode(), FILE_ID.upper().encode()) for each in whole])
    bad("empty", "an empty piece", whole + [line("evidence", id=FILE_ID, offset=len(FILE), data="")])
    bad("with_stray_bits", "the Base64 of a piece is not in its one form", [line(
        "evidence", id=FILE_ID, offset=0, data=stray_bits(text64(FILE[:10])))] + whole[1:])
    large = bytes(48 * 1024 + 1)
    name = hashlib.blake2b(large, digest_size=32).hexdigest()
    log = FILED[:4] + [record("evidence", name, 1, released(name="large", size=len(large)), commit=2)] + FILED[5:]
    packages.bad("evidence_large", "a piece of more than 48 KiB", lines_of(
        log, (4,), more=pieces(large, len(large), name)))
    log = FILED[:4] + [record("evidence", FILE_ID, 1, {**EVIDENCE, "size": 28}, commit=2)] + FILED[5:]
    packages.bad("evidence_of_another_size", "the record says another size", lines_of(log, FILED_SENT, more=whole))


def further_lines(packages):
    good, bad = packages.good, packages.bad
    leaves = log_of(5)[0]
    text = KGZ.checkpoint(leaves)
    seen = note(text, KGZ.log.line(text), UZB.cosigner.line(text, SEEN))

    def witness(signed):
        return lines_of(sent=(0,), more=[line("witness", note=signed)])

    good("witness", "a checkpoint of a third state, countersigned by the sender", witness(seen))
    good("witness_of_stranger", "a checkpoint of a log that nobody knows", witness(TJK.signed(leaves)))
    other = Signer(KGZ.origin, seed_of("newer"))
    good("witness_by_newer_key", "a key of the third state that is not known signed it: it is passed over", witness(note(
        text, other.line(text), UZB.cosigner.line(text, SEEN))))
    bad("witness_not_by_log", "the third state did not sign it", witness(note(text, UZB.cosigner.line(text, SEEN))))
    bad("witness_altered", "the third state signed another root", witness(note(
        text, KGZ.log.line(KGZ.checkpoint(leaves[:4])), UZB.cosigner.line(text, SEEN))))
    bad("witness_without_sender", "the sender did not countersign it", witness(KGZ.signed(leaves)))
    redated = (SEEN + 1).to_bytes(8, "big") + UZB.cosigner.sign(text, SEEN)[8:]
    bad("witness_redated", "the countersignature is of another time", witness(note(
        text, KGZ.log.line(text), UZB.cosigner.line_of(redated))))
    bad("witness_of_no_checkpoint", "it is no checkpoint", witness("KGZ\n"))
    own = UZB.checkpoint(other_log_of(3))
    bad("witness_of_another_history", "a third state saw another history of the sender", witness(note(
        own, UZB.log.line(own), KGZ.cosigner.line(own, SEEN))), fork="UZB")
    beginning = UZB.checkpoint(hashes_of(LOG)[:3])
    good("witness_of_senders_log", "a third state saw the beginning of the sender's log", witness(note(
        beginning, UZB.log.line(beginning), KGZ.cosigner.line(beginning, SEEN))))

    def fork(proof):
        return lines_of(sent=(0,), more=[line("fork", proof=proof)])

    good("fork_of_stranger", "evidence against a state that nobody knows", fork(fork_of(TJK, leaves, other_log_of(7))))
    renewed = State("KGZ")
    renewed.log = other
    good("fork_by_newer_key", "evidence signed by a key of the third state that is not known: it is passed over", fork(
        fork_of(renewed, leaves, other_log_of(7))))
    bad("fork_of_one_history", "evidence against a third state that proves nothing", fork(
        fork_of(KGZ, leaves[:3], leaves)))
    bad("fork_of_sender", "evidence against the sender itself", fork(fork_of(UZB, leaves, other_log_of(7))), fork="UZB")
    bad("fork_malformed", "evidence that is none", fork("qorgan-fork@v1\n"))
    bad("fork_before_witness", "evidence stands before a checkpoint of another log", lines_of(sent=(0,), more=[
        line("fork", proof=fork_of(TJK, leaves, other_log_of(7))), line("witness", note=seen)]))

    def withdrawal(**members):
        return lines_of(sent=(0,), more=[line("withdrawal", **members)])

    good("withdrawal", "what never came is withdrawn", withdrawal(index=3, kind="risk", id="CYB-09", version=1))
    bad("withdrawal_beyond", "the index is not in the log", withdrawal(index=4, kind="risk", id="CYB-09", version=1))
    bad("withdrawal_of_version_0", "of version 0", withdrawal(index=3, kind="risk", id="CYB-09", version=0))
    bad("withdrawal_of_note", "of a kind that is in no package", withdrawal(
        index=3, kind="note", id="CYB-01/n1", version=1))
    bad("withdrawal_of_no_id", "of an id that its kind cannot have", withdrawal(
        index=3, kind="risk", id="CYB/9", version=1))
    good("withdrawal_of_given", "of an object that has a record in the same package: the withdrawal holds", withdrawal(
        index=3, kind="risk", id="CYB-01", version=2))
    two = [line("withdrawal", index=at, kind="risk", id="CYB-0%d" % at, version=1) for at in (3, 1)]
    bad("withdrawals_swapped", "not in the order of their leaves", lines_of(sent=(0,), more=two))
    bad("end_of_other_leaves", "the end counts other leaves", altered("end", rb'"leaves":4', b'"leaves":5'))
    bad("end_of_other_records", "the end counts other records", altered("end", rb'"records":1', b'"records":2'))


def sequences(packages):
    good, bad = packages.good, packages.bad
    good("second", "the one after: a newer version, and what is withdrawn", SECOND, "7 leaves, 1 records",
         after=("whole",))
    good("second_from_start", "the one after, made from the first leaf on", lines_of(
        LATER, SENT + (4,), sequence=2), "7 leaves, 3 records", after=("whole",))
    good("whole_again", "the same package once more", WHOLE, after=("whole",),
         seal=lambda plain, seed: age_seal_to(plain, KAZ.recipient, seed_of("package whole")))
    good("first_late", "the first, which comes after the second", WHOLE, after=("whole", "second"),
         seal=lambda plain, seed: age_seal_to(plain, KAZ.recipient, seed_of("package whole")))
    bad("second_alone", "one that goes on after another, which did not come", SECOND)
    bad("third_alone", "one of those before it is missing", lines_of(
        LATER + [COMMITS[2]], (), 7, sequence=3, previous=2), after=("whole",))
    bad("of_same_number", "another package with the number of one that came", lines_of(
        LATER, (4,), 4, sequence=1), after=("whole",))
    bad("gap_of_leaves", "it begins behind the leaves that are known", lines_of(LATER, (), 5, sequence=2, previous=1),
        after=("whole",))
    bad("shorter_log", "the log is shorter than it was", lines_of(
        size=3, sent=(), first=0, sequence=2, previous=1), after=("whole",))
    rewritten = [record("risk", "CYB-01", 1, {**RISK, "treatment": "accept"})] + LATER[1:]
    bad("rewritten", "the history is another, from the first leaf on", lines_of(
        rewritten, (0,), 0, sequence=2, previous=1), after=("whole",), fork="UZB")
    bad("rewritten_behind", "the new leaves are whole, and the root is that of another history", lines_of(
        rewritten, (), 4, sequence=2, previous=1), after=("whole",))


def layers(packages):
    """The signature beside the file, and the age file."""
    good, bad, kit = packages.good, packages.bad, packages.add
    comment = "qorgan package of the kit"
    bad("signed_by_another", "the key of a state that nobody knows signed the file", WHOLE,
        sign=lambda file: minisig(file, TJK.package, comment))
    bad("signed_by_third", "another partner's key signed the file", WHOLE,
        sign=lambda file: minisig(file, KGZ.package, comment))
    bad("signed_by_log_key", "the key of the log signed the file", WHOLE,
        sign=lambda file: minisig(file, UZB.log.seed, comment))
    bad("signed_otherwise", "another file was signed", WHOLE,
        sign=lambda file: minisig(file + b"x", UZB.package, comment))
    bad("signed_as_legacy", "the file itself was signed, not its hash", WHOLE,
        sign=lambda file: minisig(file, UZB.package, comment, algorithm=b"Ed"))
    bad("signed_with_larger_s", "S of the signature is larger by the order of the group", WHOLE,
        sign=lambda file: minisig(file, UZB.package, comment, alter=signature_with_larger_scalar))
    bad("comment_altered", "the trusted comment is another than the one that was signed", WHOLE,
        sign=lambda file: minisig(file, UZB.package, comment).replace("of the kit", "of another"))
    bad("signature_cut", "the signature lacks its last line", WHOLE,
        sign=lambda file: minisig(file, UZB.package, comment).rsplit("\n", 2)[0] + "\n")
    kit("to_another_key", "denied", "it is encrypted to another state", WHOLE, to=KGZ)
    bad("not_encrypted", "the lines are not encrypted", WHOLE, seal=lambda plain, seed: plain)
    bad("header_altered", "the header of the age file was altered", WHOLE,
        alter=lambda file: file.replace(b"\n--- ", b"\n-> other x\n\n--- "))
    bad("mac_altered", "the MAC of the header is another", WHOLE,
        alter=lambda file: altered_at(file, file.index(b"--- ") + 8))
    bad("payload_altered", "one bit of the payload is another", WHOLE,
        alter=lambda file: altered_at(file, len(file) - 100))
    bad("tag_cut", "the payload lacks its last byte", WHOLE, alter=lambda file: file[:-1])
    bad("payload_missing", "the file ends behind its header", WHOLE,
        alter=lambda file: file[:file.index(b"\n--- ") + 49])
    bad("byte_behind", "a byte behind the payload", WHOLE, alter=lambda file: file + b"x")
    bad("age_v2", "another version of age", WHOLE, alter=lambda file: file.replace(b"/v1\n", b"/v2\n", 1))
    bad("share_of_low_order", "a share of X25519 of low order", WHOLE, alter=lambda file: re.sub(
        rb"-> X25519 .*\n", b"-> X25519 " + b"A" * 43 + b"\n", file, count=1))

    def locked(factor, secret=SECRET):
        return lambda plain, seed: age_seal_to(age_seal_with(plain, secret, factor, seed), KAZ.recipient, seed)

    good("locked", "locked with a secret, too", WHOLE, seal=locked(10), secret=SECRET)
    good("not_locked", "not locked, although a secret is set", WHOLE, secret=SECRET)
    kit("locked_without_secret", "denied", "locked with a secret, and none is set", WHOLE, seal=locked(10))
    kit("locked_with_another", "denied", "locked with another secret", WHOLE, secret=SECRET,
        seal=locked(10, "another secret, long enough"))
    bad("locked_with_much_work", "a work factor above the one that is read", WHOLE, secret=SECRET,
        seal=lambda plain, seed: age_seal_to(age_seal_with(plain, SECRET, 10, seed).replace(b" 10\n", b" 21\n", 1),
                                             KAZ.recipient, seed))


def altered_at(file, at):
    return file[:at] + bytes([file[at] ^ 1]) + file[at + 1:]


def make(kit):
    packages = Packages(kit)
    packages.good("whole", "two records, and leaves of which two are withheld", WHOLE)
    packages.good("with_file", "with an attached file in three pieces", WITH_FILE, "7 leaves, 4 records")
    packages.good("of_nothing", "nothing was logged, and nothing is sent", lines_of([], ()), "0 leaves, 0 records")
    packages.good("without_records", "leaves alone", lines_of(sent=()), "4 leaves, 0 records")
    sequences(packages)
    layers(packages)
    for faults in (order_faults, form_faults, header_faults, log_faults, record_faults, file_faults, further_lines):
        faults(Lines(kit))
