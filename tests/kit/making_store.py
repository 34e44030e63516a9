"""A store of KAZ as it is written: keys, slots, sealed rows, the log and who signs in it. All keys, salts and nonces follow
from names. It shares the cryptography with the reader, and nothing of how that reads.
"""
import functools
import hashlib

from formats import leaf_hash, tree_root
from making import KAZ, KIND_COSIGNER, Signer, canonical, fingerprint, note, record, seed_of, text64
from primitives import (age_seal_to, bech32_encode, deterministic, ed25519_public, ed25519_sign, kdf, x25519,
                        xchacha_encrypt)

META, IDS, HISTORY, LEAVES, TREE, COMMITS, EVIDENCE, MIRROR, HEADS = range(9)
NAMES = [b"m", b"i", b"h", b"l", b"t", b"c", b"e", b"r"] + [b"%d" % group for group in range(32)]
NUMBERS = {"domain": 5, "risk": 6, "measure": 7, "evidence": 8, "note": 10, "release": 12, "user": 20, "policy": 22, "request": 23, "handout": 24}
COMMIT = 0xff
READ, WRITE, ADMINISTER = 1, 2, 4
ROLES = {"reader": READ, "liaison": READ | WRITE, "verifier": READ | WRITE, "admin": READ | WRITE | ADMINISTER}
TIME = "2026-02-01T10:00:00Z"
SECONDS = 1769940000


def u(size, value):
    return value.to_bytes(size, "big")


@functools.lru_cache(None)
def sealed(key, place, version, epoch, leaf, plain, padding=b"\x80"):
    """A value for its place: store, table, key."""
    padded = plain + padding
    padded += bytes(-len(padded) % 64)
    head = u(4, version) + u(4, epoch) + u(8, leaf)
    nonce = hashlib.sha256(b"nonce" + place + head + plain + padding).digest()[:24]
    return head + nonce + xchacha_encrypt(key, nonce, padded, place + head)


@functools.lru_cache(None)
def age_file(plain, recipient, name):
    return age_seal_to(plain, recipient, seed_of(name))


class Person:
    """Who opens the store by a slot."""

    def __init__(self, name, role, slot, identity=None):
        self.name, self.role, self.slot = name, role, slot
        self.identity = identity or seed_of("identity of " + name)
        self.recipient = x25519(self.identity)
        self.seed = seed_of("author's key of " + name)
        self.key = text64(ed25519_public(self.seed))

    def text(self):
        return bech32_encode("age-secret-key-", self.identity).upper()

    def on_record(self, **others):
        return {"author": self.key, "kind": "identity", "number": self.slot, "since": TIME,
                "recipient": bech32_encode("age", self.recipient), **others}


ASEL = Person("asel", "admin", 0, KAZ.identity)
BOLAT = Person("bolat", "liaison", 1)
DANA = Person("dana", "admin", 2)
RAUAN = Person("rauan", "reader", 3)
STRANGER = Person("stranger", "liaison", 1)


class Epoch:
    """The keys of one."""

    def __init__(self, number):
        self.number = number
        self.read, self.write, self.admin = (seed_of("%s key of store, epoch %d" % (name, number))
                                             for name in ("read", "write", "admin"))
        self.log, self.cosigner, self.package, self.shared = (kdf(self.write, n, b"qorganwr") for n in (1, 2, 3, 4))
        self.endorse = kdf(self.admin, 1, b"qorganad")
        self.signer = Signer(Store.origin, self.log)
        self.identity = seed_of("age identity of store, epoch %d" % number)
        self.seal = kdf(self.read, 2, b"qorganrd")


