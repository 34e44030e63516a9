"""What all writers were told, against what the register tells a computer that never saw it: whether one order of commits
explains both, which is the order of the log."""
import collections
import re

from servers import Failure
from writers import COUNTERS, PAIR, SUM

WRITES = ("count", "move", "note", "status")


class History:
    """Of the register at the end. Each check_… raises Failure where a promise is broken."""

    def __init__(self, register, writers):
        self.events = {event.message: event for writer in writers for event in writer.events}
        self.writers = writers
        self.fresh = register.client("keeper", "keeper", state="fresh")
        said = self.fresh.must("verify")
        if "All is well" not in said:
            raise Failure(f"verify: {said}")
        self.commits = self.fresh.json("log")[::-1]
        self.stats = self.fresh.json("stats")
        self.event_of = {}  # of each commit the event that made it

    def check(self):
        self.check_commits()
        self.check_order()
        self.check_objects()
        self.check_counters()
        self.check_pair()
        self.check_reads()
        self.check_clients()

    def check_commits(self):
        """Every change that was acknowledged is there once, as the commit that was told; of one whose outcome is not
        known at most one; and none of which it was said that nothing was stored."""
        found = collections.Counter()
        for number, commit in enumerate(self.commits, 1):
            if commit["commit"] != number:
                raise Failure(f"the log has no commit {number}")
            event = self.events.get(commit["message"])
            if event is None:
                continue
            found[event.message] += 1
            self.event_of[number] = event
            if event.outcome == "refused":
                raise Failure(f"{event.message} is commit {number}, though it was said that nothing was stored: {event.said}")
            if event.outcome == "told" and event.commit != number:
                raise Failure(f"{event.message} is commit {number}, and was told as {event.commit}")
        for event in self.events.values():
            if event.what in WRITES and event.outcome == "told" and found[event.message] != 1:
                raise Failure(f"{event.message} was told as commit {event.commit}, and is there {found[event.message]} times")
            if found[event.message] > 1:
                raise Failure(f"{event.message} is there {found[event.message]} times")

    def check_order(self):
        """Who began when another had been told comes after it."""
        latest, which = 0.0, None
        for number, event in sorted(self.event_of.items()):
            if event.outcome == "told" and event.ended < latest:
                raise Failure(f"commit {number} had been told when {which.message} began, which comes before it")
            if event.begun > latest:
                latest, which = event.begun, event

    def check_objects(self):
        """The versions of each object are one chain, without a hole."""
        last = collections.Counter()
        for commit in self.commits:
            if commit["versions"] > len(commit["objects"]):
                continue  # a bulk load: of those only the first hundred are listed
            for each in commit["objects"]:
                name, version = re.fullmatch(r"(.*)@(\d+)", each).groups()
                if last[name] and int(version) != last[name] + 1:
                    raise Failure(f"commit {commit['commit']}: {each} follows {last[name]}")
                last[name] = int(version)

    def _versions(self, name):
        """(commit, order) of each version, oldest first."""
        found, order = [], 0
        for each in self.fresh.json("log", name, "-K", "domain")[::-1]:
            for change in each["changes"]:
                if change["path"] == "order":
                    order = change["new"] or 0
            found.append((each["commit"], order))
        return found

    def check_counters(self):
        """No update is lost: each is by one more, by who had read the one before."""
        self.counters = {name: self._versions(name) for name in COUNTERS}
        for name, versions in self.counters.items():
            for number, (commit, order) in enumerate(versions):
                if order != number:
                    raise Failure(f"{name}@{number + 1} counts {order}")
                event = self.event_of.get(commit)
                if number and (not event or event.what != "count" or event.base != number or event.value != order):
                    raise Failure(f"{name}@{number + 1} was written by nobody who had read the one before")

    def check_pair(self):
        first, second = (self._versions(name) for name in PAIR)
        if len(first) != len(second):
            raise Failure(f"of two objects that are changed together one has {len(first)} versions, one {len(second)}")
        for number, ((commit, order), (other, rest)) in enumerate(zip(first, second)):
            event = self.event_of.get(commit)
            if commit != other or order + rest != SUM:
                raise Failure(f"{PAIR[0]}@{number + 1}: {order} in commit {commit}, and {rest} in commit {other}")
            if number and (not event or event.what != "move" or event.value != order):
                raise Failure(f"{PAIR[0]}@{number + 1} was written by nobody")

    def check_reads(self):
        """Who reads sees no less than what had been told when it began, and nothing that began when it had ended."""
        self.stale = []
        for event in self.events.values():
            if event.what != "read" or event.outcome != "seen":
                continue
            versions = self.counters[event.target]
            if event.base > len(versions) or versions[event.base - 1][1] != event.value:
                raise Failure(f"{event.message} sees {event.target}@{event.base} as {event.value}, which it is not")
            seen = self.event_of.get(versions[event.base - 1][0])
            if seen and seen.begun > event.ended:
                raise Failure(f"{event.message} sees {event.target}@{event.base} before it was")
            after = self.event_of.get(versions[event.base][0]) if event.base < len(versions) else None
            if after and after.outcome == "told" and after.ended < event.begun:
                self.stale.append(event)

    def check_clients(self):
        """What each of the computers has seen is a part of this history: none of them mistrusts it."""
        for writer in self.writers:
            code, _, said = writer.client.run("stats", "--json")
            if code or said:
                raise Failure(f"{writer.name_} at the end: {code}: {said}")

    def reads_but(self, spans):
        """Reads that were stale, or said to be, at a time when none may be: a primary that was frozen and goes on shows its
        old state until it is stopped."""
        old = [event for event in self.events.values() if event.outcome == "old" or "was rolled back" in event.said]
        return [event for event in self.stale + old
                if not any(begun <= event.ended and event.begun <= ended for begun, ended in spans)]

    def count(self, *outcomes):
        return sum(event.outcome in outcomes and event.what in WRITES for event in self.events.values())

    def unknown_in(self):
        """Changes whose outcome was not known, and which came in."""
        return sum(event.outcome == "unknown" for event in self.event_of.values())

    def silences(self, least=2.0):
        """The times, of at least so many seconds, in which nobody was told of a change."""
        ends = sorted(event.ended for event in self.events.values() if event.outcome == "told")
        return [after - before for before, after in zip(ends, ends[1:]) if after - before >= least]
