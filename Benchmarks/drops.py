"""How fast drops are seen and taken, and what it costs.

Usage: drops.py SOUNDSPOOL [--files N]... [--memory MIB]

Prints the latency from a drop to its claim less the settle time, and for so many waiting files the time of a scan, of a
start, and the memory; and the start and the memory with as many queued jobs. More memory than MIB is a failure: it is
generous, so that only what grows without bounds meets it.
"""

import argparse
import os
import pathlib
import sqlite3
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Tests" / "Endurance"))
from appliance import Appliance, table  # noqa: E402

parser = argparse.ArgumentParser()
parser.add_argument("soundspool")
parser.add_argument("--files", type=int, nargs="*", default=[1_000, 10_000, 100_000])
parser.add_argument("--drops", type=int, default=50)
parser.add_argument("--memory", type=int, default=1024)
options = parser.parse_args()
highest = 0
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


def measured(appliance):
    """Resident and peak memory, in words."""
    global highest
    memory = appliance.memory()
    highest = max(highest, memory[1])
    return f"{memory[0]:.0f}, at most {memory[1]:.0f}"


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
    # Several looks at everything have place in it, however much they are spread.
    seconds = 60 if count < 100_000 else 300
    time.sleep(seconds)
    idle = (cpu(appliance.process) - before) / seconds
    before = cpu(appliance.process)
    # An administrator's command makes it look at everything.
    appliance.command("account", "enable", "ada")
    scan = rest(appliance.process) - before
    memory = measured(appliance)
    appliance.kill()
    appliance.remove()
    return [
        (f"{count} files wait: start until ready, s", f"{started:.2f}"),
        (f"{count} files wait: start until all are seen, s", f"{reconciled:.1f}"),
        (f"{count} files wait: a scan, s of CPU", f"{scan:.2f}"),
        (f"{count} files wait: idle, % of a CPU", f"{100 * idle:.1f}"),
        (f"{count} files wait: memory, MiB", memory),
    ]


def queued(count):
    """Jobs that wait for their turn, as a burst and a restart leave them."""
    appliance = Appliance(programs)
    appliance.add_account()
    ledger = sqlite3.connect(appliance.state / "ledger.sqlite")
    spool = appliance.root / ".spool"
    spool.mkdir(exist_ok=True)
    with ledger:
        for number in range(count):
            # None is taken before tomorrow, so that the start alone is measured.
            row = ledger.execute(
                "INSERT INTO job (account, dropPath, preset, state, size, created, notBefore) "
                "VALUES (1, ?, 'standard', 'queued', 1, 0, ?)", (f"file-{number}.mp4".encode(), time.time() + 86_400))
            (spool / f"{row.lastrowid}.source").write_bytes(b"x")
    ledger.close()
    started = appliance.start()
    rest(appliance.process)
    memory = measured(appliance)
    left = len(appliance.spool())
    appliance.kill()
    appliance.remove()
    assert left == count, f"{count - left} of {count} queued jobs are gone"
    return [
        (f"{count} jobs are queued: start until ready, s", f"{started:.2f}"),
        (f"{count} jobs are queued: memory, MiB", memory),
    ]


rows = latency()
for count in options.files:
    rows += waiting(count) + queued(count)
table(rows)
raise SystemExit(f"more than {options.memory} MiB" if highest > options.memory else 0)
