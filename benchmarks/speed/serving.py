"""What `event-search serve` answers while a writer publishes.

    python benchmarks/speed/serving.py ARCHIVE.jsonl [--seconds 60] [--rate 200] [--clients 8]

A server is started over an index of the archive. Clients ask for searches, lists, reasons and pages
at a steady rate in all, each over one connection; a writer adds an event and publishes every five
seconds. Printed are errors, latencies in ms as clients see them, the CPU seconds and the memory of
the server, and the load of the machine, without which no figure means anything.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

import httpx
import psutil

PORT = 8_765
WRITE_EVERY = 5.0  # seconds
WORDS = "earthquake election president army storm court minister trade football climate".split()


def addresses(ids: list[str], rng: random.Random) -> str:
    kind = rng.random()
    one, other = rng.choice(ids), rng.choice(ids)
    if kind < 0.5:
        words = " ".join(rng.sample(WORDS, 2))
        return f"/search?q={quote(words)}" if kind < 0.35 else f"/?q={quote(words)}"
    if kind < 0.8:
        return f"/related/{quote(one)}" if kind < 0.65 else f"/event/{quote(one)}?id=1"
    if kind < 0.9:
        return f"/why?a={quote(one)}&b={quote(other)}"
    return f"/search?q={quote(rng.choice(WORDS))}&years=1&sources=1"


async def client(
    ids: list[str], seed: int, gap: float, until: float, took: list[float], wrong: list[str]
) -> None:
    rng = random.Random(seed)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{PORT}", timeout=30) as http:
        due = time.monotonic() + rng.random() * gap
        while due < until:
            await asyncio.sleep(max(due - time.monotonic(), 0))
            address = addresses(ids, rng)
            begun = time.perf_counter()
            try:
                answer = await http.get(address)
                if answer.status_code != 200:
                    wrong.append(f"{answer.status_code} {address} {answer.text[:200]}")
            except httpx.HTTPError as error:
                wrong.append(f"{error!r} {address}")
            took.append((time.perf_counter() - begun) * 1000)
            due += gap


async def writer(archive: Path, index: Path, until: float, runs: list[float]) -> None:
    number = 0
    while time.monotonic() < until:
        due = time.monotonic() + WRITE_EVERY
        number += 1
        event = {"id": f"new-{number}", "date": "2018-07-01", "title": f"An event number {number}."}
        with archive.open("a", encoding="utf-8") as file:
            file.write(json.dumps(event) + "\n")
        begun = time.perf_counter()
        words = [sys.executable, "-m", "search", "index", str(archive), "--index", str(index)]
        process = await asyncio.create_subprocess_exec(*words, stderr=subprocess.DEVNULL)
        if await process.wait() == 0:
            runs.append(time.perf_counter() - begun)
        await asyncio.sleep(max(due - time.monotonic(), 0))


async def run(ids: list[str], archive: Path, index: Path, wanted: argparse.Namespace) -> None:
    words = [sys.executable, "-m", "search", "serve", "--port", str(PORT), "--index", str(index)]
    server = subprocess.Popen(words)
    seen = psutil.Process(server.pid)
    memory: list[int] = []
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{PORT}") as http:
            for _ in range(200):
                try:
                    await http.get("/health")
                    break
                except httpx.HTTPError:
                    await asyncio.sleep(0.2)
        until = time.monotonic() + wanted.seconds
        took: list[float] = []
        wrong: list[str] = []
        runs: list[float] = []
        gap = wanted.clients / wanted.rate

        async def watch() -> None:
            while time.monotonic() < until:
                memory.append(seen.memory_full_info().uss >> 20)
                await asyncio.sleep(5)

        before = seen.cpu_times()
        await asyncio.gather(
            watch(),
            writer(archive, index, until, runs),
            *(client(ids, n, gap, until, took, wrong) for n in range(wanted.clients)),
        )
        after = seen.cpu_times()
        took.sort()
        print(
            json.dumps(
                {
                    "answers": len(took),
                    "a second": round(len(took) / wanted.seconds, 1),
                    "errors": len(wrong),
                    "first errors": wrong[:3],
                    "ms": {
                        f"p{share}": round(took[min(len(took) * share // 100, len(took) - 1)], 1)
                        for share in (50, 90, 99, 100)
                    },
                    "generations published": len(runs),
                    "server CPU s": round(after.user + after.system - before.user - before.system),
                    "server MB of its own, every 5 s": memory,
                    "load average": os.getloadavg(),
                },
                indent=1,
            )
        )
    finally:
        server.terminate()
        server.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("archive", type=Path)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rate", type=float, default=200)
    parser.add_argument("--clients", type=int, default=8)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        archive, index = Path(place) / "a.jsonl", Path(place) / "index"
        shutil.copyfile(wanted.archive, archive)
        words = [sys.executable, "-m", "search", "index", str(archive), "--index", str(index)]
        subprocess.run(words, check=True)
        with archive.open(encoding="utf-8") as lines:
            ids = [json.loads(line)["id"] for line in lines]
        asyncio.run(run(ids, archive, index, wanted))


if __name__ == "__main__":
    main()
