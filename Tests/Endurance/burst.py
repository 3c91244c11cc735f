"""Many small files at once: more events than the kernel's queue holds. Each is claimed once.

Usage: burst.py PROGRAMS [--files N] [--convert]

With --convert they are sounds, and it waits for the end of each: one MP3, one letter, one original put away.
"""

import argparse
import os
import signal
import sqlite3
import subprocess
import time

from appliance import Appliance, table

parser = argparse.ArgumentParser()
parser.add_argument("programs")
parser.add_argument("--files", type=int, default=20_000)
parser.add_argument("--convert", action="store_true")
options = parser.parse_args()

appliance = Appliance(options.programs, settle="1s", settle_in_place="2s")
appliance.add_account()
appliance.start()
inbox = appliance.folder("inbox")
appliance.until("the inbox is watched", lambda: inbox.stat().st_ino in appliance.watches())
content = b"x"
if options.convert:
    sound = appliance.directory / "sound.mp3"
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-f", "lavfi", "-i", "sine=d=0.2", sound], check=True)
    content = sound.read_bytes()
# The reader is held while they come, so that the queue overflows for certain.
os.kill(appliance.process.pid, signal.SIGSTOP)
begin = time.monotonic()
for number in range(options.files):
    (inbox / f"{number}.mp4").write_bytes(content)
made = time.monotonic() - begin
os.kill(appliance.process.pid, signal.SIGCONT)
begin = time.monotonic()
appliance.until("all are claimed", lambda: not appliance.names("inbox"), seconds=900, pause=0.1)
claimed = time.monotonic() - begin
memory = appliance.memory()
ledger = sqlite3.connect(appliance.state / "ledger.sqlite")
rows, names = ledger.execute("SELECT count(*), count(DISTINCT dropPath) FROM job").fetchone()
ends, is_right = [], rows == names == options.files
if options.convert:
    states = lambda: dict(ledger.execute("SELECT state, count(*) FROM job GROUP BY state").fetchall())
    appliance.until("all are published", lambda: states() == {"published": options.files}, seconds=3600, pause=1)
    appliance.until("the spool is empty", lambda: not appliance.spool(), seconds=600, pause=1)
    published = time.monotonic() - begin
    appliance.until("the last letter is out", lambda: not appliance.json("status")["letters"].get("queued"), pause=1)
    sounds, films = ({f"{number}.{kind}" for number in range(options.files)} for kind in ("mp3", "mp4"))
    outbox, done, letters = appliance.names("outbox"), appliance.names("done"), list(appliance.letters().values())
    is_right &= sorted(outbox) == sorted(letters) == sorted(sounds) and done == sorted(films)
    ends = [("published in, s", round(published, 1)), ("MP3s", len(outbox)), ("originals put away", len(done)),
            ("letters", len(letters))]
has_overflown = "the kernel's queue of events" in appliance.log.read_text()
appliance.kill()
table([
    ("files", options.files), ("made in, s", round(made, 1)), ("claimed in, s", round(claimed, 1)), ("jobs", rows),
    ("the queue has overflown", "yes" if has_overflown else "no"),
    ("different drops", names), ("memory, MiB", f"{memory[0]:.0f}, at most {memory[1]:.0f}"),
    *ends,
])
appliance.remove()
raise SystemExit(0 if has_overflown and is_right else 1)
