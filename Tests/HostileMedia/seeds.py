"""Half a second of sound in each container and codec that is converted, and a long index: what the mutations begin with."""

import os
import random
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import bombs_of_index

SOUNDS = {
    "mp4": "aac libmp3lame ac3 libopus flac alac", "mov": "aac pcm_s16le pcm_s24be pcm_f32le adpcm_ima_qt pcm_mulaw",
    "mkv": "aac libmp3lame ac3 eac3 libopus libvorbis flac alac mp2 wmav2 pcm_s16le dca truehd tta wavpack",
    "webm": "libopus libvorbis", "avi": "libmp3lame ac3 pcm_s16le adpcm_ms", "ts": "aac mp2 ac3", "flv": "aac adpcm_swf",
    "wmv": "wmav1 wmav2", "ogg": "libvorbis libopus flac", "mpg": "mp2 pcm_dvd",
    "wav": "pcm_s32le pcm_f32le pcm_f64le adpcm_ima_wav",
    "w64": "pcm_s16le", "caf": "alac", "aiff": "pcm_s16be", "flac": "flac", "mp3": "libmp3lame", "aac": "aac",
    "3gp": "aac", "m4v": "aac", "m4a": "aac alac", "vob": "ac3", "asf": "wmav2",
}
PICTURES = {"mp4": "mpeg4", "mkv": "mpeg4", "webm": "libvpx", "avi": "mpeg4", "ts": "mpeg2video", "flv": "flv1",
            "mpg": "mpeg2video", "m4v": "mpeg4", "vob": "mpeg2video"}
EXTRAS = {"fragmented.mp4": ["-movflags", "+frag_keyframe+empty_moov"], "faststart.mp4": ["-movflags", "+faststart"]}
# Too long a sound to be decoded so often: it is none, and only its index is read.
NOT_CONVERTED = "long-index.mp4"


def written() -> dict[str, bytes]:
    """Seeds that ffmpeg does not make: of AMR it has no encoder (RFC 4867 section 5: frames of 12.2 kbit/s)."""
    chance = random.Random("amr")
    return {"noise.amr": b"#!AMR\n" + b"".join(b"\x3c" + chance.randbytes(31) for _ in range(25)),
            NOT_CONVERTED: bombs_of_index.film()}


def command(name: str, codec: str) -> list[str]:
    kind = name.rsplit(".", 1)[1]
    rate = "48000" if codec in {"pcm_dvd", "libopus", "dca", "truehd", "ac3", "eac3"} else "44100"
    sound = ["-f", "lavfi", "-i", f"sine=frequency=440:duration=0.5:sample_rate={rate}"]
    picture = ["-f", "lavfi", "-i", "testsrc2=size=48x32:rate=5:duration=0.4"] if kind in PICTURES else []
    rate = ["-r", "25"] if kind in {"ts", "mpg", "vob"} else []
    return ["ffmpeg", "-nostdin", "-v", "error", "-y", *sound, *picture, "-c:a", codec, "-ac", "2", "-strict", "-2",
            # The same bytes each time: no dates, versions or random numbers.
            "-fflags", "+bitexact", "-flags", "+bitexact", "-threads", "1",
            *(["-c:v", PICTURES[kind], *rate] if picture else []), "-metadata", "title=Seed", *EXTRAS.get(name, [])]


def make(directory: Path) -> list[tuple[str, bytes]]:
    """The seeds by name, made where they are not there yet."""
    directory.mkdir(parents=True, exist_ok=True)
    wanted = [(f"{codec}.{kind}", codec) for kind, codecs in SOUNDS.items() for codec in codecs.split()]
    wanted += [(name, "aac") for name in EXTRAS]

    def one(item):
        name, codec = item
        path = directory / name
        if not path.exists():
            partial = directory / f"part-{os.getpid()}-{name}"
            subprocess.run([*command(name, codec), str(partial)], check=True)
            partial.rename(path)
        return name, path.read_bytes()

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(one, wanted)) + list(written().items())
