#!/usr/bin/env python3
"""Makes evidence of two histories from decrypted packages, without any code of Qorgan.

    make_fork.py PACKAGE... -- PACKAGE...

On either side are the packages that somebody was shown of one log, in their order;
what the last one of each has signed is compared. Prints the file, whether or not it
proves anything.
"""

import base64
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from check_package import tree_root


def history(names):
    """The leaf hashes, one behind the other, and the newest note."""
    hashes, note = bytearray(), None
    for name in names:
        for line in open(name, "rb"):
            value = json.loads(line)
            if value["type"] == "checkpoint":
                note = value["note"]
            elif value["type"] == "leaves":
                hashes[value["first"] * 32:] = b"".join(base64.b64decode(text) for text in value["hashes"])
    return bytes(hashes), note


def subproof(first, hashes, known):
    """RFC 6962, section 2.1.2, word for word."""
    size = len(hashes) // 32
    if first == size:
        return [] if known else [tree_root(hashes)]
    left = 1 << ((size - 1).bit_length() - 1)
    if first <= left:
        return subproof(first, hashes[:left * 32], known) + [tree_root(hashes[left * 32:])]
    return subproof(first - left, hashes[left * 32:], False) + [tree_root(hashes[:left * 32])]


def main():
    middle = sys.argv.index("--")
    (first, first_note), (second, second_note) = sorted(
        (history(sys.argv[1:middle]), history(sys.argv[middle + 1:])), key=lambda pair: len(pair[0]))
    lines = []
    if len(first) < len(second):
        lines.append(("root", tree_root(second[:len(first)])))
        lines += [("path", node) for node in subproof(len(first) // 32, second, True)]
    lines += [("first", first_note.encode()), ("second", second_note.encode())]
    print("qorgan-fork@v1")
    for label, data in lines:
        print(label, base64.b64encode(data).decode())


if __name__ == "__main__":
    main()
