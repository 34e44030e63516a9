"""Packages, from the signature beside the file to the last line: what a receiver must look at, who has nothing but the
cards of its partners and what it took in before. Written from qorgan-package(5). It knows no schema: of a record's
body it reads who may have it and who keeps the object.
"""
import hashlib

from formats import (PROTOCOL, RELEASED, base64_decode, check_fork, id_is_of, is_of_other_key, leaf_hash, moment,
                     parse, parse_fork, read_checkpoint, read_record, serialise, split_note, tree_root,
                     verify_minisig, verify_note)
from primitives import DENIED, Refused, age_open, require

LINE_LIMIT, NUMBER_LIMIT, PIECE_LIMIT = 1 << 20, 2**53 - 1, 48 * 1024
LINES = {
    "header": ["format", "version", "from", "to", "previous", "created", "sequence"],
    "checkpoint": ["note"],
    "leaves": ["first", "hashes"],
    "record": ["index", "record"],
    "withdrawal": ["index", "kind", "id", "version"],
    "evidence": ["id", "offset", "data"],
    "witness": ["note"],
    "fork": ["proof"],
    "end": ["leaves", "records"],
}
ORDER = list(LINES)  # any number of those in the middle
MARKINGS = ("TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT")
KEEPERS = {"domain": "coordinator", "risk": "coordinator", "measure": "lead", "proposal": "state", "answer": "state"}


class Receiver:
    """Who takes packages in: the state, its partners' cards, and what it has of the sender, whose card is the first."""

    def __init__(self, state, identity, cards, secret=None):
        self.state, self.identity, self.secret = state, identity, secret
        self.sender, self.cards = cards[0], {card["origin"]: card for card in cards}
        self.leaves, self.sequence, self.taken = [], 0, {}
        self.sizes = {}    # of files whose records came
        self.kept = set()  # objects that the sender kept by a version of its own

    def take(self, file, signature):
        """Takes the package in, or raises Refused and is as before."""
        verify_minisig(signature, file, self.sender["package key"])
        return self.take_lines(open_layers(file, self.identity, self.secret), hashlib.blake2b(file).digest())

    def take_lines(self, plain, digest):
        package = Package(self, digest)
        for line in lines_of(plain):
            package.take(line)
        require(package.before == "end", "the package is cut short: its end is missing")
        package.settle()
        return package


def open_layers(file, identity, secret):
    """The lines, which may lie in a second age file, locked with a secret."""
    plain = age_open(file, identity)
    if not plain.startswith(b"a"):
        return plain
    require(secret, "it is locked with a secret, and there is none", DENIED)
    return age_open(plain, passphrase=secret)


def lines_of(plain):
    while plain:
        line, end, plain = plain.partition(b"\n")
        require(len(line) < LINE_LIMIT, "the line is longer than 1 MiB")
        require(end, "the line is cut short")
        yield line


def number(value, least=0, most=NUMBER_LIMIT):
    require(type(value) is int and least <= value <= most, "this is no number, or not one that can be here")
    return value


