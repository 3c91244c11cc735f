"""Ten thousand accounts' inboxes: how long the start takes, what it costs, and that each is watched.

Usage: accounts.py PROGRAMS [--accounts N] [--memory MIB]
"""

import argparse
import hashlib
import os
import pathlib
import shutil
import sqlite3
import time

from appliance import Appliance, table, video

parser = argparse.ArgumentParser()
parser.add_argument("programs")
parser.add_argument("--accounts", type=int, default=10_000)
# Generous: only what grows without bounds meets it.
parser.add_argument("--memory", type=int, default=1024)
options = parser.parse_args()

appliance = Appliance(options.programs)
appliance.add_account("first")
token = (appliance.folder("inbox", "first") / ".token").read_text().strip()
ledger = sqlite3.connect(appliance.state / "ledger.sqlite")
with ledger:
    for number in range(options.accounts):
        # As `account add` does, without the time that a password takes.
        name = f"a{number}"
        secret = "ssp_" + hashlib.sha256(name.encode()).hexdigest().translate(str.maketrans("0189", "ghij"))[:52]
        row = ledger.execute(
            "INSERT INTO account (name, email, preset, created) VALUES (?, ?, 'standard', 0)", (name, name + "@example.org"))
        ledger.execute(
            "INSERT INTO token (account, digest, label, created) VALUES (?, ?, 'first', 0)",
            (row.lastrowid, hashlib.sha256(secret.encode()).digest()))
        for place in ("inbox", "outbox", "failed", "done"):
            appliance.folder(place, name).mkdir(parents=True)
        token_file = appliance.folder("inbox", name) / ".token"
        token_file.write_text(secret)
        token_file.chmod(0o600)
ledger.close()


watched = lambda: len(appliance.watches())
source = video(appliance.directory / "source.mp4")
begin = time.monotonic()
appliance.start()
ready = time.monotonic() - begin
appliance.until("every inbox is watched", lambda: watched() > options.accounts, seconds=300, pause=0.1)
started = time.monotonic() - begin
watches = watched()
memory = appliance.memory()
usage = lambda: sum(int(value) for value in pathlib.Path(f"/proc/{appliance.process.pid}/stat").read_text()
                    .rsplit(")", 1)[1].split()[11:13]) / os.sysconf("SC_CLK_TCK")
# New accounts get their first STATUS.txt.
appliance.until("every STATUS.txt is written", lambda: all(
    (appliance.folder("outbox", f"a{number}") / "STATUS.txt").exists() for number in range(options.accounts)), pause=0.5)
told = time.monotonic() - begin
# A minute has one look at everything in it.
before = usage()
time.sleep(60)
idle = (usage() - before) / 60
last = f"a{options.accounts - 1}"
latencies = []
for name in ("a0", f"a{options.accounts // 2}", last):
    shutil.copyfile(source, appliance.directory / "x.part")
    os.rename(appliance.directory / "x.part", appliance.folder("inbox", name) / "film.mp4")
    begin = time.monotonic()
    appliance.until("it is claimed", lambda: not appliance.names("inbox", name), pause=0.002)
    latencies.append(time.monotonic() - begin)
    appliance.until("it is published", lambda: appliance.names("outbox", name) == ["film.mp3"])
appliance.stop()
table([
    ("accounts", options.accounts), ("start until ready, s", round(ready, 2)),
    ("start until every inbox is watched, s", round(started, 2)), ("watches", watches),
    ("memory, MiB", f"{memory[0]:.0f}, at most {memory[1]:.0f}"), ("until every STATUS.txt is written, s", round(told, 1)),
    ("CPU until then, s", round(before, 1)), ("CPU while idle, % of a core", round(100 * idle, 2)),
    ("drop to claim, ms (settle 50)", ", ".join(f"{1000 * value:.0f}" for value in latencies)),
])
appliance.remove()
raise SystemExit(0 if watches > options.accounts and memory[1] <= options.memory else 1)
