"""A file system that is full: drops wait, it says so, and each becomes its MP3 when there is space again.

Usage: full.py PROGRAMS        as root, in a mount namespace of its own
"""

import argparse
import os
import pathlib
import subprocess
import tempfile

from appliance import Appliance, table, verdict, video

parser = argparse.ArgumentParser()
parser.add_argument("programs")
options = parser.parse_args()

outside = pathlib.Path(tempfile.mkdtemp(prefix="soundspool-full-"))
source = video(outside / "source.mp4", 20)
disk = outside / "disk"
disk.mkdir()
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "none", disk], check=True)
appliance = Appliance(options.programs)
# The ledger has space; the drops have not.
appliance.root = disk / "root"
appliance.root.mkdir()
appliance.configuration.write_text(appliance.configuration.read_text().replace(
    f"root: {appliance.directory / 'root'}", f"root: {appliance.root}"))
appliance.add_account()
appliance.start()
filler = disk / "filler"
part = appliance.folder("inbox") / "film.mp4.part"
part.write_bytes(source.read_bytes())
free = os.statvfs(disk).f_bavail * 4096
filler.write_bytes(b"x" * (free - 60_000))
part.rename(appliance.folder("inbox") / "film.mp4")
troubles = []
# Meanwhile there may be another attempt.
appliance.until("the attempt broke off", lambda: troubles.extend(appliance.json("status")["troubles"]) or troubles)
trouble = troubles[0]["message"]
assert appliance.names("outbox") == [] and not appliance.letters(), "something half done is seen"
appliance.until("only the source is left", lambda: appliance.spool() == ["1.source"])
filler.unlink()
appliance.until("it is published", lambda: appliance.names("outbox") == ["film.mp3"] and appliance.letters())
appliance.until("it is archived", lambda: not appliance.spool())
appliance.stop()
wrong = verdict(appliance, ["film.mp4"], 20)
table([("status said", trouble), ("wrong", wrong or "nothing")])
subprocess.run(["umount", "--lazy", disk], check=True)
appliance.remove()
raise SystemExit(1 if wrong else 0)
