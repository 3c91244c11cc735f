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
from uploads import Sender

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
sender = Sender(appliance, source)
dropped = []
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
        if chance.random() < 0.3 and len(sender.pending) < 4:
            sender.begin(f"sent-{len(sender.acknowledged) + len(sender.pending):05}.mp4", by_tus=chance.random() < 0.5)
        sender.advance()
        time.sleep(chance.uniform(0, 0.1))
    # Without a flush: the journal is not written out either.
    run("xfs_io", "-x", "-c", "shutdown", mountpoint)
    appliance.kill()
    run("umount", "--lazy", mountpoint)
    # Two at a time on one image are refused.
    appliance.process = None
    appliance.until("nobody has it any more", lambda: not subprocess.run(
        ["losetup", "-j", image], capture_output=True).stdout)
    mount()

appliance.start()
appliance.until("all uploads are acknowledged", lambda: sender.advance() or not sender.pending)
drops = len(dropped)
dropped += sender.acknowledged
done = lambda: len(appliance.names("outbox")) >= len(dropped) and len(appliance.letters()) >= len(dropped)
appliance.until("all is done", lambda: done() and not appliance.spool(), seconds=600 + 2 * len(dropped))
appliance.stop()
wrong = sender.wrong + verdict(appliance, dropped)
table([
    ("power cuts", options.cuts), ("drops", drops), ("uploads", len(sender.acknowledged)),
    ("MP3s", len(appliance.names("outbox"))),
    ("letters", len(appliance.letters())), ("lost, partial or doubled", len(wrong)),
    ("seconds", round(time.monotonic() - begin)), ("seed", options.seed),
])
for line in wrong:
    print(line)
run("umount", "--lazy", mountpoint)
shutil.rmtree(outside, ignore_errors=True)
raise SystemExit(1 if wrong else 0)
