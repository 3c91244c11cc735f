"""How a bomb is made known, and what several have."""

import os
from pathlib import Path

FRAME = bytes.fromhex("fffb9064") + bytes(413)  # a frame of MP3 silence, 128 kbit/s
BOMBS = {}


def bomb(function):
    BOMBS[function.__name__.replace("_", "-")] = function
    return function


def sparse(path: Path, start: bytes, size: int, end: bytes = b"") -> None:
    """A file whose middle is a hole: any size on a small disk."""
    with open(path, "wb") as file:
        file.write(start)
        file.truncate(size)
        file.seek(0, os.SEEK_END)
        file.write(end)
