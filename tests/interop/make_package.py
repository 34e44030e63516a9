#!/usr/bin/env python3
"""Makes a package as qorgan-package(5) says, without any of Qorgan's code, of a state
whose keys are openssl's: so it can log, sign and send whatever it likes.

make_package.py STATE STORE-ID KEY LOG --to STATE... --recipient AGE... -o FILE <LINES
make_package.py --faults

KEY signs the log and packages, as in make_card.py. LOG is a file with the leaves of the
state's log, which grows. LINES are JSON, one for each thing that the package holds:

    {"kind":"risk","id":"KAZ-01","version":1,"body":{...}}      logged and sent
    {... ,"send":false}                                         logged and withheld
    {"leaf":3}                                                  sent again
    {"withdraw":3}, or {"withdraw":3,"version":2,"id":...}      of the version behind a leaf
    {"file":"PATH"}, or {"file":"PATH","id":"..."}              a file's content, in pieces

--fault NAME breaks one rule; --faults lists them. --strangers N adds N lines of signature by
keys that nobody knows to the checkpoint, as anybody may add to a signed note; --extension
TEXT is a fourth line of it, which is signed."""
import argparse
import base64
import functools
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from check_package import tree_root  # its root is RFC 6962's

def canonical(value):
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def line(**members):
    return json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()


def text64(data):
    return base64.b64encode(data).decode()


def leaf_hash(record):
    return hashlib.sha256(b"\0" + record).digest()


def openssl(*arguments):
    return subprocess.run(("openssl",) + arguments, check=True, capture_output=True).stdout


@functools.lru_cache(maxsize=None)
def public_of(key):
    return openssl("pkey", "-in", key, "-pubout", "-outform", "DER")[-32:]


def sign(key, message):
    with tempfile.NamedTemporaryFile() as file:
        file.write(message)
        file.flush()
        return openssl("pkeyutl", "-sign", "-rawin", "-inkey", key, "-in", file.name)


def note_of(origin, key, size, root, extension):
    text = "{}\n{}\n{}\n{}".format(origin, size, text64(root), extension and extension + "\n")
    identifier = hashlib.sha256(origin.encode() + b"\n\x01" + public_of(key)).digest()[:4]
    return "{}\n\u2014 {} {}\n".format(text, origin, text64(identifier + sign(key, text.encode())))


def strangers(count):
    return "".join("\u2014 stranger-{} {}\n".format(i, text64(i.to_bytes(4, "big") + bytes(64))) for i in range(count))


def minisign(path, key, comment):
    """A pre-hashed signature of the file, with the key id that make_card.py gives."""
    with open(path, "rb") as file:
        digest = hashlib.blake2b(file.read()).digest()
    number = hashlib.blake2b(public_of(key)).digest()[:8]
    signature = sign(key, digest)
    whole = sign(key, signature + comment.encode())
    return "untrusted comment: of a test\n{}\ntrusted comment: {}\n{}\n".format(
        text64(b"ED" + number + signature), comment, text64(whole))


class Maker:
    def __init__(self, given):
        self.given = given
        self.origin = "qorgan/{}/{}".format(given.state, given.store)
        self.leaves = []
        if os.path.exists(given.log):
            with open(given.log) as file:
                self.leaves = [base64.b64decode(text) for text in file]
        self.known = len(self.leaves)
        self.sent, self.withdrawals, self.files = [], [], []

    def log(self, item):
        """The next version of the log; a commit's record is behind each package."""
        record = {"owner": self.given.state, "commit": item.get("commit", 1), "user": "hostile", "salt": text64(bytes(16)),
                  "time": "2026-02-01T10:00:00Z"}
        record.update({name: item[name] for name in ("kind", "id", "version", "body", "owner", "time", "user", "salt")
                       if name in item})
        self.leaves.append(canonical(record))
        return len(self.leaves) - 1

    def take(self, item):
        if "leaf" in item:
            self.sent.append(item["leaf"])
        elif "withdraw" in item:
            record = json.loads(self.leaves[item["withdraw"]])
            record.update(item)
            self.withdrawals.append((item["withdraw"], record["kind"], record["id"], record["version"]))
        elif "file" in item:
            with open(item["file"], "rb") as file:
                content = file.read()
            self.files.append((item.get("id", hashlib.blake2b(content, digest_size=32).hexdigest()), content))
        else:
            at = self.log(item)
            if item.get("send", True):
                self.sent.append(at)

    def save(self):
        with open(self.given.log, "w") as file:
            file.writelines(text64(leaf) + "\n" for leaf in self.leaves)

    def lines(self):
        given = self.given
        first = self.known if given.first is None else given.first
        first = min([first] + self.sent)
        hashes = [leaf_hash(leaf) for leaf in self.leaves]
        yield line(type="header", format="qorgan-package", version=1, **{"from": given.state}, to=sorted(given.to),
                   previous=[given.previous] * len(given.to), created="2026-04-01T08:00:00Z", sequence=given.sequence)
        size = len(hashes) if given.size is None else given.size
        yield line(type="checkpoint",
                   note=note_of(self.origin, given.log_key or given.key, size, tree_root(b"".join(hashes[:size])),
                                given.extension) + strangers(given.strangers))
        for at in range(first, size, 8192):
            yield line(type="leaves", first=at, hashes=[text64(value) for value in hashes[at:min(at + 8192, size)]])
        for at in sorted(self.sent):
            yield b'{"type":"record","index":%d,"record":%s}' % (at, self.leaves[at])
        for index, kind, identifier, version in sorted(self.withdrawals):
            yield line(type="withdrawal", index=index, kind=kind, id=identifier, version=version)
        for identifier, content in self.files:
            for at in range(0, len(content), 48 * 1024):
                yield line(type="evidence", id=identifier, offset=at, data=text64(content[at:at + 48 * 1024]))
        yield line(type="end", leaves=max(size - first, 0), records=len(self.sent))


