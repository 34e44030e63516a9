"""What the model answers to a question: listings with conditions, searches, due lists, differences, the past."""

import datetime

from register import BAD_DATA, OPEN, Refused, changes_between

KINDS = ("domain", "risk", "measure", "status", "assessment", "note")


def day_after(day, days):
    return (datetime.date.fromisoformat(day) + datetime.timedelta(days=days)).isoformat()


def natural(name):
    """Ids as people count: R2 before R10."""
    parts, digits = [], ""
    for character in name + "\0":
        if character.isdigit():
            digits += character
            continue
        if digits:
            parts.append((0, int(digits), ""))
            digits = ""
        parts.append((1, 0, character))
    return parts


# ---- What is computed, and never stored ------------------------------------------------------------

def computed_of(store, kind, name, body, day):
    if kind == "measure":
        report = store.newest("status", "%s/%s" % (name, body.get("lead"))) or {}
        status = report.get("status", "planned")
        is_open = status in OPEN
        due = body.get("due")
        return {
            "status": status, "progress": report.get("progress", 0),
            "overdue": bool(is_open and due and due < day),
            "due_soon": bool(is_open and due and day <= due <= day_after(day, 30)),
        }
    if kind == "risk":
        level = body.get("residual")
        measures = [measure for measure in store.all("measure").values()
                    if name in measure["risks"] and "retired" not in measure]
        return {"score": level["likelihood"] * level["impact"] if level else None, "measures": len(measures)}
    if kind == "domain":
        risks = {risk for risk, held in store.all("risk").items() if held["domain"] == name and "retired" not in held}
        return {
            "risks": len(risks),
            "measures": sum("retired" not in measure and bool(risks & set(measure["risks"]))
                            for measure in store.all("measure").values()),
        }
    return {}


def shown(store, kind, name, day):
    """An object as --json has it, but for what is left out of the comparison."""
    body = store.newest(kind, name)
    result = {"kind": kind, "id": name, "version": len(store.objects[(kind, name)])}
    result.update({key: value for key, value in computed_of(store, kind, name, body, day).items() if value is not None})
    result.update({key: value for key, value in body.items() if key != "endorsed"})
    return result


# ---- Conditions ------------------------------------------------------------------------------------

def texts_of(value):
    if isinstance(value, dict):
        return [text for member in value.values() for text in texts_of(member)]
    if isinstance(value, list):
        return [text for member in value for text in texts_of(member)]
    return [value] if isinstance(value, str) else []


def has_words(name, body, words):
    text = " ".join([name] + texts_of(body)).casefold()
    return all(word.casefold() in text for word in words.split())


def holds(store, kind, name, row, condition, value):
    """One condition with one of its values."""
    body = store.newest(kind, name)
    if condition == "words":
        return has_words(name, body, value)
    if condition in ("overdue", "due-soon"):
        return row[condition.replace("-", "_")]
    if condition == "state":
        if kind == "measure":
            return value == body.get("lead") or value in body.get("support", [])
        return value == body.get("coordinator") or value in body.get("affected", [])
    if condition == "domain" and kind == "measure":
        return any(store.newest("risk", risk)["domain"] == value for risk in body["risks"])
    if condition == "risk":
        return value in body["risks"]
    if condition == "tag":
        return value in body.get("tags", [])
    for ending, compare in (("-before", lambda is_, of: is_ < of), ("-after", lambda is_, of: is_ > of),
                            ("-below", lambda is_, of: is_ < int(of)), ("-above", lambda is_, of: is_ > int(of))):
        if condition.endswith(ending):
            is_ = value_of(row, condition[:-len(ending)])
            return is_ is not None and compare(is_, value)
    is_ = value_of(row, condition)
    if condition == "marking":
        return is_ == "TLP:" + value
    return value in is_ if isinstance(is_, list) else str(is_) == value


def value_of(row, name):
    """A risk without a level has the score 0."""
    return row.get(name.replace("-", "_"), 0 if name == "score" else None)


def listing(store, kind, conditions, day, sort=None):
    rows = []
    names = [name for condition, _ in conditions for name in [condition]]
    for condition, value in conditions:
        if condition in ("risk", "domain") and any(one not in store.all(condition) for one in value.split(",")):
            raise Refused(BAD_DATA)
    for name in sorted(store.all(kind), key=natural):
        row = shown(store, kind, name, day)
        if "retired" in row and "retired" not in names and "all" not in names:
            continue
        if "retired" in names and "retired" not in row:
            continue
        if all(any(holds(store, kind, name, row, condition, one) for one in value.split(","))
               for condition, value in conditions if condition not in ("all", "retired")):
            rows.append(row)
    if sort:
        field, backward = sort.lstrip("-"), sort.startswith("-")
        known = [row for row in rows if value_of(row, field) is not None]
        known.sort(key=lambda row: value_of(row, field), reverse=backward)
        unknown = [row for row in rows if value_of(row, field) is None]
        rows = known + unknown
    return rows


def search(store, words, kind=None):
    return sorted((of, name) for (of, name), versions in store.objects.items()
                  if of in KINDS and (not kind or kind == of) and has_words(name, versions[-1].body, words))


# ---- Looking back ----------------------------------------------------------------------------------

def difference(store, kind, name, first, second):
    return changes_between(store.version(kind, name, first).body, store.version(kind, name, second).body)


def history(store, kind, name):
    """Newest first: version, commit, time, user, message, changes."""
    versions = store.objects[(kind, name)]
    result = []
    for number in range(len(versions), 0, -1):
        before = versions[number - 2].body if number > 1 else {}
        version = versions[number - 1]
        result.append((number, version.commit, version.time, version.user, version.message,
                       changes_between(before, version.body)))
    return result


def past(store, moment):
    """The store as it was at that moment, or at the end of that day."""
    until = moment if "T" in moment else moment + "T23:59:59Z"
    known = {}
    for key, versions in store.objects.items():
        old = [version for version in versions if version.time <= until]
        if old:
            known[key] = old
    return known


def risks_then(store, moment):
    """The register of risks as of then: id and what it said."""
    known = past(store, moment)
    result = {}
    for (kind, name), versions in known.items():
        body = versions[-1].body
        if kind == "risk" and "retired" not in body:
            level = body.get("residual")
            result[name] = (body["domain"], body.get("treatment"), body.get("coordinator"),
                            (level["likelihood"], level["impact"]) if level else None)
    return result


def due_list(store, day):
    """What is due: open measures and reviews of risks, by day."""
    items = []
    for name, body in store.all("measure").items():
        row = computed_of(store, "measure", name, body, day)
        if "retired" not in body and row["status"] in OPEN and "due" in body:
            items.append((body["due"], "measure", name, row["overdue"]))
    for name, body in store.all("risk").items():
        if "retired" not in body and "review" in body and body.get("stage") != "closed":
            items.append((body["review"], "review", name, body["review"] < day))
    return sorted(items)
