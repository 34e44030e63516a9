"""The model: what a store holds, and what a command does to it.

Written from `qorgan help`, `qorgan schema`, README.md and SECURITY.md, not from the program: where the two
differ, one of them is wrong. A store is a list of versions of each object, and a list of commits; nothing
is encrypted, indexed or stored.
"""

import copy
import hashlib

STATES = ("AZE", "KAZ", "KGZ", "TJK", "TKM", "UZB")
OWN = "UZB"
OPEN = ("planned", "in-progress", "on-hold")

OK, NO, USAGE, BAD_DATA, ABSENT, BUSY, DENIED = 0, 1, 64, 65, 66, 75, 77


class Refused(Exception):
    """A command that fails with this code; it changes nothing."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


class Version:
    def __init__(self, body, commit, time, user, message):
        self.body, self.commit, self.time, self.user, self.message = body, commit, time, user, message


# ---- Fields, as the options set them -------------------------------------------------------------

TEXTS = {"title", "description", "note", "text"}
SETS = {"affected", "support", "abstaining", "release", "tags"}
NUMBERS = {"likelihood", "impact", "progress", "order"}
REQUIRED = {
    "domain": ("title",), "risk": ("domain", "title"), "measure": ("risks", "title"), "status": ("status",),
    "assessment": ("likelihood", "impact"), "note": ("text",),
}
WORDS = {
    "type": ("prevent", "detect", "respond", "recover"), "treatment": ("mitigate", "avoid", "transfer", "accept"),
    "stage": ("open", "investigating", "treating", "closed"), "confidence": ("low", "medium", "high"),
}
MARKINGS = ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED")
DATES = {"start", "due", "review", "date"}


def is_date(text):
    parts = text.split("-")
    if len(text) != 10 or len(parts) != 3 or not all(part.isdigit() for part in parts):
        return False
    year, month, day = (int(part) for part in parts)
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 1 <= month <= 12 and 1 <= day <= (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]


def number_of(name, text):
    limits = {"progress": (0, 100), "order": (0, 9999)}.get(name, (1, 5))
    if not text.isdigit() or not limits[0] <= int(text) <= limits[1]:
        raise Refused(BAD_DATA)
    return int(text)


def set_of(before, text):
    """KAZ,UZB; or +KAZ,-UZB, which changes what is there."""
    items = text.split(",")
    if items[0][0] not in "+-":
        return sorted(set(items))
    result = set(before)
    for item in items:
        if item[0] == "-" and item[1:] not in result:
            raise Refused(BAD_DATA)
        (result.add if item[0] == "+" else result.discard)(item[1:])
    return sorted(result)


def scalar_of(name, text):
    if name in NUMBERS:
        return number_of(name, text)
    if name in DATES and not is_date(text) or name in WORDS and text not in WORDS[name]:
        raise Refused(BAD_DATA)
    if name == "marking":
        if text.upper().removeprefix("TLP:") not in MARKINGS:
            raise Refused(BAD_DATA)
        return "TLP:" + text.upper().removeprefix("TLP:")
    if name in ("lead", "coordinator") and text not in STATES:
        raise Refused(BAD_DATA)
    return text


def field_set(body, path, text):
    name, _, member = path.partition(".")
    if name in TEXTS or member:
        group = body.setdefault(name, {})
        member = member or "en"
        if text:
            group[member] = text if name in TEXTS else scalar_of(member, text)
        else:
            group.pop(member, None)
        if not group:
            del body[name]
        elif name not in TEXTS and set(group) != {"likelihood", "impact"}:
            body[name]["?"] = 1  # half a level: refused when all fields are set
        if name in body and set(body[name]) >= {"likelihood", "impact"}:
            body[name].pop("?", None)
    elif not text:
        body.pop(name, None)
    elif name in SETS:
        value = set_of(body.get(name, []), text)
        if name not in ("tags",) and not set(value) <= set(STATES):
            raise Refused(BAD_DATA)
        if value:
            body[name] = value
        else:
            body.pop(name, None)
    elif name == "risks":
        body[name] = text.split(",")
    else:
        body[name] = scalar_of(name, text)


def changes_between(before, after, prefix=""):
    """The changed fields of two bodies: {path: (old, new)}; texts and groups by member."""
    result = {}
    for name in set(before) | set(after):
        old, new, path = before.get(name), after.get(name), prefix + name
        if isinstance(old, dict) or isinstance(new, dict):
            result.update(changes_between(old or {}, new or {}, path + "."))
        elif old != new:
            result[path] = (old, new)
    return result


# ---- The store ----------------------------------------------------------------------------------

class Register:
    def __init__(self, user, identity, base):
        """`base`: the objects that init made, as (kind, id, body)."""
        self.objects, self.commits, self.files = {}, [], {}
        self.now, self.user, self.message = "", user, "states, scales and periods"
        self.slots = {}  # identity: user
        self.backups = {}  # file: (identity, store)
        self.trail = []  # of each commit something that no other has
        self.base = base
        self.slots[identity] = user

    # -- Looking

    def newest(self, kind, name):
        versions = self.objects.get((kind, name))
        return versions[-1].body if versions else None

    def kind_of(self, name, kinds=("domain", "risk", "measure", "status", "assessment", "note", "evidence")):
        for kind in kinds:
            if (kind, name) in self.objects:
                return kind
        raise Refused(ABSENT)

    def version(self, kind, name, number):
        versions = self.objects[(kind, name)]
        if not 1 <= number <= len(versions):
            raise Refused(ABSENT)
        return versions[number - 1]

    def all(self, kind):
        return {name: versions[-1].body for (of, name), versions in self.objects.items() if of == kind}

    def role(self, user):
        body = self.newest("user", user)
        return body["role"] if body and "retired" not in body else None

    # -- Changing

    def begin(self, identity, now, message="", as_user=None, admin=False):
        """Who opens the store by that identity, and whether they may do it."""
        self.now = max(now, self.now)
        self.today = now[:10]
        self.message = message
        self.opens(identity)
        user = self.slots[identity]
        if self.role(user) == "reader" or admin and self.role(user) != "admin":
            raise Refused(DENIED)
        if as_user and as_user != user and self.role(user) != "admin":
            raise Refused(DENIED)
        self.user = as_user or user

    def opens(self, identity):
        if identity not in self.slots:
            raise Refused(DENIED)

    def commit(self, changes):
        """changes: [(kind, id, body)]. What differs becomes a version each; the number, or 0."""
        written = [(kind, name, body) for kind, name, body in changes if body != self.newest(kind, name)]
        if not written:
            return 0
        number = len(self.commits) + 1
        objects = []
        for kind, name, body in written:
            versions = self.objects.setdefault((kind, name), [])
            versions.append(Version(copy.deepcopy(body), number, self.now, self.user, self.message))
            objects.append((kind, name, len(versions)))
        self.commits.append({"number": number, "time": self.now, "user": self.user, "message": self.message,
                             "objects": objects})
        self.trail.append(object())
        return number

    def check(self, kind, name, body, before=None):
        """The rules of one object that is to be written in the place of `before`."""
        for field in REQUIRED[kind]:
            if not body.get(field):
                raise Refused(BAD_DATA)
        if any(isinstance(value, dict) and "?" in value for value in body.values()):
            raise Refused(BAD_DATA)
        if kind == "risk" and body["domain"] not in self.all("domain"):
            raise Refused(BAD_DATA)
        if kind == "measure":
            self.check_measure(body, before or {})

    def check_measure(self, body, before):
        if any(risk not in self.all("risk") for risk in body["risks"]):
            raise Refused(BAD_DATA)
        support, abstaining = set(body.get("support", [])), set(body.get("abstaining", []))
        taking_part = support | {body.get("lead")}
        if body.get("lead") in support or taking_part & abstaining:
            raise Refused(BAD_DATA)
        if body.get("due", "9") < body.get("start", ""):
            raise Refused(BAD_DATA)
        if body.get("due") != body.get("original_due") and "due_reason" not in body:
            raise Refused(BAD_DATA)
        moved = "original_due" in before and before.get("due") != body.get("due")
        if moved and body.get("due_reason") in (None, before.get("due_reason")):
            raise Refused(BAD_DATA)  # each new date has a reason of its own

    def computed(self, kind, name, body):
        """Fields that the program keeps: the first due date, and who took part before."""
        if kind != "measure":
            return body
        before = self.newest(kind, name) or {}
        first = before.get("original_due") or body.get("due")
        body.pop("original_due", None)
        if first:
            body["original_due"] = first
        part = set(body.get("support", [])) | {body.get("lead")}
        reported = {key[1].split("/")[1] for key in self.objects if key[0] == "status" and key[1].split("/")[0] == name}
        former = sorted((reported | set(before.get("former", []))) - part)
        body.pop("former", None)
        if former:
            body["former"] = former
        return body

    def put(self, kind, name, body):
        body = self.computed(kind, name, body)
        self.check(kind, name, body, self.newest(kind, name))
        commit = self.commit([(kind, name, body)])
        return {"kind": kind, "id": name, "version": len(self.objects[(kind, name)]), "commit": commit,
                "changed": commit != 0}

    # -- Commands of objects

    def add(self, kind, name, fields):
        if (kind, name) in self.objects:
            raise Refused(BAD_DATA)
        body = {}
        for path, text in fields:
            field_set(body, path, text)
        return self.put(kind, name, body)

    def edit(self, kind, name, fields, base=None):
        body = copy.deepcopy(self.newest(kind, name))
        if body is None:
            raise Refused(ABSENT)
        if base is not None and base != len(self.objects[(kind, name)]):
            raise Refused(BUSY)
        for path, text in fields:
            field_set(body, path, text)
        return self.put(kind, name, body)

    def retire(self, kind, name, reason):
        return self.edit(kind, name, [("retired", reason)])

    def restore(self, kind, name, number):
        """Its content, but marking and release as they are now."""
        body = copy.deepcopy(self.version(kind, name, number).body)
        for field in ("marking", "release"):
            body.pop(field, None)
            if field in self.newest(kind, name):
                body[field] = self.newest(kind, name)[field]
        if kind == "measure" and body.get("due") != self.newest(kind, name).get("due"):
            body["due_reason"] = "restored from version %d" % number
        return self.put(kind, name, body)

    def assign(self, name, lead=None, support=None, abstaining=None):
        body = copy.deepcopy(self.newest("measure", name))
        if body is None:
            raise Refused(ABSENT)
        if lead:
            body["lead"] = lead
        if support:
            field_set(body, "support", support)
        if abstaining:
            field_set(body, "abstaining", abstaining)
        # Who is named anew is taken out of the lists that the command does not name.
        named = [lead] if lead else []
        if not support:
            self.take_out(body, "support", named + (body.get("abstaining", []) if abstaining else []))
        if not abstaining:
            self.take_out(body, "abstaining", named + (body.get("support", []) if support else []))
        return self.put("measure", name, body)

    @staticmethod
    def take_out(body, field, states):
        left = [state for state in body.get(field, []) if state not in states]
        body.pop(field, None)
        if left:
            body[field] = left

    def unassign(self, name, states):
        body = copy.deepcopy(self.newest("measure", name))
        if body is None:
            raise Refused(ABSENT)
        for state in states:
            if state == body.get("lead"):
                del body["lead"]
            elif state in body.get("support", []):
                field_set(body, "support", "-" + state)
            else:
                raise Refused(BAD_DATA)
        return self.put("measure", name, body)

    def takes_part(self, measure, state):
        body = self.newest("measure", measure)
        if body is None:
            raise Refused(ABSENT)
        if state != body.get("lead") and state not in body.get("support", []):
            raise Refused(BAD_DATA)

    def status(self, measure, word, state, fields, date=None, files=()):
        """One state's report. One of another day than the last drops what was said of that day alone."""
        day, name = date or self.today, measure + "/" + state
        if self.newest("measure", measure) is None:
            raise Refused(ABSENT)
        before = self.newest("status", name)
        body = copy.deepcopy(before or self.shared(self.newest("measure", measure)))
        if before and before["date"] != day:
            body.pop("note", None)
        if before and before["status"] != word and before.get("consent") != "declined":
            body.pop("reason", None)
        if before and before["status"] != word:
            if before["status"] in ("completed", "verified") and word not in ("completed", "verified"):
                body.pop("progress", None)
        body.update(status=word, date=day)
        if word in ("in-progress", "completed") and body.get("consent") == "declined":
            body["consent"] = "accepted"
            body.pop("reason", None)
        for path, text in fields:
            field_set(body, path, text)
        if word in ("completed", "verified"):
            body.setdefault("progress", 100)
            if not any(path == "progress" for path, _ in fields):
                body["progress"] = 100
        changes = []
        for file_name, content in files:
            digest = hashlib.blake2b(content, digest_size=32).hexdigest()
            body["evidence"] = sorted(set(body.get("evidence", [])) | {digest})
            if self.newest("evidence", digest) is None:
                changes.append(("evidence", digest, self.evidence(file_name, content, body)))
        self.check_status(measure, state, body, before)
        self.files.update((change[1], content) for change, (_, content) in zip(changes, files))
        commit = self.commit(changes + [("status", name, body)])
        return {"kind": "status", "id": name, "version": len(self.objects[("status", name)]), "commit": commit,
                "changed": commit != 0}

    def shared(self, body):
        """What a first report or assessment takes from its measure or risk."""
        return {field: body[field] for field in ("marking", "release") if field in body}

    def evidence(self, file_name, content, report):
        body = {"name": file_name, "size": len(content)}
        for field in ("marking", "release"):
            if field in report:
                body[field] = report[field]
        return body

    def check_status(self, measure, state, body, before):
        self.takes_part(measure, state)
        if body["date"] > self.today or not is_date(body["date"]):
            raise Refused(BAD_DATA)
        word = body["status"]
        if (word in ("on-hold", "cancelled") or body.get("consent") == "declined") and not body.get("reason"):
            raise Refused(BAD_DATA)
        if word in ("completed", "verified") and body["progress"] != 100:
            raise Refused(BAD_DATA)
        if word == "verified":
            claims = [version for version in self.objects.get(("status", measure + "/" + state), [])
                      if version.body["status"] == "completed"]
            if not before or before["status"] not in ("completed", "verified") or claims[-1].user == self.user:
                raise Refused(BAD_DATA)

    def consent(self, measure, state, accept, reason=None):
        name = measure + "/" + state
        before = self.newest("status", name)
        self.takes_part(measure, state)
        if not accept and before and before["status"] in ("completed", "verified"):
            raise Refused(BAD_DATA)
        body = copy.deepcopy(before or dict(self.shared(self.newest("measure", measure)), status="planned"))
        word = "accepted" if accept else "declined"
        has_accepted = before and body.get("consent") != "declined"  # to report accepts, too
        if accept and has_accepted or not accept and body.get("consent") == word and body.get("reason") == reason:
            day = body["date"]
        else:
            day = self.today
        if before and before["date"] != day:
            body.pop("note", None)
        if body.get("consent") == "declined" and accept and body["status"] not in ("on-hold", "cancelled"):
            body.pop("reason", None)
        body.update(consent=word, date=day)
        if reason:
            body["reason"] = reason
        self.check_status(measure, state, body, before)
        commit = self.commit([("status", name, body)])
        return {"kind": "status", "id": name, "version": len(self.objects[("status", name)]), "commit": commit,
                "changed": commit != 0}

    def assess(self, risk, state, fields, date=None):
        day, name = date or self.today, risk + "/" + state
        if self.newest("risk", risk) is None:
            raise Refused(ABSENT)
        before = self.newest("assessment", name)
        body = copy.deepcopy(before or self.shared(self.newest("risk", risk)))
        if before and before["date"] != day:
            body.pop("note", None)
        body["date"] = day
        for path, text in fields:
            field_set(body, path, text)
        if day > self.today or not is_date(day):
            raise Refused(BAD_DATA)
        return self.put("assessment", name, body)

    def note(self, on, text):
        self.kind_of(on, ("domain", "risk", "measure"))
        number = 1
        while ("note", "%s/n%d" % (on, number)) in self.objects:
            number += 1
        return self.put("note", "%s/n%d" % (on, number), {"text": {"en": text}})

    def load(self, lines):
        """Each line is the whole of one object; all of them, or none."""
        trial = copy.copy(self)
        trial.objects = dict(self.objects)
        changes = []
        for line in lines:
            body = copy.deepcopy(line)
            kind, name = body.pop("kind"), body.pop("id")
            if kind not in REQUIRED:
                continue  # the states, scales and periods, as they are
            if "marking" in body:
                body["marking"] = scalar_of("marking", body["marking"])
            body = trial.computed(kind, name, body)
            trial.objects[(kind, name)] = trial.objects.get((kind, name), []) + [Version(body, 0, "", "", "")]
            changes.append((kind, name, body))
        for kind, name, body in changes:
            trial.check(kind, name, body, self.newest(kind, name))
        created = sum((kind, name) not in self.objects for kind, name, _ in changes)
        changed = sum(self.newest(kind, name) not in (None, body) for kind, name, body in changes)
        return {"loaded": len(lines), "created": created, "changed": changed,
                "unchanged": len(lines) - created - changed, "commit": self.commit(changes)}

    # -- Users

    def admins(self):
        return [name for name in self.all("user") if self.role(name) == "admin"]

    def user_result(self, name, body):
        commit = self.commit([("user", name, body)])
        return {"kind": "user", "id": name, "version": len(self.objects[("user", name)]), "commit": commit,
                "changed": True}

    def user_add(self, name, role, identity):
        if self.role(name) is not None or identity in self.slots:
            raise Refused(BAD_DATA)
        self.slots[identity] = name
        return self.user_result(name, {"role": role, "endorsed": len(self.commits)})

    def user_role(self, name, role):
        if self.newest("user", name) is None:
            raise Refused(ABSENT)
        if self.role(name) is None:
            raise Refused(DENIED)  # who was retired comes back by user add alone
        if self.role(name) == role:
            raise Refused(BAD_DATA)
        if self.admins() == [name]:
            raise Refused(DENIED)
        return self.user_result(name, {"role": role, "endorsed": len(self.commits)})

    def user_retire(self, name, reason):
        if self.newest("user", name) is None:
            raise Refused(ABSENT)
        if self.role(name) is None:
            raise Refused(DENIED)
        if self.admins() == [name]:
            raise Refused(DENIED)
        self.slots = {identity: user for identity, user in self.slots.items() if user != name}
        return self.user_result(name, {"role": self.role(name), "retired": reason})

    def rekey(self):
        """New keys for all: each user that is not retired has a new version, in one commit."""
        users = [name for name in self.all("user") if self.role(name) is not None]
        anew = [("user", name, {"role": self.role(name), "endorsed": len(self.commits)}) for name in users]
        number = self.commit(anew)
        return {"commit": number, "users": len(users)}

    # -- Backups

    def backup(self, path, identity):
        if self.role(self.slots[identity]) == "reader":
            raise Refused(DENIED)  # it is signed
        saved = copy.copy(self)
        saved.files = dict(self.files)
        saved.objects = {key: list(versions) for key, versions in self.objects.items()}
        saved.commits, saved.trail, saved.slots = list(self.commits), list(self.trail), dict(self.slots)
        self.backups[path] = (identity, saved)
        return {"leaves": self.leaves(), "commits": len(self.commits)}

    def restore_backup(self, path, identity, older):
        if path not in self.backups:
            raise Refused(ABSENT)
        opener, saved = self.backups[path]
        if opener != identity or identity not in saved.slots:
            raise Refused(DENIED)
        if saved.trail[:len(self.trail)] != self.trail and not older:
            raise Refused(DENIED)
        self.objects = {key: list(versions) for key, versions in saved.objects.items()}
        self.commits, self.trail, self.slots = list(saved.commits), list(saved.trail), dict(saved.slots)
        self.files, self.now = dict(saved.files), self.commits[-1]["time"]
        return {"leaves": self.leaves(), "commits": len(self.commits)}

    def leaves(self):
        return sum(len(versions) for versions in self.objects.values()) + len(self.commits)
