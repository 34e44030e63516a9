#!/usr/bin/env python3
"""Checks a proof of Qorgan (C2SP tlog-proof) without any code of Qorgan.

    check_proof.py PROOF VKEY...

The first VKEY is of the log, the others are of cosigners; all must have signed.
Prints one line and ends with 0 if the record is proven, otherwise with the reason
and 1. The format is described in qorgan-package(5). Needs Python 3.9 and the
reader of packages beside this, whose arithmetic of Ed25519 it uses.
"""

import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import check_package
from check_package import Refused, decode, require, sha256

REST_LIMIT = 65536  # bytes of a proof without its line "extra"


def number(text, what):
    require(re.fullmatch("0|[1-9][0-9]{0,19}", text) and int(text) < 2**64, f"{what} is not a number")
    return int(text)


def root_from(node, at, size, path):
    """The root that the path leads to, by the recursion of RFC 6962, section 2.1.1."""
    require(at < size, "the index is not below the size")
    if size == 1:
        require(not path, "the path is too long")
        return node
    require(path, "the path is too short")
    left = 1 << ((size - 1).bit_length() - 1)  # the largest power of two below size
    if at < left:
        return sha256(b"\x01" + root_from(node, at, left, path[:-1]) + path[-1])
    return sha256(b"\x01" + path[-1] + root_from(node, at - left, size - left, path[:-1]))


def take_apart(data):
    """Record, index, path and note of a proof."""
    head, separator, note = data.partition(b"\n\n")
    require(separator, "the proof is cut short")
    lines = head.split(b"\n")
    require(lines.pop(0) == b"c2sp.org/tlog-proof@v1", "this is not a proof")
    require(lines and lines[0].startswith(b"extra "), "the proof holds no record")
    extra = lines.pop(0)
    require(len(data) - len(extra) <= REST_LIMIT, "the proof is too long")
    try:
        record = decode(extra[len(b"extra "):].decode("ascii"), None, "the record")
        require(lines and lines[0].startswith(b"index "), "the proof has no index")
        index = number(lines.pop(0)[len(b"index "):].decode("ascii"), "the index")
        path = [decode(line.decode("ascii"), 32, "a hash of the path") for line in lines]
        return record, index, path, note.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("the proof is not text") from None


def parse_vkey(vkey):
    name, _, rest = vkey.partition("+")
    identifier, _, key = rest.partition("+")
    typed = decode(key, 33, "the key of the verifier key")
    require(typed[0] in (1, 4), "the type of the verifier key is unknown")
    require(sha256(name.encode() + b"\n" + typed)[:4].hex() == identifier, "the verifier key does not fit its id")
    return name, identifier, typed[0], typed[1:]


def check_cosigned(note, vkey):
    """The time at which that key cosigned the checkpoint."""
    name, identifier, _, public = vkey
    text, _, signatures = note.rpartition("\n\n")
    times = []
    for line in signatures[:-1].split("\n"):
        match = re.fullmatch(r"\u2014 (\S+) (\S+)", line)
        require(match, "a signature of the checkpoint is malformed")
        signature = decode(match[2], None, "a signature of the checkpoint")
        if match[1] != name or signature[:4].hex() != identifier:
            continue
        require(len(signature) == 4 + 8 + 64, "a cosignature is malformed")
        times.append(int.from_bytes(signature[4:12], "big"))
        message = f"cosignature/v1\ntime {times[-1]}\n{text}\n".encode()
        require(check_package.ed25519_holds(public, message, signature[12:]), f"the cosignature of {name} does not hold")
    require(times, f"{name} has not cosigned")
    return max(times)


def check_record(record, origin):
    require(len(record) <= check_package.RECORD_LIMIT, "the record is larger than 256 KiB")
    value = check_package.parse(record)
    history = check_package.History(None)
    match = re.fullmatch("qorgan/([A-Za-z0-9._-]{1,64})/[0-9a-f]{32}", origin)
    require(match, "the log is not one of Qorgan")
    history.state = match[1]
    check_package.Package(history).check_record(0, value, record)
    return value


def check(data, vkeys):
    record, index, path, note = take_apart(data)
    keys = [parse_vkey(vkey) for vkey in vkeys]
    require(keys and keys[0][2] == 1, "the first key is not of a log")
    origin, size, root = check_package.open_note(note, (keys[0][0], keys[0][3]))
    require(not re.search("[\0-\t\v-\x1f]", note), "the note holds control characters")
    require(root_from(sha256(b"\x00" + record), index, size, path) == root, "the record is not in the tree")
    times = [check_cosigned(note, key) for key in keys[1:]]
    return check_record(record, origin), index, size, times


def main():
    try:
        with open(sys.argv[1], "rb") as stream:
            record, index, size, times = check(stream.read(), sys.argv[2:])
    except (Refused, OSError) as error:
        print(f"check_proof: {error}", file=sys.stderr)
        return 1
    print(f"ok: {record['kind']} {record['id']} version {record['version']} is entry {index} of {size}",
          *[f"cosigned at {time}" for time in times], sep="; ")
    return 0


if __name__ == "__main__":
    sys.exit(main())
