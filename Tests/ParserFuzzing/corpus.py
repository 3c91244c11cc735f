#!/usr/bin/env python3
"""What libFuzzer begins with: a small file of each kind that a parser knows.

Usage: corpus.py PARSER DIRECTORY
"""

import struct
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "HostileMedia"))
from containers import EBML, FTYP, box, element, full, ints, mkv, mp4, sowt, tables, track, trak, wav  # noqa: E402

FRAME = bytes.fromhex("fffb9064") + bytes(413)
MESSAGES = [
    '{"progress":{"position":12.5,"duration":596.5}}', '{"progress":{"position":0}}',
    '{"report":{"damagedPackets":0,"preset":"standard","produced":0,"reason":"unsupported","message":"\\u00e9"}}',
    '{"report":{"damagedPackets":0,"preset":"high","produced":1e308,"encoder":"\\u001b[2J","message":"\\r\\n\\u202e\\u2028"}}',
    '{"report":{"codec":"aac","container":"mov","damagedPackets":1,"encoder":"LAME","loudness":{"integrated":-21.7,"peak":1},'
    '"preset":"voice","produced":80.5,"promised":80,"track":1,"tracks":[{"index":1,"isAuxiliary":false,"title":"a"}]}}',
]


def long_sound() -> bytes:
    """As few samples and chunks as make windows of two samples, with an edit list that begins with a pause."""
    edits = box("edts", full("elst", ints(2, 1000, 0xFFFFFFFF, 0x10000, 1000, 10, 0x10000)))
    index = [full("stts", ints(2, 5, 1024, 4, 1000)), full("stsc", ints(2, 1, 2, 1, 4, 3, 1)),
             full("stsz", ints(0, 9, *[4] * 9)), full("stco", ints(4, *range(36, 68, 8)))]
    return mp4(trak(*index, edits=edits, description=sowt().replace(b"sowt", b"mp4a")), data=bytes(64))


def fragments() -> bytes:
    """Fragments that make windows of one each, with an index in front of the first and one behind the last."""
    index = [full("stts", ints(0)), full("stsc", ints(0)), full("stsz", ints(0, 0)), full("stco", ints(0))]
    parts = [
        box("moof", full("mfhd", ints(number)) + box("traf", full("tfhd", ints(1)) + full("tfdt", ints(number * 1024))))
        + box("mdat", bytes(8)) for number in range(3)]
    film = mp4(trak(*index, description=sowt().replace(b"sowt", b"mp4a")), data=b"")
    return film + box("sidx", bytes(8)) + b"".join(parts) + box("mfra")


def containers() -> list[bytes]:
    page = b"OggS\0\2" + bytes(8) + b"\1\0\0\0" + bytes(8) + b"\1\4abcd"
    asf = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c") + struct.pack("<QIBB", 134, 1, 1, 2)
    asf += bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365") + struct.pack("<Q", 104) + bytes(16) + struct.pack("<Q", 134)
    packet = b"\0\0\1\xc0\0\x0a" + bytes(10)
    return [
        mp4(trak(*tables(4)), data=bytes(64)), mp4(trak(*tables(4), reference=full("url ", b"file:///a\0")), data=b""),
        FTYP + box("moov") + box("moof") + box("mdat", size=1 << 33), FTYP + struct.pack(">I4s", 0, b"mdat"),
        mp4(trak(*tables(4)), trak(*tables(4), number=2).replace(b"soun", b"vide"), data=bytes(64)),
        mkv(track(1), blocks=1), EBML + b"\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff" + element(0xEC, bytes(3)),
        wav(data=bytes(64)), b"RIFF" + struct.pack("<I", 40) + b"AVI " + bytes(36) + b"RIFF\x08\0\0\0AVIX" + bytes(4),
        b"RF64\xff\xff\xff\xffWAVEds64\x1c\0\0\0" + struct.pack("<QQQI", 80, 44, 1, 0) + bytes(44),
        b"FORM" + struct.pack(">I", 40) + b"AIFF" + bytes(36), page * 3, asf.ljust(134, b"\0"),
        b"FLV\1\5\0\0\0\x09\0\0\0\0\x08\0\0\2" + bytes(9) + b"\0\0\0\x0d", (b"\x47\x1f\xff\x10" + bytes(184)) * 6,
        (bytes(4) + b"\x47\x1f\xff\x10" + bytes(184)) * 6,
        long_sound(), fragments(), b"caff" + bytes(4) + b"data" + struct.pack(">Q", 64) + bytes(64),
        bytes.fromhex("726966662e91cf11a5d628db04c10000") + struct.pack("<Q", 88) + bytes(64),
        (b"\0\0\1\xba\x44" + bytes(8) + b"\xf8" + packet) * 2, (b"\0\0\1\xba\x21" + bytes(7) + packet) * 2 + packet[:9],
    ]


def corpus(parser: str) -> list[bytes]:
    match parser:
        case "containers":
            return containers()
        case "messages":
            return [line.encode() for line in MESSAGES]
        case "frames":
            return [b"\0" + FRAME * 3, FRAME, b"\xff\xf3\x40\xc0" + bytes(200), b"\xff\xe3\x18\xc4" + bytes(200)]
    sys.exit(__doc__)


def main() -> None:
    parser, directory = sys.argv[1:]
    for index, data in enumerate(corpus(parser)):
        (Path(directory) / f"seed-{index}").write_bytes(data)


if __name__ == "__main__":
    main()
