"""The formats of what Qorgan hands out, but for packages, which are in packages.py: signed notes, checkpoints and
cosignatures, the tree, records, minisign signatures, cards, proofs, evidence of two histories. Written from SECURITY.md
("Formats") and qorgan-package(5). Each function refuses what is not as they say, with the program's exit code.
"""
import datetime
import hashlib
import json
import re

from primitives import (BAD_DATA, DENIED, PROTOCOL, Refused, base64_decode, bech32_decode, ed25519_key_is_fit,
                        ed25519_verify, require)

NO = 1


def sha256(data):
    return hashlib.sha256(data).digest()


def as_text(data, code=PROTOCOL):
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise Refused(code, "this is not UTF-8") from None


def decimal(text, limit, code=PROTOCOL):
    require(re.fullmatch("0|[1-9][0-9]{0,19}", text) and int(text) <= limit, "this is no number, or too large", code)
    return int(text)


def moment(text, form="%Y-%m-%dT%H:%M:%SZ", code=PROTOCOL):
    """A time, or a day, in the one form that it has."""
    try:
        value = datetime.datetime.strptime(text, form)
    except ValueError:
        raise Refused(code, "this is no date or time") from None
    require(value.strftime(form) == text and 1900 <= value.year <= 2199, "no such day", code)
    return value


# ---- Signed notes: C2SP signed-note, tlog-checkpoint, tlog-cosignature --------------------------


def name_is_valid(name):
    return name != "" and not re.search(r"[\x00-\x1f+\s]", name)  # \s: what Unicode calls white space


def read_vkey(text, code=BAD_DATA):
    """Name, type (1: of a log, 4: of a cosigner) and key."""
    match = re.fullmatch(r"([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]{44})", text)
    require(match and name_is_valid(match[1]), "this is no verifier key", code)
    typed = base64_decode(match[3], 33, code)
    require(typed[0] in (1, 4) and ed25519_key_is_fit(typed[1:]), "this is no key of Ed25519 that is taken up", code)
    require(sha256(match[1].encode() + b"\n" + typed)[:4].hex() == match[2], "the key has another id", code)
    return match[1], typed[0], typed[1:]


def split_note(note, code=PROTOCOL):
    """The text, and the lines of signature: name, bytes."""
    require(len(note) <= 65536, "the note is too long", code)
    note = as_text(note, code)
    text, middle, lines = note.rpartition("\n\n")
    require(text and middle and lines.endswith("\n") and not re.search(r"[\x00-\x09\x0b-\x1f]", note),
            "this is no signed note", code)
    signatures = []
    for line in lines[:-1].split("\n"):
        match = re.fullmatch("\u2014 ([^ ]*) (.*)", line)
        require(match and name_is_valid(match[1]), "a line of signature is malformed", code)
        signatures.append((match[1], base64_decode(match[2], None, code)))
        require(len(signatures[-1][1]) > 4 and len(signatures) <= 100, "a signature is too short, or one too many", code)
    return text + "\n", signatures


def verify_note(note, vkey):
    """The text, if the key signed it; of a cosigner, whose vkey has the type 4, with the newest of his times."""
    name, kind, key = vkey
    text, signatures = split_note(note)
    identifier, newest = sha256(name.encode() + b"\n" + bytes([kind]) + key)[:4], None
    for by, data in signatures:
        if by != name or data[:4] != identifier:
            continue
        time, message, signature = 0, text, data[4:]
        if kind == 4:
            time, signature = int.from_bytes(data[4:12], "big"), data[12:]
            message = "cosignature/v1\ntime %d\n%s" % (time, text)
        require(ed25519_verify(key, message.encode(), signature), "a signature of %s does not hold" % name)
        require(time < 253402300800, "it is dated after the year 9999")
        newest = max(time, newest or 0)
    require(newest is not None, "%s has not signed" % name)
    return text, newest


def is_of_other_key(note, vkey):
    """Whether a log signed under that name, but not by that key: its new card may be on its way."""
    name, kind, key = vkey
    by = [data for other, data in split_note(note)[1] if other == name]
    known = [data for data in by if data[:4] == sha256(name.encode() + b"\n" + bytes([kind]) + key)[:4]]
    return not known and any(len(data) == 68 for data in by)


def read_checkpoint(text, code=PROTOCOL):
    """Origin, number of leaves, root."""
    lines = text[:-1].split("\n")
    require(len(lines) >= 3 and all(lines) and len(lines[0].encode()) < 256, "this is no checkpoint", code)
    return lines[0], decimal(lines[1], 2**64 - 1, code), base64_decode(lines[2], 32, code)


