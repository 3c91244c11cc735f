"""Damage that parsers fall for, the same for the same number on every machine."""

import random
import re

EDGES = [0, 1, 2, 7, 8, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFF0, 0xFFFFFFFF,
         0x7FFFFFFFFFFFFFFF, 0x8000000000000000, 0xFFFFFFFFFFFFFFFF]
# Names of boxes and chunks: a size stands before them, or behind.
NAME = re.compile(rb"[a-zA-Z][a-zA-Z0-9 ]{3}")


def position(chance: random.Random, data: bytearray) -> int:
    """Headers are where parsers decide: half of all damage is near the start or the end."""
    last = max(len(data) - 1, 0)
    match chance.randrange(4):
        case 0:
            return min(chance.randrange(2048), last)
        case 1:
            return max(last - chance.randrange(2048), 0)
        case _:
            return chance.randint(0, last)


def flip_bits(chance, data, seeds):
    for _ in range(chance.choice([1, 1, 2, 4, 16, 64])):
        data[position(chance, data)] ^= 1 << chance.randrange(8)


def set_bytes(chance, data, seeds):
    for _ in range(chance.choice([1, 2, 8])):
        data[position(chance, data)] = chance.choice([0, 1, 0x7F, 0x80, 0xFE, 0xFF, chance.randrange(256)])


def set_integer(chance, data, seeds, at=None):
    length = chance.choice([1, 2, 4, 4, 8])
    at = position(chance, data) if at is None else at
    value = chance.choice(EDGES) + chance.choice([0, 0, -1, 1])
    coded = (value % (1 << 8 * length)).to_bytes(length, chance.choice(["big", "little"]))
    data[at:at + length] = coded[:max(len(data) - at, 0)]


def set_size(chance, data, seeds):
    names = [match.start() for match in NAME.finditer(data, 0, 1 << 16)]
    if names:
        set_integer(chance, data, seeds, max(chance.choice(names) + chance.choice([-4, 4, 8]), 0))


def truncate(chance, data, seeds):
    del data[position(chance, data):]


def remove(chance, data, seeds):
    start = position(chance, data)
    del data[start:start + chance.choice([1, 4, 16, 188, 1024, len(data) // 4 + 1])]


def repeat(chance, data, seeds):
    start = position(chance, data)
    part = data[start:start + chance.choice([1, 8, 64, 188, 1024, 8192])]
    data[start:start] = part * chance.choice([1, 2, 16, 100])


def swap(chance, data, seeds):
    length = chance.choice([4, 16, 188, 512])
    first, second = position(chance, data), position(chance, data)
    data[first:first + length], data[second:second + length] = data[second:second + length], data[first:first + length]


def fill(chance, data, seeds):
    start, length = position(chance, data), chance.choice([16, 256, 4096])
    length = max(min(length, len(data) - start), 0)
    data[start:start + length] = chance.choice([bytes(length), b"\xff" * length, chance.randbytes(length)])


def splice(chance, data, seeds):
    other = chance.choice(seeds)[1]
    start = chance.randrange(len(other))
    cut = position(chance, data)
    data[cut:cut + chance.choice([0, 1024, len(data)])] = other[start:start + chance.choice([64, 1024, len(other)])]


MUTATIONS = [flip_bits, flip_bits, set_bytes, set_integer, set_integer, set_size, set_size, set_size, truncate, remove,
             repeat, swap, fill, splice]


def mutate(seeds: list[tuple[str, bytes]], series: str, index: int, name: str | None = None) -> tuple[str, bytes]:
    """Case `index` of a series: what it was made of and how, and its bytes. `name` is the seed's, where it is known: seeds
    that are new move the others."""
    chance = random.Random(f"{series} {index}")
    name = name or seeds[index % len(seeds)][0]
    data = bytearray(dict(seeds)[name])
    steps = chance.choices(MUTATIONS, k=chance.choice([1, 1, 1, 2, 3, 5]))
    for step in steps:
        if data:
            step(chance, data, seeds)
    return f"{name}: {', '.join(step.__name__ for step in steps)}", bytes(data)
