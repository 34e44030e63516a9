"""Vectors of stores: whole ones, and such with one fault each."""
import hashlib

import making_lmdb
from formats import tree_root
from making import Signer, note, seed_of
from making_store import (ASEL, BOLAT, COMMITS, DANA, EPOCHS, EVIDENCE, GROUPS, HEADS, HISTORY, IDS, LEAVES, META, NAMES,
                          NUMBERS, RAUAN, STRANGER, TREE, Store, card_of, u)

FILE = b"What the attached file says, in several pieces.\n"
FILE_ID = hashlib.blake2b(FILE, digest_size=32).hexdigest()
RISK = {"coordinator": "KAZ", "domain": "CYB", "marking": "TLP:GREEN", "title": {"en": "A failure"}}
MEASURE = {"lead": "KAZ", "marking": "TLP:GREEN", "risks": ["CYB-01"], "title": {"en": "A watch"}, "type": "detect"}


# ---- Stores that others begin with ---------------------------------------------------------------------


def first(**how):
    """One user, one risk, one commit."""
    store = Store()
    store.slot(ASEL)
    store.author(ASEL)
    return store.commit(ASEL, store.user(ASEL), ("risk", "CYB-01", RISK), **how)


def second():
    """And a liaison, and versions by both."""
    store = first()
    store.slot(BOLAT)
    store.author(BOLAT)
    store.commit(ASEL, store.user(BOLAT))
    store.commit(BOLAT, ("measure", "CYB-01-M1", MEASURE))
    return store.commit(ASEL, ("risk", "CYB-01", {**RISK, "treatment": "mitigate"}))


def filed():
    store = first()
    return store.commit(ASEL, store.attach(FILE))


def many():
    return first().commit(ASEL, *[("note", "CYB-01/n%d" % n, {"text": "Note %d" % n}) for n in range(254)])


def policed(action="user"):
    """Two administrators, and a policy that both have to agree."""
    store = first()
    store.slot(DANA)
    store.author(DANA)
    store.commit(ASEL, store.user(DANA))
    return store.commit(ASEL, ("policy", action, {"persons": 2}))


def request(*persons, state="open", subject="bolat", what="user add bolat liaison"):
    return "request", "q1", {"action": "user", "persons": [person.name for person in persons], "state": state,
                             "subject": subject, "what": what}


def renewed(card=None, midway=False):
    """Whose keys were changed."""
    store = second()
    store.commit(ASEL, *store.rekey([ASEL, BOLAT], card))
    if midway:
        row = u(4, 1) + EPOCHS[0].read + bytes([HISTORY, 0]) + bytes(64)
        store.rows[META, b"r"] = (0, 0, row)
        for table, key in store.rows:
            row, newest = store.rows[table, key], table == COMMITS and key[:8] == u(8, store.commits)
            if table >= HISTORY and table not in (LEAVES, TREE) and not newest and row[1] < len(store.leaves) - 3:
                store.epochs[table, key] = EPOCHS[0]
    return store


class Stores:
    """Stores that are added to the kit."""

    def __init__(self, kit):
        self.kit = kit

    def add(self, name, expect, comment, store, tables=None, file=None, opener=ASEL, **keys):
        parts = store.tables()
        if tables:
            tables(store, parts)
        data = making_lmdb.file_of(parts)
        self.kit.add("store_" + name, expect, comment, file(data) if file else data, identity=opener.text(), **keys)

    def good(self, name, comment, store, answer, **how):
        self.add(name, "success", comment, store, answer=answer, **how)

    def found(self, name, finding, comment, store, tables=None, **how):
        self.add(name, "no", comment, store, tables, finding=finding, **how)

    def refused(self, name, expect, comment, store, tables=None, **how):
        self.add(name, expect, comment, store, tables, **how)


# ---- Faults, each in the tables as they lie in the file -------------------------------------------------


def row(table, key, change):
    """Changes one row of a table: bytes from bytes, or None to remove it."""
    def alter(_, parts):
        rows = parts[NAMES[table]]
        value = change(rows.get(key, b""))
        rows.pop(key, None)
        if value is not None:
            rows[key] = value
    return alter


def flipped(at):
    return lambda value: value[:at] + bytes([value[at] ^ 1]) + value[at + 1:]


