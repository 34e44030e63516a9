#!/usr/bin/env python3
"""Checks the decrypted stream of a backup by SECURITY.md alone: the lines, the rows, the hash,
and that the leaves in it have the root of the signed checkpoint. With --damage HOW it writes the
stream anew, with that fault in it, for tests.

usage: check_backup.py [--vkey VKEY] [--damage HOW] STREAM
"""
import base64
import hashlib
import json
import subprocess
import sys
import tempfile

LEAVES = 3


def fail(why):
    sys.exit("check_backup: " + why)


def split(data):
    """The first line, the rows as (table, key, value), and the last line."""
    end = data.index(b"\n") + 1
    first, at, rows = data[:end], end, []
    while data[at] != 0xFF:
        key_size, value_size = data[at + 1], int.from_bytes(data[at + 2:at + 6], "big")
        key = data[at + 6:at + 6 + key_size]
        value = data[at + 6 + key_size:at + 6 + key_size + value_size]
        if not 1 <= len(key) <= 64 or len(value) != value_size:
            fail("a row is cut off")
        if rows and (rows[-1][0], rows[-1][1]) >= (data[at], key):
            fail("the rows are not in order")
        rows.append((data[at], key, value))
        at += 6 + key_size + value_size
    return first, rows, data[at + 1:], data[:at]


def root(leaves):
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return hashlib.sha256(b"\x01" + root(leaves[:half]) + root(leaves[half:])).digest()


def signature_check(note, vkey):
    name, number, key = vkey.split("+", 2)
    public = base64.b64decode(key)[1:]
    text, signatures = note.rsplit("\n\n", 1)
    for line in signatures.splitlines():
        dash, signer, signature = line.split(" ")
        raw = base64.b64decode(signature)
        if signer != name or raw[:4].hex() != number:
            continue
        with tempfile.TemporaryDirectory() as folder:
            with open(folder + "/key", "wb") as file:
                file.write(bytes.fromhex("302a300506032b6570032100") + public)
            with open(folder + "/text", "w", encoding="utf-8") as file:
                file.write(text + "\n")
            with open(folder + "/signature", "wb") as file:
                file.write(raw[4:])
            done = subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", folder + "/key",
                                   "-rawin", "-in", folder + "/text", "-sigfile", folder + "/signature"],
                                  stdout=subprocess.DEVNULL, check=False)
            return done.returncode == 0
    return False


def check(data, vkey):
    first, rows, last, before = split(data)
    header, end = json.loads(first), json.loads(last)
    if header["type"] != "header" or header["format"] != "qorgan-backup" or header["version"] != 1:
        fail("the first line is not that of a backup")
    if end["type"] != "end" or not last.endswith(b"\n") or last.count(b"\n") != 1:
        fail("the last line is not that of a backup")
    if end["rows"] != len(rows) or end["hash"] != hashlib.blake2b(before, digest_size=32).hexdigest():
        fail("the last line is of other rows")
    leaves = [value[:32] for table, key, value in rows if table == LEAVES and int.from_bytes(key, "big") < header["leaves"]]
    if len(leaves) != header["leaves"] or root(leaves).hex() != header["root"]:
        fail("the leaves are not those of the root")
    if vkey:
        lines = header["checkpoint"].split("\n")
        if not signature_check(header["checkpoint"], vkey):
            fail("the checkpoint is not signed by the key")
        if int(lines[1]) != header["leaves"] or base64.b64decode(lines[2]) != root(leaves):
            fail("the checkpoint is of another log")
    return {"store": header["store"], "leaves": len(leaves), "root": header["root"], "rows": len(rows)}


def joined(first, rows):
    return first + b"".join(bytes([table, len(key)]) + len(value).to_bytes(4, "big") + key + value
                            for table, key, value in rows)


def damage(data, how):
    first, rows, last, _ = split(data)
    middle = len(rows) // 2
    if how in ("drop", "drop-fit"):
        rows = rows[:middle] + rows[middle + 1:]
    elif how == "swap":
        rows[middle], rows[middle + 1] = rows[middle + 1], rows[middle]
    elif how == "header":
        first = first.replace(b'"leaves":', b'"leaves":1')
    elif how == "value-fit":
        number = max(i for i, row in enumerate(rows) if row[0] >= 8)
        table, key, value = rows[number]
        rows[number] = table, key, value[:-1] + bytes([value[-1] ^ 1])
    body = joined(first, rows)
    if how.endswith("-fit") or how == "header":
        last = json.dumps({"type": "end", "rows": len(rows),
                           "hash": hashlib.blake2b(body, digest_size=32).hexdigest()}).encode() + b"\n"
    if how == "cut":
        return body
    return body + b"\xff" + last + (b"more" if how == "more" else b"")


def main():
    arguments, vkey, how = sys.argv[1:], None, None
    while arguments and arguments[0].startswith("--"):
        if arguments[0] == "--vkey":
            vkey = arguments[1]
        elif arguments[0] == "--damage":
            how = arguments[1]
        arguments = arguments[2:]
    if len(arguments) != 1:
        sys.exit(__doc__)
    data = sys.stdin.buffer.read() if arguments[0] == "-" else open(arguments[0], "rb").read()
    if how:
        sys.stdout.buffer.write(damage(data, how))
    else:
        print(json.dumps(check(data, vkey)))


main()
