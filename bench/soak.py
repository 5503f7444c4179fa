#!/usr/bin/env python3
"""Jobs at a steady rate for a long time on the scaled-out set: memory and the keys in Redis must not grow with it.

    make soak ARGS="--minutes 30 --per-second 50"

serve and two workers on MongoDB and Redis, an emulator that is ready at once. A line a minute; exit code 1 when one of the
processes, or Redis, has grown by more than GROWTH since the first third of the time, a job was refused or did not end well,
or they were taken on more slowly than asked.
"""
import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time

from harness import ROOT, call, free_port, server
from peers import PASSWORD, PEER, SECRET, databases, install
from streams import memory_mib
from workers import KEY, worker

USERS, SENDERS, WORKERS, PRICE, GROWTH = 10, 4, 2, 4, 1.15
LIMITS = {"MAX_ACTIVE_JOBS_PER_USER": "100000", "SIGNUP_CREDITS": "1000000", "RATE_LIMIT_PER_MINUTE": "1000000",
          "REGISTRATIONS_PER_HOUR": "0", "ACCESS_TOKEN_TTL": "1d", "BFL_WEBHOOKS": "on", "BFL_MAX_ACTIVE": "1000", "BFL_API_KEY": KEY}


# mongo-java-server uses an index only for queries of exactly its fields, and only a unique one: without this each change of a
# job, found by id and version, looks at all jobs. MongoDB finds it by the id.
INDEX = """const client = await new (require('mongodb').MongoClient)(process.argv[1]).connect();
await client.db('soak').collection('jobs').createIndex({ _id: 1, version: 1 }, { unique: true });
await client.close();"""


@contextlib.contextmanager
def the_set(atelier, folder):
    """Yields (url, url of Redis, {name: process id})."""
    with contextlib.ExitStack() as stack:
        os.environ["ATELIER_TEST_MONGODB_HEAP"] = "6g"  # 20 KiB for a job and what belongs to it
        urls = stack.enter_context(databases(folder))
        log = stack.enter_context(open(os.path.join(folder, "soak.log"), "w", encoding="utf-8"))
        _, provider, _ = stack.enter_context(server([atelier, "emulator", "--listen", "127.0.0.1:0", "--latency-ms", "0"]))
        call("POST", f"{provider}/_emulator/settings", None, {"pictures": "tiny", "maxActive": 100_000, "credits": 1e9})
        listen = f"127.0.0.1:{free_port()}"
        settings = {**LIMITS, **SECRET, **urls, "MONGODB_URI": f"{urls['MONGODB_URI']}/soak", "BFL_BASE_URL": provider,
                    "PUBLIC_URL": f"http://{listen}", "ATELIER_DATA_DIR": os.path.join(folder, "data")}
        serve, url, _ = stack.enter_context(server([atelier, "serve", "--listen", listen, "--no-worker"], settings, log))
        options = argparse.Namespace(atelier=atelier)
        subprocess.run(["node", "-e", f"(async () => {{ {INDEX} }})()", urls["MONGODB_URI"]], cwd=PEER, check=True)
        own = [stack.enter_context(worker(options, settings, log)) for _ in range(WORKERS)]
        yield url, urls["REDIS_URL"], {"serve": serve.pid} | {f"worker {i + 1}": process.pid for i, process in enumerate(own)}


def redis(url, *words):
    return subprocess.run(["redis-cli", "-u", url, *words], capture_output=True, text=True, check=True).stdout


def look(redis_url, pids):
    """{what: size}: MiB of each process and of Redis, and its keys."""
    memory = next(line for line in redis(redis_url, "info", "memory").splitlines() if line.startswith("used_memory:"))
    return {name: memory_mib(pid, "VmRSS") for name, pid in pids.items()} | {
        "Redis": int(memory.split(":")[1]) / 2**20, "keys": int(redis(redis_url, "dbsize").split()[-1])}


class Load:
    """Jobs in turn for every user, from threads of their own, until stopped."""

    def __init__(self, url, per_second):
        self.url, self.per_second, self.counts, self.refused = url, per_second, [0] * SENDERS, []
        credentials = [{"email": f"soak{i}@example.com", "password": PASSWORD} for i in range(USERS)]
        self.tokens = [json.loads(call("POST", f"{url}/auth/register", None, each))["accessToken"] for each in credentials]
        self.stopped = threading.Event()
        self.threads = [threading.Thread(target=self.run, args=[i]) for i in range(SENDERS)]
        for each in self.threads:
            each.start()

    @property
    def sent(self):
        return sum(self.counts)

    def run(self, sender):
        begun, pause = time.monotonic(), SENDERS / self.per_second
        while not self.stopped.wait(max(0.0, begun + self.counts[sender] * pause - time.monotonic())):
            token = self.tokens[(self.counts[sender] * SENDERS + sender) % USERS]
            try:
                call("POST", f"{self.url}/models/generate", token, {"prompt": "a person", "width": 256, "height": 256})
            except OSError as error:  # an answer of 4xx or 5xx, or none
                self.refused.append(error)
                print(f"not accepted: {error}", flush=True)
            self.counts[sender] += 1

    def balances(self):
        return [json.loads(call("GET", f"{self.url}/credits/balance", token)) for token in self.tokens]

    def finish(self):
        """True when all jobs have ended, and well."""
        self.stopped.set()
        for each in self.threads:
            each.join()
        deadline = time.monotonic() + 60
        while any(one["creditsHeld"] for one in self.balances()) and time.monotonic() < deadline:
            time.sleep(0.2)
        spent = sum(int(LIMITS["SIGNUP_CREDITS"]) - one["creditsLeft"] for one in self.balances())
        accepted = self.sent - len(self.refused)
        print(f"{accepted} jobs, {len(self.refused)} refused, {spent} credits spent of {PRICE * accepted}")
        return not self.refused and spent == PRICE * accepted


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--minutes", type=int, default=30)
    parser.add_argument("--per-second", type=float, default=50)
    options = parser.parse_args()
    if options.minutes < 1 or not 0 < options.per_second <= 1000:
        parser.error("--minutes must be a whole number from 1, --per-second more than 0 and at most 1000")
    install()
    with tempfile.TemporaryDirectory(prefix="soak-", dir=os.path.join(ROOT, "build")) as folder, \
            the_set(shutil.copy(os.path.join(ROOT, "build/release/atelier"), folder), folder) as (url, redis_url, pids):
        load = Load(url, options.per_second)
        seen = []
        for minute in range(1, options.minutes + 1):
            time.sleep(60)
            seen.append(look(redis_url, pids))
            sizes = "  ".join(f"{name} {size:,.0f}{'' if name == 'keys' else ' MiB'}" for name, size in seen[-1].items())
            print(f"minute {minute}: {load.sent} jobs  {sizes}", flush=True)
        wanted = options.minutes * 60 * options.per_second
        if not (fast := load.sent >= 0.95 * wanted):
            print(f"only {load.sent} of {wanted:.0f} jobs were taken on in the time")
        well = load.finish() and fast
    settled = seen[len(seen) // 3]
    grown = {name: size / settled[name] for name, size in seen[-1].items() if size > settled[name] * GROWTH}
    for name, ratio in grown.items():
        print(f"{name} grew {ratio:.2f} times since minute {len(seen) // 3 + 1}")
    return 0 if well and not grown else 1


sys.exit(main())
