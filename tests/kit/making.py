"""What the makers of vectors have in common: states whose keys follow from their names, and the formats as they are
written. It shares the cryptography and the hashing of the tree with the reader, and nothing of how that reads.
"""
import base64
import hashlib
import json
import zlib

from formats import leaf_hash, tree_root
from primitives import (BASE, L, bech32_encode, ed25519_challenge, ed25519_public, ed25519_secret, ed25519_sign,
                        point_add, point_decode, point_encode, point_multiply, x25519)

DASH = "\u2014"
KIND_LOG, KIND_COSIGNER = 1, 4
ORDER_8 = bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")
NEUTRAL = (1).to_bytes(32, "little")
NOW = "2026-05-01T09:00:00Z"


def seed_of(name):
    return hashlib.sha256(b"qorgan test kit: " + name.encode()).digest()


def text64(data):
    return base64.b64encode(data).decode()


def stray_bits(text):
    """The text, with the last letter of its Base64 before the padding altered where it means nothing."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    at = len(text.rstrip("=\n")) - 1
    return text[:at] + letters[letters.index(text[at]) + 1] + text[at + 1:]


def canonical(value):
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def line(kind, /, **members):
    members = {"type": kind, **{name.rstrip("_"): value for name, value in members.items()}}
    return json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()


def key_id(name, kind, public):
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def vkey_of(name, kind, public, identifier=None):
    return "%s+%s+%s" % (name, (identifier or key_id(name, kind, public)).hex(), text64(bytes([kind]) + public))


class Signer:
    """A name, a key, and its type."""

    def __init__(self, name, seed, kind=KIND_LOG):
        self.name, self.seed, self.kind = name, seed, kind
        self.public = ed25519_public(seed)
        self.id = key_id(name, kind, self.public)
        self.vkey = vkey_of(name, kind, self.public)

    def sign(self, text, time=None):
        """The bytes behind the key id."""
        if self.kind == KIND_LOG:
            return ed25519_sign(self.seed, text.encode())
        message = "cosignature/v1\ntime %d\n%s" % (time, text)
        return time.to_bytes(8, "big") + ed25519_sign(self.seed, message.encode())

    def line(self, text, time=None):
        return self.line_of(self.sign(text, time))

    def line_of(self, signature):
        return "%s %s %s\n" % (DASH, self.name, text64(self.id + signature))


def note(text, *lines):
    return text + "\n" + "".join(lines)


# ---- Signatures that are not what RFC 8032 makes ----------------------------------------------------


def signature_with_larger_scalar(signature):
    return signature[:32] + (int.from_bytes(signature[32:], "little") + L).to_bytes(32, "little")


def signature_with_small_order(seed, message, commitment=NEUTRAL):
    """R is of small order: S then follows from the challenge alone."""
    challenge = ed25519_challenge(commitment, ed25519_public(seed), message)
    return commitment + (challenge * ed25519_secret(seed)[0] % L).to_bytes(32, "little")


def signature_with_torsion(seed, message):
    """One that holds if both sides are multiplied by the cofactor, and not otherwise."""
    secret, prefix = ed25519_secret(seed)
    nonce = ed25519_challenge(prefix, message)
    commitment = point_encode(point_add(point_multiply(nonce, BASE), point_decode(ORDER_8)))
    challenge = ed25519_challenge(commitment, ed25519_public(seed), message)
    return commitment + ((nonce + challenge * secret) % L).to_bytes(32, "little")


def key_of_mixed_order(seed):
    return point_encode(point_add(point_decode(ed25519_public(seed)), point_decode(ORDER_8)))


# ---- The states ------------------------------------------------------------------------------------------


class State:
    def __init__(self, code):
        self.code = code
        self.origin = "qorgan/%s/%s" % (code, seed_of("store of " + code)[:16].hex())
        self.log = Signer(self.origin, seed_of("log of " + code))
        self.cosigner = Signer(self.origin, seed_of("cosigner of " + code), KIND_COSIGNER)
        self.package = seed_of("packages of " + code)
        self.identity = seed_of("identity of " + code)
        self.recipient = x25519(self.identity)
        self.identity_text = bech32_encode("age-secret-key-", self.identity).upper()

    def minisign(self, key=None, identifier=None):
        key = key or ed25519_public(self.package)
        return text64(b"Ed" + (identifier or hashlib.blake2b(key).digest()[:8]) + key)

    def checkpoint(self, leaves, origin=None):
        return "%s\n%d\n%s\n" % (origin or self.origin, len(leaves), text64(tree_root(leaves)))

    def signed(self, leaves):
        text = self.checkpoint(leaves)
        return note(text, self.log.line(text))


UZB, KAZ, KGZ, TJK = (State(code) for code in ("UZB", "KAZ", "KGZ", "TJK"))


def minisig(data, seed, comment, algorithm=b"ED", identifier=None, alter=lambda signature: signature):
    identifier = identifier or hashlib.blake2b(ed25519_public(seed)).digest()[:8]
    signature = alter(ed25519_sign(seed, data if algorithm == b"Ed" else hashlib.blake2b(data).digest()))
    whole = ed25519_sign(seed, signature + comment.encode())
    return "untrusted comment: of the kit\n%s\ntrusted comment: %s\n%s\n" % (
        text64(algorithm + identifier + signature), comment, text64(whole))


def fingerprint(keys):
    digits = "%040d" % (int.from_bytes(hashlib.blake2b(keys.encode(), digest_size=32).digest(), "big") % 10**40)
    return " ".join(digits[at:at + 5] for at in range(0, 40, 5))


# ---- Records and trees -------------------------------------------------------------------------------------


def record(kind, name, version, body, owner="UZB", commit=1, **others):
    salt = text64(seed_of("%s %s %d" % (kind, name, version))[:16])
    return canonical({"body": body, "commit": commit, "id": name, "kind": kind, "owner": owner, "salt": salt,
                      "time": "2026-02-01T10:00:00Z", "user": "a.karimova", "version": version, **others})


def half_of(size):
    return 1 << (size - 1).bit_length() - 1


def inclusion_path(leaves, index):
    if len(leaves) == 1:
        return []
    half = half_of(len(leaves))
    if index < half:
        return inclusion_path(leaves[:half], index) + [tree_root(leaves[half:])]
    return inclusion_path(leaves[half:], index - half) + [tree_root(leaves[:half])]


def consistency_path(leaves, first, whole=True):
    if first == len(leaves):
        return [] if whole else [tree_root(leaves)]
    half = half_of(len(leaves))
    if first <= half:
        return consistency_path(leaves[:half], first, whole) + [tree_root(leaves[half:])]
    return consistency_path(leaves[half:], first - half, False) + [tree_root(leaves[:half])]


def released(**members):
    return {"marking": "TLP:GREEN", "release": ["KAZ"], **members}


RISK = released(coordinator="UZB", domain="CYB", title={"ru": "Атака на \"сеть\""})


def log_of(count):
    """Leaves of a log that grew to that many, and the records behind them."""
    records = [record("risk", "CYB-01", 1, RISK)] + [
        record("commit", str(i), 1, {"message": "Change %d" % i, "versions": 1}, commit=i) for i in range(1, count)]
    return [leaf_hash(each) for each in records], records


# ---- Vectors ------------------------------------------------------------------------------------------------

FOLDED = 4096  # a payload that is larger, and mostly one byte, is compressed


class Kit:
    """The vectors by their names."""

    def __init__(self):
        self.vectors = {}

    def add(self, name, expect, comment, payload, answer=None, **keys):
        kind = name.split("_")[0]
        payload = payload.encode() if isinstance(payload, str) else payload
        assert name not in self.vectors and (answer is not None) == (expect == "success"), name
        lines = [("kind", kind), ("expect", expect), ("answer", answer), ("comment", comment)]
        for key, values in keys.items():
            lines += [(key, value) for value in (values if isinstance(values, list) else [values])]
        squeezed = zlib.compress(payload, 9)
        if len(payload) > FOLDED and len(squeezed) < len(payload) // 2:
            lines, payload = lines + [("compressed", "zlib")], squeezed
        head = "".join("%s: %s\n" % pair for pair in lines if pair[1] is not None)
        self.vectors[name] = head.encode() + b"\n" + payload

    def good(self, name, comment, payload, answer, **keys):
        self.add(name, "success", comment, payload, answer, **keys)
