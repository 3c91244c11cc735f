"""Many small files at once: more events than the kernel's queue holds. Each is claimed once.

Usage: burst.py PROGRAMS [--files N]
"""

import argparse
import os
import signal
import sqlite3
import time

from appliance import Appliance, table

parser = argparse.ArgumentParser()
parser.add_argument("programs")
parser.add_argument("--files", type=int, default=20_000)
options = parser.parse_args()

appliance = Appliance(options.programs, settle="1s", settle_in_place="2s")
appliance.add_account()
appliance.start()
inbox = appliance.folder("inbox")
appliance.until("the inbox is watched", lambda: inbox.stat().st_ino in appliance.watches())
# The reader is held while they come, so that the queue overflows for certain.
os.kill(appliance.process.pid, signal.SIGSTOP)
begin = time.monotonic()
for number in range(options.files):
    (inbox / f"{number}.mp4").write_bytes(b"x")
made = time.monotonic() - begin
os.kill(appliance.process.pid, signal.SIGCONT)
begin = time.monotonic()
appliance.until("all are claimed", lambda: not appliance.names("inbox"), seconds=900, pause=0.1)
claimed = time.monotonic() - begin
memory = appliance.memory()
ledger = sqlite3.connect(appliance.state / "ledger.sqlite")
rows, names = ledger.execute("SELECT count(*), count(DISTINCT dropPath) FROM job").fetchone()
has_overflown = "the kernel's queue of events" in appliance.log.read_text()
appliance.kill()
table([
    ("files", options.files), ("made in, s", round(made, 1)), ("claimed in, s", round(claimed, 1)), ("jobs", rows),
    ("the queue has overflown", "yes" if has_overflown else "no"),
    ("different drops", names), ("memory, MiB", f"{memory[0]:.0f}, at most {memory[1]:.0f}"),
])
appliance.remove()
raise SystemExit(0 if has_overflown and rows == names == options.files else 1)
