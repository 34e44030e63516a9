"""A primary and a standby of plain PostgreSQL with streaming replication, and nobody but the test who decides which of
them is which. Both are reached by sockets in their folders alone."""
import os
import signal

import servers

SETTINGS = """
listen_addresses = ''
fsync = off
full_page_writes = off
max_connections = 60
min_wal_size = 4MB
max_wal_size = 64MB
wal_keep_size = 32MB
lc_messages = C
"""


class Server:
    """One of the two."""

    def __init__(self, home, name):
        self.name = name
        self.folder, _ = home.make(name)
        self.data = os.path.join(self.folder, "data")

    def _program(self, name, *words, check=True):
        return servers.run_as_server(f"{servers.programs()}/{name}", *words, folder=self.folder, check=check)

    def make(self):
        self._program("initdb", "-D", self.data, "-U", "keeper", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync",
                      "--wal-segsize=1")
        with open(os.path.join(self.data, "postgresql.conf"), "a", encoding="utf-8") as file:
            file.write(SETTINGS)

    def follow(self, other):
        """Becomes a copy of it, which goes on to be one."""
        self._program("pg_basebackup", "-h", other.folder, "-U", "keeper", "-D", self.data, "-R", "-X", "stream", "-c", "fast",
                      "--no-sync")

    def start(self, waits_for=""):
        """waits_for: the name of the standby without which no commit is acknowledged."""
        self._program("pg_ctl", "-s", "-w", "-t", "60", "-D", self.data, "-l", os.path.join(self.folder, "log"), "-o",
                      f"-c unix_socket_directories={self.folder} -c cluster_name={self.name} "
                      f"-c synchronous_standby_names='{waits_for}'", "start")

    def stop(self, how="fast"):
        self._program("pg_ctl", "-s", "-w", "-t", "60", "-D", self.data, "-m", how, "stop")

    def kill(self):
        """As where its computer is switched off: then nothing keeps the number of its first process either, which the system
        may not have let go of yet."""
        servers.end_all(self.folder)
        for place in (os.path.join(self.data, "postmaster.pid"), os.path.join(self.folder, ".s.PGSQL.5432.lock")):
            if os.path.exists(place):
                os.remove(place)

    def freeze(self):
        for _ in range(3):
            servers.signal_all(self.folder, signal.SIGSTOP)

    def promote(self):
        self._program("pg_ctl", "-s", "-w", "-t", "60", "-D", self.data, "promote")

    def sql(self, text, base="register"):
        return servers.run_as_server(f"{servers.programs()}/psql", "-qAtX", "-v", "ON_ERROR_STOP=1", "-h", self.folder, "-U",
                                     "keeper", "-f", "-", base, folder=self.folder, text=text.encode()).strip()


class Pair:
    """Up when it is made: with the tables of Qorgan, and the standby in step."""

    def __init__(self, home, name, program, synchronous=True):
        self.first, self.second = Server(home, f"{name}1"), Server(home, f"{name}2")
        self.first.make()
        self.first.start()
        self.first.sql("CREATE DATABASE register", base="postgres")
        self.first.sql(servers.schema(program))
        self.second.follow(self.first)
        self.second.start()
        if synchronous:
            self.first.stop()
            self.first.start(self.second.name)
        self.wait_in_step("sync" if synchronous else "async")

    def wait_in_step(self, how):
        servers.wait_for("the standby follows", 60, lambda: self.first.sql(
            "SELECT state || sync_state FROM pg_stat_replication") == "streaming" + how)

    def address(self, user="keeper", hosts=None):
        folders = ",".join(server.folder for server in hosts or (self.first, self.second))
        return f"postgres:///register?host={folders}&user={user}"


def processes_wait(server, event):
    """The numbers of the server's processes that wait for that for a client that is a qorgan."""
    return set(server.sql(f"SELECT pid FROM pg_stat_activity WHERE wait_event = '{event}' AND "
                          "application_name = 'qorgan'").split())
