#!/usr/bin/python3
"""The rows of a store's file, read by what LMDB's documents say of its pages, and not by LMDB; or of a store on a server,
as on-server/rows lists them.

  store_rows.py rows FILE        prints each row: table, key and value, hexadecimal
  store_rows.py absent OLD NEW   fails if anything of a value that OLD has, and NEW has not, is anywhere in the bytes
                                 of NEW; prints how many such values there are, and how many bytes the largest has
  store_rows.py holds OLD NEW FILE  prints how many such values lie in the bytes of FILE
"""
import struct
import sys

PAGE = 4096
BRANCH, LEAF = 1, 2
BIG, TABLE = 1, 2
NOTHING = 2 ** 64 - 1


class Listed(bytes):
    """The bytes of rows that a server has."""
    rows = ()


def rows_of(data):
    """Yields (table, key, value) of the newest state."""
    if isinstance(data, Listed):
        yield from data.rows
        return
    roots = []
    for at in (0, PAGE):
        main = at + 16 + 24 + 48
        roots.append((struct.unpack_from("<Q", data, at + 16 + 24 + 96 + 8)[0],
                      struct.unpack_from("<Q", data, main + 40)[0]))
    root = max(roots)[1]
    for name, flags, value in nodes(data, root):
        if flags & TABLE:
            below = struct.unpack_from("<Q", value, 40)[0]
            for key, _, content in nodes(data, below):
                yield name, key, content


def nodes(data, page):
    if page == NOTHING:
        return
    at = page * PAGE
    flags, lower = struct.unpack_from("<HH", data, at + 10)
    for i in range((lower - 16) // 2):
        node = at + struct.unpack_from("<H", data, at + 16 + 2 * i)[0]
        low, high, marks, size = struct.unpack_from("<HHHH", data, node)
        key = data[node + 8:node + 8 + size]
        if flags & BRANCH:
            yield from nodes(data, low | high << 16 | marks << 32)
            continue
        assert flags & LEAF
        length, start = low | high << 16, node + 8 + size
        if marks & BIG:
            start = struct.unpack_from("<Q", data, start)[0] * PAGE + 16
        yield key, marks, data[start:start + length]


def read(path):
    with open(path, "rb") as file:
        data = file.read()
    if not data.startswith(b"rows\n"):
        return data
    rows = [(table, bytes.fromhex(key.decode()), bytes.fromhex(value.decode()))
            for table, key, value in (line.split(b"|") for line in data.splitlines()[1:])]
    listed = Listed(b"".join(key + value for _, key, value in rows))
    listed.rows = rows
    return listed


def gone(old, new):
    """Values that are in no row any more, long enough to be told from others."""
    return {value for _, _, value in rows_of(old)} - {value for _, _, value in rows_of(new)} - {b""}


def pieces(value):
    """Behind the part in the clear, every 24 bytes but the last few."""
    return [value[at:at + 24] for at in range(16, len(value) - 23, 24)]


def main(command, *paths):
    files = [read(path) for path in paths]
    if command == "rows":
        for row in rows_of(files[0]):
            print(*(part.hex() for part in row))
        return
    values = gone(files[0], files[1])
    if command == "holds":
        print(sum(all(piece in files[2] for piece in pieces(value)) for value in values if len(value) > 64))
        return
    for value in values:
        for piece in pieces(value):
            assert piece in files[0]
            assert piece not in files[1], "bytes of a value of %d bytes are in the new file" % len(value)
    print(len(values), max(map(len, values)))


main(*sys.argv[1:])
