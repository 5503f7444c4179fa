"""What reads wait for while passwords are hashed and pictures come in."""
import concurrent.futures
import http.client
import json
import multiprocessing
import os
import threading
import time
import urllib.parse

from harness import Figure, load, note, rate, server

LOGINS_PER_S, UPLOADS_PER_S, MIXED_S = 50, 4, 10


class Steady:
    """Sends requests at a steady rate over connections that stay open, as long as the context lasts, and counts
    the answers by status."""

    def __init__(self, url, per_second, method, path, token, bodies):
        self.address = urllib.parse.urlsplit(url).netloc
        self.per_second, self.method, self.path, self.bodies = per_second, method, path, bodies
        self.headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        self.statuses = {}
        self.own = threading.local()
        self.pool = concurrent.futures.ThreadPoolExecutor(16)
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self):
        begun, i = time.perf_counter(), 0
        while not self.stopped.wait(max(0.0, begun + i / self.per_second - time.perf_counter())):
            self.pool.submit(self.one, self.bodies[i % len(self.bodies)])
            i += 1

    def one(self, body):
        if not hasattr(self.own, "connection"):
            self.own.connection = http.client.HTTPConnection(self.address, timeout=60)
        self.own.connection.request(self.method, self.path, body, self.headers)
        answer = self.own.connection.getresponse()
        answer.read()
        self.statuses[answer.status] = self.statuses.get(answer.status, 0) + 1

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        self.thread.join()
        self.pool.shutdown()


def press(url, token, uploads, seconds, seen):
    """Logins and uploads for a while. In a process of its own that takes what time is left: a shop's clients are other
    machines."""
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    login = json.dumps({"email": "bench0@example.com", "password": "a long enough sentence"})
    with Steady(url, LOGINS_PER_S, "POST", "/auth/login", None, [login]) as logins, \
            Steady(url, UPLOADS_PER_S, "POST", "/models/upload", token, uploads) as taken:
        time.sleep(seconds)
    seen.put((logins.statuses, taken.statuses))


def measure_reads(url, token, folder):
    return load(f"{url}/credits/balance", [token], folder, MIXED_S, connections=4, pace_ms=20)


def measure_round(url, token, uploads, folder):
    """Reads alone; reads while the others press, and the others' answers by status: logins, uploads."""
    alone = measure_reads(url, token, folder)
    seen = multiprocessing.SimpleQueue()
    clients = multiprocessing.Process(target=press, args=(url, token, uploads, MIXED_S + 3, seen))
    clients.start()
    time.sleep(2)
    reads = measure_reads(url, token, folder)
    answers = seen.get()
    clients.join()
    return alone, reads, *answers


def tail(reads):
    return reads.p99_ms / reads.p50_ms


def measure_mixed(options, folder, limits, open_account, picture):
    command = [options.atelier, "serve", "--listen", "127.0.0.1:0", "--data", os.path.join(folder, "mixed"), "--no-worker"]
    with server(command, {**limits, "UPLOADS_PER_MINUTE": "100000"}) as (_, url, _):
        token, _ = open_account(url, 0)
        uploads = [json.dumps({"imageBase64": picture(1024, grey)}) for grey in range(0, 256, 8)]
        note(f"reads beside logins and uploads, {options.rounds} times")
        rounds = [measure_round(url, token, uploads, folder) for _ in range(options.rounds)]
    alone = sorted((one[0] for one in rounds), key=tail)[len(rounds) // 2]
    _, reads, logins, _ = sorted(rounds, key=lambda one: tail(one[1]))[len(rounds) // 2]
    fine = all(200 in one[2] and one[3].keys() == {201} for one in rounds)
    per_second = sum(logins.values()) / (MIXED_S + 3)
    yield Figure(f"reads beside {per_second:.0f} logins/s and {UPLOADS_PER_S} uploads/s", "p99 <= 3 x p50", rate(reads),
                 f"{tail(reads):.2f}", fine and reads.p99_ms <= 3 * reads.p50_ms)
    yield Figure("the same reads alone", "for comparison", rate(alone), f"{tail(alone):.2f}", True)
    yield Figure("the same: logins let in", "for comparison", f"{logins.get(200, 0)} of {sum(logins.values())}", "", True)
