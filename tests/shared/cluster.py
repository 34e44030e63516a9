#!/usr/bin/env python3
"""A replicated cluster as an administrator would have it: Debian's etcd, and PostgreSQL under Debian's patroni, on
loopback, in one folder. Times are short, so that a standby takes over some ten seconds after the primary is gone.

Patroni 3.0 speaks to etcd by its older interface here, which etcd 3.4 has where it is told to (--enable-v2): by the newer one
(etcd3) a primary that was frozen and replaced takes the lead back when it goes on, without asking who has it now, and what was
acknowledged meanwhile is lost.

By itself it starts one, says its address, and keeps it until it is ended: cluster.py PROGRAM [--asynchronous] [--nodes N]"""
import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

sys.dont_write_bytecode = True
import servers
from servers import Failure, wait_for

NEEDS = ("patroni", "etcd", "/usr/lib/postgresql")
FULL_SIZE = "400m"  # of a node's file system, where it can have one of its own

CONFIGURATION = """
scope: register
name: {name}
restapi: {{listen: '127.0.0.1:{rest}', connect_address: '127.0.0.1:{rest}'}}
etcd: {{host: '127.0.0.1:{etcd}'}}
bootstrap:
  dcs:
    ttl: 10
    loop_wait: 2
    retry_timeout: 3
    primary_start_timeout: 0
    master_start_timeout: 0
    synchronous_mode: {synchronous}
    synchronous_mode_strict: {synchronous}
    postgresql:
      use_pg_rewind: true
      parameters: {{max_connections: 200, wal_keep_size: 64MB, wal_sender_timeout: 5s, wal_receiver_timeout: 5s,
                    hot_standby: 'on', wal_log_hints: 'on', max_wal_size: 64MB, min_wal_size: 4MB, wal_recycle: 'off'}}
  initdb: [encoding: UTF8, locale: C, data-checksums, wal-segsize: '1']
postgresql:
  listen: '127.0.0.1:{port}'
  connect_address: '127.0.0.1:{port}'
  data_dir: {folder}/data
  bin_dir: {programs}
  pgpass: {folder}/pgpass
  remove_data_directory_on_rewind_failure: true
  remove_data_directory_on_diverged_timelines: true
  authentication: {{superuser: {{username: keeper}}, replication: {{username: replicator}}, rewind: {{username: keeper}}}}
  parameters: {{unix_socket_directories: '{folder}', lc_messages: C}}
  pg_hba: ['local all all trust', 'host all all 127.0.0.1/32 trust', 'host replication all 127.0.0.1/32 trust']
"""


def missing():
    """What is not there of what a cluster needs."""
    return [name for name in NEEDS if not (os.path.exists(name) or shutil.which(name))]


