"""A store, read whole: slots, keys, sealed rows, the log and its signatures, users and who signed what, what several
persons had to agree to. Written from SECURITY.md ("Keys", "Formats"). What other states sent (table `mirror`), and what
is shared with partners, it does not look into; nor into slots for a passphrase, as Python has no Argon2id.

A store that cannot be opened is refused. Otherwise everything that is wrong is found, each with one of these words:

    damaged file        its pages are not in order             stray row           a row of `meta` that no program writes
    damaged slot        its checksum is wrong                  slot of nobody      it is on no user's record
    slot missing        it is on record, and not there         slot of another     it is of another kind than on record
    key missing         the file with an author's key          lost identity       the age identity of the state
    broken chain        of the cards by which keys came        damaged state       the state of the log (row l)
    missing leaf        of the log                             missing version     the leaf leads to none
    damaged row         a value does not authenticate          wrong leaf          the record is another than was logged
    not canonical       the record's bytes                     wrong envelope      members of it do not fit its place
    wrong commit        it names another than it lies in       wrong group         it lies among those of another kind
    wrong index         its id does not lead to it             wrong node          a stored hash of the tree
    wrong root          the tree's is not the state's          wrong number        of versions, or of the commit
    bad checkpoint      of a commit                            wrong count         more or fewer rows than the log has
    lost content        of an attached file                    forged endorsement  of a user, not by the admin key
    unsigned commit     by no author                           false signature     of the author
    key not on record   of who signed the commit               in another's name   by who is no administrator
    mixed names         versions of another than the commit    not for them        changed by who may not decide about it
    not agreed          by as many as the policy asks for      key damaged         the file with it, or another key is in it
"""
import base64
import hashlib

import formats
import lmdb
from authors import Authors, User
from formats import leaf_hash, node_hash, require, sha256
from lmdb import DAMAGED
from primitives import (BAD_DATA, DENIED, Refused, age_open, deterministic, ed25519_public, kdf,
                        xchacha_decrypt)

# The tables by their numbers, the heads of each group but as one.
META, IDS, HISTORY, LEAVES, TREE, COMMITS, EVIDENCE, MIRROR, HEADS = range(9)
NAMES = (b"m", b"i", b"h", b"l", b"t", b"c", b"e", b"r")
GROUPS = tuple(b"%d" % group for group in range(32))
COMMIT = 0xff
SLOTS, LEVEL = 64, 8
KINDS = ["catalogue", "state", "scale", "period", "domain", "risk", "measure", "evidence", "status", "note", "partner",
         "release", "commit", "assessment", "proposal", "answer", "receipt", "fork", "snapshot", "user", None, "policy",
         "request", "handout"]  # from 1


def number_of(data):
    return int.from_bytes(data, "big")


class Finding(Exception):
    """What is wrong with one row."""


# ---- Slots and keys ------------------------------------------------------------------------------


class Root:
    """The keys that a slot holds."""

    def __init__(self, content):
        at = 0

        def take(size):
            nonlocal at
            at += size
            return content[at - size:at]

        self.roles, self.epoch = number_of(take(4)), number_of(take(4))
        self.read, self.write, self.admin = take(32), take(32), take(32)
        self.log, self.witness, self.package = take(32), take(32), take(32)
        self.state, self.user = take(64).rstrip(b"\0").decode(), take(64).rstrip(b"\0").decode()
        self.index, self.endorses = take(32), take(32)


def slot_split(slot):
    """Kind, what comes before the commitment, the age file, and what follows; None if the slot is damaged."""
    if len(slot) < 52 or hashlib.blake2b(slot[:-16], digest_size=16).digest() != slot[-16:]:
        return None
    size = number_of(slot[2:4])
    if slot[0] != 2 or slot[1] not in (1, 2) or len(slot) != 516 + size:
        return None
    return slot[1], slot[:36 + size], slot[36:36 + size], slot[36 + size:-16]


