#!/usr/bin/env python3
"""What the converter's sandbox costs a job: `make bench`.

First, a small program that enters the same sandbox runs with it and without, in turns: to its exit, for what entering
costs a job, and with a hundred thousand writes, for what the filter costs each system call from then on. A conversion of
ten minutes makes some 25,000.

Then the shipped converter itself converts a short sound and a long one, with its walls and without. It cannot be asked to
do without them, so what would put them up is replaced (no_walls.c), and the kernel says whether they are there.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from inputs import made
from measure import interleaved, median, run

CALLS = 100_000
CALLS_OF_A_JOB = 25_000
MOST_MILLISECONDS = 5.0
# Of processor time, of a long conversion; so much two runs of the same differ on a busy machine.
MOST_RATIO = 1.03


def difference(pairs: int, probe: Path, task: str, scratch: Path) -> tuple[float, float]:
    """Milliseconds of wall and of processor time that the sandbox adds: medians of the differences of pairs."""
    rounds = interleaved(pairs, {level: lambda level=level: run([str(probe), level, task], Path("/dev/zero"), scratch)
                                 for level in ["free", "full"]})
    return tuple(1000 * median(getattr(turn["full"], figure) - getattr(turn["free"], figure) for turn in rounds)
                 for figure in ["wall", "cpu"])


def measure_entering(probe: Path, pairs: int, scratch: Path) -> bool:
    wall, cpu = difference(pairs, probe, "nothing", scratch)
    print(f"entering the sandbox            {wall:7.2f} ms of wall time, {cpu:.2f} ms of CPU   ({pairs} pairs)")
    pairs = max(pairs // 10, 5)
    many, _ = difference(pairs, probe, "writes", scratch)
    call = max(many - wall, 0) / CALLS
    print(f"a system call in the sandbox    {call * 1e6:7.0f} ns more                            ({pairs} pairs)")
    total = wall + call * CALLS_OF_A_JOB
    print(f"a job of ten minutes of sound   {total:7.2f} ms more  ≤ {MOST_MILLISECONDS:g} ms  "
          f"{'met' if total <= MOST_MILLISECONDS else 'MISSED'}")
    return total <= MOST_MILLISECONDS


class Conversions:
    """The converter with its walls and without."""

    def __init__(self, converter: Path, scratch: Path):
        self.scratch = scratch
        library = scratch / "no_walls.so"
        compiler = shutil.which("clang") or "cc"
        subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", library, Path(__file__).with_name("no_walls.c"), "-ldl"],
                       check=True)
        # Two threads in any case: more would hide behind each other what a call costs.
        line = [str(converter), "--threads", "2"]
        self.lines = {"with": ["env", *line], "without": ["env", f"LD_PRELOAD={library}", *line]}

    def check(self, source: Path) -> None:
        """Asks the kernel, while each converts, whether a filter is around it."""
        for name, line in self.lines.items():
            with open(source, "rb") as stdin, open(self.scratch / "out.mp3", "wb+") as stdout:
                process = subprocess.Popen(line, stdin=stdin, stdout=stdout, stderr=subprocess.PIPE)
                process.stderr.readline()
                status = Path(f"/proc/{process.pid}/status").read_text()
                process.communicate()
            if ("Seccomp:\t2" in status) != (name == "with"):
                sys.exit(f"the converter {name} walls: {[line for line in status.splitlines() if 'Seccomp' in line]}")

    def measure(self, source: Path, name: str, pairs: int) -> float:
        """Prints a line; returns by how much the processor time is longer with walls: the median of the pairs' ratios."""
        rounds = interleaved(pairs, {kind: lambda line=line: run(line, source, self.scratch / "out.mp3")
                                     for kind, line in self.lines.items()})

        def ratio(figure: str) -> float:
            return median(getattr(turn["with"], figure) / getattr(turn["without"], figure) for turn in rounds)

        def milliseconds(kind: str) -> float:
            return 1000 * median(turn[kind].wall for turn in rounds)

        print(f"{name:16} {milliseconds('with'):12.1f} {milliseconds('without'):12.1f} {ratio('wall'):12.3f} "
              f"{ratio('cpu'):12.3f} {pairs:6}")
        return ratio("cpu")


def measure_converting(converter: Path, pairs: int, seconds: int, cache: Path, scratch: Path) -> bool:
    cache.mkdir(parents=True, exist_ok=True)
    sounds = {length: made(cache, f"noise-{length}.m4a", "-f", "lavfi", "-i", f"anoisesrc=color=pink:duration={length}",
                           "-ac", "2", "-c:a", "aac", "-b:a", "128k") for length in [5, seconds]}
    conversions = Conversions(converter, scratch)
    conversions.check(sounds[seconds])
    print(f"\n{'a conversion of':16} {'ms confined':>12} {'ms free':>12} {'wall ratio':>12} {'CPU ratio':>12} {'pairs':>6}")
    conversions.measure(sounds[5], "5 s", pairs * 4)
    ratio = conversions.measure(sounds[seconds], f"{seconds} s", pairs)
    print(f"CPU of the long one {ratio:.3f} ≤ {MOST_RATIO:g}  {'met' if ratio <= MOST_RATIO else 'MISSED'}")
    return ratio <= MOST_RATIO


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("probe", type=Path, help="the release build of SandboxProbe")
    parser.add_argument("converter", type=Path, help="the release build of soundspool-convert")
    parser.add_argument("--pairs", type=int, default=200, help="of entering the sandbox")
    parser.add_argument("--conversions", type=int, default=10, help="pairs of the long conversion; four times as many short")
    parser.add_argument("--seconds", type=int, default=600, help="how long the long sound is")
    parser.add_argument("--cache", type=Path, default=Path(".build/inputs"), help="directory for the sounds")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="soundspool-confinement-") as directory:
        scratch = Path(directory)
        isMet = measure_entering(options.probe.resolve(), options.pairs, scratch / "probe")
        isMet &= measure_converting(
            options.converter.resolve(), options.conversions, options.seconds, options.cache, scratch)
    sys.exit(0 if isMet else 1)


if __name__ == "__main__":
    main()
