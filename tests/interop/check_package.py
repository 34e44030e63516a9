#!/usr/bin/env python3
"""Reads packages of Qorgan and checks them, without any code of Qorgan.

    check_package.py [--vkey VKEY] [--to PARTNER] PLAINTEXT...

PLAINTEXT are the decrypted packages of one state to one partner in the order of
their sequence, the first one beginning at leaf 0; "-" is standard input. Where
packages name several recipients, PARTNER says which of them is meant. The format
is described in qorgan-package(5). Prints one line and ends with 0 if all of it
holds, otherwise with the reason and 1. Needs Python 3.9 and nothing else.
"""

import argparse
import base64
import binascii
import hashlib
import json
import re
import sys

LINE_LIMIT = 1 << 20
PIECE_LIMIT = 48 * 1024
RECORD_LIMIT = 256 * 1024
DEPTH_LIMIT = 16
NUMBER_LIMIT = 2**53 - 1

# The members of each type of line, in their order.
LINES = {
    "header": ["type", "format", "version", "from", "to", "previous", "created", "sequence"],
    "checkpoint": ["type", "note"],
    "leaves": ["type", "first", "hashes"],
    "record": ["type", "index", "record"],
    "withdrawal": ["type", "index", "kind", "id", "version"],
    "evidence": ["type", "id", "offset", "data"],
    "witness": ["type", "note"],
    "fork": ["type", "proof"],
    "end": ["type", "leaves", "records"],
}
# The lines of a package come in this order: any number of those in the middle.
ORDER = ["header", "checkpoint", "leaves", "record", "withdrawal", "evidence", "witness", "fork", "end"]
ENVELOPE = ["body", "commit", "id", "kind", "owner", "salt", "time", "user", "version"]
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


class Refused(Exception):
    """The package breaks a rule."""


def require(condition, reason):
    if not condition:
        raise Refused(reason)


def decode(text, size, what):
    """Base64 with padding, in the one form that has no stray bits."""
    require(isinstance(text, str), f"{what} is not a string")
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Refused(f"{what} is not Base64") from None
    require(base64.b64encode(data).decode() == text, f"{what} is not Base64 in its canonical form")
    require(size is None or len(data) == size, f"{what} has {len(data)} bytes, not {size}")
    return data


def require_number(value, what):
    require(type(value) is int and 0 <= value <= NUMBER_LIMIT, f"{what} is not a whole number")


# ---- Canonical JSON: RFC 8785, integers only, no null -----------------------


def object_from(pairs):
    names = [name for name, _ in pairs]
    require(len(set(names)) == len(names), "a member name is there twice")
    return dict(pairs)


def refuse_number(text):
    raise Refused(f"{text} is not a whole number")


def parse(data):
    try:
        text = data.decode("utf-8")
        return json.loads(text, object_pairs_hook=object_from, parse_float=refuse_number, parse_constant=refuse_number)
    except (ValueError, RecursionError) as error:
        raise Refused(f"this is not JSON: {error}") from None


