"""What many idle event streams cost."""
import asyncio
import json
import os
import resource
import sys
import time
import urllib.parse

from harness import Figure, call, note, server

STREAMS, OPEN_AT_ONCE, STREAM_IDLE_S = 10_000, 200, 20


def memory_mib(pid, name):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        line = next(line for line in file if line.startswith(f"{name}:"))
    return int(line.split()[1]) / 1024


async def open_stream(at_once, address, request):
    async with at_once:
        reader, writer = await asyncio.open_connection(*address)
        writer.write(request)
        seen = await asyncio.wait_for(reader.readuntil(b": connected\n\n"), 60)
        if not seen.startswith(b"HTTP/1.1 200 "):
            sys.exit(f"an event stream was refused: {seen[:200]!r}")
        return reader, writer


async def hold_streams(url, token, job, then):
    """Opens STREAMS streams, calls `then` while they are idle, and ends the job: every stream must say so."""
    address = (urllib.parse.urlsplit(url).hostname, urllib.parse.urlsplit(url).port)
    request = (f"GET /jobs/{job}/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
               "Accept: text/event-stream\r\n\r\n").encode()
    at_once = asyncio.Semaphore(OPEN_AT_ONCE)
    streams = await asyncio.gather(*(open_stream(at_once, address, request) for _ in range(STREAMS)))
    await asyncio.sleep(STREAM_IDLE_S)  # a ping has gone to each
    then()
    begun = time.monotonic()
    await asyncio.to_thread(call, "DELETE", f"{url}/tryon/{job}", token)
    rest = await asyncio.gather(*(asyncio.wait_for(reader.readuntil(b"\r\n0\r\n\r\n"), 60) for reader, _ in streams))
    took = time.monotonic() - begun
    for _, writer in streams:
        writer.close()
    return sum(b"event: end\n" in text for text in rest), took


def measure_streams(options, folder, limits, open_account):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < STREAMS + 1000:
        note(f"streams are left out: only {hard} open files are allowed here")
        return
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 2 * STREAMS)), hard))
    seen = {}
    command = [options.atelier, "serve", "--listen", "127.0.0.1:0", "--data", os.path.join(folder, "streams"), "--no-worker"]
    with server(command, limits) as (process, url, _):
        token, body = open_account(url, 0)
        job = json.loads(call("POST", f"{url}/tryon", token, json.loads(body.split(" ", 1)[1])))["id"]
        note(f"opening {STREAMS:,} event streams")
        ended, took = asyncio.run(hold_streams(url, token, job,
                                               lambda: seen.update(rss=memory_mib(process.pid, "VmRSS"))))
    yield Figure(f"{STREAMS:,} idle event streams, memory of serve", "<= 200 MiB", f"{seen['rss']:.0f} MiB",
                 f"{seen['rss'] / 200:.2f}", seen["rss"] <= 200)
    yield Figure("the same: told of the end", "all", f"{ended:,} in {took:.1f} s", "", ended == STREAMS)
