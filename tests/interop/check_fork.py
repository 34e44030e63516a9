#!/usr/bin/env python3
"""Checks evidence that a state signed two histories, without any code of Qorgan.

    check_fork.py FILE VKEY...

The first VKEY is of the log, which must have signed both checkpoints; the others
are of cosigners, each of whom must have cosigned one of them. Prints one line and
ends with 0 if it is proven, otherwise with the reason and 1. The format is
described in qorgan-package(5). Needs Python 3.9 and the readers beside this.
"""

import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import check_package
import check_proof
from check_package import Refused, decode, require, sha256

LIMIT = 256 * 1024


def roots_from(first, size, root, path):
    """The roots of the smaller and the larger tree, by the recursion of RFC 6962, section
    2.1.2; `root` is None where the subtree is not the whole of the smaller tree."""
    if first == size:
        require(len(path) == (root is None), "the path is of another length")
        node = path[0] if root is None else root
        return node, node
    require(path, "the path is too short")
    left = 1 << ((size - 1).bit_length() - 1)  # the largest power of two below size
    if first <= left:
        old, new = roots_from(first, left, root, path[:-1])
        return old, sha256(b"\x01" + new + path[-1])
    old, new = roots_from(first - left, size - left, None, path[:-1])
    return sha256(b"\x01" + path[-1] + old), sha256(b"\x01" + path[-1] + new)


def take_apart(data):
    """Root (None if there is none), path and notes."""
    require(len(data) <= LIMIT, "the file is too long")
    match = re.fullmatch(rb"qorgan-fork@v1\n(?:root (\S+)\n((?:path \S+\n)*))?first (\S+)\nsecond (\S+)\n", data)
    require(match, "this is not evidence of a fork")
    try:
        root, path, *notes = [(part or b"").decode("ascii") for part in match.groups()]
        notes = [decode(note, None, "a checkpoint").decode("utf-8") for note in notes]
    except UnicodeDecodeError:
        raise Refused("the file is not text") from None
    path = [decode(line[len("path "):], 32, "a hash of the path") for line in path.splitlines()]
    return decode(root, 32, "the root") if match[1] else None, path, notes


def check_histories(first, second, root, path):
    """Both are (size, root) as they were signed."""
    require(first[0] <= second[0], "the first checkpoint is of more entries than the second")
    require((root is None) == (first[0] == second[0]), "the sizes differ and there is no root, or the reverse")
    if root is None:
        require(first[1] != second[1], "both checkpoints are of one tree")
        return
    if first[0] == 0:
        require(not path and root == sha256(b""), "the root of no entries is another")
    else:
        require(roots_from(first[0], second[0], root, path) == (root, second[1]),
                "the path does not lead from the root to the second checkpoint")
    require(root != first[1], "the second goes on from the first")


def check(data, vkeys):
    root, path, notes = take_apart(data)
    keys = [check_proof.parse_vkey(vkey) for vkey in vkeys]
    require(keys and keys[0][2] == 1, "the first key is not of a log")
    checkpoints = [check_package.open_note(note, (keys[0][0], keys[0][3])) for note in notes]
    for note in notes:
        require(not re.search("[\0-\t\v-\x1f]", note), "a note holds control characters")
    require(checkpoints[0][0] == checkpoints[1][0], "the checkpoints are of two logs")
    check_histories(checkpoints[0][1:], checkpoints[1][1:], root, path)
    seen = []
    for key in keys[1:]:
        for place, note in zip(("first", "second"), notes):
            try:
                seen.append((key[0], place, check_proof.check_cosigned(note, key)))
            except Refused:
                continue
        require(seen and seen[-1][0] == key[0], f"{key[0]} has cosigned neither")
    return checkpoints, seen


def main():
    try:
        with open(sys.argv[1], "rb") as stream:
            checkpoints, seen = check(stream.read(), sys.argv[2:])
    except (Refused, OSError) as error:
        print(f"check_fork: {error}", file=sys.stderr)
        return 1
    print(f"ok: {checkpoints[0][0]} signed {checkpoints[0][1]} entries and, not going on from them, {checkpoints[1][1]}",
          *[f"{name} cosigned the {place} at {time}" for name, place, time in seen], sep="; ")
    return 0


if __name__ == "__main__":
    sys.exit(main())