def gone(_):
    return None


def head(kind, name="CYB-01"):
    """Table and key of an object's newest version, in all of these stores."""
    return HEADS + GROUPS[NUMBERS[kind]], u(8, {"CYB-01": 1, "CYB-01-M1": 3, FILE_ID: 2}[name])


def resealed(table, key, **how):
    """Seals a row anew with the store's own key, as somebody would who holds it."""
    def alter(store, parts):
        parts[NAMES[table]][key] = store.sealed(table, key, **how)
    return alter


def without(member):
    return lambda body: {name: value for name, value in body.items() if name != member}


def put(store, table, key, value):
    store.rows[table, key] = value
    return store


def state_with(change):
    def alter(store, parts):
        parts[b"m"][b"l"] = store.sealed(META, b"l", plain=change(store.state()))
    return alter


def former_head(store, parts):
    """The risk as it was, sealed for the place of its newest version when it was that."""
    table, key = head("risk")
    _, leaf, plain = store.rows[HISTORY, key + u(4, 1)]
    parts[NAMES[table]][key] = store.sealed(table, key, 1, leaf, plain)


def staged(store):
    """What a change wrote behind the end of the log, before it was killed."""
    store.rows[META, b"l"] = (0, 0, store.state())
    store.object("risk", "CYB-02", RISK, "asel")
    return store


def other_record(change):
    """A store whose risk was logged as `change` makes it of its bytes."""
    store = Store()
    store.slot(ASEL)
    store.author(ASEL)
    whole = store.leaf

    def leaf(data, group, number, version):
        at = HEADS + group, u(8, number)
        if group == GROUPS[NUMBERS["risk"]]:
            data = change(data)
            store.rows[at] = store.rows[at][:2] + (data,)
        whole(data, group, number, version)
    store.leaf = leaf
    return store.commit(ASEL, store.user(ASEL), ("risk", "CYB-01", RISK))


def with_liaison(**how):
    store = first()
    store.slot(BOLAT)
    store.author(BOLAT)
    return store.commit(ASEL, store.user(BOLAT, **how))


def answer(store, kinds):
    """What is answered to a store that is whole."""
    records = {}
    for (table, _), row in store.rows.items():
        if (table in (HISTORY, COMMITS) or table >= HEADS) and row[2][:1] == b"{" and row[1] < len(store.leaves):
            records[row[1]] = row[2]
    hash = hashlib.sha256(b"".join(data for _, data in sorted(records.items()))).hexdigest()
    return "%s, %d leaves, %d commits, root %s, records %s: %s" % (
        store.origin, len(store.leaves), store.commits, tree_root(store.leaves).hex(), hash, kinds)


# ---- All of them ----------------------------------------------------------------------------------------


def make_good(stores):
    def good(name, comment, store, kinds, says=None, **how):
        stores.good(name, comment, store, says or answer(store, kinds), **how)

    good("first", "one user, one risk, one commit", first(), "risk 1 user 1")
    good("of_two", "two users, both of whom sign; a version that is not the newest", second(), "measure 1 risk 1 user 2")
    good("by_liaison", "the same, by the slot that has no admin key", second(), "measure 1 risk 1 user 2", opener=BOLAT)
    reader = second()
    reader.slot(RAUAN)
    reader.author(RAUAN)
    good("by_reader", "by a slot that has the read and index keys alone",
         reader.commit(ASEL, reader.user(RAUAN)), "measure 1 risk 1 user 3", opener=RAUAN)
    good("large_value", "a record that has pages of its own", first().commit(
        ASEL, ("risk", "CYB-02", {**RISK, "description": {"en": "A long story. " * 700}})), "risk 2 user 1")
    good("of_many_leaves", "258 leaves: branches, and a stored hash of the tree", many(), "note 254 risk 1 user 1")
    good("filed", "an attached file in pieces", filed(), "evidence 1 risk 1 user 1")
    good("unsigned_of_old", "of a time before commits were signed: nobody has a key", unsigned_of_old(), "risk 1 user 1")
    good("renewed", "whose keys were changed: a chain of two", renewed(), "measure 1 risk 1 user 2")
    good("renewed_midway", "rows of the former epoch are left, and the former read key", renewed(midway=True),
         "measure 1 risk 1 user 2")
    left = second()
    says = answer(left, "measure 1 risk 1 user 2")
    good("change_left", "rows behind the end of the log, of a change that was killed", staged(left), None, says)
    good("agreed", "two persons signed, as the policy asks", agreed(policed(), ASEL, DANA),
         "policy 1 request 1 risk 1 user 3")
    good("agreed_package", "two persons signed what a package sends", agreed_package(), "policy 1 release 1 request 1 risk 1 user 2")
    good("agreed_report", "two persons signed what a report says that was handed out", agreed_report(),
         "handout 1 policy 1 request 1 risk 1 user 2")
    good("slot_of_ones_own", "a liaison changed the own record, which no administrator has endorsed yet",
         own_slot(BOLAT), "measure 1 risk 1 user 2")
    good("signed_for_another", "an administrator committed in the name of a liaison", second().commit(
        ASEL, ("risk", "CYB-02", RISK), user="bolat"), "measure 1 risk 2 user 2")
    good("commit_of_more_members", "a member that a later program may write, signed with the others", first().commit(
        ASEL, ("risk", "CYB-02", RISK), more={"later": ["signed", 1]}), "risk 2 user 1")
    good("user_of_more_members", "likewise in what is on record of a user", with_liaison(later={"endorsed": True}),
         "risk 1 user 2")
    good("retired", "a user who is retired, and whose slot is gone", retired(), "measure 1 risk 1 user 2")