def slot_open(store_id, slot, identity):
    """The keys, or None if it is not for this identity."""
    parts = slot_split(slot)
    if not parts or parts[0] != 2:
        return None
    _, before, file, tail = parts
    try:
        master = age_open(file, identity)
    except Refused:
        return None
    if len(master) != 32 or kdf(master, 2, b"qorganst") != tail[:32]:
        return None
    content = xchacha_decrypt(kdf(master, 1, b"qorganst"), tail[32:56], tail[56:], store_id + before)
    return content and Root(content)


def groups_of(index):
    """For the number of each kind, its group."""
    draws, groups = deterministic(kdf(index, 4, b"qorganrd"), 128), list(range(32))
    for i in range(31, 0, -1):
        j = int.from_bytes(draws[4 * i:4 * i + 4], "little") % (i + 1)
        groups[i], groups[j] = groups[j], groups[i]
    return groups


# ---- The tree -------------------------------------------------------------------------------------


class Frontier:
    """The roots of the perfect subtrees that make up a tree, largest first; `nodes` has those of level 8 and up."""

    def __init__(self):
        self.size, self.parts, self.nodes = 0, [], {}

    def add(self, hash):
        level, index = 0, self.size
        self.size += 1
        while index & 1:
            hash, level, index = node_hash(self.parts.pop(), hash), level + 1, index >> 1
            if level >= LEVEL:
                self.nodes[bytes([level]) + index.to_bytes(8, "big")] = hash
        self.parts.append(hash)

    def root(self):
        root = self.parts[-1] if self.parts else sha256(b"")
        for part in reversed(self.parts[:-1]):
            root = node_hash(part, root)
        return root


class State:
    """Row l."""

    def __init__(self, data):
        numbers = [number_of(data[at:at + 8]) for at in range(0, 39 * 8, 8)]
        self.leaves, self.commits, _, self.pieces = numbers[:4]
        self.heads, nodes = numbers[7:], data[39 * 8:]
        require(len(nodes) == 32 * bin(self.leaves).count("1"), "the state of the log has another size", DAMAGED)
        self.parts = [nodes[at:at + 32] for at in range(0, len(nodes), 32)]


# ---- The store ----------------------------------------------------------------------------------------


