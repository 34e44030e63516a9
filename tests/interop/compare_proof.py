#!/usr/bin/env python3
"""Alters a proof in many ways, one at a time: the program and the independent
reader beside this must both refuse each, and both accept the one not altered.

compare_proof.py QORGAN PROOF VKEY..."""
import os
import random
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import check_proof


def by_program(data):
    keys = [argument for vkey in sys.argv[3:] for argument in ("--vkey", vkey)]
    run = subprocess.run([sys.argv[1], "check-proof", "-"] + keys, input=data, capture_output=True)
    assert run.returncode in (0, 1, 65), run
    return run.returncode == 0


def by_reader(data):
    try:
        check_proof.check(data, sys.argv[3:])
    except check_proof.Refused:
        return False
    return True


def variants(data, generator):
    lines = data.splitlines(keepends=True)
    for at in range(len(lines)):
        yield "without line %d" % at, b"".join(lines[:at] + lines[at + 1:])
        yield "line %d twice" % at, b"".join(lines[:at + 1] + lines[at:])
        yield "line %d with a space" % at, b"".join(lines[:at] + [lines[at][:-1] + b" \n"] + lines[at + 1:])
        yield "line %d with a return" % at, b"".join(lines[:at] + [lines[at][:-1] + b"\r\n"] + lines[at + 1:])
        place = generator.randrange(len(lines[at]))
        line = bytearray(lines[at])
        line[place] ^= 1 << generator.randrange(8)
        yield "bit of line %d byte %d" % (at, place), b"".join(lines[:at] + [bytes(line)] + lines[at + 1:])
    path = [at for at, line in enumerate(lines) if re.fullmatch(rb"[A-Za-z0-9+/]{43}=\n", line)][:-1]
    yield "two hashes swapped", b"".join(lines[:path[0]] + [lines[path[1]], lines[path[0]]] + lines[path[1] + 1:])
    yield "index and path of none", b"".join([lines[0], lines[1], b"index 0\n"] + lines[path[-1] + 1:])
    yield "another index", data.replace(b"\nindex ", b"\nindex 1", 1)
    yield "a larger size", re.sub(rb"\n\n(\S+)\n(\d)", rb"\n\n\1\n9\2", data, count=1)
    for size in generator.sample(range(len(data)), 20):
        yield "cut at %d" % size, data[:size]


def main():
    data = open(sys.argv[2], "rb").read()
    seed = int(os.environ.get("QORGAN_SEED", random.randrange(1 << 32)))
    print("seed", seed)
    passed = failed = 0
    for name, altered, expected in [("as it was made", data, True)] + \
            [(name, altered, False) for name, altered in variants(data, random.Random(seed))]:
        answers = by_program(altered), by_reader(altered)
        # Signature lines may be doubled, and those of unknown keys come and go.
        if answers == (expected, expected) or (altered.endswith(b"\n") and answers == (True, True) and
                                               re.match("line .* twice", name)):
            passed += 1
        else:
            failed += 1
            print("not ok - %s: program %s, reader %s" % (name, *answers))
    print("%d passed, %d failed" % (passed, failed))
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
