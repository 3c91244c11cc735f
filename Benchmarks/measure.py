"""Runs programs and says what they took."""

import os
import statistics
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Callable


@dataclass
class Run:
    wall: float  # seconds
    cpu: float  # seconds, user and system, with all children
    memory: int  # peak resident bytes
    foreign: float  # cores that other programs used meanwhile


def busy_seconds() -> float:
    """CPU seconds that all programs took since the start of the machine."""
    fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]
    user, nice, system, _, _, irq, softirq, _ = map(int, fields)
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")


def run(arguments: list[str], source: Path | None = None, output: Path | None = None) -> Run:
    """Runs a program to its end. `source` and `output` become its standard input and output."""
    with open(source or os.devnull, "rb") as stdin, open(output or os.devnull, "wb+") as stdout:
        busy, start = busy_seconds(), time.monotonic()
        process = subprocess.Popen(arguments, stdin=stdin, stdout=stdout, stderr=subprocess.PIPE)
        messages = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.monotonic() - start
        if process.returncode != 0:
            raise SystemExit(f"{arguments} ended with {process.returncode}:\n{messages.decode()[-2000:]}")
        cpu = usage.ru_utime + usage.ru_stime
        return Run(wall, cpu, usage.ru_maxrss * 1024, max(busy_seconds() - busy - cpu, 0) / wall)


def interleaved(count: int, works: dict[str, Callable[[], Run]]) -> list[dict[str, Run]]:
    """Runs each work `count` times, in turns, every other turn in reverse: what slows one down slows its neighbours."""
    for work in works.values():
        work()  # The files and libraries are in memory from here on.
    rounds = []
    for index in range(count):
        names = list(works) if index % 2 == 0 else list(reversed(works))
        rounds.append({name: works[name]() for name in names})
    return rounds


def median(values) -> float:
    return statistics.median(list(values))
