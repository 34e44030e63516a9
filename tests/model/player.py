"""Plays a sequence of commands against the program and the model, and compares after each."""

import json
import os
import shutil
import subprocess
import tempfile

import commands
import questions
from register import Refused, Register

FIRST = "2026-01-05T08:00:00Z"
IDENTITIES = 6


class Failure(Exception):
    def __init__(self, at, why, look=None):
        """`look`: what was looked at when the sequence was over."""
        super().__init__(why)
        self.at, self.why, self.look = at, why, look


class Keys:
    """Age identities, made once."""

    def __init__(self, folder):
        self.folder, self.recipients = folder, {}
        for number in range(IDENTITIES):
            path = os.path.join(folder, "k%d" % number)
            subprocess.run(["age-keygen", "-o", path], check=True, stderr=subprocess.DEVNULL)
            os.chmod(path, 0o600)
            self.recipients["k%d" % number] = subprocess.run(
                ["age-keygen", "-y", path], check=True, capture_output=True, text=True).stdout.strip()


class Player:
    def __init__(self, program, keys):
        self.program, self.keys = program, keys
        self.folder = tempfile.mkdtemp(prefix="play-", dir=keys.folder)
        self.count = 0
        self.environment = {"PATH": os.environ["PATH"], "HOME": self.folder, "XDG_STATE_HOME": self.folder + "/state",
                            "QORGAN_STORE": "store", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
            if name in os.environ:
                self.environment[name] = os.environ[name]

    def close(self):
        shutil.rmtree(self.folder)

    def run(self, argv, now, key):
        self.count += 1
        environment = dict(self.environment, QORGAN_NOW=now, QORGAN_IDENTITY=os.path.join(self.keys.folder, key))
        return subprocess.run([self.program] + argv, cwd=self.folder, env=environment, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL)

    def begin(self):
        init = ["init", "--state", "UZB", "--as", "me", "--recipient", self.keys.recipients["k0"]]
        done = self.run(init, FIRST, "k0")
        if done.returncode:
            raise Failure(0, "init: " + done.stderr)
        store = Register("me", "k0", ())
        store.dumps, store.now = {}, FIRST
        base = json.loads(self.run(["dump", "--json"], FIRST, "k0").stdout)
        changes = [(row.pop("kind"), row.pop("id"), row) for row in base]
        store.commit(changes + [("user", "me", {"role": "admin"})])
        return store

    def argv(self, command):
        table = commands.WRITES if command["verb"] in commands.WRITES else commands.READS
        argv = [self.keys.recipients[word[1:]] if word[:2] == "@k" else word
                for word in table[command["verb"]][0](command)]
        if command["verb"] in commands.WRITES and command["verb"] not in commands.NO_MESSAGE:
            argv += ["-m", command["message"]] if command.get("message") else []
            argv += ["--as", command["as"]] if command.get("as") else []
        return argv if command["verb"] in ("dump", "evidence get", "register then", "due") else argv + ["--json"]

    def write(self, store, command, done):
        """What the model makes of it; the difference, or None."""
        try:
            expected = commands.WRITES[command["verb"]][1](store, command)
        except Refused as refused:
            return commands.same("code", done.returncode, refused.code)
        different = commands.same("code", done.returncode, 0)
        if different:
            return different
        answer = json.loads(done.stdout)
        if command["verb"] in ("rekey", "load", "dump-load", "backup", "restore-backup"):
            answer = {key: answer[key] for key in expected}
        for key in expected:
            different = different or commands.same(key, answer.get(key), expected[key])
        return different or self.look_after(store, command, expected)

    def look_after(self, store, command, expected):
        """The object that was changed, as it is now; of others how many versions there are."""
        looks = [{"verb": "stats"}]
        if expected.get("id") and expected["kind"] != "user":
            looks.append({"verb": "show", "id": expected["id"]})
        for look in looks:
            look.update(now=command["now"], key="k0" if "k0" in store.slots else sorted(store.slots)[0])
            different = self.read(store, look, self.run(self.argv(look), look["now"], look["key"]))
            if different:
                return different
        return None

    def read(self, store, command, done):
        try:
            store.opens(command["key"])
            if done.returncode not in (0, 1):
                commands.READS[command["verb"]][1](store, command, 0, {})
                return "code: %d of a command that should succeed" % done.returncode
        except Refused as refused:
            return commands.same("code", done.returncode, refused.code)
        except (TypeError, AttributeError, KeyError):
            return "code: %d of a command that should succeed: %s" % (done.returncode, done.stderr.strip())
        if command["verb"] == "dump":
            with open(os.path.join(self.folder, command["file"]), encoding="utf-8") as lines:
                answer = [json.loads(line) for line in lines]
        elif command["verb"] == "evidence get":
            with open(os.path.join(self.folder, "out"), encoding="utf-8") as file:
                answer = file.read()
        else:
            answer = json.loads(done.stdout) if done.stdout.strip() else None
        try:
            return commands.READS[command["verb"]][1](store, command, done.returncode, answer)
        except Refused as refused:
            return commands.same("code", done.returncode, refused.code)

    def step(self, store, command):
        for name, text in command.get("files", {}).items():
            with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
                file.write(text)
        out = os.path.join(self.folder, "out")
        if os.path.exists(out):
            os.remove(out)
        done = self.run(self.argv(command), command["now"], command["key"])
        judge = self.write if command["verb"] in commands.WRITES else self.read
        different = judge(store, command, done)
        if different and done.stderr.strip():
            different += "\n    said:    " + done.stderr.strip()
        return different

    def finish(self, store, now):
        """Everything once more: each object, each version, each list, the whole log."""
        key = "k0" if "k0" in store.slots else sorted(store.slots)[0]
        looks = [{"verb": "dump", "file": "last.jsonl"}, {"verb": "log"}, {"verb": "verify"}, {"verb": "due"}]
        looks += [{"verb": "list", "kind": kind, "conditions": [("all", "")]} for kind in ("domain", "risk", "measure")]
        for kind, name, ends in (("risk", "score", ("", "-below", "-above")), ("risk", "review", ("-before", "-after")),
                                 ("measure", "due", ("-before", "-after")),
                                 ("measure", "progress", ("-below", "-above"))):
            # Whether a bound is within is what goes wrong: just what some object has.
            values = sorted(value for value in (questions.value_of(questions.shown(store, kind, of, now[:10]), name)
                                                for of in store.all(kind)) if value is not None)
            looks += [{"verb": "list", "kind": kind, "conditions": [(name + end, str(values[len(values) // 2]))]}
                      for end in ends if values]
        for kind, name in sorted(store.objects):
            if kind not in questions.KINDS:
                continue
            looks.append({"verb": "log", "id": name})
            looks += [{"verb": "show", "id": name, "version": number + 1}
                      for number in range(len(store.objects[(kind, name)]))]
        for look in looks:
            yield dict(look, now=now, key=key)


def play(program, keys, sequence, choose=None, steps=0):
    """Plays the sequence; or `steps` commands that choose(store) names, which are added to it. Raises Failure."""
    player = Player(program, keys)
    at = 0
    try:
        store = player.begin()
        for at in range(steps or len(sequence)):
            if choose:
                sequence.append(choose(store))
            different = player.step(store, sequence[at])
            if different:
                raise Failure(at, different)
        for look in player.finish(store, max([FIRST] + [command["now"] for command in sequence])):
            different = player.step(store, look)
            if different:
                raise Failure(len(sequence), "at the end: " + different, look)
        return player.count
    finally:
        player.close()
