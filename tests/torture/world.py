"""The world that is tortured: small stores of two states, made once, and the files that
commands take. Each worker has a copy at a place of its own, which is put back before each
run: a store remembers where it lay, and a copy beside the first is refused."""
import json
import os
import shutil
import subprocess


class Trouble(Exception):
    """The torture itself cannot be done: no finding about the program."""


NOW = "2026-04-02T09:00:00Z"

CATALOGUE = [
    {"kind": "domain", "id": "CYB", "title": {"en": "Cyber", "ru": "Кибер"}, "coordinator": "UZB"},
    {"kind": "risk", "id": "CYB-01", "title": {"en": "Ransom"}, "domain": "CYB", "coordinator": "UZB",
     "inherent": {"likelihood": 4, "impact": 4}, "residual": {"likelihood": 3, "impact": 4}},
    {"kind": "risk", "id": "CYB-02", "title": {"en": "Outage"}, "domain": "CYB", "coordinator": "UZB"},
    {"kind": "measure", "id": "CYB-01-M1", "title": {"en": "Backups"}, "risks": ["CYB-01"], "type": "prevent",
     "lead": "UZB", "support": ["KAZ"], "due": "2026-12-31"},
    {"kind": "measure", "id": "CYB-01-M2", "title": {"en": "Drills"}, "risks": ["CYB-01"], "type": "respond",
     "lead": "UZB"},
]
MORE = [{"kind": "risk", "id": "CYB-%02d" % i, "title": {"en": "Risk %d" % i, "kk": "Қатер"}, "domain": "CYB",
         "coordinator": "UZB", "scenario": {"en": "It happens. " * 40}} for i in range(3, 9)]
THEIRS = [
    {"kind": "domain", "id": "WAT", "title": {"en": "Water"}, "coordinator": "KAZ"},
    {"kind": "risk", "id": "WAT-01", "title": {"en": "Drought"}, "domain": "WAT", "coordinator": "KAZ"},
    {"kind": "measure", "id": "WAT-01-M1", "title": {"en": "Gauges"}, "risks": ["WAT-01"], "type": "detect",
     "lead": "KAZ", "support": ["UZB"]},
]


def lines(objects, release):
    return "".join(json.dumps({**one, "marking": "TLP:GREEN", "release": [release]}) + "\n" for one in objects)


class World:
    """A folder `root` with the stores uzb and kaz and all that the scenes name."""

    def __init__(self, program, root):
        self.program, self.root = program, root
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": root, "XDG_STATE_HOME": root + "/state", "LC_ALL": "C.UTF-8",
            "TZ": "UTC", "NO_COLOR": "1", "QORGAN_NOW": NOW, "QORGAN_STORE": root + "/uzb",
            "QORGAN_IDENTITY": root + "/identity",
        }

    def run(self, *arguments, remembers=True, **more):
        """The program as it is, and what came of it; on this computer, or on one that never saw a store."""
        environment = self.environment if remembers else {**self.environment, "XDG_STATE_HOME": self.root + "/state/elsewhere"}
        return subprocess.run([self.program, *arguments], cwd=self.root, env=environment, stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=60, **more)

    def need(self, *arguments):
        done = self.run(*arguments)
        if done.returncode not in (0, 75): # 75: others are asked to agree
            raise Trouble("cannot prepare: %s: %s" % (" ".join(arguments), done.stderr.decode()))
        return done.stdout

    def write(self, name, text):
        with open(os.path.join(self.root, name), "w") as file:
            file.write(text)

    def recipient(self, identity="identity"):
        made = subprocess.run(["age-keygen", "-y", self.root + "/" + identity], capture_output=True, check=True)
        return made.stdout.decode().strip()

    def make(self):
        os.makedirs(self.root)
        for name in ("identity", "other", "third"):
            subprocess.run(["age-keygen", "-o", self.root + "/" + name], capture_output=True, check=True)
            os.chmod(self.root + "/" + name, 0o600)
        recipient = self.recipient()
        self.write("first.jsonl", lines(CATALOGUE, "KAZ"))
        self.write("more.jsonl", lines(MORE, "KAZ"))
        self.write("theirs.jsonl", lines(THEIRS, "UZB"))
        self.write("more.csv", "kind,id,title.en,domain,coordinator\n"
                   + "".join("risk,CYB-%d,Risk,CYB,UZB\n" % i for i in range(20, 26)))
        for name, text in (("secret", "a secret that two states share\n"), ("phrase", "quincunx marmalade peregrine\n")):
            self.write(name, text)
            os.chmod(self.root + "/" + name, 0o600)
        self.write("photo", "A picture, as it were. " * 9000)
        for state in ("UZB", "KAZ", "KGZ"):
            self.need("-q", "-S", state.lower(), "init", "--state", state, "--as", "a.karimova", "--recipient", recipient)
            self.write(state + ".card", self.need("-S", state.lower(), "identity").decode())
        self.write("fingerprint", self.fingerprint("KGZ"))
        self.need("-q", "load", "first.jsonl")
        self.need("-q", "risk", "edit", "CYB-01", "--owner-role", "Head of the centre")
        self.need("-q", "status", "CYB-01-M1", "in-progress", "--progress", "20", "--note", "Begun", "--release", "KAZ",
                  "--evidence", "first.jsonl")
        self.need("-q", "note", "CYB-01", "A remark")
        self.need("-q", "-S", "kaz", "load", "theirs.jsonl")
        self.pin("uzb", "KAZ")
        self.pin("kaz", "UZB")
        self.need("-q", "export", "--to", "KAZ", "-o", "u1.age")
        self.need("-q", "-S", "kaz", "receive", "u1.age")
        self.need("-q", "-S", "kaz", "export", "--to", "UZB", "-o", "k1.age")
        self.need("-q", "receive", "k1.age")
        self.need("-q", "-S", "kaz", "measure", "edit", "CYB-01-M1", "--title.en", "Backups elsewhere", "--propose",
                  "-m", "Safer")
        self.need("-q", "-S", "kaz", "risk", "edit", "WAT-01", "--title.en", "Long drought")
        os.mkdir(self.root + "/courier")
        self.need("-q", "-S", "kaz", "export", "--to", "UZB", "-o", "k2.age")
        self.need("-q", "-S", "kaz", "risk", "add", "WAT-02", "--domain", "WAT", "--title.en", "Flood", "--coordinator",
                  "KAZ", "--marking", "GREEN", "--release", "UZB")
        self.need("-q", "-S", "kaz", "exchange", "courier")
        self.need("-q", "report", "freeze", "2026-Q1", "-f", "text,json")
        self.need("-q", "proof", "CYB-01", "-o", "risk.proof")
        shutil.rmtree(self.root + "/kgz")

    def fingerprint(self, state):
        return json.loads(self.need("-S", state.lower(), "identity", "--json"))["fingerprint"]

    def pin(self, store, state):
        self.need("-q", "-S", store, "partner", "add", state + ".card", "--fingerprint", self.fingerprint(state))

    def settle(self):
        """The stores take this place for theirs."""
        for store in ("uzb", "kaz"):
            self.need("-S", store, "stats")


