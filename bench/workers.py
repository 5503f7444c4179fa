"""Try-ons from request to stored result with one, two and four workers, scaled out, and what the processors did
meanwhile: where more workers help no more."""
import base64
import contextlib
import json
import os
import subprocess
import sys
import time
import urllib.request

from harness import Figure, call, cpu_seconds, free_port, note, server
from peers import PASSWORD, SECRET, databases

WORKERS = (1, 2, 4)
SIDE, JOBS, USERS = 512, 120, 12
KEY = "bfl_key_of_the_bench"


@contextlib.contextmanager
def worker(options, settings, log):
    with subprocess.Popen([options.atelier, "worker"], stdout=subprocess.PIPE, stderr=log, text=True,
                          env={**os.environ, **settings}) as process:
        try:
            if (line := process.stdout.readline()) != "worker ready\n":
                sys.exit(f"a worker did not start; it said {line!r}, log: {log.name}")
            yield process
        finally:
            process.terminate()


@contextlib.contextmanager
def processes(options, folder, databases_of_round, limits, workers):
    """serve and workers on one emulator that is ready at once; yields (url, url of the emulator, {name: process ids})."""
    listen = f"127.0.0.1:{free_port()}"
    with contextlib.ExitStack() as stack:
        emulator, provider, _ = stack.enter_context(
            server([options.atelier, "emulator", "--listen", "127.0.0.1:0", "--latency-ms", "0"]))
        call("POST", f"{provider}/_emulator/settings", None, {"maxActive": 100_000, "credits": 1e9})
        # One image thread each: a worker that takes all processors would leave a second one nothing.
        settings = {**limits, **SECRET, **databases_of_round, "BFL_BASE_URL": provider, "BFL_API_KEY": KEY, "BFL_WEBHOOKS": "on",
                    "BFL_MAX_ACTIVE": "1000", "PUBLIC_URL": f"http://{listen}", "ATELIER_DATA_DIR": folder, "IMAGE_THREADS": "1"}
        log = stack.enter_context(open(os.path.join(folder, "workers.log"), "a", encoding="utf-8"))
        serve, url, _ = stack.enter_context(
            server([options.atelier, "serve", "--listen", listen, "--no-worker"], settings, log))
        own = [stack.enter_context(worker(options, settings, log)) for _ in range(workers)]
        yield url, provider, {"workers": [process.pid for process in own], "emulator": [emulator.pid], "serve": [serve.pid]}


def drawn(provider, prompt):
    """A picture of the emulator's, base64."""
    request = urllib.request.Request(f"{provider}/v1/flux-pro-1.1", json.dumps({"prompt": prompt, "width": SIDE, "height": SIDE}).encode(),
                                     {"x-key": KEY, "content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        polling_url = json.load(answer)["polling_url"]
    while (task := json.loads(call("GET", polling_url)))["status"] != "Ready":
        time.sleep(0.02)
    return base64.b64encode(call("GET", task["result"]["sample"])).decode()


def open_accounts(url, provider):
    """Lines for POST /tryon, of one user each."""
    person = {"imageBase64": drawn(provider, "a woman, full body, standing, in a studio")}
    garment = {"imageBase64": drawn(provider, "a red wall"), "category": "upper_body"}
    posts = []
    for i in range(USERS):
        credentials = {"email": f"bench{i}@example.com", "password": PASSWORD}
        token = json.loads(call("POST", f"{url}/auth/register", None, credentials))["accessToken"]
        model, worn = (json.loads(call("POST", f"{url}/{kind}/upload", token, body))["id"]
                       for kind, body in (("models", person), ("garments", garment)))
        posts.append(f"{token} " + json.dumps({"modelId": model, "garmentId": worn}))
    return posts


def run(url, posts):
    """Seconds from the first request until the last job has ended, well."""
    tokens = {post.split(" ", 1)[0] for post in posts}
    before = {token: credits_of(url, token)["creditsLeft"] for token in tokens}
    begun = time.monotonic()
    for i in range(JOBS):
        token, body = posts[i % len(posts)].split(" ", 1)
        call("POST", f"{url}/tryon", token, json.loads(body))
    deadline = begun + 300
    while any(credits_of(url, token)["creditsHeld"] for token in tokens):
        if time.monotonic() > deadline:
            sys.exit("the try-ons did not end")
        time.sleep(0.05)
    took = time.monotonic() - begun
    spent = {before[token] - credits_of(url, token)["creditsLeft"] for token in tokens}
    if len(spent) != 1 or min(spent) <= 0:
        sys.exit(f"not all try-ons went well: the users spent {spent} credits")
    return took


def credits_of(url, token):
    return json.loads(call("GET", f"{url}/credits/balance", token))


def measure_workers(options, folder, limits):
    with databases(folder) as urls:
        alone = None
        for workers in WORKERS:
            note(f"{JOBS} try-ons, {workers} {'worker' if workers == 1 else 'workers'}")
            data = os.path.join(folder, f"workers{workers}")
            os.makedirs(data)
            of_round = {**urls, "MONGODB_URI": f"{urls['MONGODB_URI']}/workers{workers}", "QUEUE_PREFIX": f"workers{workers}"}
            with processes(options, data, of_round, limits, workers) as (url, provider, pids):
                posts = open_accounts(url, provider)
                before = {name: sum(map(cpu_seconds, of)) for name, of in pids.items()}
                took = run(url, posts)
                busy = {name: (sum(map(cpu_seconds, of)) - before[name]) / took for name, of in pids.items()}
            alone = alone or took
            shares = ", ".join(f"{name} {share:.2f}" for name, share in busy.items())
            yield Figure(f"try-ons end to end, {SIDE} px, {workers} {'worker' if workers == 1 else 'workers'}", "for comparison",
                         f"{JOBS / took:.1f} jobs/s; processors: {shares}", f"{alone / took:.2f}", True)
