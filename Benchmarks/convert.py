#!/usr/bin/env python3
"""The converter against ffmpeg, side by side: `make bench`.

Every figure is the median of the ratios of pairs that ran one after the other in one run, so that a busy machine slows
both. How busy it was is printed too: where others took much, wall times of several threads say little.
"""

import argparse
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import inputs
from measure import Run, busy_seconds, interleaved, median, run
from service import Service

CORES = len(os.sched_getaffinity(0))


@dataclass
class Row:
    work: str
    figure: str
    value: float
    target: float
    isMinimum: bool = False
    pairs: int = 0

    @property
    def isMet(self) -> bool:
        return self.value >= self.target if self.isMinimum else self.value <= self.target

    def line(self) -> str:
        sign = "≥" if self.isMinimum else "≤"
        pairs = f"{self.pairs} pairs" if self.pairs else ""
        return f"{self.work:46} {self.figure:12} {self.value:8.3f}  {sign} {self.target:<7g} {'met' if self.isMet else 'MISSED':7} {pairs}"


def seconds_of_sound(path: Path) -> float:
    answer = subprocess.run(
        ["ffprobe", "-v", "error", "-select_streams", "a:0", "-show_entries", "stream=duration:stream_tags=DURATION",
         "-of", "csv=p=0", str(path)], check=True, capture_output=True, text=True).stdout.strip()
    # Matroska has it as a tag, in hours, minutes and seconds; what is not there is empty, or N/A.
    numbers = [value for value in answer.split(",") if value not in ("", "N/A")][-1].split(":")
    return sum(float(number) * 60**place for place, number in enumerate(reversed(numbers)))