class Node:
    """One computer of the cluster: patroni, and PostgreSQL that it runs."""

    def __init__(self, cluster, number, rest, port):
        self.name = f"node{number}"
        self.rest, self.port, self.cluster = rest, port, cluster
        self.folder, self.can_be_full = cluster.home.make(self.name, FULL_SIZE)
        path = os.path.join(self.folder, "patroni.yml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(CONFIGURATION.format(name=self.name, rest=rest, port=port, etcd=cluster.etcd, folder=self.folder,
                                            programs=servers.programs(), synchronous=str(cluster.synchronous).lower()))
        os.chmod(path, 0o644)

    def start(self):
        log = open(os.path.join(self.cluster.home.path, f"{self.name}.log"), "ab")
        subprocess.Popen(["patroni", "patroni.yml"], cwd=self.folder, stdout=log, stderr=log,
                         stdin=subprocess.DEVNULL, **servers.owner())
        log.close()

    def kill(self):
        """As where its computer loses power, but for what the disk has not got yet."""
        servers.end_all(self.folder)

    def freeze(self):
        """All its processes stop where they are; the system goes on to take connections for them. One that began in
        between is stopped too."""
        for _ in range(3):
            servers.signal_all(self.folder, signal.SIGSTOP)

    def thaw(self):
        servers.signal_all(self.folder, signal.SIGCONT)

    def fill(self):
        """Takes all the room that is left on its file system."""
        with open(os.path.join(self.folder, "filler"), "wb", buffering=0) as file:
            for size in (1 << 20, 4096, 1):
                try:
                    while True:
                        file.write(bytes(size))
                except OSError:
                    pass

    def empty(self):
        os.remove(os.path.join(self.folder, "filler"))

    def restart(self):
        """Of PostgreSQL, by patroni."""
        self._rest("restart", {})

    def server(self):
        """The number of PostgreSQL's first process; nothing where there is none."""
        try:
            with open(os.path.join(self.folder, "data", "postmaster.pid"), encoding="utf-8") as file:
                number = int(file.readline())
        except (OSError, ValueError):
            return None
        return number if os.path.exists(f"/proc/{number}") else None

    def leads(self):
        """Whether it says so, and runs."""
        return self._rest("primary", timeout=2) == 200

    def _rest(self, what, body=None, timeout=20):
        """The code of patroni's answer; nothing where it does not answer."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.rest}/{what}",
                                         None if body is None else json.dumps(body).encode(),
                                         {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return None


class Cluster:
    """Up when it is made, until its folder is gone."""

    def __init__(self, home, program, nodes=3, synchronous=True):
        self.home, self.synchronous = home, synchronous
        ports = servers.free_ports(2 + 2 * nodes)
        self.etcd, peer = ports[:2]
        self._start_etcd(peer)
        self.nodes = [Node(self, number + 1, *ports[2 + 2 * number:4 + 2 * number]) for number in range(nodes)]
        self.nodes[0].start()
        wait_for("the first node becomes the primary", 60, self.primary)
        for node in self.nodes[1:]:
            node.start()
        wait_for("all nodes are up", 90, self.is_whole)
        self.sql("CREATE DATABASE register", base="postgres")
        self.sql(servers.schema(program))

    def _start_etcd(self, peer):
        folder, _ = self.home.make("etcd", FULL_SIZE)
        log = open(os.path.join(self.home.path, "etcd.log"), "ab")
        here, there = f"http://127.0.0.1:{self.etcd}", f"http://127.0.0.1:{peer}"
        subprocess.Popen(["etcd", "--enable-v2", "--name", "only", "--data-dir", f"{folder}/data", "--listen-client-urls", here,
                          "--advertise-client-urls", here, "--listen-peer-urls", there,
                          "--initial-advertise-peer-urls", there, "--initial-cluster", f"only={there}"],
                         cwd=folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL, **servers.owner())
        log.close()

    def _kept(self, key):
        """What etcd keeps of the cluster, which is what decides: of a key, or of those below it by the end of their names."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.etcd}/v2/keys/service/register/{key}", timeout=10) as answer:
                node = json.load(answer)["node"]
        except OSError:
            return {}
        return {each["key"].rpartition("/")[2]: each["value"] for each in node.get("nodes", [node]) if "value" in each}

    def _node(self, name):
        return next((node for node in self.nodes if node.name == name), None)

    def primary(self):
        """The node that leads, and runs."""
        node = self._node(self._kept("leader").get("leader"))
        return node if node and node.leads() else None

    def standby(self):
        """The one that the primary waits for; where it waits for none, any."""
        waited = json.loads(self._kept("sync").get("sync", "{}")).get("sync_standby")
        primary = self.primary()
        return self._node(waited) or next(node for node in self.nodes if node is not primary)

    def is_whole(self):
        """All nodes run, and one of them is waited for and may take over, where that is to be."""
        primary = self.primary()
        states = [json.loads(value)["state"] for value in self._kept("members").values()]
        if not primary or len(states) != len(self.nodes) or set(states) != {"running"}:
            return False
        sync = json.loads(self._kept("sync").get("sync", "{}"))
        return not self.synchronous or (sync.get("leader") == primary.name and
                                        self._node(sync.get("sync_standby")) not in (None, primary))

    def is_standby(self, node):
        value = self._kept("members").get(node.name)
        return value is not None and json.loads(value)["role"] == "replica" and json.loads(value)["state"] == "running"

    def sql(self, text, base="register"):
        node = self.primary() or wait_for("a primary", 60, self.primary)
        return servers.run_as_server(f"{servers.programs()}/psql", "-qAtX", "-v", "ON_ERROR_STOP=1", "-h", node.folder,
                                     "-p", str(node.port), "-U", "keeper", "-f", "-", base, folder=node.folder,
                                     text=text.encode()).strip()

    def address(self, user="keeper"):
        """Loopback needs no certificate: it is not a network."""
        hosts = ",".join(f"127.0.0.1:{node.port}" for node in self.nodes)
        return f"postgres://{user}@{hosts}/register?sslmode=disable"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", type=os.path.abspath)
    parser.add_argument("--asynchronous", action="store_true")
    parser.add_argument("--nodes", type=int, default=3)
    given = parser.parse_args()
    with servers.Folder("cluster") as home:
        cluster = Cluster(home, given.program, given.nodes, not given.asynchronous)
        print(cluster.address(), flush=True)
        try:
            while True:
                time.sleep(3600)
        except (KeyboardInterrupt, SystemExit):
            pass


if __name__ == "__main__":
    main()
