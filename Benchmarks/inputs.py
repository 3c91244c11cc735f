"""What the benchmark converts, and what it compares with: fetched from PyPI once, never part of the project."""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

# The newest source archive whose tutorial has the whole Big Buck Bunny: 596 s, H.264 and AAC, 44.1 kHz stereo.
MOVIEPY = "moviepy==2.2.1"


def pip_download(directory: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(directory), *arguments]
    subprocess.run(command, check=True)


def film(cache: Path) -> Path:
    """Big Buck Bunny, out of an archive in moviepy's source archive."""
    path = cache / "bbb.mp4"
    if not path.exists():
        pip_download(cache, "--no-binary", ":all:", MOVIEPY)
        archive = next(cache.glob("moviepy-*.tar.gz"))
        with tarfile.open(archive) as tar:
            inner = next(member for member in tar if member.name.endswith("moviepy_10_minutes.zip"))
            with zipfile.ZipFile(tar.extractfile(inner)) as zipped:
                name = next(name for name in zipped.namelist() if name.endswith("/bbb.mp4"))
                partial = path.with_suffix(".part")
                partial.write_bytes(zipped.read(name))
                partial.rename(path)
        archive.unlink()
    return path


def newest_ffmpeg(cache: Path) -> Path:
    """The newest static ffmpeg: imageio-ffmpeg carries one."""
    path = cache / "ffmpeg-newest"
    if not path.exists():
        pip_download(cache, "--only-binary", ":all:", "imageio-ffmpeg")
        wheel = max(cache.glob("imageio_ffmpeg-*.whl"))
        with zipfile.ZipFile(wheel) as zipped:
            name = next(name for name in zipped.namelist() if "/binaries/ffmpeg-" in name)
            partial = path.with_suffix(".part")
            partial.write_bytes(zipped.read(name))
            partial.chmod(0o755)
            partial.rename(path)
        wheel.unlink()
    return path


def made(cache: Path, name: str, *arguments: str) -> Path:
    """A file that Debian's ffmpeg makes once."""
    path = cache / name
    if not path.exists():
        partial = cache / f"part-{name}"
        subprocess.run(
            ["ffmpeg", "-nostdin", "-v", "error", "-y", *arguments, str(partial)], check=True)
        partial.rename(path)
    return path


def clips(cache: Path, source: Path, count: int, seconds: int) -> list[Path]:
    """Short videos, cut from the film one after the other."""
    length = 590 - seconds
    return [
        made(cache, f"clip-{index:02}.mp4", "-ss", str(index * length / count), "-t", str(seconds), "-i", str(source),
             "-c", "copy")
        for index in range(count)
    ]
