"""Commands: how each is typed, what the model makes of it, and how the two answers are compared.

A command is a plain dict that names all it needs, so that a sequence can be cut down and played again: `verb`,
`now` (its clock), `key` (the identity that opens the store) and the arguments of the verb.
"""

import json

import questions
from register import ABSENT, NO, OK, OWN, Refused

WRITES = {}  # verb: (argv, model)
READS = {}  # verb: (argv, check)


def writes(verb, argv):
    def note(model):
        WRITES[verb] = (argv, model)
        return model
    return note


def reads(verb, argv):
    def note(check):
        READS[verb] = (argv, check)
        return check
    return note


def typed(fields):
    return [word for path, text in fields for word in ("--" + path.replace("_", "-"), text)]


def option(command, name):
    return ["--" + name.replace("_", "-"), command[name]] if command.get(name) else []


def begin(store, command, admin=False):
    store.begin(command["key"], command["now"], command.get("message", ""), command.get("as"), admin)


# ---- What changes the store ---------------------------------------------------------------------------

@writes("add", lambda c: [c["kind"], "add", c["id"]] + typed(c["fields"]))
def add(store, c):
    begin(store, c)
    return store.add(c["kind"], c["id"], c["fields"])


@writes("edit", lambda c: [c["kind"], "edit", c["id"]] + typed(c["fields"]) + option(c, "base"))
def edit(store, c):
    begin(store, c)
    return store.edit(c["kind"], c["id"], c["fields"], int(c["base"]) if c.get("base") else None)


@writes("retire", lambda c: [c["kind"], "retire", c["id"], "--reason", c["reason"]])
def retire(store, c):
    begin(store, c)
    return store.retire(c["kind"], c["id"], c["reason"])


@writes("restore", lambda c: ["restore", "%s@%d" % (c["id"], c["version"])])
def restore(store, c):
    begin(store, c)
    return store.restore(store.kind_of(c["id"]), c["id"], c["version"])


@writes("assign", lambda c: ["assign", c["id"]] +
        [word for name in ("lead", "support", "abstaining") for word in option(c, name)])
def assign(store, c):
    begin(store, c)
    return store.assign(c["id"], c.get("lead"), c.get("support"), c.get("abstaining"))


@writes("unassign", lambda c: ["unassign", c["id"]] + c["states"])
def unassign(store, c):
    begin(store, c)
    return store.unassign(c["id"], c["states"])


@writes("status", lambda c: ["status", c["id"], c["word"]] + option(c, "state") + option(c, "date") +
        typed(c["fields"]) + [word for name in c.get("files", {}) for word in ("--evidence", name)])
def status(store, c):
    begin(store, c)
    files = [(name, text.encode()) for name, text in c.get("files", {}).items()]
    return store.status(c["id"], c["word"], c.get("state") or OWN, c["fields"], c.get("date"), files)


@writes("accept", lambda c: ["accept", c["id"]] + option(c, "state"))
def accept(store, c):
    begin(store, c)
    return store.consent(c["id"], c.get("state") or OWN, True)


@writes("decline", lambda c: ["decline", c["id"], "--reason", c["reason"]] + option(c, "state"))
def decline(store, c):
    begin(store, c)
    return store.consent(c["id"], c.get("state") or OWN, False, c["reason"])


@writes("assess", lambda c: ["risk", "assess", c["id"]] + option(c, "state") + option(c, "date") + typed(c["fields"]))
def assess(store, c):
    begin(store, c)
    return store.assess(c["id"], c.get("state") or OWN, c["fields"], c.get("date"))


@writes("note", lambda c: ["note", c["id"], c["text"]])
def note(store, c):
    begin(store, c)
    return store.note(c["id"], c["text"])


@writes("load", lambda c: ["load"] + list(c["files"]))
def load(store, c):
    begin(store, c)
    return store.load([json.loads(line) for text in c["files"].values() for line in text.splitlines()])


@writes("dump-load", lambda c: ["load", c["file"]])
def dump_load(store, c):
    """What `dump` wrote earlier in this sequence, as the model remembers it."""
    begin(store, c)
    if c["file"] not in store.dumps:
        raise Refused(ABSENT)
    return store.load(store.dumps[c["file"]])


@writes("user add", lambda c: ["user", "add", c["id"], "--role", c["role"], "--recipient", "@" + c["identity"]])
def user_add(store, c):
    begin(store, c, True)
    return store.user_add(c["id"], c["role"], c["identity"])


@writes("user role", lambda c: ["user", "role", c["id"], c["role"]])
def user_role(store, c):
    begin(store, c, True)
    return store.user_role(c["id"], c["role"])


@writes("user retire", lambda c: ["user", "retire", c["id"], "--reason", c["reason"]])
def user_retire(store, c):
    begin(store, c, True)
    return store.user_retire(c["id"], c["reason"])


@writes("rekey", lambda c: ["rekey", "--yes"])
def rekey(store, c):
    begin(store, c, True)
    return store.rekey()


@writes("backup", lambda c: ["backup", "--force", c["file"]])
def backup(store, c):
    store.opens(c["key"])
    return store.backup(c["file"], c["key"])


@writes("restore-backup", lambda c: ["restore-backup", c["file"]] + (["--older"] if c["older"] else []))
def restore_backup(store, c):
    return store.restore_backup(c["file"], c["key"], c["older"])


NO_MESSAGE = {"backup", "restore-backup"}

# ---- What looks at it: check(store, command, code, answer) returns what differs, or None ------------------


def same(what, is_, expected):
    return None if is_ == expected else "%s\n    program: %s\n    model:   %s" % (what, is_, expected)


