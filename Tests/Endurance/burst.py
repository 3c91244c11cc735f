"""Many small files at once: more events than the kernel's queue holds. Each is claimed once.

Usage: burst.py PROGRAMS [--files N]
"""

import argparse
import os
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
# The reader is held while they come, so that the queue overflows for certain.
os.kill(appliance.process.pid, 19)
begin = time.monotonic()
for number in range(options.files):
    (inbox / f"{number}.mp4").write_bytes(b"x")
made = time.monotonic() - begin
os.kill(appliance.process.pid, 18)
begin = time.monotonic()
appliance.until("all are claimed", lambda: not appliance.names("inbox"), seconds=900, pause=0.1)
claimed = time.monotonic() - begin
memory = appliance.memory()
ledger = sqlite3.connect(appliance.state / "ledger.sqlite")
rows, names = ledger.execute("SELECT count(*), count(DISTINCT dropPath) FROM job").fetchone()
appliance.kill()
table([
    ("files", options.files), ("made in, s", round(made, 1)), ("claimed in, s", round(claimed, 1)), ("jobs", rows),
    ("different drops", names), ("memory, MiB", f"{memory[0]:.0f}, at most {memory[1]:.0f}"),
])
appliance.remove()
raise SystemExit(0 if rows == names == options.files else 1)
