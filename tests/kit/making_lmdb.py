"""Writes a file of LMDB from nothing, as its first transaction would leave it: tables whose rows are known beforehand, in
pages of 4096 bytes, without a free one. It shares nothing with how the reader reads one.
"""
import struct

PAGE, HEADER, NONE = 4096, 16, 2**64 - 1
LARGEST = ((PAGE - HEADER) // 2 & ~1) - 2        # a row that is larger has its value in pages of its own
MAP = 1 << 30


def header(number, kind, lower, upper):
    return struct.pack("<QHHHH", number, 0, kind, lower, upper)


class Writer:
    """Pages from the second on."""

    def __init__(self):
        self.pages = []

    def add(self, make, count=1):
        number = len(self.pages) + 2
        data = make(number)
        self.pages += [data[at:at + PAGE] for at in range(0, count * PAGE, PAGE)]
        return number

    def page(self, kind, rows):
        """Rows grow down from the end, and the places of them up from the head."""
        def make(number):
            body, places = b"", []
            for row in rows:
                body = row + bytes(len(row) % 2) + body
                places.append(PAGE - len(body))
            lower = HEADER + 2 * len(rows)
            head = header(number, kind, lower, PAGE - len(body)) + struct.pack("<%dH" % len(rows), *places)
            return head + bytes(PAGE - len(head) - len(body)) + body
        return self.add(make)

    def big(self, value):
        count = (HEADER - 1 + len(value)) // PAGE + 1
        return count, self.add(lambda number: (header(number, 4, count, 0) + value).ljust(count * PAGE, b"\0"), count)

    def layer(self, kind, rows):
        """Pages of one level, each with the key that it begins with."""
        pages, part, room = [], [], PAGE - HEADER
        for key, row in rows:
            need = len(row) + len(row) % 2 + 2
            if need > room:
                pages.append((part[0][0], self.page(kind, [each for _, each in part])))
                part, room = [], PAGE - HEADER
                row = b"".join([row[:6], b"\0\0", row[8 + len(key):]]) if kind == 1 else row
                need = len(row) + len(row) % 2 + 2
            part, room = part + [(key, row)], room - need
        return pages + [(part[0][0], self.page(kind, [each for _, each in part]))]

    def tree(self, rows, flags=0, kind=0):
        """The record of a tree with these rows."""
        overflows, leaves = 0, []
        for key, value in sorted(rows.items()):
            small = 8 + len(key) + len(value) <= LARGEST
            count, page = (0, None) if small else self.big(value)
            overflows += count
            leaves.append((key, struct.pack("<IHH", len(value), kind | (0 if small else 1), len(key)) + key +
                           (value if small else struct.pack("<Q", page))))
        if not rows:
            return struct.pack("<IHHQQQQQ", 0, flags, 0, 0, 0, 0, 0, NONE)
        layer, depth, branches = self.layer(2, leaves), 1, 0
        leaf_pages = len(layer)
        while len(layer) > 1:
            above = [(key, struct.pack("<IHH", page, 0, len(key) if at else 0) + (key if at else b""))
                     for at, (key, page) in enumerate(layer)]
            layer, depth = self.layer(1, above), depth + 1
            branches += len(layer)
        return struct.pack("<IHHQQQQQ", 0, flags, depth, branches, leaf_pages, overflows, len(rows), layer[0][1])


def file_of(tables):
    """The file that holds these tables: a dictionary of names, each with one of rows."""
    writer = Writer()
    records = {name: writer.tree(rows) for name, rows in sorted(tables.items())}
    lists = writer.tree(records, kind=2)
    empty = struct.pack("<IHHQQQQQ", 0, 0, 0, 0, 0, 0, 0, NONE)
    free = struct.pack("<IHHQQQQQ", PAGE, 0x4008, 0, 0, 0, 0, 0, NONE)

    def meta(number, tree, last, transaction):
        return (header(number, 8, 0, 0) + struct.pack("<IIQQ", 0xbeefc0de, 1, 0, MAP) + free + tree +
                struct.pack("<QQ", last, transaction)).ljust(PAGE, b"\0")

    return meta(0, empty, 1, 0) + meta(1, lists, len(writer.pages) + 1, 1) + b"".join(writer.pages)
