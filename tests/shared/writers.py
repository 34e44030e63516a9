"""Writers, each a process of the command line after another, as users run it: what they do to the register, and what is
told of each command.

Each has a user and a key of its own in the register, a login of its own on the server, and a state folder of its own, as
on a computer of its own. What a command was to do stands in the message of its commit: so the log says which came in."""
import dataclasses
import json
import os
import random
import signal
import subprocess
import threading
import time

from servers import Failure

COUNTERS = ("CNA", "CNB", "CNC", "CND", "CNE", "CNF")
PAIR = ("PRA", "PRB")
SUM = 1000
LONGEST = 200  # seconds that a command may take: a minute for a silent server, and half of one to find another, and more


@dataclasses.dataclass
class Event:
    """One command that writes or reads, and what came of it."""
    message: str
    what: str                  # count, move, note, status; read, list
    begun: float
    ended: float | None = None
    outcome: str = "unknown"   # told: it is in; refused: it is not; unknown: who knows; seen, old: of reads
    said: str = ""
    commit: int = 0
    target: str = ""
    value: int = 0             # what it wrote, or read
    base: int = 0              # the version that it goes on from, or read


class Client:
    """The command line with its own key, login and state."""

    def __init__(self, program, folder, address, key):
        self.program = program
        self.environment = {"PATH": "/usr/bin:/bin", "HOME": folder, "XDG_STATE_HOME": folder, "LC_ALL": "C.UTF-8",
                            "QORGAN_LANG": "en", "QORGAN_STORE": address, "QORGAN_IDENTITY": key, "TZ": "UTC"}
        self.folder = folder
        self.process = None
        os.makedirs(folder, exist_ok=True)

    def run(self, *words, kill_after=None):
        """Code, output and errors of a command; of one that was killed, its signal as a negative number."""
        self.process = process = subprocess.Popen(
            [self.program, *words], cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            out, said = process.communicate(timeout=LONGEST if kill_after is None else kill_after)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            out, said = process.communicate()
            if kill_after is None:
                raise Failure(f"{' '.join(words)} has not ended after {LONGEST} seconds") from None
        return process.returncode, out, said.strip()

    def kill(self):
        """Whatever it is doing, if it is."""
        if self.process and self.process.poll() is None:
            self.process.kill()

    def must(self, *words):
        code, out, said = self.run(*words)
        if code:
            raise Failure(f"{' '.join(words)}: {code}: {said}")
        return out

    def json(self, *words):
        return json.loads(self.must(*words, "--json"))


class Register:
    """A register for so many writers, made by its administrator."""

    def __init__(self, program, folder, address_of, sql, writers, catalogue):
        self.program, self.folder, self.address_of = program, folder, address_of
        self.keeper = self.client("keeper", "keeper")
        self.keeper.must("init", "--state", "UZB", "--as", "keeper", "--recipient", self._recipient("keeper"))
        self.keeper.must("load", catalogue)
        lines = [{"kind": "domain", "id": name, "title": {"en": name}, "order": 0} for name in COUNTERS]
        lines += [{"kind": "domain", "id": name, "title": {"en": name}, "order": SUM // 2} for name in PAIR]
        path = os.path.join(folder, "first.jsonl")
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(json.dumps(line) + "\n" for line in lines)
        self.keeper.must("load", path)
        self.measures = [row["id"] for row in self.keeper.json("measure", "list", "--state", "UZB")][:20]
        names = [f"w{number:02}" for number in range(1, writers + 1)]
        sql("".join(f"CREATE ROLE {name} LOGIN IN ROLE qorgan_liaison;\n" for name in names))
        self.writers = []
        for name in names:
            client = self.client(name, name)
            self.keeper.must("user", "add", name, "--role", "liaison", "--recipient", self._recipient(name))
            self.writers.append(Writer(self, name, client))

    def client(self, user, key, state=None):
        return Client(self.program, os.path.join(self.folder, state or user), self.address_of(user), self._key(key))

    def _key(self, name):
        path = os.path.join(self.folder, f"{name}.key")
        if not os.path.exists(path):
            subprocess.run(["age-keygen", "-o", path], check=True, capture_output=True)
            os.chmod(path, 0o600)
        return path

    def _recipient(self, name):
        return subprocess.run(["age-keygen", "-y", self._key(name)], check=True, capture_output=True,
                              text=True).stdout.strip()


class Writer(threading.Thread):
    """Does one thing after another until it is told to end."""

    def __init__(self, register, name, client):
        super().__init__(daemon=True)
        self.register, self.name_, self.client = register, name, client
        self.events, self.failure = [], None
        self.ending = threading.Event()
        self.random = random.Random(name)
        self.kill_share = 0.0  # of the commands that write
        self.most = None       # things to do
        self.log = open(os.path.join(client.folder, "events"), "w", encoding="utf-8", buffering=1)

    def run(self):
        try:
            while not self.ending.is_set() and (self.most is None or len(self.events) < self.most):
                self._one()
        except Exception as failure:
            self.failure = failure
        self.log.close()

    def _one(self):
        what = self.random.choices(("count", "move", "note", "status", "list"), (40, 15, 20, 15, 10))[0]
        if what == "count":
            self._count(self.random.choice(COUNTERS))
        elif what == "move":
            self._move()
        elif what == "note":
            target = self.random.choice(COUNTERS)
            event = self._event("note", target)
            self._write(event, "note", target, event.message)
        elif what == "status":
            target = self.random.choice(self.register.measures)
            event = self._event("status", target)
            self._write(event, "status", target, "in-progress", "--progress", str(self.random.randrange(100)), "--note",
                        event.message)
        else:
            self._list()

    def _count(self, target):
        """By one more than what was read; refused where somebody was faster."""
        read = self._event("read", target)
        found = self._read(read, "show", target)
        if found is None:
            return
        read.value, read.base = found.get("order", 0), found["version"]
        event = self._event("count", target)
        event.base, event.value = read.base, read.value + 1
        self._write(event, "domain", "edit", target, "--order", str(event.value), "--base", str(event.base))

    def _move(self):
        """Two objects in one commit, whose numbers have the same sum for ever."""
        event = self._event("move", PAIR[0])
        event.value = self.random.randrange(1, SUM)
        path = os.path.join(self.client.folder, "two.jsonl")
        with open(path, "w", encoding="utf-8") as file:
            for name, value in zip(PAIR, (event.value, SUM - event.value)):
                file.write(json.dumps({"kind": "domain", "id": name, "title": {"en": event.message}, "order": value}) + "\n")
        self._write(event, "load", path)

    def _list(self):
        event = self._event("list", PAIR[0])
        found = self._read(event, "domain", "list", "--columns", "id,order")
        if found is None:
            return
        orders = {row["id"]: row.get("order") or 0 for row in found}
        if sum(int(orders[name]) for name in PAIR) != SUM:
            raise Failure(f"{self.name_} sees one of two objects that are changed together: {orders}")

    def _event(self, what, target):
        event = Event(f"{self.name_}-{len(self.events)}", what, time.monotonic(), target=target)
        self.events.append(event)
        return event

    def _end(self, event, outcome, code):
        event.ended, event.outcome = time.monotonic(), outcome
        self.log.write(json.dumps(dataclasses.asdict(event) | {"code": code}) + "\n")

    def _read(self, event, *words):
        """What it shows; nothing where it could not be read, or where the program says that it is older than what this
        computer has seen."""
        code, out, event.said = self.client.run(*words, "--json")
        if code not in (0, 75, -signal.SIGKILL):
            raise Failure(f"{event.message}: {' '.join(words)}: {code}: {event.said}")
        mistrusts = "was rolled back" in event.said
        if code == 0 and event.said and not mistrusts:
            raise Failure(f"{event.message}: {' '.join(words)}: {event.said}")
        self._end(event, "seen" if code == 0 and not mistrusts else "old" if mistrusts else "refused", code)
        return json.loads(out) if event.outcome == "seen" else None

    def _write(self, event, *words):
        is_killed = self.random.random() < self.kill_share
        code, out, event.said = self.client.run(*words, "-m", event.message, "--json",
                                                kill_after=self.random.uniform(0.02, 0.4) if is_killed else None)
        try:
            told = json.loads(out)
        except ValueError:
            told = {}
        event.commit = told.get("commit", 0)
        if code == 0 and not event.commit:
            raise Failure(f"{event.message}: {' '.join(words)}: it changed nothing, and says that all is well: {out}")
        if event.commit:
            outcome = "told"
        elif code < 0 or "is not known" in event.said:
            outcome = "unknown"
        elif code == 75 or (code == 74 and "no room" in event.said) or (code == 77 and "rolled back" in event.said):
            outcome = "refused"
        else:
            raise Failure(f"{event.message}: {' '.join(words)}: {code}: {event.said}")
        self._end(event, outcome, code)
