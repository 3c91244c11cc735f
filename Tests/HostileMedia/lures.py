#!/usr/bin/env python3
"""Files named like videos that want other files or servers read: each must be refused without a try.

    lures.py list
    lures.py make NAME PATH SECRET    writes one that wants SECRET
    lures.py run CONVERTER NAME       prints how it ended as one line of JSON, with the system calls that it tried
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from containers import full, mp4, tables, trak, wav

SERVER = "http://127.0.0.1:9"
# What reads the film.
READING = re.compile(r"^\d+ +(read|readv|pread64|preadv|preadv2|lseek)\(0,")
# What opens, connects or starts something.
REACHING = re.compile(r"^\d+ +(open|openat|openat2|creat|socket|connect|execve|execveat|fork|vfork|memfd_create)\(")


def alias(path: str, levels: int = 1) -> bytes:
    """A data reference of QuickTime's kind, with the path as libav reads it (alis, type 2). `levels` is how many folders
    the film and the sound are below one that holds both; -1 is for where there is none, and the path is absolute."""
    name = path.encode()
    fixed = bytes(6) + bytes([0, 150]) + bytes(2) + bytes([4]) + b"disk".ljust(27, b"\0") + bytes(12)
    fixed += bytes([5]) + b"sound".ljust(63, b"\0") + bytes(16) + levels.to_bytes(2, "big", signed=True) * 2 + bytes(16)
    entry = (2).to_bytes(2, "big") + len(name).to_bytes(2, "big") + name + b"\0" * (len(name) & 1)
    return full("alis", fixed, entry, b"\xff\xff\0\0")


def lures(secret: str) -> dict[str, bytes]:
    """By name. `secret` is the path of a sound that a converter must not get at."""
    hls = "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{}\n#EXT-X-ENDLIST\n"
    samples = tables(44100)
    texts = {
        "hls-file": hls.format("file://" + secret),
        "hls-path": hls.format(secret),
        "hls-relative": hls.format("secret.wav"),
        "hls-server": hls.format(SERVER + "/a.ts"),
        "hls-concat": hls.format(f"concat:{secret}|{secret}"),
        "hls-master": f"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nfile://{secret}\n",
        "hls-key": hls.format("secret.wav").replace("#EXTINF", f'#EXT-X-KEY:METHOD=AES-128,URI="{SERVER}/key"\n#EXTINF'),
        "ffconcat": f"ffconcat version 1.0\nfile {secret}\n",
        "ffconcat-relative": "ffconcat version 1.0\nfile secret.wav\n",
        "concat-protocol": f"concat:{secret}|{secret}",
        "subfile-protocol": f"subfile,,start,0,end,0,,:{secret}",
        "dash": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
                'mediaPresentationDuration="PT10S"><Period><AdaptationSet mimeType="audio/mp4"><Representation id="1" '
                f'bandwidth="1"><BaseURL>file://{secret}</BaseURL></Representation></AdaptationSet></Period></MPD>',
        "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n",
        "smil": f'<smil><body><audio src="file://{secret}"/></body></smil>',
        "playlist": f"[playlist]\nFile1={secret}\nNumberOfEntries=1\n",
        "asx": f'<asx version="3.0"><entry><ref href="file://{secret}"/></entry></asx>',
        "image-sequence": "secret%03d.png",
        "metadata": ";FFMETADATA1\ntitle=x\n",
        "dvd-menu": f"<dvdauthor><titleset><vob file=\"{secret}\"/></titleset></dvdauthor>",
    }
    reference = full("url ", b"file://" + secret.encode() + b"\0")
    lured = {name: text.encode() for name, text in texts.items()}
    lured["mov-url"] = mp4(trak(*samples, reference=reference))
    lured["mov-alias"] = mp4(trak(*samples, reference=alias(secret)))
    lured["mov-alias-absolute"] = mp4(trak(*samples, reference=alias(secret, levels=-1)))
    lured["mov-alias-relative"] = mp4(trak(*samples, reference=alias("secret.wav")))
    lured["mov-server"] = mp4(trak(*samples, reference=full("url ", SERVER.encode() + b"/a\0")))
    return lured


def run(converter: Path, name: str) -> dict:
    with tempfile.TemporaryDirectory() as directory:
        here = Path(directory)
        (here / "secret.wav").write_bytes(wav(data=bytes(44100 * 8)))
        film = here / "film.mp4"
        film.write_bytes(lures(str(here / "secret.wav"))[name])
        with open(film, "rb") as stdin, open(here / "out.mp3", "wb+") as stdout:
            result = subprocess.run(["strace", "-f", "-o", here / "trace", converter], stdin=stdin, stdout=stdout,
                                    stderr=subprocess.PIPE, cwd=here, timeout=120)
        calls = (here / "trace").read_text().splitlines()
        entered = next((index for index, call in enumerate(calls) if "SECCOMP_SET_MODE_FILTER, " in call
                        and call.endswith("= 0")), None)
        after = calls[entered:] if entered is not None else calls
        before = calls[:entered] if entered is not None else []
        return {"status": result.returncode, "report": json.loads(result.stderr.splitlines()[-1])["report"],
                "isConfined": entered is not None, "reaching": [call for call in after if REACHING.match(call)],
                "early": [call for call in before if READING.match(call)], "produced": (here / "out.mp3").stat().st_size}


def main(arguments: list[str]) -> None:
    match arguments:
        case ["list"]:
            print("\n".join(lures("")))
        case ["make", name, path, secret]:
            Path(path).write_bytes(lures(secret)[name])
        case ["run", converter, name]:
            print(json.dumps(run(Path(converter).resolve(), name)))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
