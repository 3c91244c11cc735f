"""Kills the service at random moments under load, again and again: no drop is lost, no MP3 is partial or doubled, what
cannot be converted fails once, and what has no end stays where it is.

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
dropped, bad, half, killed_while = [], [], [], {}
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


def drop_another():
    """No video at all, or one without its end."""
    if chance.random() < 0.5:
        bad.append(f"bad-{len(bad):05}.mp4")
        (inbox / bad[-1]).write_text("no video")
    else:
        half.append(f"half-{len(half):05}.mp4")
        (inbox / half[-1]).write_bytes(source.read_bytes()[: source.stat().st_size // 2])


def moment():
    """What was under way, by the files."""
    spool, waiting = appliance.spool(), [name for name in appliance.names("inbox") if name not in half]
    if any(name.endswith(".mp3") for name in spool):
        return "converting or publishing"
    if any(name.endswith(".source") for name in spool):
        return "queued or archiving"
    return "waiting or claiming" if waiting else "idle"


def meet_conversion():
    end = time.monotonic() + 10 + 2 * pace
    while moment() != "converting or publishing" and time.monotonic() < end:
        time.sleep(0.001)
    time.sleep(chance.uniform(0, 0.05))


# How long this machine takes from a start to an MP3.
began = time.monotonic()
appliance.start(wait=False)
drop()
appliance.until("the first is published", lambda: appliance.names("outbox"))
pace = time.monotonic() - began
appliance.kill()

for number in range(options.kills):
    appliance.start(wait=False)
    # Long enough that conversions are met, and some are not.
    deadline = time.monotonic() + chance.uniform(0.02, max(2, 1.5 * pace))
    # Enough that there is something to break off, no more than can be done.
    for _ in range(chance.randint(0, 3) if len(appliance.names("inbox")) - len(half) + len(appliance.spool()) < 12 else 0):
        drop() if chance.random() < 0.8 else drop_another()
    time.sleep(max(0, deadline - time.monotonic()))
    # Chance alone may meet no conversion where they are short.
    if number % 5 == 4:
        drop()
        meet_conversion()
    state = moment()
    killed_while[state] = killed_while.get(state, 0) + 1
    appliance.kill()

appliance.start()
outbox = lambda: len(appliance.names("outbox")) >= len(dropped) and len(appliance.letters()) >= len(dropped) + len(bad)
inside = lambda: not appliance.spool() and appliance.names("inbox") == half
appliance.until("all is done", lambda: outbox() and inside(), seconds=600 + 2 * len(dropped))
appliance.stop()
wrong = verdict(appliance, dropped, bad=bad, half=half)
table([
    ("kills", options.kills), *sorted(killed_while.items()), ("drops", len(dropped)),
    ("bad ones", len(bad)), ("halves", len(half)),
    ("MP3s", len(appliance.names("outbox"))), ("letters", len(appliance.letters())),
    ("lost, partial or doubled", len(wrong)), ("seconds", round(time.monotonic() - begin)), ("seed", options.seed),
])
for line in wrong:
    print(line)
appliance.remove()
if options.kills >= 20 and not killed_while.get("converting or publishing"):
    wrong.append("no kill met a conversion")
    print(wrong[-1])
raise SystemExit(1 if wrong else 0)
