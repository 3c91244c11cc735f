#!/usr/bin/env python3
"""Fills the queue with letters and measures how they drain into a mail server on loopback.

Usage: mail.py SOUNDSPOOL [--letters 10000] [--connections 2] [--any-pace]

SOUNDSPOOL is the built program. The letters are written into its ledger as jobs that ended would queue them; then it
serves, and a mail server that takes whatever comes counts them. Prints a row for each tenth: its rate, and the
service's resident memory. Ends with 1 unless each letter arrived once, over no more connections than allowed, memory
grew by at most 8 MiB after the second tenth, and no tenth was slower than half of the median one. `--any-pace` leaves
out the last, for tests on machines that do other things too.
"""

import argparse
import asyncio
import collections
import pathlib
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

# MiB that the service may grow by, once it has what it needs.
MOST_GROWTH = 8
# Seconds for a tenth: only there to end a measurement that would hang.
LONGEST_TENTH = 300


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
    log = scratch / "service.log"
    with log.open("wb") as errors:
        # Into a file: a pipe that nobody reads would stop the service once it is full.
        service = subprocess.Popen(program + ["serve", "--config", configuration, "--log-level", "warning"], stderr=errors)
    try:
        tenths = await drain(server, service, options.letters)
        await asyncio.sleep(1)
    finally:
        service.terminate()
        # Not in this thread: the server still has to answer QUIT.
        await asyncio.to_thread(service.wait)
    complaints = judge(tenths, server, options)
    if complaints and log.stat().st_size:
        print("The service said:", log.read_text(errors="replace")[-2000:], sep="\n", file=sys.stderr)
    return complaints


async def drain(server, service, letters):
    """Prints and returns a row for each tenth: letters, seconds so far, letters a second, MiB."""
    row = "| {:>7} | {:>7} | {:>9} | {:>12} |"
    print(row.format("letters", "seconds", "letters/s", "resident MiB"))
    print(row.format("---:", "---:", "---:", "---:"), flush=True)
    begin = last = time.monotonic()
    tenths = []
    for goal in [letters * tenth // 10 for tenth in range(1, 11)]:
        count = goal - (tenths[-1][0] if tenths else 0)
        while server.taken.total() < goal:
            if service.poll() is not None or time.monotonic() - last > LONGEST_TENTH:
                return tenths
            await asyncio.sleep(0.005)
        now = time.monotonic()
        tenths.append((goal, now - begin, count / (now - last), resident(service.pid)))
        print(row.format(goal, *(f"{figure:.{digits}f}" for figure, digits in zip(tenths[-1][1:], (1, 0, 1)))), flush=True)
        last = now
    return tenths


def judge(tenths, server, options):
    """What is not as it should be."""
    once = sum(1 for count in server.taken.values() if count == 1)
    print(f"{once} of {options.letters} arrived once, over {server.connections} connections")
    if len(tenths) < 10:
        return [f"only {server.taken.total()} letters came: the service ended, or a tenth took {LONGEST_TENTH} s"]
    rates = [rate for _, _, rate, _ in tenths]
    growth = max(memory for _, _, _, memory in tenths[2:]) - tenths[1][3]
    pace = min(rates) / statistics.median(rates)
    print(f"memory grew by {growth:.1f} MiB after the second tenth; the slowest tenth had {pace:.2f} of the median rate")
    complaints = []
    if once != options.letters or len(server.taken) != once:
        complaints.append("not every letter arrived once")
    if server.connections > options.connections:
        complaints.append(f"there were more than {options.connections} connections")
    if growth > MOST_GROWTH:
        complaints.append(f"memory grew by more than {MOST_GROWTH} MiB")
    if pace < 0.5 and not options.any_pace:
        complaints.append("a tenth was slower than half of the median one")
    return complaints


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--letters", type=int, default=10_000)
    parser.add_argument("--connections", type=int, default=2)
    parser.add_argument("--any-pace", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        complaints = asyncio.run(measure(options, pathlib.Path(scratch)))
    for complaint in complaints:
        print(f"mail.py: {complaint}", file=sys.stderr)
    return 1 if complaints else 0


sys.exit(main())
