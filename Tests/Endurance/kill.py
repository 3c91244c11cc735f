"""Kills the service at random moments under load, again and again: no drop is lost, no MP3 is partial or doubled.

Usage: kill.py PROGRAMS [--kills N] [--seed N]
"""

import argparse
import pathlib
import random
import shutil
import time

from appliance import Appliance, table, verdict, video

parser = argparse.ArgumentParser()
parser.add_argument("programs")
parser.add_argument("--kills", type=int, default=50)
parser.add_argument("--seed", type=int, default=int(time.time()))
options = parser.parse_args()

chance = random.Random(options.seed)
appliance = Appliance(options.programs)
appliance.add_account()
source = video(appliance.directory / "source.mp4")
inbox = appliance.folder("inbox")
dropped, killed_while, stops = [], {}, 0
begin = time.monotonic()


def drop():
    """By a rename or in place, as it comes."""
    name = f"drop-{len(dropped):05}.mp4"
    if chance.random() < 0.5:
        shutil.copyfile(source, inbox / (name + ".part"))
        (inbox / (name + ".part")).rename(inbox / name)
    else:
        shutil.copyfile(source, inbox / name)
    dropped.append(name)


def moment():
    """What was under way, by the files."""
    spool, waiting = appliance.spool(), appliance.names("inbox")
    if any(name.endswith(".mp3") for name in spool):
        return "converting or publishing"
    if any(name.endswith(".source") for name in spool):
        return "queued or archiving"
    return "waiting or claiming" if waiting else "idle"


for number in range(options.kills):
    appliance.start(wait=False)
    # Long enough that no job is met by eight kills in a row, after which it is rightly given up.
    deadline = time.monotonic() + chance.uniform(0.02, 2)
    # Enough that there is something to break off, no more than can be done.
    for _ in range(chance.randint(0, 3) if len(appliance.names("inbox")) + len(appliance.spool()) < 12 else 0):
        drop()
    time.sleep(max(0, deadline - time.monotonic()))
    state = moment()
    killed_while[state] = killed_while.get(state, 0) + 1
    appliance.kill()

appliance.start()
outbox = lambda: len(appliance.names("outbox")) >= len(dropped) and len(appliance.letters()) >= len(dropped)
appliance.until("all is done", lambda: outbox() and not appliance.spool(), seconds=60 + 2 * len(dropped))
appliance.stop()
wrong = verdict(appliance, dropped)
table([
    ("kills", options.kills), *sorted(killed_while.items()), ("drops", len(dropped)),
    ("MP3s", len(appliance.names("outbox"))), ("letters", len(appliance.letters())),
    ("lost, partial or doubled", len(wrong)), ("seconds", round(time.monotonic() - begin)), ("seed", options.seed),
])
for line in wrong:
    print(line)
appliance.remove()
raise SystemExit(1 if wrong else 0)
