#!/usr/bin/env python3
"""Mutated videos through the real converter: `make fuzz`.

What a file may end with are the statuses that are documented for files, within the time and the memory of a conversion.
Everything else is kept as a file with its number, and counted, with the line that keeps it among the regressions:

- ours: a trap of Swift's, an assertion of LAME's, a system call that the sandbox forbids, an internal error, a hang, too
  much memory;
- libav's: another signal, which costs the job that the file was, and nothing else. Whose memory error it was, a signal does
  not say: LAME and our own unsafe code may end so too. Each is to be looked at once, with a debugger on the kept file.

Ends with 1 where there was one of ours.
"""

import argparse
import collections
import os
import signal
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import seeds
from converter import DOCUMENTED, Ending, convert
from mutator import mutate
from regressions import TABLE, Regression

CORES = len(os.sched_getaffinity(0))
# How memory errors in C code end a process. SIGILL and SIGTRAP are how Swift ends one, and so is SIGABRT after a line that
# says "Fatal error". An assertion that is told is LAME's, which gets what we give it; libav's are silent.
MEMORY_ERRORS = {-signal.SIGSEGV, -signal.SIGBUS, -signal.SIGABRT, -signal.SIGFPE}


class Fuzzing:
    def __init__(self, options: argparse.Namespace):
        self.options = options
        self.seeds = seeds.make(options.seeds)
        self.endings = collections.Counter()
        self.reasons = collections.Counter()
        self.ours: list[str] = []
        self.theirs: list[str] = []
        self.kept: list[str] = []
        self.slowest = self.largest = (0.0, "")
        self.cpu = 0.0

    def case(self, index: int) -> tuple[int, str, bytes, Ending]:
        what, data = mutate(self.seeds, self.options.series, index)
        return index, what, data, self.convert(data)

    def convert(self, data: bytes) -> Ending:
        with tempfile.NamedTemporaryFile(prefix="mutation-", dir=self.options.scratch) as file:
            file.write(data)
            file.flush()
            return convert(self.options.converter, Path(file.name), ["--threads", "2"], self.options.patience)

    def judge(self, index: int, what: str, data: bytes, end: Ending) -> None:
        name = f"{index} ({what})"
        self.endings[end.name] += 1
        self.cpu += end.cpu
        if reason := end.report.get("reason"):
            self.reasons[reason] += 1
        self.slowest = max(self.slowest, (end.seconds, name))
        self.largest = max(self.largest, (end.memory, name))
        isSilent = end.status in DOCUMENTED and not end.report
        isTooLarge = end.memory > self.options.memory << 20
        if end.status in DOCUMENTED and not isSilent and not isTooLarge:
            return
        is_libavs = end.status in MEMORY_ERRORS and not any(word in end.words for word in ["Fatal", "Assertion"])
        words = "no report" if isSilent else "too much memory" if isTooLarge else end.report.get("message", end.words)
        line = f"{end.name:10} {end.seconds:6.2f} s {end.memory / 2**20:6.0f} MiB  {name}  {words}"
        (self.theirs if is_libavs else self.ours).append(line)
        if not is_libavs:
            self.kept.append(Regression.of(self.seeds, self.options.series, index, words).line())
        self.options.keep.mkdir(parents=True, exist_ok=True)
        (self.options.keep / f"{self.options.series}-{index}-{end.name}").write_bytes(data)

    def prove_seeds(self) -> None:
        """A converter that refuses all would pass every case."""
        for name, data in self.seeds:
            if name == seeds.NOT_CONVERTED:
                continue
            end = self.convert(data)
            if end.status != 0 or end.produced == 0:
                sys.exit(f"the seed {name} is not converted: {end.name} {end.report}")

    def run(self) -> None:
        start = time.monotonic()
        numbers = range(self.options.first, self.options.first + self.options.cases)
        with ThreadPoolExecutor(self.options.jobs) as pool:
            for done, result in enumerate(pool.map(self.case, numbers), 1):
                self.judge(*result)
                if done % 1000 == 0:
                    print(f"  {done} of {self.options.cases} in {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
        self.seconds = time.monotonic() - start

    def report(self) -> None:
        print(f"{self.options.cases} mutated files of {len(self.seeds)} seeds, series {self.options.series}, in "
              f"{self.seconds:.0f} s ({self.cpu / self.options.cases * 1000:.0f} ms of CPU each)")
        for name, count in sorted(self.endings.items()):
            print(f"  {'status' if name.isdigit() else 'end':6} {name:12} {count:7}")
        for name, count in self.reasons.most_common():
            print(f"  reason {name:12} {count:7}")
        print(f"  slowest  {self.slowest[0]:7.2f} s    {self.slowest[1]}")
        print(f"  largest  {self.largest[0] / 2**20:7.0f} MiB  {self.largest[1]}")
        for title, lines in [("Ours", self.ours), ("libav's as far as can be told, contained", self.theirs)]:
            print(f"  {title}: {len(lines)}")
            for line in lines:
                print(f"    {line}")
        if self.ours or self.theirs:
            print(f"  The files are in {self.options.keep}.")
        if self.theirs:
            print("  Each of libav's must be looked at: an error of memory in LAME or in our own code ends the same way.")
        if self.kept:
            print(f"  What is ours becomes a case of every run of the tests: mend it, and add its line to\n  {TABLE},"
                  "\n  with the status that it ends with then in place of the question mark:")
            print("\n".join(self.kept))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("converter", type=Path)
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--first", type=int, default=0, help="the number of the first case")
    parser.add_argument("--series", default="soundspool", help="another series, other damage")
    parser.add_argument("--seeds", type=Path, default=Path(".build/inputs/mutation-seeds"), help="directory for the seeds")
    parser.add_argument("--keep", type=Path, default=Path(".build/inputs/crashes"), help="directory for what crashed")
    parser.add_argument("--scratch", default=None, help="directory for the mutated files")
    parser.add_argument("--jobs", type=int, default=CORES, help="converters at a time")
    parser.add_argument("--patience", type=float, default=30, help="seconds after which a converter hangs")
    parser.add_argument("--memory", type=int, default=576, help="MiB that a conversion may take")
    fuzzing = Fuzzing(parser.parse_args())
    fuzzing.prove_seeds()
    fuzzing.run()
    fuzzing.report()
    sys.exit(1 if fuzzing.ours else 0)


if __name__ == "__main__":
    main()