def agreed(store, first, last, **about):
    """The liaison is put on record by the second of two who sign for it."""
    store.commit(first, request(first))
    store.slot(BOLAT)
    store.author(BOLAT)
    return store.commit(last, request(first, last, state="done", **about), store.user(BOLAT))


def agreed_package(leaves="1"):
    store = policed("release")
    content = hashlib.blake2b(b"1\n\n", digest_size=32).hexdigest()
    asked = {"action": "release", "content": content, "subject": "UZB", "what": "export --to UZB"}
    release = {"digest": "00" * 64, "first": 0, "leaves": leaves, "previous": [0], "records": 1, "size": 7, "to": ["UZB"]}
    store.commit(ASEL, ("request", "q1", {**asked, "persons": ["asel"], "state": "open"}))
    return store.commit(DANA, ("request", "q1", {**asked, "persons": ["asel", "dana"], "state": "done"}),
                        ("release", "UZB/1", release))


def agreed_report(content=hashlib.blake2b(b"what it says", digest_size=32).hexdigest()):
    store = policed("release")
    asked = {"action": "release", "content": hashlib.blake2b(b"what it says", digest_size=32).hexdigest(), "subject": "UZB",
             "what": "report register --for UZB"}
    report = {"content": content, "files": 1, "marking": "TLP:GREEN", "sha256": "00" * 32, "size": 7, "to": "UZB",
              "what": "report register --for UZB"}
    store.commit(ASEL, ("request", "q1", {**asked, "persons": ["asel"], "state": "open"}))
    return store.commit(DANA, ("request", "q1", {**asked, "persons": ["asel", "dana"], "state": "done"}),
                        ("handout", "UZB/r1", report))


def own_slot(by):
    store = second()
    return store.commit(by, store.user(BOLAT, endorsed=False, slots=[BOLAT.on_record(since="2026-03-01T10:00:00Z")]))


def retired():
    store = second()
    for letter in (b"k", b"a"):
        del store.rows[META, letter + bytes([BOLAT.slot])]
    return store.commit(ASEL, store.user(BOLAT, 2, retired="Left the ministry"))


def unsigned_of_old():
    store = Store()
    store.slot(ASEL)
    slot = {key: value for key, value in ASEL.on_record().items() if key != "author"}
    return store.commit(ASEL, store.user(ASEL, slots=[slot]), ("risk", "CYB-01", RISK), signs=False)


