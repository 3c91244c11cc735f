#!/usr/bin/env python3
"""What the converter's sandbox costs a job: `make bench`.

The shipped converter cannot run without its sandbox. So a small program that enters the same sandbox runs with it and
without, in turns: to its exit, for what entering costs a job, and with a hundred thousand writes, for what the filter costs
each system call from then on. A conversion of ten minutes makes some 25,000.
"""

import argparse
import os
import sys
from pathlib import Path

from measure import interleaved, median, run

CALLS = 100_000
CALLS_OF_A_JOB = 25_000
MOST_MILLISECONDS = 5.0


def difference(pairs: int, probe: Path, task: str, scratch: Path) -> tuple[float, float]:
    """Milliseconds of wall and of processor time that the sandbox adds: medians of the differences of pairs."""
    rounds = interleaved(pairs, {level: lambda level=level: run([str(probe), level, task], Path("/dev/zero"), scratch)
                                 for level in ["free", "full"]})
    return tuple(1000 * median(getattr(turn["full"], figure) - getattr(turn["free"], figure) for turn in rounds)
                 for figure in ["wall", "cpu"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("probe", type=Path, help="the release build of SandboxProbe")
    parser.add_argument("--pairs", type=int, default=200)
    options = parser.parse_args()
    scratch = Path(os.environ.get("TMPDIR", "/tmp")) / f"soundspool-confinement-{os.getpid()}"
    try:
        wall, cpu = difference(options.pairs, options.probe.resolve(), "nothing", scratch)
        print(f"entering the sandbox            {wall:7.2f} ms of wall time, {cpu:.2f} ms of CPU   ({options.pairs} pairs)")
        pairs = max(options.pairs // 10, 5)
        many, _ = difference(pairs, options.probe.resolve(), "writes", scratch)
        call = max(many - wall, 0) / CALLS
        print(f"a system call in the sandbox    {call * 1e6:7.0f} ns more                            ({pairs} pairs)")
    finally:
        scratch.unlink(missing_ok=True)
    total = wall + call * CALLS_OF_A_JOB
    print(f"a job of ten minutes of sound   {total:7.2f} ms more  ≤ {MOST_MILLISECONDS:g} ms  "
          f"{'met' if total <= MOST_MILLISECONDS else 'MISSED'}")
    sys.exit(0 if total <= MOST_MILLISECONDS else 1)


if __name__ == "__main__":
    main()