# ---- The tree: RFC 6962 --------------------------------------------------------------------------


def leaf_hash(record):
    return sha256(b"\0" + record)


def node_hash(left, right):
    return sha256(b"\1" + left + right)


def tree_root(leaves):
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"")
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return node_hash(tree_root(leaves[:half]), tree_root(leaves[half:]))


def root_of_path(leaf, index, size, path):
    """The root to which the path leads from the leaf; None if it is too long or too short."""
    if size == 1:
        return None if path else leaf
    if not path:
        return None
    half = 1 << (size - 1).bit_length() - 1
    if index < half:
        below = root_of_path(leaf, index, half, path[:-1])
        return below and node_hash(below, path[-1])
    below = root_of_path(leaf, index - half, size - half, path[:-1])
    return below and node_hash(path[-1], below)


def roots_of_path(first, size, known, path):
    """The roots of both trees by a consistency proof; None where it has another length."""
    if first == size:
        if known:
            return (known, known) if not path else None
        return (path[0], path[0]) if len(path) == 1 else None
    if not path:
        return None
    half, last = 1 << (size - 1).bit_length() - 1, path[-1]
    if first <= half:
        below = roots_of_path(first, half, known, path[:-1])
        return below and (below[0], node_hash(below[1], last))
    below = roots_of_path(first - half, size - half, None, path[:-1])
    return below and (node_hash(last, below[0]), node_hash(last, below[1]))


def is_beginning(first, first_root, size, root, path):
    if first == 0:
        return not path and first_root == sha256(b"")
    return roots_of_path(first, size, first_root, path) == (first_root, root)


# ---- Records: canonical JSON in an envelope ---------------------------------------------------------

ENVELOPE = ["body", "commit", "id", "kind", "owner", "salt", "time", "user", "version"]
NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
PAIRS = ("status", "assessment", "proposal", "answer")
RELEASED = ("catalogue", "state", "scale", "period", "domain", "risk", "measure", "evidence", "snapshot") + PAIRS


def origin_is_of(origin, state):
    return re.fullmatch("qorgan/%s/[0-9a-f]{32}" % re.escape(state), origin)


def id_is_of(kind, text):
    form = "[0-9a-f]{64}" if kind == "evidence" else NAME + "/" + NAME if kind in PAIRS else NAME
    return isinstance(text, str) and re.fullmatch(form, text)


def parse(data):
    """JSON whose members are each there once, without fractions."""
    def members(pairs):
        require(len(dict(pairs)) == len(pairs), "a member is there twice")
        return dict(pairs)

    def refuse(text):
        raise Refused(PROTOCOL, "%s is no whole number" % text)

    try:
        return json.loads(data.decode(), object_pairs_hook=members, parse_float=refuse, parse_constant=refuse)
    except (ValueError, RecursionError):
        raise Refused(PROTOCOL, "this is not JSON") from None


