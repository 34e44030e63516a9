#!/usr/bin/env python3
"""torture.py PROGRAM [--minutes 10] [--writers 30] [--keep FOLDER]: many writers on a cluster whose computers fail, one
after another. Nothing that was acknowledged may be lost, nothing may be there twice, and there is one history.

The faults are a table below; each comes in its turn, when the cluster is whole again after the one before."""
import argparse
import glob
import os
import shutil
import sys
import time

sys.dont_write_bytecode = True
import cluster
import servers
import writers
from history import History
from servers import Failure, wait_for

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Faults:
    """Each function lets one thing fail, and mends it. What it finds out of order it raises."""

    def __init__(self, up, register):
        self.up, self.register = up, register
        self.skipped = []
        self.thawed = []  # (when a primary of earlier went on, when it had been stopped)
        self.done = {}

    def fail_overs(self):
        """How often a standby became the primary: each begins a timeline."""
        return int(self.up.sql("SELECT timeline_id FROM pg_control_checkpoint()")) - 1

    def told(self):
        return sum(event.outcome == "told" for writer in self.register.writers for event in writer.events)

    def settle(self):
        """Changes come in, and the cluster is whole."""
        begun = self.told()
        wait_for("changes come in", 120, lambda: self.told() > begun + 5 * len(self.register.writers))
        wait_for("the cluster is whole again", 120, self.up.is_whole)

    def _other(self, former):
        node = self.up.primary()
        return node if node is not former else None

    def _taken_over(self, former):
        wait_for("another node takes over", 60, lambda: self._other(former))
        begun = self.told()
        wait_for("changes come in over the new primary", 120, lambda: self.told() > begun + 10)

    def primary_killed(self):
        """All of its processes at once; its computer comes back when another has taken over."""
        node = self.up.primary()
        node.kill()
        self._taken_over(node)
        node.start()

    def primary_frozen(self):
        """It stops in the midst of everything, is replaced, and goes on as if nothing had been."""
        node = self.up.primary()
        node.freeze()
        self._taken_over(node)
        begun = time.monotonic()
        node.thaw()
        wait_for("the former primary stands by", 120, lambda: self.up.is_standby(node) and self.up.is_whole())
        self.thawed.append((begun, time.monotonic()))

    def standby_cut_off(self):
        """The one that commits wait for."""
        node = self.up.standby()
        node.freeze()
        begun = self.told()
        wait_for("another node is waited for in its place", 60, lambda: self.told() > begun + 20)
        node.thaw()

    def primary_full(self):
        """Nothing more can be written on its disk, for half a minute or until another node leads."""
        node = self.up.primary()
        if not node.can_be_full:
            self.skipped.append("a full disk: a file system of its own cannot be mounted here")
            return
        node.fill()
        until = time.monotonic() + 30
        wait_for("the full disk", 60, lambda: self._other(node) or (time.monotonic() > until and self.up.primary()))
        node.empty()

    def server_restarted(self):
        self.up.primary().restart()

    def _in_commit(self, what):
        """Something happens just when a commit waits for a standby, as none takes it."""
        primary = self.up.primary()
        others = [node for node in self.up.nodes if node is not primary]
        for node in others:
            node.freeze()
        wait_for("a commit waits for a standby", 60, lambda: self.up.sql(
            "SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND application_name = 'qorgan'"))
        what(primary)
        for node in others:
            node.thaw()

    def clients_killed(self):
        """All of them, one in the midst of its commit."""
        self._in_commit(lambda _: [writer.client.kill() for writer in self.register.writers])

    def server_crashed(self):
        """Its first process is killed in the midst of a commit; what is left of it ends, and Patroni decides who goes on."""
        number = self.up.primary().server()
        self._in_commit(lambda primary: os.kill(number, 9))
        wait_for("another server", 90, lambda: (new := self.up.primary()) and new.server() not in (None, number))

    def play(self, minutes):
        """In turn until the time is over; the first two, which are fail-overs, in any case."""
        turn = [self.primary_killed, self.primary_frozen, self.clients_killed, self.server_crashed, self.standby_cut_off,
                self.primary_full, self.server_restarted]
        until = time.monotonic() + 60 * minutes
        count = 0
        while time.monotonic() < until or count < 2:
            fault = turn[count % len(turn)]
            begun = time.monotonic()
            fault()
            self.settle()
            self.done[fault.__name__] = self.done.get(fault.__name__, 0) + 1
            print(f"  {fault.__name__.replace('_', ' ')}: whole again after {time.monotonic() - begun:.0f} s; "
                  f"{self.told()} changes", flush=True)
            count += 1
            for writer in self.register.writers:
                if writer.failure:
                    raise writer.failure


def play(home, given):
    up = cluster.Cluster(home, given.program)
    folder = os.path.join(home.path, "clients")
    os.mkdir(folder)
    register = writers.Register(given.program, folder, up.address, up.sql, given.writers,
                                os.path.join(ROOT, "catalogue", "2026-2028"))
    faults = Faults(up, register)
    for writer in register.writers:
        writer.kill_share = 0.02
        writer.start()
    try:
        faults.settle()
        faults.play(given.minutes)
    finally:
        for writer in register.writers:
            writer.ending.set()
    for writer in register.writers:
        writer.join(writers.LONGEST + 10)
        if writer.failure:
            raise writer.failure
    wait_for("the cluster is whole at the end", 120, up.is_whole)
    faults.taken_over = faults.fail_overs()
    history = History(register, register.writers)
    history.check()
    stale = history.reads_but(faults.thawed)
    if stale:
        raise Failure(f"{stale[0].message} saw an older state when there was no reason: {stale[0]}")
    return faults, history


def report(faults, history, writers_count):
    silences = history.silences()
    killed = sum(event.outcome == "unknown" and not event.said for event in history.events.values())
    print(f"{writers_count} writers: {history.count('told')} changes acknowledged, {history.count('refused')} refused, "
          f"{history.count('unknown')} of unknown outcome ({killed} of them killed), of which {history.unknown_in()} came in")
    print(f"{faults.taken_over} fail-overs; without service {len(silences)} times, together {sum(silences):.0f} s, at most "
          f"{max(silences, default=0):.0f} s; {len(history.stale)} reads of an older state while a former primary went on, "
          f"{sum('was rolled back' in event.said for event in history.events.values())} noticed")
    print(f"{len(history.commits)} commits, one history, verify is clean")


def keep(place, to):
    """What servers and writers logged."""
    for path in glob.glob(f"{place}/*.log") + glob.glob(f"{place}/clients/*/events"):
        name = os.path.relpath(path, place).replace("/", "-")
        os.makedirs(to, exist_ok=True)
        shutil.copy(path, os.path.join(to, name))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", type=os.path.abspath)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--writers", type=int, default=30)
    parser.add_argument("--keep", help="a folder for what the servers and the writers logged, where it fails")
    given = parser.parse_args()
    lacking = cluster.missing()
    if lacking:
        print(f"skipped: many writers on a cluster that fails: there is no {lacking[0]}")
        print("shared: 0 passed, 0 failed, 1 skipped")
        return 0
    with servers.Folder("torture") as home:
        try:
            faults, history = play(home, given)
        except Failure as failure:
            print(f"not ok - {failure}")
            if given.keep:
                keep(home.path, given.keep)
            print("shared: 0 passed, 1 failed, 0 skipped")
            return 1
        report(faults, history, given.writers)
    for each in sorted(set(faults.skipped)):
        print(f"skipped: {each}")
    print(f"shared: {len(faults.done) + 1} passed, 0 failed, {len(set(faults.skipped))} skipped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
