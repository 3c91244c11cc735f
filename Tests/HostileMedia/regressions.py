#!/usr/bin/env python3
"""What once ended the converter by a fault of ours, again: each must end with the status that the table has.

    regressions.py CONVERTER SEEDS    prints how each ended, and ends with 1 where one ended otherwise

A line of the table is made by fuzz.py. It has the status, a case of the mutator's as SERIES/NUMBER/SEED or the name of a
file beside the table, the seed's and the case's digest, or a dash for each, and what went wrong. Where the seed is another,
as another version of ffmpeg makes it, so is the case: it is held to the documented statuses only.
"""

import hashlib
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import seeds
from converter import DOCUMENTED, Ending, convert
from mutator import mutate

TABLE = Path(__file__).resolve().parent / "regressions" / "table.txt"
PATIENCE = 180


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:8]


@dataclass
class Regression:
    status: str
    case: str
    seed: str
    file: str
    words: str

    @staticmethod
    def of(all_seeds: list[tuple[str, bytes]], series: str, index: int, words: str) -> "Regression":
        name, seed = all_seeds[index % len(all_seeds)]
        data = mutate(all_seeds, series, index, name)[1]
        return Regression("?", f"{series}/{index}/{name}", digest(seed), digest(data), words)

    def line(self) -> str:
        return f"{self.status:7} {self.case:34} {self.seed:9} {self.file:9} {self.words}"

    def bytes(self, all_seeds: list[tuple[str, bytes]]) -> tuple[bytes, bool]:
        """The file, and whether it is the one that went wrong."""
        if "/" not in self.case:
            return (TABLE.parent / self.case).read_bytes(), True
        series, index, name = self.case.split("/")
        data = mutate(all_seeds, series, int(index), name)[1]
        if digest(dict(all_seeds)[name]) != self.seed:
            return data, False
        if digest(data) != self.file:
            sys.exit(f"{self.case} is another file now: the mutator has changed. Keep the file that it was beside {TABLE}.")
        return data, True


def table() -> list[Regression]:
    lines = [line for line in TABLE.read_text().splitlines() if line and not line.startswith("#")]
    return [Regression(*line.split(maxsplit=4)) for line in lines]


def run(converter: Path, data: bytes) -> Ending:
    with tempfile.NamedTemporaryFile(prefix="regression-") as file:
        file.write(data)
        file.flush()
        return convert(converter, Path(file.name), ["--threads", "2"], PATIENCE)


def main(converter: str, directory: str) -> None:
    all_seeds = seeds.make(Path(directory))
    bad = []
    for regression in table():
        data, is_same = regression.bytes(all_seeds)
        end = run(Path(converter), data)
        is_good = end.name == regression.status if is_same else end.status in DOCUMENTED
        print(f"{end.name:10} {'' if is_good else 'NOT ' + regression.status:8} {'' if is_same else 'of another seed':15} "
              f"{regression.case:34} {end.report.get('message') or end.words or regression.words}")
        bad += [] if is_good else [regression.case]
    print(f"{len(table())} regressions; ended otherwise: {', '.join(bad) or 'none'}")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