class Store:
    """Rows before they are sealed: for table and key, version, leaf and plaintext, or bytes that lie in the clear."""

    id = seed_of("store of KAZ")[:16]
    origin = KAZ.origin
    index = seed_of("index key of store")
    ids = kdf(index, 1, b"qorganrd")

    def __init__(self):
        self.epoch, self.rows, self.leaves, self.epochs = EPOCHS[0], {}, [], {}
        self.commits, self.objects, self.numbers, self.pieces = 0, 0, {}, 0
        self.rows[META, b"x"] = (0, 0, self.epoch.identity)

    # ---- Places ----

    def group(self, kind):
        return GROUPS[NUMBERS[kind]]

    def place(self, table, key):
        return self.id + bytes([min(table, HEADS), len(key)]) + key

    def sealed(self, table, key, version=None, leaf=None, plain=None, epoch=None, **how):
        row = self.rows.get((table, key), (0, 0, b""))
        epoch = epoch or self.epochs.get((table, key), self.epoch)
        return sealed(epoch.seal, self.place(table, key), row[0] if version is None else version, epoch.number,
                      row[1] if leaf is None else leaf, row[2] if plain is None else plain, **how)

    def index_key(self, kind, name):
        return hashlib.blake2b(b"KAZ\0%s\0%s" % (kind.encode(), name.encode()), key=self.ids, digest_size=16).digest()

    # ---- Slots and users ----

    def slot(self, person, roles=None, alter=None, kind=2):
        root, roles = self.epoch, roles or ROLES[person.role]
        content = u(4, roles) + u(4, root.number) + root.read + \
            (root.write if roles & WRITE else bytes(32)) + (root.admin if roles & ADMINISTER else bytes(32)) + \
            b"".join(ed25519_public(seed) for seed in (root.log, root.cosigner, root.package)) + \
            b"KAZ".ljust(64, b"\0") + person.name.encode().ljust(64, b"\0") + self.index + ed25519_public(root.endorse)
        master = seed_of("master key of the slot of %s, epoch %d" % (person.name, root.number))
        file = age_file(master, person.recipient, "slot of %s, epoch %d" % (person.name, root.number))
        cost = u(8, 2) + u(8, 64 << 20) if kind == 1 else bytes(16)
        before = bytes([2, kind]) + u(2, len(file)) + cost + bytes(16) + file
        nonce = seed_of("nonce of %s, epoch %d" % (person.name, root.number))[:24]
        parts = [before, kdf(master, 2, b"qorganst"), nonce,
                 xchacha_encrypt(kdf(master, 1, b"qorganst"), nonce, content, self.id + before)]
        slot = b"".join(alter(parts) if alter else parts)
        self.rows[META, b"k" + bytes([person.slot])] = slot + hashlib.blake2b(slot, digest_size=16).digest()

    def author(self, person):
        self.rows[META, b"a" + bytes([person.slot])] = age_file(person.seed, person.recipient,
                                                                "author's key of " + person.name)

    def user(self, person, version=1, endorsed=True, by=None, **others):
        """A user's record: kind, name, body."""
        slots = {} if "retired" in others else {"slots": [person.on_record()]}
        body = {"role": person.role, **slots, **others}
        text = b"qorgan-user 1\n%s\n%s\n%d\n%s\n" % (self.origin.encode(), person.name.encode(), version,
                                                     canonical(body))
        if endorsed:
            body["endorsement"] = text64(ed25519_sign(by or self.epoch.endorse, text))
        return "user", person.name, body

    # ---- The log ----

    def object(self, kind, name, body, user, **others):
        """The next version of an object."""
        number, version = self.numbers.get((kind, name), (self.objects, 0))
        if not version:
            self.objects += 1
        version += 1
        self.numbers[kind, name] = number, version
        data = record(kind, name, version, body, "KAZ", self.commits + 1, **{"user": user, **others})
        group, leaf, at = self.group(kind), len(self.leaves), u(8, number)
        if version == 1:
            self.rows[IDS, self.index_key(kind, name)] = bytes([group]) + at
        else:
            self.rows[HISTORY, at + u(4, version - 1)] = self.rows[HEADS + group, at]
        self.rows[HEADS + group, at] = (version, leaf, data)
        self.leaf(data, group, number, version)

    def leaf(self, data, group, number, version):
        self.rows[LEAVES, u(8, len(self.leaves))] = leaf_hash(data) + bytes([group]) + u(8, number) + u(4, version)
        self.leaves.append(leaf_hash(data))

    def commit(self, by, *objects, user=None, signer=None, signs=True, versions=None, seed=None, key=None, message="Change",
               objects_user=None, checkpoint=None, alter=None, more=None):
        """One commit; `alter` changes its body after it was signed."""
        user = user or by.name
        for kind, name, body, *others in objects:
            self.object(kind, name, body, objects_user or user, **(others[0] if others else {}))
        self.commits += 1
        body = {"message": message, "versions": len(objects) if versions is None else versions, **(more or {})}
        if signs:
            body.update(key=key or by.key, signed_by=signer or by.name)
            text = "qorgan-commit 1\n%s\n%d\n%s\n%s\n%d\n%s\n" % (self.origin, self.commits, user, TIME, len(self.leaves),
                                                                 text64(tree_root(self.leaves)))
            body["signature"] = text64(ed25519_sign(seed or by.seed, text.encode() + canonical(body) + b"\n"))
        body = alter(body) if alter else body
        data = record("commit", str(self.commits), 1, body, "KAZ", self.commits, user=user)
        self.rows[COMMITS, u(8, self.commits) + b"r"] = (1, len(self.leaves), data)
        self.leaf(data, COMMIT, self.commits, 1)
        text = "%s\n%d\n%s\n" % (self.origin, len(self.leaves), text64(tree_root(self.leaves)))
        self.rows[COMMITS, u(8, self.commits) + b"c"] = (0, 0, (checkpoint or self.checkpoint)(text).encode())
        return self

    def checkpoint(self, text):
        return note(text, self.epoch.signer.line(text))

    def attach(self, content, cut=20):
        name = hashlib.blake2b(content, digest_size=32).hexdigest()
        start = hashlib.blake2b(bytes.fromhex(name), key=self.ids, digest_size=32).digest()
        for at in range(0, len(content), cut):
            self.rows[EVIDENCE, start + u(8, at)] = (0, len(self.leaves), content[at:at + cut])
            self.pieces += 1
        return "evidence", name, {"marking": "TLP:GREEN", "name": "report.txt", "size": len(content)}

    def rekey(self, people, card=None):
        """The keys of the next epoch; the commit comes after it."""
        former, self.epoch = self.epoch, EPOCHS[self.epoch.number]
        for place in list(self.rows):
            if place[0] == META and place[1][:1] == b"k":
                del self.rows[place]
        for place in self.rows:
            self.epochs.pop(place, None)
        number = u(4, self.epoch.number)
        self.rows[META, b"x" + u(4, former.number)] = (0, 0, former.identity)
        self.rows[META, b"x"] = (0, 0, self.epoch.identity)
        self.rows[META, b"c" + number] = (0, 0, (card or card_of)(former, self.epoch, len(self.leaves)).encode())
        for person in people:
            self.slot(person)
        return [self.user(person, self.numbers["user", person.name][1] + 1) for person in people]

    # ---- The file ----

    def state(self):
        heads = [sum(table == HEADS + group for table, _ in self.rows) for group in range(32)]
        numbers = [len(self.leaves), self.commits, self.objects, self.pieces, SECONDS, 0, 0] + heads
        nodes, at = [], 0
        for level in reversed(range(64)):
            if len(self.leaves) >> level & 1:
                nodes.append(tree_root(self.leaves[at:at + (1 << level)]))
                at += 1 << level
        return b"".join(u(8, number) for number in numbers) + b"".join(nodes)

    def tables(self, **others):
        """The tables as they lie in the file."""
        self.rows.setdefault((META, b"f"), b"qorgan-vault" + u(4, 2) + self.id + u(4, self.epoch.number))
        self.rows.setdefault((META, b"l"), (0, 0, self.state()))
        for index in range(len(self.leaves) >> 8):
            self.rows[TREE, bytes([8]) + u(8, index)] = tree_root(self.leaves[index << 8:index + 1 << 8])
        tables = {name: {} for name in NAMES}
        for (table, key), row in self.rows.items():
            tables[NAMES[table]][key] = row if isinstance(row, bytes) else self.sealed(table, key)
        return tables


