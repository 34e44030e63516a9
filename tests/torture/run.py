"""One run of the program under the shim, and what the world looks like after it."""
import json
import os
import re
import shutil
import signal
import struct
import subprocess
from collections import namedtuple

from world import Copy, Trouble, is_same

KINDS = "wsnroam"  # as in shim.h: write, sync, name, read, open, allocation, map
REPORT = struct.Struct("<10Q32s")
SECONDS = 20  # a run that takes longer hangs

# code is negative for a signal, None for a run that hung.
Run = namedtuple("Run", "code out said hits asked call counts lost")

# What is asked of the shim; see shim.h.
Ask = namedtuple("Ask", "calls act at on again seed sector lies", defaults=(0, False, 0, 0, 0, False))


def scrub(text):
    """Without what is another each time: hashes, keys, signatures."""
    text = re.sub(rb"[0-9a-f]{16,}", b"#", text)
    return re.sub(rb"[A-Za-z0-9+/]{32,}=*", b"#", text)


class Bench:
    """A worker's place: a copy of the world, and the shim."""

    def __init__(self, program, shim, template, folder, sanitizer):
        os.makedirs(folder)
        self.program, self.shim, self.sanitizer = program, shim, sanitizer
        self.copy = Copy(program, template, folder)
        self.world = self.copy.world
        self.report = folder + "/report"
        self.words = {
            "RECIPIENT": self.world.recipient(),
            "OTHER": self.world.recipient("other"),
            "THIRD": self.world.recipient("third"),
            "FINGERPRINT": open(self.world.root + "/fingerprint").read(),
            "EVIDENCE": json.loads(self.world.need("evidence", "list", "--json"))[0]["id"],
            "VKEY": json.loads(self.world.need("identity", "--json"))["vkey"],
        }

    def command(self, scene):
        return [self.words.get(word, word) for word in scene.command]

    def environment(self, ask):
        given = {"TORTURE_REPORT": self.report, "LD_PRELOAD": self.shim}
        if self.sanitizer:
            given["LD_PRELOAD"] = "%s %s" % (self.shim, self.sanitizer)
            given["ASAN_OPTIONS"] = "verify_asan_link_order=0:detect_leaks=1:exitcode=98:handle_segv=0:handle_abort=0"
            given["LSAN_OPTIONS"] = "exitcode=97:print_suppressions=0"
            given["UBSAN_OPTIONS"] = "print_stacktrace=1:halt_on_error=1:exitcode=98"
        for name in ("calls", "act", "at", "again", "seed", "sector"):
            given["TORTURE_" + name.upper()] = str(getattr(ask, name))
        for name in ("on", "lies"):
            if getattr(ask, name):
                given["TORTURE_" + name.upper()] = "1"
        if not ask.act:
            del given["TORTURE_ACT"]
        return {**self.world.environment, **given}

    def run(self, scene, ask):
        with open(self.report, "wb") as report:
            report.write(bytes(4096))
        process = subprocess.Popen([self.program, *self.command(scene)], cwd=self.world.root,
                                   env=self.environment(ask), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        try:
            out, said = process.communicate(timeout=SECONDS)
            code = process.returncode
        except subprocess.TimeoutExpired:
            process.kill()
            out, said = process.communicate()
            code = None
        with open(self.report, "rb") as report:
            *numbers, call = REPORT.unpack(report.read(REPORT.size))
        if code == 99:
            raise Trouble(said.decode())
        counts = dict(zip(KINDS, numbers))
        return Run(code, out, said, numbers[8], numbers[7], call.rstrip(b"\0").decode(), counts, numbers[9])

    def store(self, scene):
        return "new" if "new" in scene.command else "uzb"

    def is_untouched(self, scene):
        """Whether the store's file is the same to the byte."""
        there, before = ("%s/%s/store.mdb" % (place, self.store(scene))
                         for place in (self.world.root, self.copy.kept[scene.before]))
        if not os.path.exists(there) or not os.path.exists(before):
            return os.path.exists(there) == os.path.exists(before)
        return is_same(there, before)

    def doors(self, scene):
        """Those of the scene's identities that open the store now."""
        return [name for name in scene.doors if len(scene.doors) == 1
                or self.world.run("-S", self.store(scene), "-i", name, "stats").returncode == 0]

    def ask(self, scene, doors, *command):
        return self.world.run("-S", self.store(scene), *(("-i", doors[0]) if doors else ()), *command,
                              remembers=scene.name != "store copy")

    def state(self, scene):
        """Who opens a store and what it holds, as it tells itself; None if there is none."""
        doors = self.doors(scene)
        told = list(doors)
        for command in (("dump",), ("log", "--json"), ("evidence", "list", "--json"), ("partner", "list", "--json")):
            done = self.ask(scene, doors, *command)
            if done.returncode == 66 and not os.path.exists("%s/%s/store.mdb" % (self.world.root, self.store(scene))):
                return None
            if done.returncode or done.stderr:
                return "cannot be read: %s: %s" % (command[0], done.stderr.decode(errors="replace").strip())
            told.append(scrub(done.stdout))
        return tuple(told)

    def heed(self, scene):
        """Does what the store says is to be done, if it came from one that this computer remembers and not it."""
        said = self.world.run("-S", self.store(scene), "stats").stderr.decode()
        copy = re.search("is a copy of the store (.+): two that are written to", said)
        rolled_back = re.search("was rolled back: .* after a deliberate restore remove (.+)", said)
        if copy:
            shutil.rmtree(copy.group(1))
        elif rolled_back:
            os.unlink(rolled_back.group(1))

    def files(self):
        """Every file and folder of the world but those of locks."""
        found = set()
        for folder, folders, names in os.walk(self.world.root):
            for name in folders + names:
                found.add(os.path.relpath(os.path.join(folder, name), self.world.root))
        return {name for name in found if not name.endswith(("store.mdb-lock", "writer.lock"))}

    def content(self, name):
        try:
            with open(os.path.join(self.world.root, name), "rb") as file:
                return file.read()
        except FileNotFoundError:
            return None

    def verify(self, scene):
        """A complaint, or None."""
        done = self.ask(scene, self.doors(scene), "verify")
        if done.returncode or done.stderr:
            return "verify: code %d: %s" % (done.returncode, (done.stdout + done.stderr).decode(errors="replace").strip())
        return None


def signal_name(code):
    return signal.Signals(-code).name