def body_of(row):
    """Without what the model leaves to others: who owes a report, by periods."""
    left_out = {"owner", "no_report", "assessments", "acceptance_expired"}
    return {key: value for key, value in row.items() if key not in left_out and value is not None}


def located(store, c):
    kind = store.kind_of(c["id"])
    number = c.get("version") or len(store.objects[(kind, c["id"])])
    return kind, number, store.version(kind, c["id"], number)


@reads("show", lambda c: ["show", "%s@%d" % (c["id"], c["version"]) if c.get("version") else c["id"]])
def show(store, c, code, answer):
    kind, number, version = located(store, c)
    expected = {"kind": kind, "id": c["id"], "version": number, "user": version.user, "time": version.time,
                "commit": version.commit}
    computed = questions.computed_of(store, kind, c["id"], version.body, c["now"][:10])
    expected.update({key: value for key, value in computed.items() if value is not None})
    expected.update(version.body)
    if number != len(store.objects[(kind, c["id"])]):  # what is computed of a former version is the newest's affair
        answer = {key: value for key, value in answer.items() if key in version.body or key not in computed}
        expected = {key: value for key, value in expected.items() if key in version.body or key not in computed}
    return same("show", body_of(answer), expected)


@reads("list", lambda c: [c["kind"], "list"] + (["--sort", c["sort"]] if c.get("sort") else []) +
       [word for name, value in c["conditions"] for word in ["--" + name] + ([value] if value else [])])
def listing(store, c, code, answer):
    expected = questions.listing(store, c["kind"], c["conditions"], c["now"][:10], c.get("sort"))
    rows = [body_of(row) for row in answer]
    if c.get("sort"):  # in what order equals come is not said
        field = c["sort"].lstrip("-")
        different = same("order of the list", [row.get(field) for row in rows], [row.get(field) for row in expected])
        if different:
            return different
        rows.sort(key=lambda row: row["id"])
        expected.sort(key=lambda row: row["id"])
    return same("list", rows, expected)


@reads("log", lambda c: ["log"] + ([c["id"]] if c.get("id") else []))
def log(store, c, code, answer):
    if not c.get("id"):
        expected = [(commit["number"], commit["time"], commit["user"], commit["message"], len(commit["objects"]))
                    for commit in reversed(store.commits)]
        is_ = [(row["commit"], row["time"], row["user"], row["message"], row["versions"]) for row in answer]
        return same("log", is_, expected)
    kind = store.kind_of(c["id"])
    is_ = [(row["version"], row["commit"], row["time"], row["user"], row["message"],
            {change["path"]: (change["old"], change["new"]) for change in row["changes"]}) for row in answer]
    return same("log " + c["id"], is_, questions.history(store, kind, c["id"]))


@reads("diff", lambda c: ["diff", "%s@%d" % (c["id"], c["first"]), "%s@%d" % (c["id"], c["second"])])
def diff(store, c, code, answer):
    expected = questions.difference(store, store.kind_of(c["id"]), c["id"], c["first"], c["second"])
    return (same("code of diff", code, NO if expected else OK) or
            same("diff", {change["path"]: (change["old"], change["new"]) for change in answer["changes"]}, expected))


@reads("search", lambda c: ["search", c["words"]] + (["-K", c["kind"]] if c.get("kind") else []))
def search(store, c, code, answer):
    if any(set(row) != {"kind", "id", "version", "title", "field", "text"} for row in answer):
        return "members of what search prints"
    is_ = sorted((row["kind"], row["id"]) for row in answer if row["kind"] in questions.KINDS)
    return same("search", is_, questions.search(store, c["words"], c.get("kind")))


@reads("register then", lambda c: ["report", "register", "-f", "json", "--as-of", c["moment"]])
def register_then(store, c, code, answer):
    is_ = {risk["id"]: (risk["domain"], risk["treatment"], risk["coordinator"],
                        (risk["residual"]["likelihood"], risk["residual"]["impact"]) if risk["residual"] else None)
           for risk in answer["risks"]}
    return same("register as of " + c["moment"], is_, questions.risks_then(store, c["moment"]))


@reads("due", lambda c: ["report", "due", "-f", "json"])
def due(store, c, code, answer):
    is_ = sorted((item["date"], item["event"], item["id"], item["overdue"]) for item in answer["items"]
                 if item["event"] in ("measure", "review"))
    return same("due", is_, questions.due_list(store, c["now"][:10]))


@reads("dump", lambda c: ["dump", "-o", c["file"]])
def dump(store, c, code, answer):
    store.dumps[c["file"]] = answer
    is_ = {(row["kind"], row["id"]): {key: value for key, value in row.items() if key not in ("kind", "id")}
           for row in answer}
    expected = {key: versions[-1].body for key, versions in store.objects.items() if key[0] not in ("user", "evidence")}
    return same("dump", {key: body for key, body in is_.items() if key[0] != "evidence"}, expected)


@reads("stats", lambda c: ["stats"])
def stats(store, c, code, answer):
    return (same("leaves", answer["leaves"], store.leaves()) or
            same("commits", answer["commits"], len(store.commits)) or
            same("versions", answer["versions"], sum(len(versions) for versions in store.objects.values())))


@reads("evidence get", lambda c: ["evidence", "get", c["id"], "-o", "out"])
def evidence_get(store, c, code, answer):
    if c["id"] not in store.files:
        raise Refused(ABSENT)
    return same("content of evidence", answer, store.files[c["id"]].decode())


@reads("verify", lambda c: ["verify"])
def verify(store, c, code, answer):
    return same("code of verify", code, OK)