class Benchmark:
    def __init__(self, converter: Path, cache: Path, pairs: int):
        self.converter, self.cache, self.pairs = converter, cache, pairs
        self.film = inputs.film(cache)
        self.newest = str(inputs.newest_ffmpeg(cache))
        for name, program in [("ffmpeg of the machine", "ffmpeg"), ("newest ffmpeg", self.newest)]:
            answer = subprocess.run([program, "-version"], check=True, capture_output=True, text=True).stdout
            print(f"{name}: {answer.splitlines()[0]}")
        self.rows: list[Row] = []
        self.foreign: list[float] = []

    def ours(self, source: Path, *arguments: str) -> Run:
        took = run([str(self.converter), *arguments], source, self.cache / "ours.mp3")
        expected, made = seconds_of_sound(source), seconds_of_sound(self.cache / "ours.mp3")
        # A film that was joined to itself has its encoder's delay at each joint, which its container's clock has not.
        if abs(expected - made) > 0.1 + expected / 10_000:
            sys.exit(f"{source}: the MP3 has {made} of {expected} seconds of sound")
        return took

    def plain(self, source: Path, *arguments: str) -> Run:
        """What ffmpeg does too: without measuring the loudness."""
        return self.ours(source, "--loudness", "off", *arguments)

    def ffmpeg(self, program: str, source: Path, *arguments: str) -> Run:
        return run([program, "-nostdin", "-v", "error", "-y", "-i", str(source), "-map", "0:a:0", *arguments,
                    str(self.cache / "theirs.mp3")])

    def compare(self, works) -> list[dict[str, Run]]:
        rounds = interleaved(self.pairs, works)
        self.foreign += [run.foreign for turn in rounds for run in turn.values()]
        for name in works:
            runs = [turn[name] for turn in rounds]
            print(f"  {name:36} wall {median(r.wall for r in runs):7.3f} s  CPU {median(r.cpu for r in runs):7.3f} s"
                  f"  memory {median(r.memory for r in runs) / 2**20:6.1f} MiB"
                  f"  others {median(r.foreign for r in runs):4.2f} cores", flush=True)
        return rounds

    def row(self, work, figure, rounds, ratio, target, isMinimum=False) -> None:
        self.rows.append(Row(work, figure, median(map(ratio, rounds)), target, isMinimum, len(rounds)))

    def long_file(self) -> None:
        print(f"One file of 596 s, VBR V2, {CORES} cores:")
        rounds = self.compare({
            "soundspool-convert": lambda: self.ours(self.film),
            "the same, loudness off": lambda: self.plain(self.film),
            "ffmpeg of the machine": lambda: self.ffmpeg("ffmpeg", self.film, "-q:a", "2"),
            "newest ffmpeg": lambda: self.ffmpeg(self.newest, self.film, "-q:a", "2"),
            "1 thread": lambda: self.ours(self.film, "--threads", "1"),
            "1 thread, loudness off": lambda: self.plain(self.film, "--threads", "1"),
        })
        default, ours, debian, newest, default_single, single = rounds[0]
        for name, note in [(default, ""), (ours, ", loudness off")]:
            self.row(f"one long file{note}", "wall", rounds, lambda r: r[name].wall / r[debian].wall, 0.50)
            self.row(f"one long file{note}", "CPU time", rounds, lambda r: r[name].cpu / r[debian].cpu, 1.00)
            self.row(f"newest ffmpeg{note}", "wall", rounds, lambda r: r[name].wall / r[newest].wall, 0.70)
        for name, note in [(default_single, ""), (single, ", loudness off")]:
            self.row(f"1 thread{note}", "wall", rounds, lambda r: r[name].wall / r[debian].wall, 0.97)
            self.row(f"1 thread{note}", "CPU time", rounds, lambda r: r[name].cpu / r[debian].cpu, 1.00)
        for name, alone, note in [(default, default_single, ""), (ours, single, ", loudness off")]:
            self.row(f"nearness to a perfect split{note}", "share", rounds,
                     lambda r: r[name].cpu / CORES / r[name].wall, 0.93, isMinimum=True)
            # A core whose neighbour works too may be slower: then not even two runs side by side reach this.
            self.row(f"the same, by the CPU time of 1 thread{note}", "share", rounds,
                     lambda r: r[alone].cpu / CORES / r[name].wall, 0.93, isMinimum=True)
        perfect = median(r[single].cpu / CORES for r in rounds)
        wall = median(r[ours].wall for r in rounds)
        print(f"  A perfect split of the 1-thread CPU time over {CORES} cores would take {perfect:.3f} s; "
              f"we take {wall:.3f} s.")
        free = median(r[single].cpu / max(CORES - r[ours].foreign, 0.1) / r[ours].wall for r in rounds)
        print(f"  Of the CPU time that other programs left, a perfect split would have used {free:.3f} of what we did.")

    def constant(self) -> None:
        print("The same, CBR 128:")
        rounds = self.compare({
            "soundspool-convert": lambda: self.ours(self.film, "--bit-rate", "128"),
            "the same, loudness off": lambda: self.plain(self.film, "--bit-rate", "128"),
            "ffmpeg of the machine": lambda: self.ffmpeg("ffmpeg", self.film, "-b:a", "128k"),
        })
        default, ours, debian = rounds[0]
        self.row("one long file, CBR 128", "wall", rounds, lambda r: r[default].wall / r[debian].wall, 0.55)
        self.row("CBR 128, loudness off", "wall", rounds, lambda r: r[ours].wall / r[debian].wall, 0.55)

    def copy(self) -> None:
        print("Sound that is MP3 already, copied:")
        source = inputs.made(self.cache, "mp3.mp4", "-i", str(self.film), "-c:v", "copy", "-c:a", "libmp3lame")
        rounds = self.compare({
            "soundspool-convert": lambda: self.ours(source),
            "ffmpeg -c copy": lambda: self.ffmpeg("ffmpeg", source, "-c", "copy"),
        })
        ours, debian = rounds[0]
        self.row("source is MP3 already", "wall", rounds, lambda r: r[ours].wall / r[debian].wall, 1.1)

    def clips(self) -> None:
        print(f"60 clips of 10 s, {CORES} at a time, from the drop to the last MP3 in the outbox:")
        clips = inputs.clips(self.cache, self.film, 60, 10)
        directory = self.cache / "clips"
        directory.mkdir(exist_ok=True)

        def service(loudness: str) -> Run:
            with Service(self.converter.with_name("soundspool"), self.cache, loudness) as running:
                busy = busy_seconds()
                wall = running.convert(clips)
            # What the service took cannot be told from what others did: only the time on the clock counts.
            return Run(wall, busy_seconds() - busy, 0, 0)

        command = f'exec ffmpeg -nostdin -v error -y -i "$1" -map 0:a:0 -q:a 2 "{directory}/$(basename "$1").mp3"'
        rounds = self.compare({
            "the service, loudness off": lambda: service("off"),
            "the service as it comes": lambda: service("tag"),
            "xargs ffmpeg of the machine": lambda: run(
                ["sh", "-c", f'printf "%s\\n" "$@" | xargs -P{CORES} -I@ sh -c \'{command}\' _ @', "sh",
                 *map(str, clips)]),
        })
        off, tag, debian = rounds[0]
        self.row("60 clips, through the service", "wall", rounds, lambda r: r[off].wall / r[debian].wall, 0.70)
        self.row("60 clips, measuring loudness too", "wall", rounds, lambda r: r[tag].wall / r[debian].wall, 0.70)

    def loudness(self) -> None:
        print("What measuring the loudness costs:")
        rounds = self.compare({
            "with": lambda: self.ours(self.film),
            "without": lambda: self.plain(self.film),
        })
        for figure in ["wall", "cpu"]:
            value = median(getattr(r["with"], figure) / getattr(r["without"], figure) for r in rounds)
            print(f"  {figure} × {value:.3f}")

    def memory(self, hours: int) -> None:
        sound = inputs.made(self.cache, "sound.m4a", "-i", str(self.film), "-vn", "-c", "copy")
        # The film's own 24 pictures a second, each so small that ten hours of them fit on a disk.
        picture = inputs.made(
            self.cache, "picture.mp4", "-i", str(self.film), "-vf", "scale=64:36", "-preset", "ultrafast", "-crf", "51",
            "-c:a", "copy")
        loops = str(round(hours * 3600 / 596.47) - 1)
        for name, film in [("mkv", sound), ("m4a", sound), ("mp4", picture), ("flv", picture)]:
            print(f"Peak memory, {hours} hours of {name} against 10 minutes:", flush=True)
            brief = inputs.made(self.cache, f"short.{name}", "-i", str(film), "-c", "copy")
            source = inputs.made(
                self.cache, f"{hours}h.{name}", "-stream_loop", loops, "-i", str(film), "-c", "copy")
            short = median(self.ours(brief).memory for _ in range(3))
            long = self.ours(source)
            print(f"  {short / 2**20:.1f} MiB and {long.memory / 2**20:.1f} MiB, in {long.wall:.0f} s", flush=True)
            self.rows.append(Row(f"{hours}-hour {name}", "MiB", long.memory / 2**20, 128))
            self.rows.append(Row(f"{hours}-hour {name} against 10 minutes", "memory", long.memory / short, 1.05))

    def report(self) -> None:
        print(f"\n{'work':46} {'figure':12} {'measured':>8}  {'target':9} {'':7}")
        for row in self.rows:
            print(row.line())
        if self.foreign:
            print(f"\nOther programs took {median(self.foreign):.2f} of {CORES} cores meanwhile (median).")


def main() -> int:
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "soundspool-bench"
    parts = ["long_file", "constant", "copy", "clips", "loudness", "memory"]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("converter", type=Path, help="the release build of soundspool-convert")
    parser.add_argument("--cache", type=Path, default=cache, help="directory for what is fetched and made")
    parser.add_argument("--pairs", type=int, default=5, help="how often each pair runs")
    parser.add_argument("--hours", type=int, default=10, help="length of the long source")
    parser.add_argument("--strict", action="store_true", help="end with 1 where a figure is missed")
    parser.add_argument("--only", choices=parts, action="append", help="run these parts only")
    options = parser.parse_args()
    options.cache.mkdir(parents=True, exist_ok=True)
    benchmark = Benchmark(options.converter.resolve(), options.cache, options.pairs)
    for part in options.only or parts:
        if part == "memory":
            benchmark.memory(options.hours)
        else:
            getattr(benchmark, part)()
    benchmark.report()
    return 1 if options.strict and not all(row.isMet for row in benchmark.rows) else 0


if __name__ == "__main__":
    sys.exit(main())
