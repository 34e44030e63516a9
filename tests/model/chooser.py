"""Choosing commands at random: mostly such as people type, some of them wrong on purpose."""

import datetime
import json
import random

from questions import day_after, shown, value_of
from register import MARKINGS, STATES

USERS = ("me", "a.karimova", "b.aliyev", "c.osmonova")
ROLES = ("reader", "liaison", "verifier", "admin")
WORDS = ("planned", "in-progress", "in-progress", "completed", "verified", "on-hold", "cancelled")
TITLES = ("Sensors", "Watch", "Dam", "Паводок", "Crossing", "Laboratory", "Grid", "Locust")


class Chooser:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.now = datetime.datetime(2026, 1, 5, 9, 0, 0)
        self.texts = 0

    def pick(self, items):
        return self.random.choice(list(items))

    def chance(self, percent):
        return self.random.random() * 100 < percent

    def text(self):
        self.texts += 1
        return "%s w%d" % (self.pick(TITLES), self.texts)

    def day(self, spread=200):
        return day_after(self.now.date().isoformat(), self.random.randint(-spread, spread))

    def states(self):
        return ",".join(self.random.sample(STATES, self.random.randint(1, 3)))

    def states_change(self):
        if self.chance(50):
            return self.states()
        return ",".join(self.pick("+-") + state for state in self.random.sample(STATES, self.random.randint(1, 2)))

    def known(self, store, *kinds):
        """An id that there is; now and then one that there is not."""
        names = [name for kind, name in store.objects if kind in kinds]
        return self.pick(names) if names and not self.chance(3) else "X9"

    # -- Fields

    def level(self):
        return str(self.random.randint(1, 5) if not self.chance(3) else 9)

    def shared_fields(self, fields):
        if self.chance(30):
            fields.append(("title.ru", self.text() if self.chance(80) else ""))
        if self.chance(20):
            fields.append(("tags", ",".join(self.random.sample(("a", "b", "c", "d"), self.random.randint(1, 3)))))
        if self.chance(30):
            fields.append(("marking", self.pick(MARKINGS) if self.chance(95) else "PINK"))
        if self.chance(30):
            fields.append(("release", self.states_change() if self.chance(85) else ""))

    def risk_fields(self, store, fields):
        if self.chance(50):
            fields += [("residual.likelihood", self.level()), ("residual.impact", self.level())]
        elif self.chance(5):
            fields.append(("target.impact", self.level()))
        if self.chance(30):
            fields.append(("treatment", self.pick(("mitigate", "avoid", "transfer", "shrug"))))
        if self.chance(30):
            fields.append(("affected", self.states_change()))
        if self.chance(30):
            fields.append(("review", self.day() if self.chance(90) else "2026-02-30"))
        if self.chance(30):
            fields.append(("coordinator", self.pick(STATES)))

    def measure_fields(self, store, fields):
        if self.chance(40):
            fields.append(("due", self.day(400) if self.chance(85) else ""))
        if self.chance(45):
            fields.append(("due_reason", self.text()))
        if self.chance(25):
            fields.append(("start", self.day()))
        if self.chance(40):
            fields.append(("type", self.pick(("prevent", "detect", "respond", "recover"))))
        if self.chance(15):
            fields.append(("support", self.states_change()))

    def fields(self, store, kind, new):
        fields = []
        if new or self.chance(50):
            fields.append(("title.en", self.text()))
        if kind == "risk":
            if new or self.chance(10):
                fields.append(("domain", self.known(store, "domain")))
            self.risk_fields(store, fields)
        if kind == "measure":
            if new or self.chance(10):
                fields.append(("risks", self.known(store, "risk")))
            if new and self.chance(85):
                fields.append(("lead", self.pick(STATES)))
            self.measure_fields(store, fields)
        if kind != "domain":
            self.shared_fields(fields)
        return fields or [("title.en", self.text())]

    # -- Commands that write

    def add(self, store):
        kinds = ("domain", "risk", "risk", "measure", "measure", "measure")
        kind = self.pick(kinds) if store.all("domain") else "domain"
        return {"verb": "add", "kind": kind, "id": "%s%d" % (kind[0].upper(), self.random.randint(1, 12)),
                "fields": self.fields(store, kind, True)}

    def edit(self, store):
        kind = self.pick(("domain", "risk", "risk", "measure", "measure"))
        name = self.known(store, kind)
        command = {"verb": "edit", "kind": kind, "id": name, "fields": self.fields(store, kind, False)}
        versions = store.objects.get((kind, name))
        if versions and self.chance(25):
            command["base"] = str(max(1, len(versions) - self.pick((0, 0, 0, 1))))
        return command

    def retire(self, store):
        kind = self.pick(("risk", "measure", "measure", "domain"))
        return {"verb": "retire", "kind": kind, "id": self.known(store, kind), "reason": self.text()}

    def restore(self, store):
        kind = self.pick(("domain", "risk", "measure"))
        name = self.known(store, kind)
        count = len(store.objects.get((kind, name), [0]))
        return {"verb": "restore", "id": name, "version": self.random.randint(1, count + (self.chance(5)))}

    def assign(self, store):
        command = {"verb": "assign", "id": self.known(store, "measure")}
        for name, percent in (("lead", 50), ("support", 50), ("abstaining", 20)):
            if self.chance(percent):
                command[name] = self.pick(STATES) if name == "lead" else self.states_change()
        if len(command) == 2:
            command["lead"] = self.pick(STATES)
        return command

    def unassign(self, store):
        name = self.known(store, "measure")
        body = store.newest("measure", name) or {}
        part = body.get("support", []) + [body["lead"]] if "lead" in body else body.get("support", [])
        return {"verb": "unassign", "id": name, "states": [self.pick(part or STATES) if self.chance(90) else "TKM"]}

    def part(self, store):
        """A measure, and a state that takes part in it."""
        name = self.known(store, "measure")
        body = store.newest("measure", name) or {}
        part = body.get("support", []) + ([body["lead"]] * 3 if "lead" in body else [])
        return name, self.pick(part) if part and self.chance(95) else self.pick(STATES)

    def status(self, store):
        name, state = self.part(store)
        command = {"verb": "status", "id": name, "word": self.pick(WORDS), "state": state, "fields": []}
        if self.chance(60):
            command["fields"].append(("progress", str(self.random.randint(0, 100))))
        if self.chance(50):
            command["fields"].append(("note.en", self.text()))
        if command["word"] in ("on-hold", "cancelled") and self.chance(90):
            command["fields"].append(("reason", self.text()))
        if self.chance(15):
            command["fields"].append(("release", self.states()))
        if self.chance(25):
            recent = day_after(self.now.date().isoformat(), -self.pick(range(9)))
            command["date"] = self.day(40) if self.chance(30) else recent
        if self.chance(10):
            number = self.random.randint(1, 4)
            command["files"] = {"photo%d.txt" % number: "what is on photo %d\n" % number}
        return command

    def accept(self, store):
        name, state = self.part(store)
        return {"verb": "accept", "id": name, "state": state}

    def decline(self, store):
        name, state = self.part(store)
        return {"verb": "decline", "id": name, "state": state, "reason": self.text()}

    def assess(self, store):
        command = {"verb": "assess", "id": self.known(store, "risk"), "fields": []}
        if self.chance(90):
            command["fields"] += [("likelihood", self.level()), ("impact", self.level())]
        if self.chance(50):
            command["fields"].append(("note.en", self.text()))
        if self.chance(40):
            command["state"] = self.pick(STATES)
        if self.chance(20):
            command["date"] = day_after(self.now.date().isoformat(), -self.pick(range(-1, 9)))
        return command

    def note(self, store):
        return {"verb": "note", "id": self.known(store, "domain", "risk", "measure"), "text": self.text()}

    def load(self, store):
        """Changed and new objects by lines, whole."""
        lines = []
        for name in self.random.sample(sorted(store.all("risk")), min(2, len(store.all("risk")))):
            body = dict(store.newest("risk", name), kind="risk", id=name)
            if self.chance(70):
                body["title"] = {"en": self.text()}
            if self.chance(30):
                body.pop("affected", None)
            lines.append(body)
        domains = sorted(store.all("domain"))
        if domains:
            lines.append({"kind": "risk", "id": "R%d" % self.random.randint(13, 16), "title": {"en": self.text()},
                          "domain": self.pick(domains) if self.chance(90) else "X9"})
        if self.chance(5) or not lines:
            lines.append({"kind": "domain", "id": "D1"})  # has no title
        seen = {line["id"]: line for line in lines}
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in seen.values())
        return {"verb": "load", "files": {"in.jsonl": text}}

    def dump_load(self, store):
        return {"verb": "dump-load", "file": self.pick(list(store.dumps) or ["none.jsonl"])}

    def user_add(self, store):
        free = [key for key in ("k1", "k2", "k3", "k4", "k5") if key not in store.slots]
        return {"verb": "user add", "id": self.pick(USERS), "role": self.pick(ROLES),
                "identity": self.pick(free or ["k5"])}

    def user_role(self, store):
        return {"verb": "user role", "id": self.pick(USERS), "role": self.pick(ROLES)}

    def user_retire(self, store):
        return {"verb": "user retire", "id": self.pick(USERS[1:] if self.chance(80) else USERS),
                "reason": self.text()}

    def rekey(self, store):
        return {"verb": "rekey"}

    def backup(self, store):
        return {"verb": "backup", "file": "b%d.backup" % self.random.randint(1, 3)}

    def restore_backup(self, store):
        return {"verb": "restore-backup", "file": self.pick(list(store.backups) or ["none.backup"]),
                "older": self.chance(60)}

    # -- Commands that read

    def show(self, store):
        command = {"verb": "show", "id": self.known(store, "domain", "risk", "measure", "status", "assessment", "note")}
        if self.chance(50):
            command["version"] = self.random.randint(1, 4)
        return command

    def bound(self, store, kind, name, other):
        """Often just what some object has: whether that is within is what goes wrong."""
        values = [value for value in (value_of(shown(store, kind, of, self.now.date().isoformat()), name)
                                      for of in store.all(kind)) if value is not None]
        return str(self.pick(values)) if values and self.chance(60) else other

    def condition(self, store, kind):
        choices = [("words", "w%d" % self.random.randint(1, max(1, self.texts))), ("marking", self.pick(MARKINGS)),
                   ("state", self.states()), ("domain", self.known(store, "domain")), ("all", ""), ("retired", ""),
                   ("tag", self.pick("abcd"))]
        if kind == "risk":
            choices += [("score-above", self.bound(store, kind, "score", "8")),
                        ("score-below", self.bound(store, kind, "score", "9")),
                        ("score", self.bound(store, kind, "score", "12")),
                        ("review-before", self.bound(store, kind, "review", self.day())),
                        ("review-after", self.bound(store, kind, "review", self.day())), ("treatment", "avoid,mitigate"), ("measures-above", "0"),
                        ("affected", self.states()), ("coordinator", self.states())]
        if kind == "measure":
            choices += [("status", ",".join(self.random.sample(WORDS, 2))), ("overdue", ""), ("due-soon", ""),
                        ("progress-above", self.bound(store, kind, "progress", "30")),
                        ("progress-below", self.bound(store, kind, "progress", "70")), ("lead", self.states()),
                        ("support", self.states()), ("due-before", self.bound(store, kind, "due", self.day(300))),
                        ("due-after", self.bound(store, kind, "due", self.day(300))),
                        ("type", "prevent,detect"), ("risk", self.known(store, "risk")), ("start-before", self.day())]
        return self.pick(choices)

    def list(self, store):
        kind = self.pick(("risk", "measure", "measure"))
        count = self.pick((0, 1, 1, 2, 3))
        conditions = dict(self.condition(store, kind) for _ in range(count))
        if "all" in conditions:
            conditions.pop("retired", None)
        command = {"verb": "list", "kind": kind, "conditions": sorted(conditions.items())}
        if self.chance(25):
            command["sort"] = self.pick(("score", "-score") if kind == "risk" else ("due", "-due", "progress"))
        return command

    def log(self, store):
        if self.chance(30):
            return {"verb": "log"}
        return {"verb": "log", "id": self.known(store, "risk", "measure", "status")}

    def diff(self, store):
        kind = self.pick(("risk", "measure", "status"))
        name = self.known(store, kind)
        count = len(store.objects.get((kind, name), [0]))
        first, second = self.random.randint(1, count), self.random.randint(1, count)
        return {"verb": "diff", "id": name, "first": first, "second": second}

    def search(self, store):
        words = self.pick(TITLES).lower() if self.chance(40) else "w%d" % self.random.randint(1, max(1, self.texts))
        return {"verb": "search", "words": words, "kind": self.pick(("", "", "risk", "measure"))}

    def register_then(self, store):
        moment = self.pick(store.commits)["time"]
        return {"verb": "register then", "moment": moment if self.chance(50) else moment[:10]}

    def due(self, store):
        return {"verb": "due"}

    def dump(self, store):
        return {"verb": "dump", "file": "d%d.jsonl" % self.random.randint(1, 2)}

    def evidence_get(self, store):
        return {"verb": "evidence get", "id": self.pick(list(store.files) or ["0" * 64])}

    def verify(self, store):
        return {"verb": "verify"}

    WEIGHTS = (("add", 14), ("edit", 16), ("retire", 3), ("restore", 6), ("assign", 5), ("unassign", 2), ("status", 16),
               ("accept", 3), ("decline", 3), ("assess", 5), ("note", 3), ("load", 4), ("dump_load", 1), ("user_add", 3),
               ("user_role", 2), ("user_retire", 2), ("rekey", 1), ("backup", 2), ("restore_backup", 2), ("show", 4),
               ("list", 12), ("log", 3), ("diff", 4), ("search", 4), ("register_then", 3), ("due", 3), ("dump", 2),
               ("evidence_get", 1), ("verify", 1))

    def __call__(self, store):
        self.now += datetime.timedelta(minutes=self.random.randint(0, 90), days=self.pick((0, 0, 0, 0, 1, 7)))
        names, weights = zip(*self.WEIGHTS)
        begun = len(store.all("measure")) > 1 or self.chance(20)
        name = self.random.choices(names, weights)[0] if begun else "add"
        command = getattr(self, name)(store)
        command["now"] = self.now.strftime("%Y-%m-%dT%H:%M:%SZ")
        command["key"] = "k0"
        if self.chance(12):
            command["key"] = "k%d" % self.random.randint(0, 5)
        if command["verb"] in ("backup", "restore-backup"):
            command["key"] = "k0"
        if self.chance(30):
            command["message"] = self.text()
        return command