def make_refused(stores):
    refused = stores.refused
    refused("for_another", "denied", "no slot is for the identity", first(), opener=STRANGER)
    refused("slot_of_other_commitment", "denied", "the commitment is not that of the master key",
            slotted(lambda parts: [parts[0], flipped(0)(parts[1])] + parts[2:]))
    refused("slot_altered", "denied", "the sealed keys of the slot do not authenticate",
            slotted(lambda parts: parts[:3] + [flipped(0)(parts[3])]))
    refused("slot_of_another_store", "denied", "the slot was sealed for another store", slotted_elsewhere())
    refused("only_slot_damaged", "denied", "the checksum of the only slot is wrong", first(),
            row(META, b"k\0", flipped(600)))
    refused("format_3", "bad data", "a newer format", first(), row(META, b"f", flipped(15)))
    refused("of_no_store", "bad data", "its first row names something else", first(), row(META, b"f", flipped(0)))
    refused("epoch_of_none", "damaged", "the first row names another epoch than the slot", first(),
            row(META, b"f", lambda value: value[:-1] + b"\5"))
    refused("cut_off", "damaged", "the file ends within its second page", first(), file=lambda data: data[:6000])


def slotted(alter):
    store = first()
    store.slot(ASEL, alter=alter)
    return store


def slotted_elsewhere():
    store = first()
    store.id = seed_of("another store")[:16]
    store.slot(ASEL)
    del store.id
    return store


def make_rows(stores):
    found = stores.found
    table, key = head("risk")
    found("byte_flipped", "damaged row", "one bit of a sealed value is another", second(), row(table, key, flipped(60)))
    found("leaf_in_clear", "damaged row", "the number of the leaf, before the nonce, is another", second(),
          row(table, key, flipped(15)))
    found("row_moved", "damaged row", "a row lies in the place of another", second(),
          lambda store, parts: parts[b"c"].update({u(8, 1) + b"r": parts[b"c"][u(8, 2) + b"r"]}))
    found("padding_missing", "damaged row", "nothing but zeros behind the record", second(),
          resealed(table, key, padding=b"\0"))
    found("padding_too_long", "damaged row", "the padding is longer than 64 bytes", second(),
          resealed(table, key, padding=b"\x80" + bytes(64)))
    found("epoch_of_nobody", "damaged row", "a row of an epoch that is over", second(),
          resealed(table, key, epoch=EPOCHS[1]))
    found("older_put_back", "missing version", "an older version in the place of the newest", second(), former_head)
    found("version_gone", "missing version", "a version that the log has is not there", second(),
          row(HISTORY, key + u(4, 1), gone))
    found("leaf_gone", "missing leaf", "a leaf of the log is not there", second(), row(LEAVES, u(8, 2), gone))
    found("leaf_of_another", "wrong leaf", "the hash of a leaf is that of another record", second(),
          row(LEAVES, u(8, 1), flipped(0)))
    found("record_of_another", "wrong leaf", "a record that is not the one that was logged, sealed by who has the key",
          second(), lambda store, parts: resealed(
              table, key, plain=store.rows[table, key][2].replace(b"A failure", b"A Failure"))(store, parts))
    found("index_gone", "wrong index", "nothing leads to the risk", second(),
          row(IDS, Store().index_key("risk", "CYB-01"), lambda value: value[:-1] + b"\7"))
    found("row_too_many", "wrong count", "a version that the log does not have", second(),
          lambda store, parts: parts[b"h"].update({u(8, 9) + u(4, 1): parts[b"h"][key + u(4, 1)]}))
    found("stray_row", "stray row", "a row that no program writes", second(), row(META, b"z", lambda _: b"what"))
    found("leaf_of_other_version", "missing version", "a leaf names another version", second(),
          row(LEAVES, u(8, 7), lambda value: value[:-1] + b"\1"))
    found("leaf_of_other_commit", "wrong number", "the number of a commit in the log is another", first(),
          lambda store, parts: parts[b"c"].update({u(8, 2) + b"r": parts[b"c"].pop(u(8, 1) + b"r")}) or
          parts[b"l"].update({u(8, 2): parts[b"l"][u(8, 2)][:40] + b"\2" + parts[b"l"][u(8, 2)][41:]}))
    found("checkpoint_gone", "bad checkpoint", "the checkpoint of a commit is not there", second(),
          row(COMMITS, u(8, 2) + b"c", gone))
    found("node_gone", "wrong node", "a stored hash of the tree is not there", many(), row(TREE, bytes([8]) + u(8, 0), gone))
    found("state_damaged", "damaged state", "the state of the log does not authenticate", second(),
          row(META, b"l", flipped(60)))
    found("node_of_state", "wrong root", "a hash in the state of the log is another", second(),
          state_with(flipped(39 * 8)))
    found("content_gone", "lost content", "an attached file lost its content", filed(),
          lambda store, parts: parts[b"e"].clear())
    found("content_altered", "lost content", "the content of a file is another", filed(),
          lambda store, parts: [resealed(EVIDENCE, at, plain=b"W" * 20)(store, parts)
                                for at in list(parts[b"e"])[:1]])
    found("identity_gone", "lost identity", "the age identity of the state is not there", second(), row(META, b"x", gone))
    found("page_in_use_twice", "damaged file", "two tables have one root", second(), file=root_of_another)
    found("rows_miscounted", "damaged file", "a table has another number of rows than it says", second(),
          file=lambda data: flipped(record_in(data, b"h") + 32)(data))
    found("page_lost", "damaged file", "a page is neither in use nor free", second(), file=with_page)


