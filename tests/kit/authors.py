"""Who wrote what in a store, along its log: users on record, whose signature a commit bears, and what several persons had
to agree to. Written from SECURITY.md ("Who wrote what", "Several persons"). What is wrong is told in the words of stores.py.
"""
import base64
import hashlib

import formats
from primitives import Refused, base64_decode, ed25519_verify

ACTIONS = ("release", "rekey", "user", "forget", "policy")


class User:
    """What is on record of a user; `endorsement` is None, or whether it holds."""

    def __init__(self, record, origin, key):
        body = record["body"]
        self.name, self.role, self.slots = record["id"], body.get("role"), body.get("slots", [])
        self.retired, self.keys = "retired" in body, [slot["author"] for slot in self.slots if "author" in slot]
        rest = {name: value for name, value in body.items() if name != "endorsement"}
        text = b"qorgan-user 1\n%s\n%s\n%d\n%s\n" % (origin.encode(), self.name.encode(), record["version"],
                                                     formats.serialise(rest, True))
        self.endorsement = None
        if "endorsement" in body:
            try:
                self.endorsement = ed25519_verify(key, text, base64_decode(body["endorsement"], 64))
            except Refused:
                self.endorsement = False

    def is_admin(self):
        return self.role == "admin" and not self.retired


class Agreements:
    """Policies, and who agreed to what, by the signatures of commits."""

    def __init__(self, find):
        self.find, self.persons, self.asked = find, dict.fromkeys(ACTIONS, 1), {}

    def commit(self, records, signer, by_admin, written, rekeyed):
        """A commit that its author signed."""
        done = []
        for record in records:
            if record["kind"] == "request":
                self.sign(record, signer, done)
        changed = {record["id"]: record["body"]["persons"] for record in records if record["kind"] == "policy"}
        for action, persons in changed.items():
            what = [body["what"] for body, _ in done if body["action"] == "policy" and
                    action in body["subject"].split(",") and
                    body["what"] == "policy require %d for %s" % (persons, body["subject"])]
            subjects = [body["subject"] for body, _ in done if body["what"] in what]
            if not by_admin:
                self.find("not for them")
            if not self.check("policy", done, *(subjects or [action])[:1]) or not by_admin:
                changed[action] = self.persons[action]
        for record in records:
            if record["kind"] == "release" and self.persons["release"] > 1:
                texts = [record["body"].get(name, "") for name in ("leaves", "withdrawn")]
                hash = hashlib.blake2b("".join(text + "\n" for text in texts).encode(), digest_size=32).hexdigest()
                self.check("release", done, ",".join(record["body"]["to"]), hash)
            elif record["kind"] == "handout":
                self.check("release", done, record["body"].get("to"), record["body"].get("content"))
        for user in () if rekeyed else written:
            if user.name != signer:
                self.check("user", done, user.name)
        if not rekeyed and any(record["kind"] == "forgetting" for record in records):
            self.check("forget", done)
        if rekeyed:
            self.check("rekey", done)
        self.persons.update(changed)

    def sign(self, record, signer, done):
        """An agreement to a request, which goes on only about the same matter."""
        body = record["body"]
        matter = [body.get(name) for name in ("action", "what", "subject", "content")]
        known = self.asked.get(record["id"])
        if not known or known[0] != matter or known[2] != "open":
            known = self.asked[record["id"]] = [matter, set(), None]
        known[1].add(signer)
        known[2] = body["state"]
        if body["state"] == "done":
            done.append((body, len(known[1])))

    def check(self, action, done, subject=None, content=None):
        needed = max(self.persons.values()) if action == "policy" else self.persons[action]
        agreed = [count for body, count in done if body["action"] == action and
                  subject in (None, body.get("subject")) and content in (None, body.get("content"))]
        if (agreed or [1])[0] >= needed:
            return True
        self.find("not agreed")
        return False


class Authors:
    """Signatures of commits, and what is on record of users at each."""

    def __init__(self, origin, endorses, find):
        self.origin, self.endorses, self.find = origin, endorses, find
        self.users, self.agreements, self.doubtful = {}, Agreements(find), False

    def lost(self):
        """A version cannot be read: what is on record of somebody may be in it, and nobody is accused after that."""
        self.doubtful = True

    def commit(self, record, records, before, size, rekeyed):
        user, written = record["user"], [User(each, self.origin, self.endorses)
                                         for each in records if each["kind"] == "user"]
        if any(each["user"] != user for each in records):
            self.find("mixed names")
        signer, sound = self.judge(record, user, written, before, size)
        by_admin = self.users[signer].is_admin() if signer in self.users else not self.users
        if sound and not self.doubtful:
            self.agreements.commit(records, signer, by_admin, written, rekeyed)
        for changed in written:
            allowed = sound and (by_admin if changed.endorsement is not None else changed.name == signer == user)
            if allowed or self.doubtful:
                self.users[changed.name] = changed
            elif sound:
                self.find("not for them")

    def judge(self, record, user, written, before, size):
        """Who signed it, and whether that holds."""
        body = record["body"]
        known = any(each.keys for each in self.users.values())
        if not {"key", "signature", "signed_by"} & set(body):
            if known and not self.doubtful:
                self.find("unsigned commit")
            return user, not known
        rest = {name: value for name, value in body.items() if name != "signature"}
        text = "".join(line + "\n" for line in (
            "qorgan-commit 1", self.origin, str(record["commit"]), user, record["time"], str(size),
            base64.b64encode(before).decode(),
            formats.serialise(rest, True).decode()))
        signer = body.get("signed_by")
        try:
            key, signature = base64_decode(body["key"], 32), base64_decode(body["signature"], 64)
        except (KeyError, Refused):
            key = None
        if not key or not ed25519_verify(key, text.encode(), signature):
            self.find("false signature")
            return signer, False
        theirs = [each for each in (self.users.values() if known else written) if each.name == signer]
        if not any(body["key"] in each.keys for each in theirs):
            if not self.doubtful:
                self.find("key not on record")
            return signer, False
        if signer != user and not (signer in self.users and self.users[signer].is_admin()):
            self.find("in another's name")
        return signer, True