def groups():
    draws, groups = deterministic(kdf(Store.index, 4, b"qorganrd"), 128), list(range(32))
    for i in reversed(range(1, 32)):
        j = int.from_bytes(draws[4 * i:4 * i + 4], "little") % (i + 1)
        groups[i], groups[j] = groups[j], groups[i]
    return groups


def card_of(former, epoch, size, signer=None):
    """The card by which the keys of an epoch came."""
    cosigner = Signer(Store.origin, epoch.cosigner, KIND_COSIGNER)
    keys = "state KAZ\norigin %s\nrecipient %s\nminisign %s\nvkey %s\ncosigner %s\n" % (
        Store.origin, bech32_encode("age", x25519(epoch.identity)), KAZ.minisign(ed25519_public(epoch.package)),
        epoch.signer.vkey, cosigner.vkey)
    text = ("qorgan-card 1\nThe public keys of a state, for its partners. Compare the fingerprint with that state by "
            "telephone before you add them.\n") + keys + \
        "created %s\nvalid-from 2026-02-01\nvalid-until 2028-02-01\nreplaces %s\nreplaced-at %d\nfingerprint %s\n" % (
            TIME, former.signer.vkey, size, fingerprint(keys))
    return note(text, epoch.signer.line(text), (signer or former.signer).line(text))


GROUPS = groups()
EPOCHS = [Epoch(number) for number in (1, 2)]
