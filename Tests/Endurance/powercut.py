"""Cuts the power of the file system that all lies on, at random moments under load: what was not flushed is gone.

Usage: powercut.py PROGRAMS [--cuts N] [--seed N]        as root, in a mount namespace of its own
"""

import argparse
import pathlib
import random
import shutil
import subprocess
import tempfile
import time

from appliance import Appliance, table, verdict, video

parser = argparse.ArgumentParser()
parser.add_argument("programs")
parser.add_argument("--cuts", type=int, default=50)
parser.add_argument("--seed", type=int, default=int(time.time()))
options = parser.parse_args()

chance = random.Random(options.seed)
outside = pathlib.Path(tempfile.mkdtemp(prefix="soundspool-powercut-"))
image, mountpoint = outside / "image", outside / "disk"
mountpoint.mkdir()


def run(*line):
    subprocess.run(line, check=True, capture_output=True)


run("truncate", "--size", "1G", image)
run("mkfs.ext4", "-q", "-F", image)
mount = lambda: run("mount", "-o", "loop", image, mountpoint)
mount()
source = video(outside / "source.mp4")
appliance = Appliance(options.programs, directory=mountpoint)
appliance.log = outside / "serve.log"
appliance.add_account()
inbox = appliance.folder("inbox")
run("sync", "-f", mountpoint)
dropped, lost_before_claim = [], 0
begin = time.monotonic()


def drop():
    """A client that makes sure: its file is flushed before it is given its name, and the name after."""
    name = f"drop-{len(dropped):05}.mp4"
    part = inbox / (name + ".part")
    shutil.copyfile(source, part)
    run("sync", part)
    part.rename(inbox / name)
    run("sync", inbox)
    dropped.append(name)


for number in range(options.cuts):
    appliance.start(wait=False)
    end = time.monotonic() + chance.uniform(0.1, 1.2)
    while time.monotonic() < end:
        if chance.random() < 0.3 and len(appliance.names("inbox")) + len(appliance.spool()) < 8:
            drop()
        time.sleep(chance.uniform(0, 0.1))
    # Without a flush: the journal is not written out either.
    run("xfs_io", "-x", "-c", "shutdown", mountpoint)
    appliance.kill()
    run("umount", "--lazy", mountpoint)
    for _ in range(100):
        if not subprocess.run(["losetup", "-j", image], capture_output=True).stdout:
            break
        time.sleep(0.05)
    mount()

appliance.start()
done = lambda: len(appliance.names("outbox")) >= len(dropped) and len(appliance.letters()) >= len(dropped)
appliance.until("all is done", lambda: done() and not appliance.spool(), seconds=60 + 2 * len(dropped))
appliance.stop()
wrong = verdict(appliance, dropped)
table([
    ("power cuts", options.cuts), ("drops", len(dropped)), ("MP3s", len(appliance.names("outbox"))),
    ("letters", len(appliance.letters())), ("lost, partial or doubled", len(wrong)),
    ("seconds", round(time.monotonic() - begin)), ("seed", options.seed),
])
for line in wrong:
    print(line)
run("umount", "--lazy", mountpoint)
shutil.rmtree(outside, ignore_errors=True)
raise SystemExit(1 if wrong else 0)