def serialise(value, sort):
    try:
        return json.dumps(value, sort_keys=sort, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        raise Refused(PROTOCOL, "half of a surrogate pair") from None


def check_values(value, depth=0):
    if isinstance(value, dict):
        require(all(re.fullmatch(r"[ !#-\[\]-~]*", name) for name in value), "a name of a member is not plain")
        value = list(value.values())
    if isinstance(value, list):
        require(depth < 16, "it is nested too deeply")
        for element in value:
            check_values(element, depth + 1)
    require(value is not None and (type(value) is not int or abs(value) < 2**53), "null, or too large a number")


def read_record(data):
    require(len(data) <= 262144, "the record is longer than 256 KiB")
    record = parse(data)
    check_values(record)
    require(serialise(record, True) == data, "the record is not canonical")
    require(isinstance(record, dict) and sorted(record) == ENVELOPE and isinstance(record["body"], dict),
            "this is not the envelope of a record")
    texts = [record[name] for name in ("id", "kind", "owner", "salt", "time", "user")]
    numbers = [record[name] for name in ("commit", "version")]
    require(all(isinstance(text, str) for text in texts) and all(type(number) is int for number in numbers),
            "a member of the envelope is of another type")
    require(record["commit"] >= 0 and 1 <= record["version"] < 2**32, "no such version or commit")
    require(all(re.fullmatch(r"[A-Za-z0-9._-]{1,64}", record[name]) for name in ("kind", "owner", "user")),
            "kind, owner or user is no name")
    base64_decode(record["salt"], 16)
    moment(record["time"])
    require(record["kind"] not in RELEASED or id_is_of(record["kind"], record["id"]), "its kind has no such id")
    require(re.fullmatch("[!-~]{1,129}", record["id"]), "the id cannot be shown")
    return record


# ---- minisign, and cards -------------------------------------------------------------------------------


def read_minisign_key(text, code=BAD_DATA):
    key = base64_decode(text, 42, code)
    require(key[:2] == b"Ed" and ed25519_key_is_fit(key[10:]), "this is no key of minisign that is taken up", code)
    return key[2:10], key[10:]


def verify_minisig(signature, file, key):
    """The trusted comment."""
    lines = [line[:-1] if line.endswith(b"\r") else line for line in signature.split(b"\n")]
    require(len(lines) == 4 or (len(lines) == 5 and not lines[4] and not signature.endswith(b"\r")), "not four lines")
    require(lines[0].startswith(b"untrusted comment: ") and lines[2].startswith(b"trusted comment: "), "no signature")
    data, comment, whole = base64_decode(lines[1], 74), lines[2][17:], base64_decode(lines[3], 64)
    require(len(comment) <= 8000 and not re.search(b"[\0\r]", comment), "the comment is too long, or no line")
    require(data[:2] == b"ED" and data[2:10] == key[0], "it is of another kind, or by another key")
    require(ed25519_verify(key[1], hashlib.blake2b(file).digest(), data[10:]), "the signature does not hold")
    require(ed25519_verify(key[1], data[10:] + comment, whole), "the comment was altered")
    return comment


CARD = ["state", "origin", "recipient", "minisign", "vkey", "cosigner", "created", "valid-from", "valid-until",
        "replaces", "replaced-at", "fingerprint"]
CARD_TITLE = ("qorgan-card 1\nThe public keys of a state, for its partners. Compare the fingerprint with that state by "
              "telephone before you add them.\n")


def fingerprint_of(lines):
    digits = "%040d" % (int.from_bytes(hashlib.blake2b(lines.encode(), digest_size=32).digest(), "big") % 10**40)
    return " ".join(digits[at:at + 5] for at in range(0, 40, 5))


def read_card(note, now=None):
    """Its lines, and keys; it must be valid at the moment `now`, if one is given."""
    require(len(note) <= 16384, "the card is too long", BAD_DATA)
    require(b"\n\n" in note and note.endswith(b"\n"), "a card is a signed note", BAD_DATA)
    text = note[:note.rindex(b"\n\n") + 1].decode("latin-1")
    require(text.startswith(CARD_TITLE) and all(c == "\n" or " " <= c <= "~" for c in text), "no card", BAD_DATA)
    pairs = [line.partition(" ")[::2] for line in text[len(CARD_TITLE):-1].split("\n")]
    card = dict(pairs)
    names = [name for name in CARD if name in card or name not in ("cosigner", "replaces", "replaced-at")]
    require([name for name, _ in pairs] == names, "a line is missing, or not of a card", BAD_DATA)
    require(re.fullmatch(NAME, card["state"]) and
            origin_is_of(card["origin"], card["state"]), "the origin is not one of the state", BAD_DATA)
    recipient = bech32_decode("age", card["recipient"])
    require(recipient and card["recipient"] == card["recipient"].lower(), "no recipient of age", BAD_DATA)
    card["package key"] = read_minisign_key(card["minisign"])
    card["log"] = read_vkey(card["vkey"])
    card["witness"] = read_vkey(card["cosigner"]) if "cosigner" in card else None
    require(card["log"][:2] == (card["origin"], 1), "the vkey is not of the log", BAD_DATA)
    require(not card["witness"] or card["witness"][:2] == (card["origin"], 4), "the cosigner is another", BAD_DATA)
    require(("replaces" in card) == ("replaced-at" in card), "one of two lines is missing", BAD_DATA)
    if "replaces" in card:
        former = read_vkey(card["replaces"])
        require(former[:2] == (card["origin"], 1) and former != card["log"], "it replaces no other key", BAD_DATA)
        decimal(card["replaced-at"], 2**64 - 1, BAD_DATA)
    created = moment(card["created"], code=BAD_DATA)
    days = [moment(card[name], "%Y-%m-%d", BAD_DATA) for name in ("valid-from", "valid-until")]
    require(days[0] <= days[1] and created, "it ends before it begins", BAD_DATA)
    keys = "".join("%s %s\n" % pair for pair in pairs[:names.index("created")])
    require(card["fingerprint"] == fingerprint_of(keys), "the fingerprint is another", BAD_DATA)
    split_note(note, PROTOCOL)
    verify_note(note, card["log"])
    today = now and moment(now).replace(hour=0, minute=0, second=0)
    require(not today or days[0] <= today <= days[1], "it is not valid today", DENIED)
    return card


# ---- Proofs, and evidence of two histories ----------------------------------------------------------------


def as_no(judge, *arguments):
    """What proves nothing, is no protocol that was broken."""
    try:
        return judge(*arguments)
    except Refused as refused:
        raise Refused(NO, str(refused)) from None


def read_note_in(note):
    """The checkpoint in a proof: whether it holds, is looked at later."""
    return read_checkpoint(split_note(note, BAD_DATA)[0], BAD_DATA)


def check_signers(note, origin, vkeys):
    require(any(kind == 1 for _, kind, _ in vkeys), "nothing vouches for it", NO)
    for vkey in vkeys:
        require(vkey[1] == 4 or vkey[0] == origin, "the key is of another log", NO)
        as_no(verify_note, note, vkey)


def read_proof(file, vkeys):
    """The record, its leaf, and the size of the log."""
    def line():
        nonlocal file
        text, end, file = file.partition(b"\n")
        require(end, "the proof is cut short", BAD_DATA)
        return text

    whole = len(file)
    require(line() == b"c2sp.org/tlog-proof@v1", "this is no proof", BAD_DATA)
    text, record, path = line(), b"", []
    if text.startswith(b"extra "):
        record = base64_decode(text[6:], None, BAD_DATA)
        require(record and len(record) <= 262144, "there is no record, or too large a one", BAD_DATA)
        whole, text = whole - len(text) + 6, line()
    require(whole <= 65536 and text.startswith(b"index "), "it is too long, or has no index", BAD_DATA)
    index = decimal(text[6:].decode("latin-1"), 2**64 - 1, BAD_DATA)
    while text := line():
        path.append(base64_decode(text, 32, BAD_DATA))
    require(len(path) <= 65, "the path is too long", BAD_DATA)
    origin, size, root = read_note_in(file)
    require(record, "it is a proof of something else", BAD_DATA)
    require(index < size and root_of_path(leaf_hash(record), index, size, path) == root, "not in the tree", NO)
    record = as_no(read_record, record)
    require(origin_is_of(origin, record["owner"]), "the log is not that state's", NO)
    check_signers(file, origin, vkeys)
    return record, index, size


def parse_fork(file):
    """What the evidence says: root, path, notes, checkpoints."""
    require(len(file) <= 262144, "it is too long", BAD_DATA)
    lines = file.split(b"\n")
    require(lines[0] == b"qorgan-fork@v1" and lines[-1] == b"", "this is no evidence", BAD_DATA)
    pairs = [line.partition(b" ")[::2] for line in lines[1:-1]]
    names, grew = [name for name, _ in pairs], len(pairs) > 2
    require(names == ([b"root"] + [b"path"] * (len(names) - 3) if grew else []) + [b"first", b"second"] and
            len(names) <= 68, "its lines are others", BAD_DATA)
    values = [base64_decode(value, 32 if at < len(pairs) - 2 else None, BAD_DATA) for at, (_, value) in enumerate(pairs)]
    first, second = (read_note_in(note) for note in values[-2:])
    require(first[1] <= second[1] and grew == (first[1] < second[1]), "its sizes do not fit its lines", BAD_DATA)
    return (values[0] if grew else second[2]), values[1:-2] if grew else None, values[-2:], first, second


def check_fork(evidence, vkey):
    root, path, notes, first, second = evidence
    require(first[0] == second[0] == vkey[0], "the checkpoints are of two logs, or of another", NO)
    for note in notes:
        as_no(verify_note, note, vkey)
    require(path is None or is_beginning(first[1], root, second[1], second[2], path), "the path leads elsewhere", NO)
    require(root != first[2], "the second goes on from the first", NO)


def read_fork(file, vkeys):
    """The sizes of the two histories."""
    evidence = parse_fork(file)
    require(any(kind == 1 for _, kind, _ in vkeys), "nothing vouches for it", NO)
    for vkey in vkeys:
        if vkey[1] == 1:
            check_fork(evidence, vkey)
            continue
        seen = 0
        for note in evidence[2]:
            try:
                seen += bool(verify_note(note, vkey))
            except Refused:
                pass
        require(seen, "the cosigner has seen neither", NO)
    return evidence[3][1], evidence[4][1]
