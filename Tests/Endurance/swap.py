"""Swaps a name between a video, a link to a secret, a FIFO and a directory, as fast as it goes, while the service takes
what it finds. The same with the folder above the name. Nothing of the secret may be read, and meanwhile the service
answers and converts what others drop.

Usage: swap.py PROGRAMS [--seconds N]
"""

import argparse
import itertools
import os
import shutil
import threading
import time
import urllib.request

from appliance import Appliance, table, video

parser = argparse.ArgumentParser()
parser.add_argument("programs")
parser.add_argument("--seconds", type=float, default=30)
options = parser.parse_args()

appliance = Appliance(options.programs, settle="1ms", settle_in_place="1ms")
for account in ("ada", "bob"):
    appliance.add_account(account)
source = video(appliance.directory / "source.mp4")
# The secret is a video of another length: if it were read, an MP3 of that length would tell.
secret = video(appliance.directory / "secret.mp4", 7)
os.chown(secret, 54321, 54321)
(appliance.directory / "secrets").mkdir()
os.link(secret, appliance.directory / "secrets" / "film.mp4")
# Any read of it moves its access time (relatime, as it lies before the others), however little is read.
os.utime(secret, (1, os.stat(secret).st_mtime))
inbox, work = appliance.folder("inbox"), appliance.folder("inbox").parent / "work"
work.mkdir()
appliance.start()
swaps, is_over = 0, threading.Event()


def remove(path):
    # The service may take what is in a folder first.
    shutil.rmtree(path, ignore_errors=True) if path.is_dir() and not path.is_symlink() else path.unlink(missing_ok=True)


def swap(number):
    """Prepares each kind beside the inbox and exchanges it in; the kernel may show the service any of them."""
    global swaps
    name, count = inbox / f"film-{number}.mp4", 0
    while not is_over.is_set():
        count += 1
        kind, prepared = count % 5, work / f"{number}-{count}"
        try:
            if kind == 0:
                shutil.copyfile(source, prepared)
            elif kind == 1:
                prepared.symlink_to(secret)
            elif kind == 2:
                os.mkfifo(prepared)
            elif kind == 3:
                os.link(secret, prepared)
            else:
                prepared.mkdir()
                (prepared / "inner.mp4").symlink_to(secret)
            if kind == 4 or name.is_dir() and not name.is_symlink():
                remove(name)
            os.rename(prepared, name)
            time.sleep(0.0005 * (count % 7))
            swaps += 1
        except OSError:
            # The service or another turn was faster.
            remove(prepared)


def swap_folder(number):
    """Exchanges a folder with a video in it for a link to one with the secret under the same name."""
    global swaps
    folder = inbox / f"folder-{number}"
    for count in itertools.count():
        if is_over.is_set():
            return
        prepared = work / f"folder-{number}-{count}"
        try:
            if count % 2:
                prepared.symlink_to(appliance.directory / "secrets")
            else:
                prepared.mkdir()
                shutil.copyfile(source, prepared / "film.mp4")
            remove(folder)
            os.rename(prepared, folder)
            time.sleep(0.0005 * (count % 7))
            swaps += 1
        except OSError:
            remove(prepared)


threads = [threading.Thread(target=swap, args=(number,)) for number in range(4)]
threads += [threading.Thread(target=swap_folder, args=(number,)) for number in range(2)]


def look_whether_it_lives():
    """Another's drop and a visitor, under attack from before they come until they are served."""
    before = swaps
    shutil.copyfile(source, appliance.folder("inbox", "bob") / "meanwhile.mp4")
    appliance.until("another's drop is published", lambda: appliance.names("outbox", "bob") == ["meanwhile.mp3"])
    with urllib.request.urlopen(f"{appliance.address()}/healthz", timeout=600) as answer:
        assert answer.status == 200, answer.status
    appliance.until("the attack goes on", lambda: swaps > before)


for thread in threads:
    thread.start()
end = time.monotonic() + options.seconds
try:
    look_whether_it_lives()
    time.sleep(max(0, end - time.monotonic()))
finally:
    is_over.set()
for thread in threads:
    thread.join()
for name in list(inbox.iterdir()):
    if name.name != ".token":
        remove(name)
shutil.copyfile(source, inbox / "last.mp4")
appliance.until("an honest drop is published after it", lambda: "last.mp3" in appliance.names("outbox"))
appliance.until("nothing is under way", lambda: not appliance.spool())
memory = appliance.memory()
appliance.stop()

wrong = []
if os.stat(secret).st_atime != 1:
    wrong.append("the secret was read")
secret.read_bytes()
if os.stat(secret).st_atime == 1:
    wrong.append("the file system keeps no access times, so that there is no telling whether the secret was read")
size = secret.stat().st_size
reference = None
for path in sorted(appliance.folder("outbox").rglob("*.mp3")):
    if reference is None:
        from appliance import duration
        reference = path.read_bytes()
        assert abs(duration(path) - 1) < 0.2
    if path.stat().st_size > 2 * len(reference):
        wrong.append(f"{path.name} is not the video's sound")
for place in ("outbox", "failed", "done"):
    for path in appliance.folder(place).rglob("*"):
        if not path.is_symlink() and path.is_file() and place != "failed" and path.stat().st_size == size:
            wrong.append(f"{place}/{path.name} is the secret")
states = {}
for job in appliance.json("job", "list", "--limit", "100000"):
    states[job["state"]] = states.get(job["state"], 0) + 1
table([("seconds", options.seconds), ("swaps", swaps), *sorted((f"jobs {key}", value) for key, value in states.items()),
       ("secrets read", len(wrong)), ("memory, MiB", f"{memory[0]:.0f}, at most {memory[1]:.0f}")])
for line in wrong:
    print(line)
appliance.remove()
raise SystemExit(1 if wrong or not swaps else 0)
