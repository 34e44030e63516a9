"""A file of LMDB, read within bounds: the two meta pages, the list of tables, and the rows of each, from leaves, branches
and the pages of large values. Written from LMDB's own description of its file (mdb.c); little-endian, 64 bits, as the
kit's stores are. Python 3 and its standard library alone.
"""
import struct

from primitives import Refused

DAMAGED = 74
HEADER = 16                                      # number (8), pad (2), kind (2), lower (2) and upper (2)
BRANCH, LEAF, OVERFLOW, META = 1, 2, 4, 8        # kinds of a page
BIG, TABLE = 1, 2                                # kinds of a row: its value has pages of its own, or is a table
MAGIC, VERSION = 0xbeefc0de, 1
NONE = 2**64 - 1                                 # the root of a tree without rows
DEPTH = 32


def sound(condition, why):
    if not condition:
        raise Refused(DAMAGED, "the file is damaged: " + why)


class Tree:
    """What a meta page, or the list of tables, says of one."""

    def __init__(self, data):
        (self.pad, self.flags, self.depth, self.branches, self.leaves, self.overflows, self.entries,
         self.root) = struct.unpack("<IHHQQQQQ", data)


class File:
    def __init__(self, data):
        self.data, self.size, self.used, self.faults, self.maps = data, 4096, set(), [], []
        sound(len(data) >= 152, "it is cut off")
        self.size = struct.unpack_from("<I", data, 40)[0]
        sound(self.size in (512 << i for i in range(8)) and len(data) >= 2 * self.size, "it has no two pages")
        metas = [self.meta(number) for number in (0, 1)]
        newest = metas[metas[0][3] < metas[1][3]]
        if self.maps[newest is metas[0]] > self.maps[newest is metas[1]]:
            self.faults.append("the older meta page has the larger map")
        self.free, self.list, self.last, _ = newest
        first, second = metas[0][3], metas[1][3]
        sound(first % 2 == 0 and (second % 2 or second == 0) and abs(first - second) <= 1 and (first != second or not first),
              "its meta pages are not those of two transactions in a row")
        self.tables = {}
        self.free_pages = [page for _, _, value in self.rows(self.free)
                           for page in struct.unpack("<%dQ" % (len(value) // 8), value[:len(value) & ~7])[1:]]
        sound(set(self.free_pages) >= set(range(len(data) // self.size, min(self.last + 1, len(data)))) and
              self.last < len(data), "it is cut off")
        for name, kind, value in self.rows(self.list):
            sound(kind == TABLE and len(value) == 48, "its list of tables names what is none")
            self.tables[name] = tree = Tree(value)
            sound(tree.root == NONE or 2 <= tree.root <= self.last, "a table has no root")
            if tree.pad or tree.flags:
                self.faults.append("what means nothing in the record of a table is not empty")

    def meta(self, number):
        """The free pages, the list of tables, the last page, and the transaction that wrote this meta page."""
        page = self.data[number * self.size:(number + 1) * self.size]
        at, pad, kind, bounds, magic, version, address, size = struct.unpack_from("<QHHIIIQQ", page)
        free, tables, (last, transaction) = Tree(page[40:88]), Tree(page[88:136]), struct.unpack_from("<QQ", page, 136)
        sound(kind & META and (magic, version) == (MAGIC, VERSION) and free.pad == self.size and free.flags == 0x4008 and
              tables.flags == 0, "meta page %d is none" % number)
        rooted = all(tree.depth == 0 if tree.root == NONE else 2 <= tree.root <= last and 1 <= tree.depth <= DEPTH
                     for tree in (free, tables))
        self.maps.append(size)
        if at != number or pad or kind != META or bounds or address or tables.pad or any(page[152:]) or not rooted or \
                bin(size).count("1") != 1:
            self.faults.append("meta page %d is not as LMDB leaves it" % number)
        return free, tables, last, transaction

    def page(self, number, kinds):
        """A page, its kind, and how many pages a large value has, or its rows; each is met once."""
        sound(2 <= number <= self.last and (number + 1) * self.size <= len(self.data), "page %d is not there" % number)
        sound(number not in self.used, "page %d is in use twice" % number)
        self.used.add(number)
        page = self.data[number * self.size:(number + 1) * self.size]
        at, pad, kind, lower, upper = struct.unpack_from("<QHHHH", page)
        sound(at == number and pad == 0 and kind in kinds, "page %d is another" % number)
        if kind == OVERFLOW:
            return page, kind, lower | upper << 16
        sound(HEADER <= lower <= upper <= self.size and lower % 2 == 0, "page %d has impossible bounds" % number)
        return page, kind, [offset for offset, in struct.iter_unpack("<H", page[HEADER:lower])]

    def big(self, number, size):
        _, _, count = self.page(number, [OVERFLOW])
        start = number * self.size + HEADER
        sound(count == (HEADER - 1 + size) // self.size + 1 and number + count - 1 <= self.last and
              start + size <= len(self.data), "a large value has another number of pages")
        self.counts[OVERFLOW] += count
        rest = set(range(number + 1, number + count))
        sound(not rest & self.used, "a page of a large value is in use twice")
        self.used |= rest
        return self.data[start:start + size]

    def rows(self, tree):
        """Key, kind and value of each row, in order."""
        if tree.root == NONE:
            sound(tree.depth == 0 and tree.entries == 0, "a table has no root")
            return []
        sound(1 <= tree.depth <= DEPTH, "a table has an impossible depth")
        self.counts = dict.fromkeys((BRANCH, LEAF, OVERFLOW), 0)
        rows = list(self.below(tree.root, tree.depth))
        sound(list(self.counts.values()) == [tree.branches, tree.leaves, tree.overflows],
              "a table has another number of pages than it says")
        sound(len(rows) == tree.entries, "a table has another number of rows than it says")
        sound(all(a[0] < b[0] for a, b in zip(rows, rows[1:])), "the keys of a table are out of order")
        return rows

    def below(self, number, depth):
        page, kind, offsets = self.page(number, [LEAF if depth == 1 else BRANCH])
        self.counts[kind] += 1
        ends = {}
        for at in offsets:
            sound(at + 8 <= self.size, "a row goes beyond its page")
            low, high, flags, key_size = struct.unpack_from("<HHHH", page, at)
            key, start = page[at + 8:at + 8 + key_size], at + 8 + key_size
            ends[at] = start + (0 if kind == BRANCH else 8 if flags & BIG else low | high << 16)
            if kind == BRANCH:
                yield from self.below(low | high << 16 | flags << 32, depth - 1)
                continue
            size = low | high << 16
            sound(start + (8 if flags & BIG else size) <= self.size, "a row goes beyond its page")
            value = self.big(struct.unpack_from("<Q", page, start)[0], size) if flags & BIG else page[start:start + size]
            yield key, flags & ~BIG, value
        upper, = struct.unpack_from("<H", page, 14)
        for at in sorted(ends):
            sound(at == upper, "the rows of page %d do not fit together" % number)
            upper = ends[at] + ends[at] % 2
        sound(upper == self.size and len(ends) == len(offsets), "the rows of page %d do not fit together" % number)

    def table(self, name):
        """The rows of one: key and value."""
        sound(name in self.tables, "a table is missing")
        rows = self.rows(self.tables[name])
        sound(all(kind == 0 for _, kind, _ in rows), "a row is of another kind")
        return {key: value for key, _, value in rows}
