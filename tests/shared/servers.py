"""Servers of one's own, in one folder that is gone when the test ends, however it ends.

What runs in the folder (its working folder is within it) is ended by a guard, a process that waits for nothing but the
end of the test: it sees it at the end of a pipe, also where the test was killed. PostgreSQL does not run as root: there
it is the user postgres, whom Debian's package makes."""
import glob
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time


class Failure(Exception):
    """What the test found, or what it needs and does not have."""


def programs():
    """The folder of PostgreSQL's programs, newest version; None where there is none."""
    found = glob.glob("/usr/lib/postgresql/*/bin")
    return max(found, key=lambda path: float(path.split("/")[4])) if found else None


def owner():
    """Who runs the servers: what subprocess takes to become that user."""
    if os.getuid() != 0:
        return {}
    user = pwd.getpwnam("postgres")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def free_ports(count):
    """Ports of this computer that nobody uses; of different ones, as all are held until the last is found."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in held]
    for each in held:
        each.close()
    return ports


def wait_for(what, seconds, check):
    """The first answer of check() that is true. It is a failure where there is none in that time."""
    until = time.monotonic() + seconds
    while True:
        answer = check()
        if answer:
            return answer
        if time.monotonic() > until:
            raise Failure(f"waited for {seconds} seconds in vain: {what}")
        time.sleep(0.1)


def processes_in(folder):
    """The numbers of the processes that work in a folder, or below it."""
    found = []
    for number in filter(str.isdigit, os.listdir("/proc")):
        try:
            place = os.readlink(f"/proc/{number}/cwd").removesuffix(" (deleted)")
        except OSError:
            continue  # it has ended meanwhile
        if int(number) != os.getpid() and (place == folder or place.startswith(folder + "/")):
            found.append(int(number))
    return found


def signal_all(folder, what):
    """A signal to all processes of a folder; how many there were."""
    count = 0
    for number in processes_in(folder):
        try:
            os.kill(number, what)
            count += 1
        except ProcessLookupError:
            pass
    return count


def end_all(folder):
    """Until none is left: one may start another while it is looked for."""
    while signal_all(folder, signal.SIGKILL):
        time.sleep(0.02)


def is_mounted(folder):
    return any(line.split()[1] == folder for line in open("/proc/self/mounts", encoding="utf-8"))


def _guard(folder, pipe):
    """Ends with the test, and everything with it."""
    os.setsid()
    os.chdir("/")
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    while os.read(pipe, 1):
        pass
    end_all(folder)
    for line in open("/proc/self/mounts", encoding="utf-8").read().splitlines():
        place = line.split()[1]
        if place.startswith(folder + "/"):
            subprocess.run(["umount", "-l", place], check=False)
    for _ in range(100):  # a test that fails may start one more client meanwhile
        shutil.rmtree(folder, ignore_errors=True)
        if not os.path.exists(folder):
            break
        end_all(folder)


class Folder:
    """A folder with its guard. Leaving the `with` waits until all is gone."""

    def __init__(self, name):
        self.path = os.path.realpath(tempfile.mkdtemp(prefix=f"qorgan-{name}-"))
        os.chmod(self.path, 0o755)

    def __enter__(self):
        for each in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, lambda *_: sys.exit(1))
        theirs, self._pipe = os.pipe()
        sys.stdout.flush()
        self._guard = os.fork()
        if self._guard == 0:
            os.close(self._pipe)
            try:
                _guard(self.path, theirs)
            finally:
                os._exit(0)
        os.close(theirs)
        return self

    def __exit__(self, *_):
        os.close(self._pipe)
        os.waitpid(self._guard, 0)

    def make(self, name, size=None):
        """A folder in it for whoever runs the servers; with a size, a file system in memory, which can get full. Where
        that cannot be, it is a plain folder; tells which."""
        path = os.path.join(self.path, name)
        os.mkdir(path, 0o700)
        mounted = False
        if size and os.getuid() == 0:
            mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "qorgan-test", path],
                                     check=False, capture_output=True).returncode == 0
        user = owner()
        if user:
            os.chown(path, user["user"], user["group"])
        os.chmod(path, 0o700)
        return path, mounted


def run_as_server(*command, folder, check=True, text=None):
    """One of PostgreSQL's programs, to its end; what it said is told where it fails."""
    with tempfile.TemporaryFile() as said:  # no pipe: a server that it starts would keep that open
        done = subprocess.run(command, cwd=folder, stdout=said, stderr=subprocess.STDOUT, check=False,
                              input=text, stdin=None if text else subprocess.DEVNULL, **owner())
        said.seek(0)
        output = said.read().decode(errors="replace")
    if check and done.returncode:
        raise Failure(f"{' '.join(command[:2])}…: {output.strip()}")
    return output


def schema(program):
    return subprocess.run([program, "schema", "--sql"], check=True, capture_output=True, text=True).stdout