def record_in(data, name):
    """Where the list of tables has the record of one, which has a single page."""
    return data.index(name + bytes(6) + b"\1\0") + len(name)


def root_of_another(data):
    """The table of the leaves gets the root of that of older versions."""
    at, other = (record_in(data, name) + 40 for name in (b"l", b"h"))
    return data[:at] + data[other:other + 8] + data[at + 8:]


def with_page(data):
    last = making_lmdb.PAGE + 136
    count = len(data) // making_lmdb.PAGE
    return data[:last] + count.to_bytes(8, "little") + data[last + 8:] + bytes(making_lmdb.PAGE)


def make_records(stores):
    found = stores.found
    found("not_canonical", "not canonical", "the bytes of a record are not in canonical form",
          other_record(lambda data: data.replace(b'"domain":"CYB"', b'"domain": "CYB"')))
    found("of_another_state", "wrong envelope", "a record of another owner",
          other_record(lambda data: data.replace(b'"owner":"KAZ"', b'"owner":"UZB"')))
    found("of_another_commit", "wrong commit", "a record names another commit than it lies in",
          other_record(lambda data: data.replace(b'"commit":1', b'"commit":2')))
    found("of_another_kind", "wrong group", "a risk in the group of the measures", in_other_group())
    found("versions_miscounted", "wrong number", "the commit says that it has more versions", first(versions=3))


def in_other_group():
    store = Store()
    store.slot(ASEL)
    store.author(ASEL)
    store.group = lambda kind: GROUPS[NUMBERS["measure" if kind == "risk" else kind]]
    return store.commit(ASEL, store.user(ASEL), ("risk", "CYB-01", RISK))