class Package:
    """One package while it is read, line by line."""

    def __init__(self, receiver, digest):
        self.receiver, self.digest = receiver, digest
        self.before = None       # type of the line before
        self.leaves, self.first = list(receiver.leaves), None
        self.next_record = self.next_withdrawal = self.records = 0
        self.kept, self.sizes = set(receiver.kept), dict(receiver.sizes)
        self.piece = None        # of a file: its id, its digest so far, its size so far
        self.notes, self.proofs = [], []

    def take(self, line):
        value = parse(line)
        kind = isinstance(value, dict) and value.get("type")
        require(kind in LINES, "the type is unknown")
        # The last member of the header is there after a restore only.
        more = ["restored"] if kind == "header" and "restored" in value else []
        require(list(value) == ["type"] + LINES[kind] + more and serialise(value, False) == line, "the line has another form")
        at, before = ORDER.index(kind), ORDER.index(self.before) if self.before else -1
        require(before < at or (before == at and 1 < at < len(ORDER) - 1), "the line stands in another place")
        require(at < 1 or before >= 0, "there is no header")
        require(at < 2 or before >= 1, "there is no checkpoint")
        if at > 2 and before <= 2:
            self.leaves_end()
        if kind != "evidence":
            self.piece_end()
        getattr(self, "take_" + kind)(*(value[name] for name in LINES[kind] + more), line=line)
        self.before = kind

    # ---- Who, and the log -------------------------------------------------------------------

    def take_header(self, form, version, sender, to, previous, created, sequence, restored=False, *, line):
        require(form == "qorgan-package" and type(version) is int and version == 1, "another format, or a newer one")
        require(sender == self.receiver.sender["state"], "it is from another state than its signature")
        require(isinstance(to, list) and 0 < len(to) <= 32 and all(id_is_of("partner", name) for name in to) and
                to == sorted(set(to)), "the recipients are no list in order")
        require(isinstance(previous, list) and len(previous) == len(to), "not one number for each recipient")
        self.sequence = number(sequence, 1)
        for before in previous:
            number(before, 0, sequence - 1)
        require(isinstance(created, str), "the time is none")
        moment(created)
        self.restored = restored
        if restored is not False:
            require(isinstance(restored, dict) and list(restored) == ["at", "backup", "size"], "what it tells of a restore has "
                    "another form")
            require(isinstance(restored["at"], str) and isinstance(restored["backup"], str), "a time is none")
            require(moment(restored["backup"]) <= moment(restored["at"]), "the backup is of after the restore")
            number(restored["size"])
        require(self.receiver.state in to, "it is not for this state")
        self.previous = previous[to.index(self.receiver.state)]
        require(self.previous <= self.receiver.sequence, "a package before it is missing")

    def take_checkpoint(self, note, line):
        card = self.receiver.sender
        require(isinstance(note, str), "the note is no text")
        require(card["origin"] == note.split("\n")[0], "it is of another log")
        text, _ = verify_note(note.encode(), card["log"])
        self.size, self.root = three_lines(text)[1:]
        require(not self.restored or self.restored["size"] <= self.size, "it was put back with more entries than it has")
        require(self.sequence <= self.receiver.sequence or self.size >= len(self.receiver.leaves), "the log is shorter")
        self.late = self.sequence <= self.receiver.sequence and self.size <= len(self.receiver.leaves)

    def take_leaves(self, first, hashes, line):
        number(first)
        if self.first is None:
            require(first <= len(self.leaves), "leaves before these are missing")
            self.first = self.next = self.next_record = first
        require(first == self.next, "these leaves do not go on from those before")
        require(isinstance(hashes, list) and 0 < len(hashes) <= 8192, "no hashes, or too many")
        new = [base64_decode(text if isinstance(text, str) else "-", 32) for text in hashes]
        self.next += len(new)
        require(self.next <= self.size, "there are more leaves than the checkpoint is over")
        known = self.leaves[first:self.next]
        require(known == new[:len(known)], "a leaf is not the one that was told before: the history was rewritten")
        self.leaves += new[len(known):]

    def leaves_end(self):
        if self.first is None:
            self.first = self.next = self.size
        require(self.next == self.size, "leaves are missing")
        require(len(self.leaves) == self.size or self.late, "the log has another length")
        require(tree_root(self.leaves[:self.size]) == self.root, "the leaves have not the root that was signed")

    # ---- What was logged ------------------------------------------------------------------------

    def take_record(self, index, record, line):
        number(index, self.next_record, self.next - 1)
        data = line[len(b'{"type":"record","index":%d,"record":' % index):-1]
        require(leaf_hash(data) == self.leaves[index], "it is not the record behind its leaf")
        read_record(data)
        kind, name, body = record["kind"], record["id"], record["body"]
        require(record["owner"] == self.receiver.sender["state"], "the record is of another state")
        require(kind in RELEASED, "objects of this kind are in no package")
        require(body.get("marking", "TLP:AMBER") in MARKINGS, "its marking keeps it at home, or is none")
        require(self.receiver.state in body.get("release", []), "it is not released to this state")
        keeper = name.split("/")[1] if kind in ("status", "assessment") else body.get(KEEPERS.get(kind))
        if keeper in (None, record["owner"]):
            self.kept.add((kind, name))
        require((kind, name) in self.kept, "the object is kept by %s" % keeper)
        self.next_record, self.records = index + 1, self.records + 1
        if kind == "evidence":
            self.sizes[name] = body["size"]

    def take_withdrawal(self, index, kind, name, version, line):
        number(index, self.next_withdrawal, self.size - 1)
        require(kind in RELEASED and id_is_of(kind, name), "there is no such object in packages")
        number(version, 1, 2**32 - 1)
        self.next_withdrawal = index + 1

    def take_evidence(self, name, offset, data, line):
        data = base64_decode(data if isinstance(data, str) else "-")
        require(0 < len(data) <= PIECE_LIMIT, "the piece is empty, or too large")
        if number(offset) == 0:
            self.piece_end()
            require(name in self.sizes, "no record describes the file")
            self.piece = [name, hashlib.blake2b(digest_size=32), 0]
        require(self.piece and self.piece[0] == name and self.piece[2] == offset, "a piece is missing")
        self.piece[1].update(data)
        self.piece[2] += len(data)

    def piece_end(self):
        if self.piece:
            name, digest, size = self.piece
            require(digest.hexdigest() == name and self.sizes[name] == size, "the file is not the one of its record")
        self.piece = None

    # ---- Of other logs, and the end ------------------------------------------------------------------

    def take_witness(self, note, line):
        require(isinstance(note, str), "the note is no text")
        note, sender = note.encode(), self.receiver.sender
        origin, size, root = three_lines(split_note(note)[0])
        if origin not in self.receiver.cards or is_of_other_key(note, self.receiver.cards[origin]["log"]):
            return
        verify_note(note, self.receiver.cards[origin]["log"])
        if origin != sender["origin"] and sender["witness"]:
            verify_note(note, sender["witness"])
        require(origin != sender["origin"] or size > len(self.leaves) or tree_root(self.leaves[:size]) == root,
                "another saw another history")

    def take_fork(self, proof, line):
        try:
            evidence = parse_fork(proof.encode() if isinstance(proof, str) else b"")
            card = self.receiver.cards.get(evidence[3][0])
            if not card or any(is_of_other_key(note, card["log"]) for note in evidence[2]):
                return
            check_fork(evidence, card["log"])
            require(card != self.receiver.sender, "its own sender told two histories")
        except Refused as refused:
            raise Refused(PROTOCOL, str(refused)) from None

    def take_end(self, leaves, records, line):
        require(number(leaves) == self.next - self.first and number(records) == self.records, "something is missing")

    def settle(self):
        receiver = self.receiver
        require(receiver.taken.get(self.sequence, self.digest) == self.digest, "another package has this number")
        receiver.taken[self.sequence] = self.digest
        if not self.late:
            receiver.leaves, receiver.kept, receiver.sizes = self.leaves, self.kept, self.sizes
        receiver.sequence = max(receiver.sequence, self.sequence)


def three_lines(text):
    require(text.count("\n") == 3, "the checkpoint has further lines")
    return read_checkpoint(text)
