#!/usr/bin/env python3
"""Checks the decrypted stream of a backup by SECURITY.md alone: the lines, the rows, the hash,
and that the leaves in it have the root of the signed checkpoint. With --damage HOW it writes the
stream anew, with that fault in it, for tests. With increments behind it, each is put upon the one
before, and what comes out is examined; --rows prints these rows, a line each, but for --except KEY of
the table meta.

usage: check_backup.py [--vkey VKEY] [--damage HOW] [--rows] [--except KEY] STREAM...
"""
import base64
import hashlib
import json
import subprocess
import sys
import tempfile

META, LEAVES, GONE = 0, 3, 0xFE


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


def siphash(key, data):
    """SipHash-2-4, by its paper."""
    mask = (1 << 64) - 1
    k0, k1 = int.from_bytes(key[:8], "little"), int.from_bytes(key[8:], "little")
    v = [k0 ^ 0x736F6D6570736575, k1 ^ 0x646F72616E646F6D, k0 ^ 0x6C7967656E657261, k1 ^ 0x7465646279746573]

    def rounds(count):
        v0, v1, v2, v3 = v
        for _ in range(count):
            v0 = (v0 + v1) & mask
            v1 = ((v1 << 13) | (v1 >> 51)) & mask ^ v0
            v0 = ((v0 << 32) | (v0 >> 32)) & mask
            v2 = (v2 + v3) & mask
            v3 = ((v3 << 16) | (v3 >> 48)) & mask ^ v2
            v0 = (v0 + v3) & mask
            v3 = ((v3 << 21) | (v3 >> 43)) & mask ^ v0
            v2 = (v2 + v1) & mask
            v1 = ((v1 << 17) | (v1 >> 47)) & mask ^ v2
            v2 = ((v2 << 32) | (v2 >> 32)) & mask
        v[:] = v0, v1, v2, v3

    padded = data + bytes(7 - len(data) % 8) + bytes([len(data) & 0xFF])
    for at in range(0, len(padded), 8):
        word = int.from_bytes(padded[at:at + 8], "little")
        v[3] ^= word
        rounds(2)
        v[0] ^= word
    v[2] ^= 0xFF
    rounds(4)
    return (v[0] ^ v[1] ^ v[2] ^ v[3]).to_bytes(8, "little")


def apply(store, parent, data):
    """The rows of a store (a dictionary) after an increment on the backup with that id."""
    first, rows, last, before = split(data)
    header, end = json.loads(first), json.loads(last)
    if header["type"] != "header" or header["format"] != "qorgan-backup" or header["version"] != 2:
        fail("the first line is not that of an increment")
    if end["rows"] != len(rows) or end["hash"] != hashlib.blake2b(before, digest_size=32).hexdigest():
        fail("the last line is of other rows")
    if header["parent"] != parent:
        fail("it goes on from another backup")
    key = bytes.fromhex(header["key"])
    gone = {row[1] for row in rows if row[0] == GONE}
    after = {place: value for place, value in store.items()
             if siphash(key, joined(b"", [(*place, value)])) not in gone}
    if len(store) - len(after) != len(gone):
        fail("a row that is no more was not there")
    for table, row_key, value in rows:
        if table != GONE:
            if (table, row_key) in after:
                fail("a row is put over one that is still there")
            after[table, row_key] = value
    whole = joined(b"", [(*place, after[place]) for place in sorted(after)])
    if end["total"] != len(after) or end["state"] != hashlib.blake2b(whole, digest_size=32).hexdigest():
        fail("the rows are not those that it says")
    return after, end["hash"], header


def check(data, vkey, increments):
    first, rows, last, before = split(data)
    header, end = json.loads(first), json.loads(last)
    if header["type"] != "header" or header["format"] != "qorgan-backup" or header["version"] != 1:
        fail("the first line is not that of a backup")
    if end["type"] != "end" or not last.endswith(b"\n") or last.count(b"\n") != 1:
        fail("the last line is not that of a backup")
    if end["rows"] != len(rows) or end["hash"] != hashlib.blake2b(before, digest_size=32).hexdigest():
        fail("the last line is of other rows")
    store, known = {(table, key): value for table, key, value in rows}, end["hash"]
    for increment in increments:
        store, known, header = apply(store, known, increment)
    rows = [(*place, store[place]) for place in sorted(store)]
    leaves = [value[:32] for table, key, value in rows if table == LEAVES and int.from_bytes(key, "big") < header["leaves"]]
    if len(leaves) != header["leaves"] or root(leaves).hex() != header["root"]:
        fail("the leaves are not those of the root")
    if vkey:
        lines = header["checkpoint"].split("\n")
        if not signature_check(header["checkpoint"], vkey):
            fail("the checkpoint is not signed by the key")
        if int(lines[1]) != header["leaves"] or base64.b64decode(lines[2]) != root(leaves):
            fail("the checkpoint is of another log")
    return {"store": header["store"], "leaves": len(leaves), "root": header["root"], "rows": len(rows)}, rows


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
    arguments, vkey, how, listed, left_out = sys.argv[1:], None, None, False, b""
    while arguments and arguments[0].startswith("--"):
        option = arguments.pop(0)
        if option == "--rows":
            listed = True
        elif option == "--vkey":
            vkey = arguments.pop(0)
        elif option == "--damage":
            how = arguments.pop(0)
        elif option == "--except":
            left_out = arguments.pop(0).encode()
    if not arguments:
        sys.exit(__doc__)
    streams = [sys.stdin.buffer.read() if name == "-" else open(name, "rb").read() for name in arguments]
    if how:
        sys.stdout.buffer.write(damage(streams[0], how))
        return
    facts, rows = check(streams[0], vkey, streams[1:])
    if not listed:
        print(json.dumps(facts))
        return
    for table, key, value in rows:
        if table != META or key != left_out:
            print(table, key.hex(), hashlib.sha256(value).hexdigest())


main()
