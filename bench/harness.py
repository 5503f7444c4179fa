"""What the benchmarks share: servers that are run and asked, load by wrk, and figures."""
import contextlib
import dataclasses
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CONNECTIONS = 32


@dataclasses.dataclass
class Figure:
    name: str
    target: str
    measured: str
    ratio: str
    reached: bool


@dataclasses.dataclass
class Load:
    """What one run of wrk saw."""
    per_second: float
    p50_ms: float
    p99_ms: float
    cpu_us: float  # of the server, for each request


def note(text):
    print(f"[bench] {text}", file=sys.stderr, flush=True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def call(method, url, token=None, body=None):
    request = urllib.request.Request(url, method=method)
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    if body is not None:
        request.add_header("Content-Type", "application/json")
        body = json.dumps(body).encode()
    try:
        with urllib.request.urlopen(request, body, timeout=60) as answer:
            return answer.read()
    except urllib.error.HTTPError as error:
        sys.exit(f"{method} {url}: {error.code} {error.read().decode(errors='replace')}")


@contextlib.contextmanager
def server(command, environment=None, log=None):
    """Runs `command` until it says where it listens; yields (process, url, seconds until the first answer)."""
    begun = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log or subprocess.DEVNULL, text=True,
                               env={**os.environ, **(environment or {})})
    try:
        line = process.stdout.readline()
        if "listening on " not in line:
            sys.exit(f"{command[0]} did not start; it said {line!r}" + (f", log: {log.name}" if log else ""))
        url = line.split("listening on ")[1].strip()
        wait_for_answer(url)
        yield process, url, time.monotonic() - begun
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for_answer(url):
    """Any status will do; urllib would need longer to be imported than the server to start."""
    host, port = url.removeprefix("http://").split(":")
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection((host, int(port)), 1) as connection:
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            if connection.recv(64).startswith(b"HTTP/1.1 "):
                return
    sys.exit(f"{url} did not answer")


def cpu_seconds(pid):
    """User and system time of the process."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def load(url, lines, folder, seconds, pid=None, connections=CONNECTIONS, pace_ms=0):
    """wrk's figures for requests made of `lines` (bench/http/load.lua), and the processor time of the server `pid`."""
    file = os.path.join(folder, "requests.txt")
    with open(file, "w", encoding="utf-8") as out:
        out.write("\n".join(lines) + "\n")
    before = cpu_seconds(pid) if pid else 0
    scripts = os.path.join(ROOT, "bench/http")
    script = os.path.join(scripts, "steady.lua" if pace_ms else "load.lua")
    output = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", script, url, "--", file], capture_output=True, text=True,
        check=True, env={**os.environ, "LOAD_LUA": os.path.join(scripts, "load.lua"), "PACE_MS": str(pace_ms)}).stdout
    seen = json.loads(output.splitlines()[-1])
    if seen["refused"] or seen["broken"] or not seen["requests"]:
        sys.exit(f"{url}: {seen['refused']} of {seen['requests']} requests refused, {seen['broken']} broken")
    spent = cpu_seconds(pid) - before if pid else 0
    return Load(seen["requests"] / seen["seconds"], seen["p50_ms"], seen["p99_ms"], 1e6 * spent / seen["requests"])


def median(loads):
    return Load(*(statistics.median(getattr(one, field.name) for one in loads) for field in dataclasses.fields(Load)))


def rate(seen):
    return f"{seen.per_second:,.0f}/s  p50 {seen.p50_ms:.2f} ms  p99 {seen.p99_ms:.2f} ms"
