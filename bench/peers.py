"""Atelier beside the Node service in bench/peer, in turn: embedded, each on a SQLite file, and scaled out, both on the
same MongoDB and Redis."""
import contextlib
import json
import os
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
import uuid

from harness import ROOT, Figure, call, free_port, load, median, note, rate, server

PEER = os.path.join(ROOT, "bench/peer")
ACCOUNTS = 128  # they are opened anew each round
PASSWORD = "a long enough sentence"
SECRET = {"JWT_SECRET": "one-secret-for-both-in-this-run-only"}
# What is accepted, and read, at least so many times as often.
TARGETS = {"embedded": {"balance": 8, "tryon": 4}, "scaled out": {"balance": 8, "tryon": 3}}


def install():
    if os.path.isdir(os.path.join(PEER, "node_modules")):
        return
    note("npm ci of the peer; its SQLite is compiled, which takes minutes")
    headers = {"npm_config_nodedir": "/usr"} if os.path.isdir("/usr/include/node") else {}
    subprocess.run(["npm", "ci", "--silent", "--no-audit", "--no-fund"], cwd=PEER, check=True, env={**os.environ, **headers})


@contextlib.contextmanager
def databases(folder):
    """A MongoDB and a Redis of this run's own; yields the settings that name them. The MongoDB has memory for what all
    rounds accept: collecting garbage is not what is compared."""
    mongo = os.path.join(ROOT, "tests/support/mongo/start")
    redis = ["redis-server", "--port", str(port := free_port()), "--save", "", "--appendonly", "yes",
             "--appendfsync", "everysec", "--dir", folder]
    with subprocess.Popen([mongo, "0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                          env={"ATELIER_TEST_MONGODB_HEAP": "3g", **os.environ}) as documents, \
            subprocess.Popen(redis, stdout=subprocess.DEVNULL) as queue:
        try:
            line = documents.stdout.readline()
            if "listening on " not in line:
                sys.exit(f"{mongo} did not start; it said {line!r}")
            yield {"MONGODB_URI": f"mongodb://{line.split('listening on ')[1].strip()}",
                   "REDIS_URL": f"redis://127.0.0.1:{port}"}
        finally:
            documents.kill()
            queue.kill()


def answer(method, url, token=None, body=None):
    """(status, names of the answer's fields, some of their values)."""
    request = urllib.request.Request(url, None if body is None else json.dumps(body).encode(),
                                     {"content-type": "application/json"}, method=method)
    if token:
        request.add_header("authorization", f"Bearer {token}")
    try:
        with urllib.request.urlopen(request, timeout=60) as got:
            status, fields = got.status, json.load(got)
    except urllib.error.HTTPError as error:
        status, fields = error.code, json.load(error)
    return status, {name: fields.get(name) for name in ("code", "creditsHeld", "kind", "status") if status < 300 or name == "code"}


def answers(url, tryon):
    """What a service says to good and bad requests; of equal services the same."""
    fresh = {"email": f"{uuid.uuid4()}@example.com", "password": PASSWORD}
    token = json.loads(call("POST", f"{url}/auth/register", None, fresh))["accessToken"]
    owner, body = tryon.split(" ", 1)
    return [answer("POST", f"{url}/auth/register", None, fresh),
            answer("POST", f"{url}/auth/login", None, fresh),
            answer("POST", f"{url}/auth/login", None, {**fresh, "password": "not this one at all"}),
            answer("GET", f"{url}/credits/balance", token),
            answer("GET", f"{url}/credits/balance", "no.such.token"),
            answer("GET", f"{url}/credits/balance"),
            answer("POST", f"{url}/tryon", owner, {**json.loads(body), "numSamples": 2}),
            answer("POST", f"{url}/tryon", owner, {**json.loads(body), "numSamples": 5}),
            answer("POST", f"{url}/tryon", owner, {}),
            answer("POST", f"{url}/tryon", owner, {**json.loads(body), "modelId": str(uuid.uuid4())}),
            answer("POST", f"{url}/tryon", owner, {**json.loads(body), "garmentId": str(uuid.uuid4())}),
            answer("POST", f"{url}/tryon", token, json.loads(body)),
            answer("POST", f"{url}/models/upload", token, {"imageBase64": "bm8gcGljdHVyZQ=="}),
            answer("POST", f"{url}/tryon", None, json.loads(body))]


def measure_side(url, accounts, rounds, whose, folder, seconds):
    gets, posts = accounts
    load(f"{url}/credits/balance", gets, folder, 1)  # warm
    rounds[whose, "balance"].append(load(f"{url}/credits/balance", gets, folder, seconds))
    rounds[whose, "tryon"].append(load(f"{url}/tryon", posts, folder, seconds))
    return answers(url, posts[0])


def compare(options, folder, serve, open_accounts, mode, settings):
    """Rounds of both with fresh data each: what is accepted makes tables grow. `settings(whose, i)` are a round's."""
    rounds = {(whose, what): [] for whose in ("ours", "peer") for what in ("balance", "tryon")}
    alike = True
    warm = 1 if mode == "scaled out" else 0  # a first round for the databases: that MongoDB is compiled as it runs
    for i in range(warm + options.rounds):
        note(f"round {i + 1} of {warm + options.rounds}, {mode}, with the peer")
        data = os.path.join(folder, "ours")
        with serve(options, data, folder, **SECRET, **settings("ours", i)) as (url, _):
            ours = measure_side(url, open_accounts(url, ACCOUNTS), rounds, "ours", folder, options.seconds)
        shutil.rmtree(data, ignore_errors=True)
        os.makedirs(pictures := os.path.join(folder, "pictures"), exist_ok=True)
        with server(["node", os.path.join(PEER, "server.mjs"), "0"],
                    {**SECRET, "NODE_ENV": "production", "PICTURES": pictures, **settings("peer", i)}) as (_, url, _):
            peer = measure_side(url, open_accounts(url, ACCOUNTS), rounds, "peer", folder, options.seconds)
        if ours != peer:
            alike = False
            note(f"the peer does not answer as we do:\n  {ours}\n  {peer}")
    yield Figure(f"{mode}: the peer answers as we do", "all", f"{len(ours)} requests", "", alike)
    for what, least in TARGETS[mode].items():
        ours, peers = median(rounds["ours", what][warm:]), median(rounds["peer", what][warm:])
        ratio = ours.per_second / peers.per_second
        yield Figure(f"{what} {mode}, the Express peer", "= 1", rate(peers), "1.00", True)
        yield Figure(f"{what} {mode}, Atelier", f">= {least}", rate(ours), f"{ratio:.2f}", ratio >= least)


def measure_peers(options, folder, serve, open_accounts):
    install()

    def on_files(whose, i):
        return {"SQLITE_FILE": os.path.join(folder, f"peer{i}.db")} if whose == "peer" else {}
    yield from compare(options, folder, serve, open_accounts, "embedded", on_files)
    with databases(folder) as urls:
        def on_servers(whose, i):
            return {**urls, "MONGODB_URI": f"{urls['MONGODB_URI']}/{whose}{i}"}
        yield from compare(options, folder, serve, open_accounts, "scaled out", on_servers)
