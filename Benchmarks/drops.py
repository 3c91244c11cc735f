"""How fast drops are seen and taken, and what it costs.

Usage: drops.py SOUNDSPOOL [--files N]...

Prints the latency from a drop to its claim less the settle time, and for so many waiting files the time of a scan, of a
start, and the memory.
"""

import argparse
import os
import pathlib
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Tests" / "Endurance"))
from appliance import Appliance, table  # noqa: E402

parser = argparse.ArgumentParser()
parser.add_argument("soundspool")
parser.add_argument("--files", type=int, nargs="*", default=[1_000, 10_000, 100_000])
parser.add_argument("--drops", type=int, default=50)
options = parser.parse_args()
programs = pathlib.Path(options.soundspool).resolve().parent


def cpu(process):
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rest(process):
    """Waits until it has done nothing for two seconds; returns the seconds of CPU that it has used until then."""
    used = cpu(process)
    while True:
        time.sleep(2)
        if (now := cpu(process)) - used < 0.02:
            return used
        used = now


def latency():
    settle = 0.05
    appliance = Appliance(programs, settle="50ms", settle_in_place="50ms")
    appliance.add_account()
    appliance.start()
    inbox, times = appliance.folder("inbox"), []
    for number in range(options.drops):
        part, name = inbox / ".part", inbox / f"{number}.mp4"
        part.write_bytes(b"x")
        begin = time.monotonic()
        part.rename(name)
        while name.exists():
            time.sleep(0.0005)
        times.append(1000 * (time.monotonic() - begin - settle))
    appliance.kill()
    appliance.remove()
    quantiles = statistics.quantiles(times, n=20)
    return [("drop to claim beyond the settle time, ms", f"median {statistics.median(times):.1f}, 95 % {quantiles[18]:.1f}")]


def waiting(count):
    """Files that wait for a token, in the inbox and a hundred folders, so that they stay."""
    appliance = Appliance(programs)
    appliance.add_account()
    inbox = appliance.folder("inbox")
    (inbox / ".token").rename(appliance.directory / "token")
    for number in range(count):
        folder = inbox / f"folder-{number % 100}" if number % 2 else inbox
        if number < 200:
            folder.mkdir(exist_ok=True)
        (folder / f"file-{number}.mp4").write_bytes(b"x")
    begin = time.monotonic()
    started = appliance.start()
    seen = lambda: f"Waiting: {count}" in (appliance.folder("outbox") / "STATUS.txt").read_text()
    appliance.until("all are seen", lambda: (appliance.folder("outbox") / "STATUS.txt").exists() and seen(), 300)
    reconciled = time.monotonic() - begin
    before = rest(appliance.process)
    time.sleep(5)
    idle = (cpu(appliance.process) - before) / 7
    before = cpu(appliance.process)
    # An administrator's command makes it look at everything.
    appliance.command("account", "enable", "ada")
    scan = rest(appliance.process) - before
    memory = appliance.memory()
    appliance.kill()
    appliance.remove()
    return [
        (f"{count} files wait: start until ready, s", f"{started:.2f}"),
        (f"{count} files wait: start until all are seen, s", f"{reconciled:.1f}"),
        (f"{count} files wait: a scan, s of CPU", f"{scan:.2f}"),
        (f"{count} files wait: idle, % of a CPU", f"{100 * idle:.1f}"),
        (f"{count} files wait: memory, MiB", f"{memory[0]:.0f}, at most {memory[1]:.0f}"),
    ]


rows = latency()
for count in options.files:
    rows += waiting(count)
table(rows)