def is_same(one, other):
    """To the byte. filecmp.cmp remembers its answers by sizes and times."""
    with open(one, "rb") as first, open(other, "rb") as second:
        return first.read() == second.read()


def entries(root):
    """Each file and folder below a folder by its name there, with what changes if it does."""
    found, todo = {}, [""]
    while todo:
        folder = todo.pop()
        with os.scandir(os.path.join(root, folder)) as there:
            for entry in there:
                name, status = os.path.join(folder, entry.name), entry.stat(follow_symlinks=False)
                if entry.is_dir(follow_symlinks=False):
                    found[name] = status.st_mode
                    todo.append(name)
                else:
                    found[name] = (status.st_mode, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
    return found


class Copy:
    """A world that is put back: as it was made, or as some commands left it."""

    def __init__(self, program, template, folder):
        self.folder = folder
        self.world = World(program, folder + "/world")
        shutil.copytree(template, self.world.root)
        self.world.settle()
        self.kept = {(): folder + "/kept"}
        shutil.copytree(self.world.root, self.kept[()])
        self.lies = None        # which of the kept ones lies there, but for what was done since
        self.known = {}         # its entries then
        self.fresh = set()      # and those put back last: one that is changed at once may bear the same time

    def put_back(self, before=()):
        """Before it, the commands were done."""
        if before not in self.kept:
            self.put_back()
            for command in before:
                self.world.need(*[self.world.recipient(word.lower()) if word in ("OTHER", "THIRD") else word for word in command])
            self.kept[before] = "%s/kept-%d" % (self.folder, len(self.kept))
            shutil.copytree(self.world.root, self.kept[before])
            self.lies = None
            return
        if self.lies != before or not self.mend(self.kept[before]):
            shutil.rmtree(self.world.root)
            shutil.copytree(self.kept[before], self.world.root)
            self.fresh = set(entries(self.world.root))
        self.lies, self.known = before, entries(self.world.root)

    def mend(self, kept):
        """Puts back what is not as it was; False if that is more than files."""
        root, there = self.world.root, entries(self.world.root)
        changed = {name for name in self.known if self.is_changed(kept, name, there.get(name))}
        if any(isinstance(self.known[name], int) != isinstance(there[name], int) for name in changed if name in there):
            return False
        for name in sorted(set(there) - set(self.known), reverse=True):
            (os.rmdir if isinstance(there[name], int) else os.unlink)(os.path.join(root, name))
        for name in sorted(changed):
            if isinstance(self.known[name], int):
                os.makedirs(os.path.join(root, name), exist_ok=True)
                shutil.copystat(os.path.join(kept, name), os.path.join(root, name))
            else:
                shutil.copy2(os.path.join(kept, name), os.path.join(root, name))
        self.fresh = changed
        return True

    def is_changed(self, kept, name, now):
        """A file of locks is written through a map, which no time tells; nor is a change at once told by it."""
        if now != self.known[name]:
            return True
        if isinstance(now, int) or (name not in self.fresh and not name.endswith("-lock")):
            return False
        return not is_same(os.path.join(kept, name), os.path.join(self.world.root, name))