def make_signed(stores):
    found = stores.found
    foreign = Signer(Store.origin, seed_of("another log"))
    found("checkpoint_by_another", "bad checkpoint", "a checkpoint by another key",
          first(checkpoint=lambda text: note(text, foreign.line(text))).commit(ASEL, ("risk", "CYB-02", RISK)))
    found("checkpoint_of_less", "bad checkpoint", "a checkpoint of the log before", first().commit(
        ASEL, ("risk", "CYB-02", RISK), checkpoint=lambda _: first().rows[COMMITS, u(8, 1) + b"c"][2].decode()))
    found("commit_unsigned", "unsigned commit", "a commit by nobody", first().commit(
        ASEL, ("risk", "CYB-02", RISK), signs=False))
    found("commit_altered", "false signature", "the message is another than was signed", first().commit(
        ASEL, ("risk", "CYB-02", RISK), alter=lambda body: {**body, "message": "Changed"}))
    found("commit_member_added", "false signature", "a member that was not signed with the others", first().commit(
        ASEL, ("risk", "CYB-02", RISK), alter=lambda body: {**body, "later": "Added"}))
    found("commit_key_unknown", "key not on record", "signed by a key that is on nobody's record", first().commit(
        ASEL, ("risk", "CYB-02", RISK), seed=STRANGER.seed, key=STRANGER.key))
    found("commit_key_of_another", "key not on record", "signed by the key of another user", second().commit(
        ASEL, ("risk", "CYB-02", RISK), seed=BOLAT.seed, key=BOLAT.key))
    found("commit_in_other_name", "in another's name", "a liaison signed in the name of an administrator", second().commit(
        BOLAT, ("risk", "CYB-02", RISK), user="asel"))
    found("versions_in_other_name", "mixed names", "a version bears another name than its commit", first().commit(
        ASEL, ("risk", "CYB-02", RISK), objects_user="bolat"))
    found("endorsement_forged", "forged endorsement", "endorsed by another key",
          with_liaison(by=seed_of("another admin key")))
    found("endorsement_of_version", "forged endorsement", "endorsed as another version of the record",
          with_liaison(version=2))
    found("endorsement_of_less", "forged endorsement", "a member that was not endorsed with the others", added_to())
    found("role_by_liaison", "not for them", "a liaison wrote an administrator's record", promoted())
    alone = policed()
    alone.slot(BOLAT)
    alone.author(BOLAT)
    found("agreed_by_one", "not agreed", "one did what by policy two have to agree to",
          alone.commit(ASEL, alone.user(BOLAT)))
    found("agreed_in_words", "not agreed", "the request names two persons, of whom one signed", said_to_be_agreed())
    found("agreed_to_another", "not agreed", "the second signed another matter than the first",
          agreed(policed(), ASEL, DANA, what="user add bolat admin"))
    found("agreed_to_other_package", "not agreed", "the package sends another leaf than was agreed to", agreed_package("0-1"))
    found("agreed_to_other_report", "not agreed", "the report says something else than was agreed to",
          agreed_report("00" * 32))
    found("policy_lowered", "not agreed", "one lowered a policy, to which two have to agree",
          policed().commit(ASEL, ("policy", "user", {"persons": 1})))
    found("policy_by_liaison", "not for them", "a liaison made a policy", second().commit(
        BOLAT, ("policy", "release", {"persons": 1})))
    renewal = policed("rekey")
    found("rekey_by_one", "not agreed", "one changed the keys, to which two have to agree",
          renewal.commit(ASEL, *renewal.rekey([ASEL, DANA])))
    found("slot_by_another", "not for them", "an administrator wrote a user's record without the endorsement", own_slot(ASEL))


def said_to_be_agreed():
    store = policed()
    store.commit(ASEL, request(ASEL))
    store.slot(BOLAT)
    store.author(BOLAT)
    return store.commit(ASEL, request(ASEL, DANA, state="done"), store.user(BOLAT))


def added_to():
    store = first()
    store.slot(BOLAT)
    store.author(BOLAT)
    kind, name, body = store.user(BOLAT)
    return store.commit(ASEL, (kind, name, {**body, "later": "Added"}))


def promoted():
    store = second()
    return store.commit(BOLAT, ("user", "asel", {**store.user(ASEL)[2], "role": "reader"}))


def make_slots(stores):
    found = stores.found
    found("slot_damaged", "damaged slot", "the checksum of another's slot is wrong", second(), row(META, b"k\1", flipped(600)))
    found("slot_gone", "slot missing", "a slot that is on record is not there", second(), row(META, b"k\1", gone))
    found("slot_of_nobody", "slot of nobody", "a slot that is on no user's record", second(),
          lambda store, parts: parts[b"m"].update({b"k\5": parts[b"m"][b"k\1"]}))
    passphrase = second()
    passphrase.slot(BOLAT, kind=1)
    found("slot_of_passphrase", "slot of another", "a slot for a passphrase, where one for an identity is on record",
          passphrase)
    found("author_gone", "key missing", "the key by which a user signs is not there", second(), row(META, b"a\1", gone))
    found("author_altered", "key damaged", "the file with the key of who opens the store is altered", second(),
          row(META, b"a\0", flipped(200)))
    found("author_cut", "key damaged", "the file with another's key is cut short", second(),
          row(META, b"a\1", lambda value: value[:-1]))
    found("card_gone", "broken chain", "the card by which the keys came is not there", renewed(),
          row(META, b"c" + u(4, 2), gone))
    found("card_by_new_key", "broken chain", "the card is not signed by the former key",
          renewed(lambda former, epoch, size: card_of(former, epoch, size, epoch.signer)))
    found("card_replaces_later", "bad checkpoint", "the former key signs beyond the change of the keys",
          renewed(lambda former, epoch, size: card_of(former, epoch, size + 3)))


def make(kit):
    stores = Stores(kit)
    for part in (make_good, make_refused, make_rows, make_records, make_signed, make_slots):
        part(stores)
