#!/usr/bin/env python3
"""Fills the queue with letters and measures how they drain into a mail server on loopback.

Usage: mail.py SOUNDSPOOL [--letters 10000] [--connections 2]

SOUNDSPOOL is the built program. The letters are written into its ledger as jobs that ended would queue them; then it
serves, and a mail server that takes whatever comes counts them. Prints a line for each tenth: its rate, and the
service's resident memory. Ends with 1 unless each letter arrived once.
"""

import argparse
import asyncio
import collections
import pathlib
import re
import sqlite3
import subprocess
import sys
import tempfile
import time


class Server:
    """A mail server that takes everything and remembers the Message-IDs."""

    def __init__(self):
        self.taken = collections.Counter()
        self.connections = 0

    async def serve(self, reader, writer):
        self.connections += 1
        writer.write(b"220 bench\r\n")
        try:
            while line := await reader.readline():
                verb = line[:4].upper()
                if verb == b"DATA":
                    writer.write(b"354 go ahead\r\n")
                    message = await reader.readuntil(b"\r\n.\r\n")
                    self.taken[re.search(rb"^Message-ID: (.*)\r$", message, re.M).group(1)] += 1
                writer.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 fine\r\n")
                if verb == b"QUIT":
                    break
        except ConnectionError:
            pass
        writer.close()


def fill(ledger, count):
    now = time.time()
    with sqlite3.connect(ledger) as database:
        (account,) = database.execute("SELECT id FROM account").fetchone()
        for number in range(1, count + 1):
            database.execute(
                "INSERT INTO letter (id, token, channel, account, accountName, recipient, isOpen, created, since)"
                " VALUES (?, ?, 'mail', ?, 'ada', 'ada@example.org', 0, ?, ?)",
                (number, f"job-{number}-bench", account, now, now),
            )
            database.execute(
                "INSERT INTO letterItem (letter, kind, job, dropPath, output, duration, created)"
                " VALUES (?, 'completed', ?, ?, ?, 596.5, ?)",
                (number, number, f"films/{number}.mp4".encode(), f"films/{number}.mp3".encode(), now),
            )


def resident(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024


async def measure(options, scratch):
    server = Server()
    listener = await asyncio.start_server(server.serve, "127.0.0.1", 0, limit=1 << 20)
    port = listener.sockets[0].getsockname()[1]
    for name in ("root", "state"):
        (scratch / name).mkdir()
    configuration = scratch / "soundspool.yaml"
    configuration.write_text(
        f"root: {scratch}/root\nstate: {scratch}/state\n"
        "http: {listen: '127.0.0.1:0', publicURL: 'https://sound.example.org'}\n"
        f"mail: {{server: 'smtp://127.0.0.1:{port}', tls: none, connections: {options.connections}}}\n"
    )
    program = [options.program]
    subprocess.run(
        program + ["account", "add", "ada", "--email", "ada@example.org", "--config", configuration],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    fill(scratch / "state/ledger.sqlite", options.letters)
    service = subprocess.Popen(
        program + ["serve", "--config", configuration, "--log-level", "warning"], stderr=subprocess.PIPE
    )
    try:
        print("letters  seconds  letters/s  resident MiB", flush=True)
        begin = last = time.monotonic()
        step = max(1, options.letters // 10)
        for goal in range(step, options.letters + 1, step):
            while server.taken.total() < goal and service.poll() is None:
                await asyncio.sleep(0.005)
            now = time.monotonic()
            print(f"{goal:7} {now - begin:8.1f} {step / (now - last):10.0f} {resident(service.pid):13.1f}", flush=True)
            last = now
        await asyncio.sleep(1)
    finally:
        service.terminate()
        # Not in this thread: the server still has to answer QUIT.
        await asyncio.to_thread(service.wait)
    once = sum(1 for count in server.taken.values() if count == 1)
    print(f"{once} of {options.letters} arrived once, over {server.connections} connections")
    return once == options.letters and server.connections <= options.connections


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--letters", type=int, default=10_000)
    parser.add_argument("--connections", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        return 0 if asyncio.run(measure(options, pathlib.Path(scratch))) else 1


sys.exit(main())
