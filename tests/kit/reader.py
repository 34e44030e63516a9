#!/usr/bin/env python3
"""A second reader of what Qorgan hands out, and of the kit: cards, signed notes, checkpoints, cosignatures, proofs,
evidence of two histories, minisign signatures, records, packages from the age file on, and whole stores. Written from
SECURITY.md ("Keys", "Formats") and qorgan-package(5), without any of Qorgan's code; Python 3.9 and its standard library
alone.

    reader.py VECTOR...       what it answers to each, and whether the vector says the same (all, if none is named)
    reader.py --show VECTOR   the lines of the package in it

A vector is a file of lines "key: value", an empty line, and the bytes that are to be judged:

    kind      what the bytes are: vkey, note, checkpoint, cosigned, record, minisig, card, proof, fork, package, store, or the
              lines of a package, out of its age file, to be judged as if it had been signed and opened
    expect    success, or how it is refused: "no" (the answer is no), "bad data", "damaged", "protocol", "denied", for
              which the program ends with 1, 65, 74, 76, 77
    answer    with success: what it says, as told below by the function for its kind
    comment   what is good about it, or the one thing that is wrong
    vkey      the key that is trusted, more than once if more than one is
    file      of a minisig: the file in Base64;  minisign: the key
    now       of a card: the moment at which it is shown
    identity  of a package: that of the receiver KAZ;  secret: what it shares with the sender
              of a store, whose bytes are those of store.mdb: that by which it is to be opened
    finding   of a store with "no": a word at the head of stores.py for what must be found; more may be, that follows from it
    minisig   of a package: the four lines of the signature beside it, one after the other
    card      of a package or of lines: the vectors that hold the cards of the receiver's partners, the sender's first
    after     of a package: the vectors that were taken in before it, in their order
    fork      of a package or of lines: the state that it shows to have told two histories, of which evidence can be kept
    compressed: zlib          the bytes are to be inflated first
"""
import base64
import pathlib
import sys
import zlib

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import formats
from lmdb import DAMAGED
from packages import Receiver, open_layers
from primitives import BAD_DATA, DENIED, PROTOCOL, Refused, bech32_decode
from stores import read_store

CODES = {"success": 0, "no": formats.NO, "bad data": BAD_DATA, "damaged": DAMAGED, "protocol": PROTOCOL,
         "denied": DENIED}
FOLDER = pathlib.Path(__file__).resolve().parent / "vectors"


class Vector:
    def __init__(self, name):
        head, _, self.payload = (FOLDER / name).read_bytes().partition(b"\n\n")
        self.name = name
        self.lines = [line.split(": ", 1) for line in head.decode().split("\n")]
        if self.get("compressed"):
            self.payload = zlib.decompress(self.payload)

    def get(self, key):
        return dict(self.lines).get(key)

    def all(self, key):
        return [value for name, value in self.lines if name == key]

    def words(self, key):
        return (self.get(key) or "").split()

    def decoded(self, key):
        return base64.b64decode(self.get(key), validate=True)

    def minisig(self):
        return "".join(line + "\n" for line in self.all("minisig")).encode()


# ---- What is answered to each kind -----------------------------------------------------------


def judge_vkey(vector):
    """answer: the name and the type of the key"""
    name, kind, _ = formats.read_vkey(formats.as_text(vector.payload, BAD_DATA).removesuffix("\n"))
    return "%s, type %d" % (name, kind)


def judge_note(vector):
    """answer: the number of lines that were signed"""
    text, _ = formats.verify_note(vector.payload, formats.read_vkey(vector.get("vkey")))
    return "%d lines" % text.count("\n")


def judge_checkpoint(vector):
    """answer: number of leaves and root; the vkey is of the log that it must be of"""
    name, _, _ = key = formats.read_vkey(vector.get("vkey"))
    text, _ = formats.verify_note(vector.payload, key)
    origin, size, root = formats.read_checkpoint(text)
    formats.require(origin == name, "it is of another log")
    return "%d %s" % (size, base64.b64encode(root).decode())


def judge_cosigned(vector):
    """answer: the newest moment, in seconds since 1970, at which the cosigner saw it"""
    text, time = formats.verify_note(vector.payload, formats.read_vkey(vector.get("vkey")))
    formats.read_checkpoint(text)
    return str(time)


def judge_record(vector):
    """answer: state, kind, id and version"""
    record = formats.read_record(vector.payload)
    return "%(owner)s %(kind)s %(id)s %(version)d" % record


def judge_minisig(vector):
    """answer: the trusted comment"""
    key = formats.read_minisign_key(vector.get("minisign"))
    return formats.verify_minisig(vector.payload, vector.decoded("file"), key).decode()


def judge_card(vector):
    """answer: the fingerprint"""
    return formats.read_card(vector.payload, vector.get("now"))["fingerprint"]


def judge_proof(vector):
    """answer: kind, id and version; the leaf and the size of the log"""
    record, index, size = formats.read_proof(vector.payload, [formats.read_vkey(text) for text in vector.all("vkey")])
    return "%s %s %d, leaf %d of %d" % (record["kind"], record["id"], record["version"], index, size)


def judge_fork(vector):
    """answer: how many leaves each of the two histories has"""
    return "%d and %d" % formats.read_fork(vector.payload, [formats.read_vkey(text) for text in vector.all("vkey")])


def receiver_of(vector):
    cards = [formats.read_card(Vector(name).payload) for name in vector.words("card")]
    identity = bech32_decode("age-secret-key-", vector.get("identity") or "")
    return Receiver("KAZ", identity, cards, vector.get("secret"))


def judge_package(vector):
    """answer: the size of the log, and how many records there are"""
    receiver = receiver_of(vector)
    for name in vector.words("after"):
        before = Vector(name)
        receiver.take(before.payload, before.minisig())
    package = receiver.take(vector.payload, vector.minisig())
    return "%d leaves, %d records" % (package.size, package.records)


def judge_lines(vector):
    """answer: the same"""
    package = receiver_of(vector).take_lines(vector.payload, b"")
    return "%d leaves, %d records" % (package.size, package.records)


def judge_store(vector):
    """answer: origin, leaves, commits and root; SHA-256 of all records in the order of the log; objects by kind"""
    said, findings = read_store(vector.payload, bech32_decode("age-secret-key-", vector.get("identity")))
    formats.require(not findings, ", ".join(findings), formats.NO)
    return said


def judge(vector):
    """The word for what becomes of it, and the answer, or why it is refused."""
    try:
        return "success", globals()["judge_" + vector.get("kind")](vector)
    except Refused as refused:
        return next(word for word, code in CODES.items() if code == refused.code), str(refused)


# ---- The kit ------------------------------------------------------------------------------------


def vectors(names=()):
    return [Vector(name) for name in names or sorted(path.name for path in FOLDER.iterdir())]


def main():
    names = [pathlib.Path(name).name for name in sys.argv[1:]]
    if names[:1] == ["--show"]:
        vector = Vector(names[1])
        identity = bech32_decode("age-secret-key-", vector.get("identity"))
        sys.stdout.buffer.write(open_layers(vector.payload, identity, vector.get("secret")))
        return 0
    failed = 0
    for vector in vectors(names):
        word, answer = judge(vector)
        right = word == vector.get("expect") and (word != "success" or answer == vector.get("answer")) and \
            vector.get("finding") in [None] + answer.split(", ")
        failed += not right
        if names or not right:
            print("%sok - %s: %s: %s" % ("" if right else "not ", vector.name, word, answer))
    print("reader: %d passed, %d failed" % (len(vectors(names)) - failed, failed))
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
