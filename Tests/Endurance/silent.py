"""Inboxes that send no events: on an overlay and on a FUSE file system whose directory is written behind its back, and
where the user's inotify watches have run out. The clock finds what was dropped, and `status` says why.

Usage: silent.py PROGRAMS        as root, in a mount namespace of its own
"""

import argparse
import pathlib
import shutil
import subprocess
import tempfile
import time

from appliance import Appliance, table, video

parser = argparse.ArgumentParser()
parser.add_argument("programs")
options = parser.parse_args()

outside = pathlib.Path(tempfile.mkdtemp(prefix="soundspool-silent-"))
source = video(outside / "source.mp4")


def polled(directory, file_system):
    """A service on that file system, once it says that it polls, and why."""
    appliance = Appliance(options.programs, directory=directory)
    appliance.log = outside / f"{file_system}.log"
    appliance.add_account()
    appliance.start()
    appliance.until("status says that it is polled", lambda: appliance.json("status")["polled"])
    cause = appliance.json("status")["polled"]["ada"]
    assert file_system in cause, cause
    return appliance, cause


def on_fuse():
    """It knows no rename that replaces nothing, and keeps an open file that is removed under a hidden name."""
    if not pathlib.Path("/dev/fuse").exists():
        return "not tried: there is no /dev/fuse"
    behind, mounted = outside / "behind", outside / "mounted"
    for path in (behind, mounted):
        path.mkdir()
    mount = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", "bindfs", "-f", behind, mounted])
    while not mounted.is_mount():
        assert mount.poll() is None, "bindfs ended"
        time.sleep(0.02)
    fuse, cause = polled(mounted, "FUSE")
    inbox = behind / "root/home/ada/inbox"
    shutil.copyfile(source, inbox / "film.mp4")
    fuse.until("it is published", lambda: fuse.names("outbox") == ["film.mp3"])
    (inbox / "half.mp4").write_bytes(source.read_bytes()[:-1000])
    # Through the mount a name that is replaced while it is read is gone for a moment.
    status = behind / "root/home/ada/outbox/STATUS.txt"
    fuse.until("it waits for its end", lambda: "half.mp4: A part of it" in status.read_text())
    shutil.copyfile(source, inbox / "next.mp4")
    fuse.until("the next is published", lambda: fuse.names("outbox") == ["film.mp3", "next.mp3"])
    assert fuse.names("inbox") == ["half.mp4"], fuse.names("inbox")
    assert fuse.log.read_text().count("claimed account=ada drop=half.mp4") == 1, fuse.log.read_text()
    fuse.until("the spool is empty", lambda: fuse.spool() == [])
    fuse.stop()
    mount.kill()
    mount.wait()
    return cause


# An overlay.
layers = {name: outside / name for name in ("lower", "upper", "work", "merged")}
for path in layers.values():
    path.mkdir()
subprocess.run(
    ["mount", "-t", "overlay", "-o", f"lowerdir={layers['lower']},upperdir={layers['upper']},workdir={layers['work']}",
     "none", layers["merged"]], check=True)
overlay, cause = polled(layers["merged"], "overlay")
# Not through the mount that the service watches.
shutil.copyfile(source, layers["upper"] / "root/home/ada/inbox/film.mp4")
overlay.until("it is published", lambda: overlay.names("outbox") == ["film.mp3"])
overlay.stop()

# No watches left: the limit of a user namespace of its own.
limited = Appliance(options.programs, namespace=[
    "unshare", "--user", "--map-root-user", "/bin/bash", "-c",
    "echo 4 >/proc/sys/user/max_inotify_watches && exec \"$@\"", "-"])
for name in ("ada", "bob", "carol"):
    limited.add_account(name)
    (limited.folder("inbox", name) / "folder").mkdir()
limited.start()
limited.until("status says that they are polled", lambda: limited.json("status")["polled"])
causes = limited.json("status")["polled"]
assert all("fs.inotify.max_user_watches" in cause for cause in causes.values()), causes
for name in ("ada", "bob", "carol"):
    shutil.copyfile(source, limited.folder("inbox", name) / "folder" / "film.mp4")
limited.until("all are published", lambda: all(
    limited.names("outbox", name) == ["folder"] and (limited.folder("outbox", name) / "folder/film.mp3").exists()
    for name in ("ada", "bob", "carol")))
limited.stop()
table([
    ("on an overlay", cause), ("on FUSE", on_fuse()),
    ("without watches", f"{len(causes)} of 3 accounts: {next(iter(causes.values()))}"),
])
subprocess.run(["umount", "--lazy", layers["merged"]], check=True)
shutil.rmtree(outside, ignore_errors=True)
limited.remove()
