"""What reads wait for while passwords are hashed and pictures come in."""
import concurrent.futures
import contextlib
import http.client
import json
import os
import statistics
import threading
import time
import urllib.parse

from harness import Figure, note, server

READS_PER_S, LOGINS_PER_S, UPLOADS_PER_S, MIXED_S = 200, 50, 4, 15


class Steady:
    """Sends requests at a steady rate over connections that stay open, as long as the context lasts, and keeps what
    each answer took in ms, counted from when it was due: a server that stalls is not asked less."""

    def __init__(self, url, per_second, method, path, token, bodies):
        self.address = urllib.parse.urlsplit(url).netloc
        self.per_second, self.method, self.path, self.bodies = per_second, method, path, bodies
        self.headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        self.took, self.statuses = [], {}
        self.own = threading.local()
        self.pool = concurrent.futures.ThreadPoolExecutor(16)
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self):
        begun, i = time.perf_counter(), 0
        while not self.stopped.wait(max(0.0, begun + i / self.per_second - time.perf_counter())):
            self.pool.submit(self.one, begun + i / self.per_second, self.bodies[i % len(self.bodies)])
            i += 1

    def one(self, due, body):
        if not hasattr(self.own, "connection"):
            self.own.connection = http.client.HTTPConnection(self.address, timeout=60)
        self.own.connection.request(self.method, self.path, body, self.headers)
        answer = self.own.connection.getresponse()
        answer.read()
        self.took.append(1000 * (time.perf_counter() - due))
        self.statuses[answer.status] = self.statuses.get(answer.status, 0) + 1

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        self.thread.join()
        self.pool.shutdown()


def measure_mixed(options, folder, limits, open_account, picture):
    command = [options.atelier, "serve", "--listen", "127.0.0.1:0", "--data", os.path.join(folder, "mixed"), "--no-worker"]
    with server(command, {**limits, "UPLOADS_PER_MINUTE": "100000"}) as (_, url, _), contextlib.ExitStack() as load:
        token, _ = open_account(url, 0)
        login = json.dumps({"email": "bench0@example.com", "password": "a long enough sentence"})
        uploads = [json.dumps({"imageBase64": picture(1024, grey)}) for grey in range(0, 256, 8)]
        note("reads beside logins and uploads")
        logins = load.enter_context(Steady(url, LOGINS_PER_S, "POST", "/auth/login", None, [login]))
        taken = load.enter_context(Steady(url, UPLOADS_PER_S, "POST", "/models/upload", token, uploads))
        time.sleep(1)
        with Steady(url, READS_PER_S, "GET", "/credits/balance", token, [None]) as reads:
            time.sleep(MIXED_S)
    p50, p99 = (statistics.quantiles(reads.took, n=100)[at - 1] for at in (50, 99))
    fine = reads.statuses.keys() == {200} and taken.statuses.keys() == {201} and 200 in logins.statuses
    yield Figure(f"reads beside {LOGINS_PER_S} logins/s and {UPLOADS_PER_S} uploads/s", "p99 <= 3 x p50",
                 f"p50 {p50:.1f} ms  p99 {p99:.1f} ms", f"{p99 / p50:.2f}", fine and p99 <= 3 * p50)
    yield Figure("the same: logins let in", "for comparison",
                 f"{logins.statuses.get(200, 0)} of {sum(logins.statuses.values())}", "", True)
