#!/usr/bin/env python3
"""Small files that ask for much: each must be refused, or have ended, within seconds and little memory.

    bombs.py list
    bombs.py make NAME PATH        writes one
    bombs.py run CONVERTER NAME    prints how it ended as one line of JSON
    bombs.py all CONVERTER         prints a table, and ends with 1 where one went off
"""

import os
import sys
import tempfile
from pathlib import Path

import bombs_of_depth  # noqa: F401
import bombs_of_index  # noqa: F401
import bombs_of_number  # noqa: F401
import bombs_of_size  # noqa: F401
import bombs_of_sound  # noqa: F401
import bombs_of_time  # noqa: F401
from bomb import BOMBS
from converter import DOCUMENTED, convert

SECONDS = 5  # of processor time, in a release build
MEMORY = 640 << 20  # bytes: what the sandbox allows with two threads, and the libraries


def make(name: str, path: Path) -> None:
    """In a process of its own: the kernel counts the peak memory of who starts a program as the program's."""
    pid = os.fork()
    if pid == 0:
        BOMBS[name](path)
        os._exit(0)
    _, status = os.waitpid(pid, 0)
    if status != 0:
        sys.exit(f"{name} could not be made")


def run(converter: Path, name: str):
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "film.mp4"
        make(name, path)
        return convert(converter, path, ["--threads", "2"])


def main(arguments: list[str]) -> None:
    match arguments:
        case ["list"]:
            print("\n".join(BOMBS))
        case ["make", name, path]:
            BOMBS[name](Path(path))
        case ["run", converter, name]:
            print(run(Path(converter), name).json())
        case ["all", converter]:
            ends = {name: run(Path(converter), name) for name in BOMBS}
            for name, end in ends.items():
                print(f"{name:36} {end.name:8} {end.report.get('reason', ''):12} {end.cpu:6.2f} s of CPU "
                      f"{end.memory / 2**20:6.0f} MiB  {end.report.get('message', '')}")
            bad = [name for name, end in ends.items()
                   if end.status not in DOCUMENTED or end.cpu > SECONDS or end.memory > MEMORY]
            print(f"{len(ends)} bombs; neither refused nor over within {SECONDS} s and {MEMORY >> 20} MiB: "
                  f"{', '.join(bad) or 'none'}")
            sys.exit(1 if bad else 0)
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
