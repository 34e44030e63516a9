#!/usr/bin/env python3
"""Alters a package's plaintext in many ways, one at a time; the independent reader
beside this must refuse each, and accept the one that was not altered.

tamper.py VKEY PLAINTEXT"""
import io
import json
import os
import random
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import check_package


def accepted(lines, vkey):
    try:
        check_package.read_package(io.BytesIO(b"".join(lines)), "package", check_package.History(vkey))
    except check_package.Refused:
        return False
    return True


def variants(lines, generator):
    types = [json.loads(line)["type"] for line in lines]
    first = {kind: types.index(kind) for kind in dict.fromkeys(types)}
    records = [i for i, kind in enumerate(types) if kind == "record"]
    for kind, at in first.items():
        yield "without the first " + kind, lines[:at] + lines[at + 1:]
        if kind != "evidence":  # a piece may be said twice
            yield kind + " twice", lines[:at + 1] + lines[at:]
    yield "cut short", lines[:-1]
    yield "the end moved", lines[-1:] + lines[:-1]
    yield "two records swapped", lines[:records[0]] + [lines[records[1]], lines[records[0]]] + lines[records[1] + 1:]
    yield "an unknown line", lines[:-1] + [b'{"type":"secret"}\n'] + lines[-1:]

    def altered(at, pattern, text):
        line = re.sub(pattern, text, lines[at], count=1)
        assert line != lines[at], pattern
        return lines[:at] + [line] + lines[at + 1:]

    last = len(lines) - 1
    yield "count of leaves", altered(last, rb'"leaves":(\d)', rb'"leaves":9\1')
    yield "count of records", altered(last, rb'"records":(\d)', rb'"records":9\1')
    yield "index of a record", altered(records[3], rb'"index":(\d)', rb'"index":9\1')
    yield "owner of a record", altered(records[4], rb'"owner":"...', rb'"owner":"XXX')
    yield "version of a record", altered(records[5], rb'"version":1', rb'"version":2')
    yield "white space in a record", altered(records[6], rb'"record":\{', rb'"record":{ ')
    yield "a member twice", altered(records[7], rb'"index"', rb'"type":"record","index"')
    yield "size in the checkpoint", altered(1, rb'\\n(\d+)\\n', rb'\\n1\1\\n')
    for number in range(200):
        at = generator.randrange(1, len(lines))
        line = bytearray(lines[at])
        place = generator.randrange(len(line))
        line[place] ^= 1 << generator.randrange(8)
        yield "bit flip %d in line %d byte %d" % (number, at, place), lines[:at] + [bytes(line)] + lines[at + 1:]


def main():
    vkey = check_package.parse_vkey(sys.argv[1])
    with open(sys.argv[2], "rb") as stream:
        lines = stream.readlines()
    seed = int(os.environ.get("QORGAN_SEED", random.randrange(1 << 32)))
    print("seed", seed)
    passed = failed = 0
    if accepted(lines, vkey):
        passed += 1
    else:
        failed += 1
        print("not ok - the package as it was made is refused")
    for name, altered_lines in variants(lines, random.Random(seed)):
        if accepted(altered_lines, vkey):
            failed += 1
            print("not ok - accepted:", name)
        else:
            passed += 1
    print("%d passed, %d failed" % (passed, failed))
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