class Store:
    """All of one. `findings` has the words, in the order in which they are met."""

    def __init__(self, data, identity):
        self.findings, self.records, self.kinds = [], [], {}
        self.file = lmdb.File(data)
        require(set(self.file.tables) <= set(NAMES + GROUPS), "it has a table that is none", DAMAGED)
        self.rows = {META: self.file.table(b"m")}
        first = self.rows[META].get(b"f", b"")
        require(first[:12] == b"qorgan-vault" and len(first) >= 16, "this is no store", BAD_DATA)
        require(number_of(first[12:16]) <= 2, "it is of a newer format", BAD_DATA)
        require(number_of(first[12:16]) == 2 and len(first) == 36, "its first row is damaged", DAMAGED)
        self.id = first[16:32]
        self.identity = identity
        roots = [(number, slot_open(self.id, slot, identity)) for number, slot in self.slots()]
        self.own, self.root = next(((number, root) for number, root in roots if root), (None, None))
        require(self.root, "no slot opens", DENIED)
        require(self.root.epoch == number_of(first[32:36]), "its first row names another epoch", DAMAGED)
        self.origin = "qorgan/%s/%s" % (self.root.state, self.id.hex())
        self.ids = kdf(self.root.index, 1, b"qorganrd")
        self.groups = groups_of(self.root.index)
        self.seals = {self.root.epoch: kdf(self.root.read, 2, b"qorganrd")}
        if b"r" in self.rows[META]:
            try:
                row = self.unseal(META, b"r")[2]
                self.seals[number_of(row[:4])] = kdf(row[4:36], 2, b"qorganrd")
            except Finding:
                raise Refused(DAMAGED, "the row of the former key is damaged") from None

    def find(self, word):
        self.findings.append(word)

    def slots(self):
        return [(key[1], value) for key, value in sorted(self.rows[META].items()) if key[:1] == b"k" and len(key) == 2]

    def author_fits(self, number, file, key):
        """Whether an author's file has the form of one; of the slot that opened, whether it holds the key on record."""
        if len(file) != 232 or not file.startswith(b"age-encryption.org/v1\n-> X25519 "):
            return False
        if number != self.own:
            return True
        try:
            seed = age_open(file, self.identity)
        except Refused:
            return False
        return len(seed) == 32 and ed25519_public(seed) == base64.b64decode(key)

    def unseal(self, table, key, group=None):
        """Version, leaf and content of a row; None if it is not there."""
        value = self.rows[table if group is None else (table, group)].get(key)
        if value is None:
            return None
        version, epoch, leaf = value[:4], value[4:8], value[8:16]
        place = self.id + bytes([table, len(key)]) + key + version + epoch + leaf
        seal = self.seals.get(number_of(epoch))
        padded = seal and len(value) >= 120 and xchacha_decrypt(seal, value[16:40], value[40:], place)
        if not padded:
            raise Finding("damaged row")
        content = padded.rstrip(b"\0")
        if len(padded) % 64 or content[-1:] != b"\x80" or len(padded) - len(content) >= 64:
            raise Finding("damaged row")
        return number_of(version), number_of(leaf), content[:-1]

    def judge(self):
        try:
            for number, name in enumerate(NAMES):
                self.rows[number] = self.file.table(name) if number else self.rows[META]
            for group, name in enumerate(GROUPS):
                self.rows[HEADS, group] = self.file.table(name)
            self.judge_pages()
        except Refused:
            return self.find("damaged file")
        for judge in (self.judge_meta, self.judge_chain):
            judge()
        try:
            self.state = State(self.unseal(META, b"l")[2])
        except (Refused, Finding, TypeError):
            return self.find("damaged state")
        self.judge_log()
        self.judge_counts()
        self.judge_content()
        self.judge_users()
        return None

    def judge_pages(self):
        """Each page is in use once, or free; and what means nothing is as LMDB leaves it."""
        require(not self.file.faults, "a meta page is damaged", DAMAGED)
        require(sorted([*self.file.used, *self.file.free_pages]) == list(range(2, self.file.last + 1)), "pages are lost", DAMAGED)

    def judge_meta(self):
        for key in self.rows[META]:
            known = (key in (b"f", b"l", b"x", b"r") or (key[:1] in b"ka" and len(key) == 2) or
                     (key[:1] in b"cx" and len(key) == 5) or (key[:1] == b"s" and len(key) == 17))
            if not known:
                self.find("stray row")
        for _, slot in self.slots():
            if not slot_split(slot):
                self.find("damaged slot")
        try:
            require(len((self.unseal(META, b"x") or [b""])[-1]) == 32, "none")
        except (Finding, Refused):
            self.find("lost identity")

    def judge_chain(self):
        """The keys of the log before this epoch's, each with the size up to which it signs."""
        self.former, vkey = [], None
        own = formats.read_vkey(vkey_of(self.origin, self.root.log))
        try:
            for epoch in range(2, self.root.epoch + 1):
                note = self.unseal(META, b"c" + epoch.to_bytes(4, "big"))[2]
                card = formats.read_card(note)
                key, until = formats.read_vkey(card["replaces"]), int(card["replaced-at"])
                formats.verify_note(note, key)
                least = self.former[-1][0] if self.former else 0
                require(card["origin"] == self.origin and vkey in (None, key) and until >= least, "another chain")
                self.former, vkey = self.former + [(until, key)], card["log"]
            require(vkey in (None, own), "it leads to another key")
        except (Finding, Refused, KeyError, TypeError):
            self.find("broken chain")
        self.former.append((2**64, own))

    def log_key(self, size):
        return next(key for until, key in self.former if size <= until)

    # ---- The log ----

    def version_of(self, index, group, number, version):
        """The record behind a leaf."""
        at = number.to_bytes(8, "big")
        if group == COMMIT:
            row = self.unseal(COMMITS, at + b"r")
        else:
            row = group < 32 and (self.unseal(HISTORY, at + version.to_bytes(4, "big")) or
                                  self.unseal(HEADS, at, group))
        if not row or row[:2] != (version, index):
            raise Finding("missing version")
        return row[2]

    def record_of(self, data, group, number, version, commit):
        try:
            require(formats.serialise(formats.parse(data), True) == data, "another form")
        except Refused:
            self.find("not canonical")
        try:
            record = formats.read_record(data)
        except Refused:
            raise Finding("wrong envelope") from None
        kind = record["kind"]
        if kind not in KINDS or record["owner"] != self.root.state or record["version"] != version or \
                (kind == "commit") != (group == COMMIT):
            self.find("wrong envelope")
        elif record["commit"] != commit:
            self.find("wrong commit")
        if group == COMMIT or kind not in KINDS:
            return record
        if self.groups[KINDS.index(kind) + 1] != group:
            self.find("wrong group")
        name = b"\0".join(record[member].encode() for member in ("owner", "kind", "id"))
        at = hashlib.blake2b(name, key=self.ids, digest_size=16).digest()
        if version == 1 and self.rows[IDS].get(at) != bytes([group]) + number.to_bytes(8, "big"):
            self.find("wrong index")
        if version == 1:
            self.kinds[kind] = self.kinds.get(kind, 0) + 1
        return record

    def judge_log(self):
        tree, versions, commit, size = Frontier(), [], 1, 0
        authors = Authors(self.origin, self.root.endorses, self.find)
        while tree.size < self.state.leaves:
            row = self.rows[LEAVES].get(tree.size.to_bytes(8, "big"))
            if row is None or len(row) != 45:
                self.find("missing leaf")
                return
            group, number, version = row[32], number_of(row[33:41]), number_of(row[41:])
            record, root = None, tree.root() if group == COMMIT else None
            try:
                data = self.version_of(tree.size, group, number, version)
                if leaf_hash(data) != row[:32]:
                    self.find("wrong leaf")
                record = self.record_of(data, group, number, version, commit)
                self.records.append(data)
            except Finding as finding:
                self.find(str(finding))
            tree.add(row[:32])
            if group != COMMIT:
                versions.append(record)
                continue
            if number != commit or (record and record["body"].get("versions") != len(versions)):
                self.find("wrong number")
            self.judge_checkpoint(commit, tree)
            if None in versions:
                authors.lost()
            if record:
                rekeyed = self.log_key(size) != self.log_key(tree.size)
                authors.commit(record, list(filter(None, versions)), root, tree.size - 1, rekeyed)
            elif any(each and each["kind"] == "user" for each in versions):
                authors.lost()
            commit, versions, size = commit + 1, [], tree.size
        if tree.parts != self.state.parts:
            self.find("wrong root")
        if any(self.rows[TREE].get(at) != hash for at, hash in tree.nodes.items()):
            self.find("wrong node")
        self.tree, self.commits = tree, commit - 1

    def judge_checkpoint(self, commit, tree):
        try:
            row = self.unseal(COMMITS, commit.to_bytes(8, "big") + b"c")
            text, _ = formats.verify_note(row[2], self.log_key(tree.size))
            require(formats.read_checkpoint(text) == (self.origin, tree.size, tree.root()), "it is of something else")
        except Finding as finding:
            self.find(str(finding))
        except (Refused, TypeError):
            self.find("bad checkpoint")

    # ---- Nothing more than the log says, and nothing less ----

    def judge_counts(self):
        """What lies behind the end of the log, a change left that was not committed; it counts as little as it is shown."""
        staged = [(row[32], number_of(row[41:])) for key, row in self.rows[LEAVES].items()
                  if number_of(key) >= self.state.leaves and len(row) == 45]
        created = [group for group, version in staged if version == 1 and group != COMMIT]
        changed = [group for group, version in staged if version > 1]
        heads, size = sum(self.state.heads), self.state.leaves + len(created) + len(changed)
        expected = {IDS: heads + len(created), HISTORY: self.state.leaves - heads - self.state.commits + len(changed),
                    LEAVES: self.state.leaves + sum(key >= self.state.leaves.to_bytes(8, "big") for key in self.rows[LEAVES]),
                    TREE: sum(size >> level for level in range(LEVEL, 64)), COMMITS: 2 * self.state.commits}
        right = all(len(self.rows[HEADS, group]) == self.state.heads[group] + created.count(group) for group in range(32))
        if not right or any(len(self.rows[table]) != count for table, count in expected.items()):
            self.find("wrong count")
        pieces = [value for value in self.rows[EVIDENCE].values() if number_of(value[8:16]) < self.state.leaves]
        if len(pieces) != self.state.pieces:
            self.find("wrong count")

    def judge_content(self):
        """Attached files, against their ids; where none of one is there, only its description came in."""
        reached = 0
        for record in (formats.parse(data) for data in self.records):
            if record["kind"] != "evidence" or record["version"] != 1:
                continue
            digest = bytes.fromhex(record["id"])
            start = hashlib.blake2b(digest, key=self.ids, digest_size=32).digest()
            keys = sorted(key for key in self.rows[EVIDENCE] if key[:32] == start)
            reached, content = reached + len(keys), b""
            try:
                for key in keys:
                    content += self.unseal(EVIDENCE, key)[2] if number_of(key[32:]) == len(content) else b""
            except Finding as finding:
                self.find(str(finding))
                continue
            if keys and hashlib.blake2b(content, digest_size=32).digest() != digest:
                self.find("lost content")
        if reached != self.state.pieces and not self.rows[MIRROR]:  # what others sent may have files, too
            self.find("lost content")

    def judge_users(self):
        claimed, slots = set(), dict(self.slots())
        newest = {}
        for data in self.records:
            record = formats.parse(data)
            if record["kind"] == "user":
                newest[record["id"]] = User(record, self.origin, self.root.endorses)
        for user in newest.values():
            if user.retired:
                continue
            if user.endorsement is False:
                self.find("forged endorsement")
            for slot in user.slots:
                number = slot["number"]
                parts = slot_split(slots[number]) if number in slots else None
                if number not in slots:
                    self.find("slot missing")
                elif parts and parts[0] != {"passphrase": 1, "identity": 2}[slot["kind"]]:
                    self.find("slot of another")
                file = self.rows[META].get(b"a" + bytes([number]))
                if "author" in slot and file is None:
                    self.find("key missing")
                elif "author" in slot and not self.author_fits(number, file, slot["author"]):
                    self.find("key damaged")
                if number in claimed:
                    self.find("slot of another")
                claimed.add(number)
        if newest and set(slots) - claimed:
            self.find("slot of nobody")


def vkey_of(origin, key):
    typed = b"\1" + key
    return "%s+%s+%s" % (origin, sha256(origin.encode() + b"\n" + typed)[:4].hex(),
                         base64.b64encode(typed).decode())


def read_store(data, identity):
    """The answer, and what was found."""
    store = Store(data, identity)
    store.judge()
    if store.findings:
        return None, store.findings
    kinds = " ".join("%s %d" % pair for pair in sorted(store.kinds.items()))
    records = hashlib.sha256(b"".join(store.records)).hexdigest()
    return "%s, %d leaves, %d commits, root %s, records %s: %s" % (
        store.origin, store.tree.size, store.commits, store.tree.root().hex(), records, kinds), []