# ---- Faults: each breaks one rule of a package that was whole ----------------------------


def place(lines, kind):
    return next(i for i, text in enumerate(lines) if text.startswith(b'{"type":"%s"' % kind.encode()))


def altered(lines, kind, pattern, text):
    at = place(lines, kind)
    line = re.sub(pattern, text, lines[at], count=1)
    assert line != lines[at], pattern
    return lines[:at] + [line] + lines[at + 1:]


def moved(lines, kind, to):
    at = place(lines, kind)
    rest = lines[:at] + lines[at + 1:]
    return rest[:to] + [lines[at]] + rest[to:]


def without(lines, kind):
    at = place(lines, kind)
    return lines[:at] + lines[at + 1:]


def twice(lines, kind):
    at = place(lines, kind)
    return lines[:at + 1] + lines[at:]


FAULTS = {
    "no-header": lambda lines: without(lines, "header"),
    "no-checkpoint": lambda lines: without(lines, "checkpoint"),
    "no-leaves": lambda lines: without(lines, "leaves"),
    "no-record": lambda lines: without(lines, "record"),
    "no-end": lambda lines: without(lines, "end"),
    "header-twice": lambda lines: twice(lines, "header"),
    "checkpoint-twice": lambda lines: twice(lines, "checkpoint"),
    "leaves-twice": lambda lines: twice(lines, "leaves"),
    "record-twice": lambda lines: twice(lines, "record"),
    "end-first": lambda lines: moved(lines, "end", 0),
    "record-before-leaves": lambda lines: moved(lines, "record", 2),
    "leaves-behind-records": lambda lines: moved(lines, "leaves", len(lines) - 2),
    "unknown-line": lambda lines: lines[:-1] + [b'{"type":"secret"}'] + lines[-1:],
    "more-behind-the-end": lambda lines: lines + [b"{}"],
    "white-space": lambda lines: altered(lines, "header", rb",", b", "),
    "another-format": lambda lines: altered(lines, "header", rb'"version":1', b'"version":2'),
    "another-sender": lambda lines: altered(lines, "header", rb'"from":"..."', b'"from":"TKM"'),
    "number-zero": lambda lines: altered(lines, "header", rb'"sequence":\d+', b'"sequence":0'),
    "after-itself": lambda lines: altered(lines, "header", rb'"previous":\[\d+', b'"previous":[99999999'),
    "no-time": lambda lines: altered(lines, "header", rb'"created":"2026', b'"created":"26'),
    "another-size": lambda lines: altered(lines, "checkpoint", rb'\\n(\d+)\\n', rb'\\n1\1\\n'),
    "another-leaf": lambda lines: altered(lines, "leaves", rb'("hashes":\[")(....)', rb'\1AAAA'),
    "another-index": lambda lines: altered(lines, "leaves", rb'"first":(\d+)', rb'"first":9\1'),
    "record-of-another-leaf": lambda lines: altered(lines, "record", rb'"index":(\d+)', rb'"index":9\1'),
    "record-altered": lambda lines: altered(lines, "record", rb'"user":"hostile"', b'"user":"another"'),
    "record-of-another": lambda lines: altered(lines, "record", rb'"owner":"..."', b'"owner":"TKM"'),
    "count-of-leaves": lambda lines: altered(lines, "end", rb'"leaves":(\d)', rb'"leaves":9\1'),
    "count-of-records": lambda lines: altered(lines, "end", rb'"records":(\d)', rb'"records":9\1'),
    "not-json": lambda lines: lines[:-1] + [b"\0\xff{"],
    "long-line": lambda lines: lines[:-1] + [b'{"type":"end"' + b" " * (1 << 20)],
}


def main():
    if sys.argv[1:] == ["--faults"]:
        print("\n".join(FAULTS))
        return
    options = argparse.ArgumentParser()
    for name in "state", "store", "key", "log":
        options.add_argument(name)
    options.add_argument("--to", action="append", required=True)
    options.add_argument("--recipient", action="append", required=True)
    options.add_argument("-o", dest="output", required=True)
    options.add_argument("--sequence", type=int, default=1)
    options.add_argument("--previous", type=int, default=0)
    options.add_argument("--first", type=int)
    options.add_argument("--size", type=int)
    options.add_argument("--strangers", type=int, default=0)
    options.add_argument("--extension", default="")
    options.add_argument("--log-key")
    options.add_argument("--package-key")
    options.add_argument("--fault", choices=FAULTS)
    given = options.parse_args()
    maker = Maker(given)
    for text in sys.stdin:
        maker.take(json.loads(text))
    lines = list(maker.lines())
    if given.fault:
        lines = FAULTS[given.fault](lines)
    plain = b"".join(text + b"\n" for text in lines)
    to = [word for recipient in given.recipient for word in ("-r", recipient)]
    subprocess.run(["age", *to, "-o", given.output], input=plain, check=True)
    with open(given.output + ".minisig", "w") as file:
        file.write(minisign(given.output, given.package_key or given.key, "qorgan package %d" % given.sequence))
    if not given.fault:
        maker.save()


main()