def serialise(value, sort):
    """JSON without white space. Python's escapes are those of RFC 8785."""
    try:
        return json.dumps(value, sort_keys=sort, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    except UnicodeEncodeError:
        raise Refused("a string holds half of a surrogate pair") from None
    except RecursionError:
        raise Refused("the line is nested too deeply") from None


def check_values(value, depth=0):
    """What RFC 8785 allows and a record does not."""
    if isinstance(value, (dict, list)):
        require(depth < DEPTH_LIMIT, "the record is nested too deeply")
    if isinstance(value, dict):
        for name, member in value.items():
            require(re.fullmatch(r'[ !#-\[\]-~]*', name), "a member name is not plain ASCII")
            check_values(member, depth + 1)
    elif isinstance(value, list):
        for element in value:
            check_values(element, depth + 1)
    elif type(value) is int:
        require(abs(value) <= NUMBER_LIMIT, "a number is beyond 2^53 - 1")
    else:
        require(value is not None, "null has no place in a record")


# ---- The Merkle tree: RFC 6962, section 2.1 -----------------------------------


def sha256(data):
    return hashlib.sha256(data).digest()


def tree_root(hashes):
    """The root over leaf hashes of 32 bytes, one behind the other."""
    subtrees = []  # roots of perfect subtrees with their sizes, largest first
    for at in range(0, len(hashes), 32):
        size, root = 1, bytes(hashes[at : at + 32])
        while subtrees and subtrees[-1][0] == size:
            root = sha256(b"\x01" + subtrees.pop()[1] + root)
            size *= 2
        subtrees.append((size, root))
    if not subtrees:
        return sha256(b"")
    root = subtrees.pop()[1]
    while subtrees:
        root = sha256(b"\x01" + subtrees.pop()[1] + root)
    return root


# ---- Ed25519: verification after RFC 8032, section 5.1.7 ----------------------

P = 2**255 - 19
ORDER_OF_BASE = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
NEUTRAL = (0, 1, 1, 0)  # extended coordinates: x = X/Z, y = Y/Z, xy = T/Z


def point_add(p, q):
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c = 2 * p[3] * q[3] * D % P
    d = 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def point_multiply(scalar, point):
    product = NEUTRAL
    while scalar:
        if scalar & 1:
            product = point_add(product, point)
        point = point_add(point, point)
        scalar >>= 1
    return product


def point_equal(p, q):
    return (p[0] * q[2] - q[0] * p[2]) % P == 0 and (p[1] * q[2] - q[1] * p[2]) % P == 0


def point_decode(data):
    """The point, or None if the bytes are none in their canonical form."""
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


BASE = point_decode((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def ed25519_holds(public, message, signature):
    key, commitment = point_decode(public), point_decode(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or not key or not commitment or scalar >= ORDER_OF_BASE:
        return False
    # A point of small order would accept what its owner never signed.
    if point_equal(point_multiply(8, key), NEUTRAL) or point_equal(point_multiply(8, commitment), NEUTRAL):
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    challenge = int.from_bytes(digest, "little") % ORDER_OF_BASE
    return point_equal(point_multiply(scalar, BASE), point_add(commitment, point_multiply(challenge, key)))


# ---- The checkpoint: C2SP tlog-checkpoint in a C2SP signed-note ------------------


def key_id(name, public):
    return sha256(name.encode() + b"\n\x01" + public)[:4]


def parse_vkey(vkey):
    name, _, rest = vkey.partition("+")
    identifier, _, key = rest.partition("+")
    typed = decode(key, 33, "the key of the verifier key")
    require(typed[0] == 1, "the verifier key is not of Ed25519")
    require(key_id(name, typed[1:]).hex() == identifier, "the verifier key does not fit its own id")
    return name, typed[1:]


def open_note(note, vkey):
    """Origin, size and root of the checkpoint, after its signature if there is a key."""
    require(isinstance(note, str), "the note of the checkpoint is not a string")
    text, separator, signatures = note.rpartition("\n\n")
    text += "\n"
    require(separator and signatures.endswith("\n"), "the note of the checkpoint has no signatures")
    verified = False
    for line in signatures[:-1].split("\n"):
        match = re.fullmatch(r"\u2014 (\S+) (\S+)", line)
        require(match, "a signature of the checkpoint is malformed")
        signature = decode(match[2], None, "a signature of the checkpoint")
        require(len(signature) > 4, "a signature of the checkpoint is cut short")
        if vkey and match[1] == vkey[0] and signature[:4] == key_id(*vkey):
            verified = ed25519_holds(vkey[1], text.encode(), signature[4:])
            require(verified, "the signature of the checkpoint does not hold")
    require(verified or not vkey, "the checkpoint is not signed by the key that was given")
    lines = text[:-1].split("\n")
    require(len(lines) >= 3 and all(lines), "the checkpoint is not of three lines")
    require(re.fullmatch(r"0|[1-9][0-9]{0,19}", lines[1]), "the size in the checkpoint is not a number")
    require(not vkey or lines[0] == vkey[0], "the origin of the checkpoint is not that of the key")
    return lines[0], int(lines[1]), decode(lines[2], 32, "the root in the checkpoint")


# ---- Packages -------------------------------------------------------------------


class History:
    """What all packages so far have told of one state."""

    def __init__(self, vkey, partner=None):
        self.vkey = vkey
        self.partner = partner  # whose packages these are; the only recipient, unless it was named
        self.state = self.origin = None
        self.sequence = -1
        self.hashes = bytearray()
        self.records = {}  # by their leaves: kind, id, version
        self.held = {}  # by kind and id: the newest version that was given, and is not to be dropped
        self.root = sha256(b"")


class Package:
    """One package, line by line."""

    def __init__(self, history):
        self.history = history
        self.before = None  # type of the line before
        self.first = self.next = None  # leaves of this package
        self.last_index = self.last_withdrawn = -1
        self.objects = set()  # of the records of this package
        self.records = 0
        self.sizes = {}  # of the evidence whose records are in this package
        self.evidence = None  # the piece before: id, hash so far, size so far

    def take(self, line):
        require(len(line) <= LINE_LIMIT, "the line is longer than 1 MiB")
        require(line.endswith(b"\n"), "the line is cut short")
        value = parse(line[:-1])
        require(isinstance(value, dict) and isinstance(value.get("type"), str), "the line is not an object with a type")
        kind = value["type"]
        require(kind in LINES, f"the type {kind!r} is unknown")
        more = ["restored"] if kind == "header" and "restored" in value else []
        require(list(value) == LINES[kind] + more, f"the members of the line are not those of {kind!r}")
        self.check_order(kind)
        require(serialise(value, sort=False) == line[:-1], "the line is not written in the form of the format")
        if self.evidence and (kind != "evidence" or value["offset"] == 0):
            self.end_evidence()
        getattr(self, "take_" + kind)(value, line)
        self.before = kind

    def check_order(self, kind):
        after = ORDER.index(self.before) if self.before else -1
        require(self.before != "end", "a line follows the end")
        place = ORDER.index(kind)
        repeats = place == after and kind not in ("header", "checkpoint", "end")
        require(repeats or place > after, f"{kind!r} does not come after {self.before!r}")
        require(place < 1 or after >= 0, "the first line is not the header")
        require(place < 2 or after >= 1, "there is no checkpoint before this line")
        if place > ORDER.index("leaves") and after <= ORDER.index("leaves"):
            self.end_leaves()

    def take_header(self, value, _line):
        history = self.history
        require(value["format"] == "qorgan-package", "this is not a Qorgan package")
        require(value["version"] == 1 and type(value["version"]) is int, "the version of the format is unknown")
        require(isinstance(value["from"], str) and value["from"], "the sender is not named")
        require(history.state in (None, value["from"]), f"the package is from {value['from']}, not {history.state}")
        to = value["to"]
        require(isinstance(to, list) and to and all(isinstance(name, str) for name in to), "no recipient is named")
        require(to == sorted(set(to)), "the recipients are not sorted, or one is named twice")
        require(isinstance(value["created"], str) and MOMENT.fullmatch(value["created"]), "the time is malformed")
        require_number(value["sequence"], "the sequence")
        require(value["sequence"] > history.sequence, "the package is not newer than the one before")
        if "restored" in value:
            restored = value["restored"]
            require(list(restored) == ["at", "backup", "size"], "what is told of a restore has another form")
            require(all(MOMENT.fullmatch(restored[name]) for name in ("at", "backup")), "a time is malformed")
            require(restored["backup"] <= restored["at"], "the backup is of after the restore")
            require_number(restored["size"], "the size of the restored log")
        self.check_previous(to, value["previous"], value["sequence"])
        history.state, history.sequence = value["from"], value["sequence"]

    def check_previous(self, to, previous, sequence):
        """Whether the packages before this one are all there, by its own account."""
        history = self.history
        require(isinstance(previous, list) and len(previous) == len(to), "there is not one number before for each recipient")
        for number in previous:
            require_number(number, "the number of the package before")
            require(number < sequence, "the package goes on from one that is not before it")
        history.partner = history.partner or (to[0] if len(to) == 1 else None)
        require(history.partner, f"the package is to {' '.join(to)}: say by --to whose packages these are")
        require(history.partner in to, f"the package is not to {history.partner}")
        self.previous = previous[to.index(history.partner)]
        last = max(history.sequence, 0)
        require(self.previous <= last, f"packages are missing: this one goes on from {self.previous}, and the last one "
                f"here is {last}")

    def take_checkpoint(self, value, _line):
        history = self.history
        origin, self.size, self.root = open_note(value["note"], history.vkey)
        require(origin.startswith(f"qorgan/{history.state}/"), "the checkpoint is of another state's log")
        require(history.origin in (None, origin), "the checkpoint is of another log than the one before")
        require(self.size * 32 >= len(history.hashes), "the log is shorter than in the package before")
        history.origin = origin

    def take_leaves(self, value, _line):
        require_number(value["first"], "the first leaf")
        known = len(self.history.hashes) // 32
        if self.first is None:
            require(value["first"] <= known,
                    f"leaves {known} to {value['first'] - 1} are missing: give the packages before it too")
            self.first = self.next = value["first"]
            require(self.previous or self.first == 0, "the package needs none before it, and does not begin at leaf 0")
        require(value["first"] == self.next, f"leaves do not go on at {self.next}")
        require(isinstance(value["hashes"], list) and value["hashes"], "there are no hashes in the line")
        new = b"".join(decode(text, 32, "a leaf hash") for text in value["hashes"])
        old = bytes(self.history.hashes[self.next * 32 : self.next * 32 + len(new)])
        require(new.startswith(old), "a leaf is not the one that an earlier package told of: the history was rewritten")
        self.history.hashes += new[len(old) :]
        self.next += len(value["hashes"])

    def end_leaves(self):
        """All leaves are there: they must give the root that was signed."""
        history = self.history
        if self.first is None:
            self.first = self.next = self.size
        require(self.next == self.size and len(history.hashes) == self.size * 32,
                f"the checkpoint is over {self.size} leaves, and {len(history.hashes) // 32} are known")
        history.root = tree_root(history.hashes)
        require(history.root == self.root, "the leaves do not give the root of the checkpoint")

    def take_record(self, value, line):
        index, record = value["index"], value["record"]
        require_number(index, "the index of the record")
        require(self.first <= index < self.size, f"record {index} is outside the leaves of the package")
        require(index != self.last_index, f"record {index} is there twice")
        require(index > self.last_index, f"record {index} comes after record {self.last_index}")
        data = line[len(b'{"type":"record","index":%d,"record":' % index) : -len(b"}\n")]
        require(len(data) <= RECORD_LIMIT, f"record {index} is larger than 256 KiB")
        require(sha256(b"\x00" + data) == self.history.hashes[index * 32 : index * 32 + 32],
                f"record {index} is not the one behind its leaf")
        self.check_record(index, record, data)
        self.last_index = index
        self.records += 1
        name = (record["kind"], record["id"])
        self.history.records[index] = (*name, record["version"])
        self.history.held[name] = max(record["version"], self.history.held.get(name, 0))
        self.objects.add(name)

    def check_record(self, index, record, data):
        require(isinstance(record, dict) and list(record) == ENVELOPE,
                f"record {index} is not in the envelope of a record")
        require(serialise(record, sort=True) == data, f"record {index} is not in canonical form")
        check_values(record)
        require(isinstance(record["body"], dict), f"the body of record {index} is not an object")
        require(record["owner"] == self.history.state, f"record {index} is of another state")
        require_number(record["commit"], f"the commit of record {index}")
        require_number(record["version"], f"the version of record {index}")
        require(record["version"] >= 1, f"the version of record {index} is 0")
        decode(record["salt"], 16, f"the salt of record {index}")
        require(all(isinstance(record[name], str) for name in ("id", "kind", "time", "user")),
                f"the envelope of record {index} is malformed")
        require(MOMENT.fullmatch(record["time"]), f"the time of record {index} is malformed")
        if record["kind"] == "evidence":
            self.sizes[record["id"]] = record["body"].get("size")

    def take_withdrawal(self, value, _line):
        """Of an object that was given before; or, if packages before this one are not here, may have been."""
        index, name, version = value["index"], (value["kind"], value["id"]), value["version"]
        require_number(index, "the index of the withdrawal")
        require(self.last_withdrawn < index < self.size, "a withdrawal is out of order, or beyond the log")
        require(all(isinstance(text, str) and text for text in name), "the withdrawal names no object")
        require_number(version, "the version of the withdrawal")
        require(version >= 1, "the version of the withdrawal is 0")
        require(name not in self.objects, "what is withdrawn is given in the same package")
        given = self.history.records.get(index)
        require(given in (None, (*name, version)), "the leaf of the withdrawal is another version's")
        held = self.history.held.pop(name, 0)
        require(version > held or given, "what is withdrawn is older than what was given")
        self.last_withdrawn = index

    def take_evidence(self, value, _line):
        data = decode(value["data"], None, "a piece of evidence")
        require_number(value["offset"], "the offset of evidence")
        require(0 < len(data) <= PIECE_LIMIT, "a piece of evidence is empty or larger than 48 KiB")
        require(isinstance(value["id"], str) and value["id"] in self.sizes, "evidence is there without its record")
        if self.evidence is None:
            require(value["offset"] == 0, "evidence does not begin at 0")
            self.evidence = [value["id"], hashlib.blake2b(digest_size=32), 0]
        name, digest, size = self.evidence
        require((name, size) == (value["id"], value["offset"]), "a piece of evidence is missing")
        digest.update(data)
        self.evidence[2] = size + len(data)

    def end_evidence(self):
        name, digest, size = self.evidence
        require(digest.hexdigest() == name, f"evidence {name[:12]} is not what its id says")
        require(size == self.sizes[name], f"evidence {name[:12]} is not of the size in its record")
        self.evidence = None

    def take_witness(self, value, _line):
        """Of another log, whose key is not at hand: only its form."""
        text, _, signatures = value["note"].partition("\n\n")
        require(re.fullmatch(r"qorgan/[A-Z]+/[0-9a-f]+\n[0-9]+\n[A-Za-z0-9+/]{43}=", text), "a witness tells of no checkpoint")
        require(signatures.count("\n") >= 2 or text.startswith(self.history.origin + "\n"),
                "a witness did not countersign what it tells of")

    def take_fork(self, value, _line):
        lines = value["proof"].split("\n")
        require(lines[0] == "qorgan-fork@v1" and lines[-1] == "", "there is no evidence in a line of it")
        require([line.split(" ")[0] for line in lines[-3:-1]] == ["first", "second"], "evidence lacks a checkpoint")

    def take_end(self, value, _line):
        require_number(value["leaves"], "the number of leaves")
        require_number(value["records"], "the number of records")
        require(value["leaves"] == self.next - self.first, "the number of leaves at the end is wrong")
        require(value["records"] == self.records, "the number of records at the end is wrong")


def read_package(stream, name, history):
    package, number = Package(history), 0
    try:
        while line := stream.readline(LINE_LIMIT + 1):
            number += 1
            package.take(line)
        require(package.before == "end", "the package is cut short: it has no end")
    except Refused as refused:
        raise Refused(f"{name}, line {max(number, 1)}: {refused}") from None


def main():
    parser = argparse.ArgumentParser(description="Checks decrypted packages of Qorgan.")
    parser.add_argument("--vkey", help="the log's verifier key; without it no signature is checked")
    parser.add_argument("--to", metavar="PARTNER", help="whose packages these are, where they name several recipients")
    parser.add_argument("plaintext", nargs="+", help="decrypted packages, oldest first; - for standard input")
    arguments = parser.parse_args()
    try:
        history = History(parse_vkey(arguments.vkey) if arguments.vkey else None, arguments.to)
        for name in arguments.plaintext:
            if name == "-":
                read_package(sys.stdin.buffer, name, history)
                continue
            with open(name, "rb") as stream:
                read_package(stream, name, history)
    except (Refused, OSError, UnicodeEncodeError) as error:
        print(f"check_package: {error}", file=sys.stderr)
        return 1
    root = base64.b64encode(history.root).decode()
    print(f"ok: {len(history.hashes) // 32} leaves, {len(history.records)} records, {len(history.held)} objects held, "
          f"root {root}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
