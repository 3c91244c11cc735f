"""Files that others look for while they are written."""

import pathlib


def write_whole(path: pathlib.Path, data: bytes) -> None:
    """Writes a file that is there with all of its bytes, or not at all."""
    partial = path.with_suffix(".partial")
    partial.write_bytes(data)
    partial.rename(path)
