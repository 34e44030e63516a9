"""Stands between the program and its server, and cuts the first connection off after so many bytes of answers; what happens
on the server then, before the program is answered again, is a function of the test."""
import os
import select
import socket
import threading


class Cut:
    """As a server of its own, by a socket in its folder."""

    def __init__(self, home, name, server):
        self.folder = os.path.join(home.path, name)
        os.mkdir(self.folder)
        self.behind = os.path.join(server.folder, ".s.PGSQL.5432")
        self.left = None   # bytes of answers until it cuts; None: it does not
        self.total = 0     # bytes of answers since then
        self.then = lambda: None
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(os.path.join(self.folder, ".s.PGSQL.5432"))
        self._listening.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def after(self, count, then):
        self.left, self.total, self.then = count, 0, then

    def _serve(self):
        while True:
            threading.Thread(target=self._carry, args=(self._listening.accept()[0],), daemon=True).start()

    def _carry(self, client):
        server = socket.socket(socket.AF_UNIX)
        with client, server:
            server.connect(self.behind)
            try:
                while self._carry_on(client, server):
                    pass
            except OSError:
                pass

    def _carry_on(self, client, server):
        ready = select.select([client, server], [], [])[0]
        if client in ready:
            asked = client.recv(65536)
            if not asked:
                return False
            server.sendall(asked)
        if server in ready:
            answer = server.recv(4096)
            self.total += len(answer)
            if self.left is not None and self.total > self.left:
                self.left = None
                self.then()
                return False
            client.sendall(answer)
            return bool(answer)
        return True

    def address(self, user="keeper"):
        return f"postgres:///register?host={self.folder}&user={user}"
