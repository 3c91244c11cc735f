#!/usr/bin/env python3
"""Small files that ask for much: each must be refused, or have ended, within seconds and little memory.

    bombs.py list
    bombs.py run CONVERTER NAME    prints how it ended as one line of JSON
    bombs.py all CONVERTER         prints a table, and ends with 1 where one went off
"""

import os
import struct
import sys
import tempfile
from pathlib import Path

from containers import (DATA_OFFSET, EBML, FTYP, box, element, flac, full, ints, mkv, mp4, mvhd, number, size_of, sowt,
                        tables, track, trak, wav)
from converter import DOCUMENTED, convert

SECONDS = 5  # of processor time, in a release build
YEARS = 100 * 365 * 86400
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


# Time that is not there.

@bomb
def day_before_copied_sound(path):
    """A Flash video with one picture at 0, and MP3 of 320 kbit/s that begins a day later."""
    def tag(kind, time, data):
        header = bytes([kind]) + len(data).to_bytes(3, "big") + (time & 0xFFFFFF).to_bytes(3, "big")
        return header + bytes([time >> 24, 0, 0, 0]) + data + (11 + len(data)).to_bytes(4, "big")

    frame = bytes.fromhex("fffbe064") + bytes(1040)
    sound = b"".join(tag(8, 80_000_000 + 26 * n, b"\x2f" + frame) for n in range(43))
    path.write_bytes(b"FLV\x01\x05" + bytes([0, 0, 0, 9, 0, 0, 0, 0]) + tag(9, 0, b"\x12" + bytes(40)) + sound)



@bomb
def day_of_silence(path):
    path.write_bytes(flac(86000))


@bomb
def day_of_silence_without_a_promise(path):
    path.write_bytes(flac(86000, promised=0))


@bomb
def years_in_flac(path):
    path.write_bytes(flac(2, promised=(1 << 36) - 1))


@bomb
def years_in_mp4(path):
    path.write_bytes(mp4(trak(*tables(1, offset=DATA_OFFSET), timescale=1, duration=YEARS), duration=YEARS))


@bomb
def years_in_mp4_table(path):
    path.write_bytes(mp4(trak(full("stts", ints(1, 0xFFFFFFFF, 0xFFFFFFF0)), *tables(1)[1:], duration=1 << 62)))


@bomb
def years_in_mkv(path):
    path.write_bytes(mkv(track(1), duration=YEARS * 1000.0))


@bomb
def endless_in_mkv(path):
    path.write_bytes(mkv(track(1), duration=float("inf")))


@bomb
def years_between_two_samples(path):
    table = [full("stts", ints(2, 1, 80000, 1, 1)), full("stsc", ints(1, 1, 2, 1)), full("stsz", ints(4, 2)),
             full("stco", ints(1, DATA_OFFSET))]
    path.write_bytes(mp4(trak(*table, timescale=1, duration=80001), duration=80001000))


@bomb
def gaps_between_all_blocks(path):
    blocks = b"".join(element(0x1F43B675, number(0xE7, 9900 * index), element(0xA3, b"\x81\0\0\x80" + bytes(4)))
                      for index in range(8600))
    info = element(0x1549A966, number(0x2AD7B1, 1_000_000))
    path.write_bytes(EBML + element(0x18538067, info, element(0x1654AE6B, track(1)), blocks))


# Sizes that are not there.

@bomb
def giant_sample_tables(path):
    many = 0x0FFFFFFF
    path.write_bytes(mp4(trak(full("stts", ints(1, many, 1)), full("stsc", ints(1, 1, many, 1)),
                              full("stsz", ints(4, many)), full("stco", ints(1, DATA_OFFSET)), duration=many)))


@bomb
def giant_tables_without_entries(path):
    lie = 0x7FFFFFF0
    path.write_bytes(mp4(trak(*[full(kind, ints(0 if kind == "stsz" else lie, lie), size=lie)
                                for kind in ["stts", "stsc", "stsz", "stco", "ctts", "stss"]])))


@bomb
def giant_atoms(path):
    sparse(path, FTYP + box("moov", mvhd(), box("udta", box("meta", size=1 << 39), size=1 << 39), size=1 << 40), 1 << 40)


@bomb
def giant_media(path):
    sparse(path, FTYP + box("moov", mvhd(), trak(*tables(1 << 20, offset=1 << 12))) + box("mdat", size=1 << 40), 1 << 40)


@bomb
def giant_samples(path):
    sparse(path, FTYP + box("moov", mvhd(), trak(*tables(2, size=0x7FFFFF00, offset=1 << 12))) + box("mdat", size=1 << 33),
           1 << 33)


@bomb
def giant_block(path):
    start = EBML + b"\x18\x53\x80\x67" + size_of(1 << 32) + element(0x1654AE6B, track(1))
    sparse(path, start + b"\x1f\x43\xb6\x75" + size_of(1 << 31) + b"\xa3" + size_of(1 << 30) + b"\x81\0\0\x80", 1 << 32)


@bomb
def giant_tag(path):
    sparse(path, b"ID3\4\0\0\x7f\x7f\x7f\x7f" + b"APIC" + b"\x7f\x7f\x7f\0" + b"\0\0\0image/png\0\3\0\x89PNG\r\n\x1a\n",
           (1 << 28) + 9, FRAME * 100)


@bomb
def many_giant_pictures(path):
    picture = struct.pack(">II", 3, 9) + b"image/png" + bytes(20) + struct.pack(">I", 16_000_000) + b"\x89PNG\r\n\x1a\n"
    block = b"\x06" + (16_000_100).to_bytes(3, "big") + picture + bytes(16_000_100 - len(picture))
    path.write_bytes(flac(1, blocks=block * 12 + b"\x81\0\0\0"))


@bomb
def giant_attachments(path):
    files = [element(0x61A7, element(0x466E, b"a.png"), element(0x4660, b"image/png"), number(0x46AE, index),
                     element(0x465C, b"\x89PNG\r\n\x1a\n" + bytes(4 << 20))) for index in range(1, 60)]
    path.write_bytes(mkv(track(1), more=element(0x1941A469, *files)))


@bomb
def many_tags(path):
    frames = b"".join(b"TXXX" + b"\0\0\0\x0a\0\0" + b"\0k%06d\0v" % index for index in range(1 << 17))
    size = bytes(len(frames) >> shift & 0x7F for shift in (21, 14, 7, 0))
    path.write_bytes(b"ID3\4\0\0" + size + frames + FRAME * 100)


# Too many of something.

@bomb
def streams_in_mp4(path):
    path.write_bytes(mp4(*[trak(*tables(1, offset=DATA_OFFSET), number=index) for index in range(1, 1001)]))


@bomb
def streams_in_mkv(path):
    path.write_bytes(mkv(*[track(index) for index in range(1, 1001)]))


@bomb
def streams_within_the_limit(path):
    path.write_bytes(mkv(*[track(index, codec=b"A_AAC") for index in range(1, 501)]))


@bomb
def streams_in_transport_stream(path):
    packets = []
    for program in range(60):
        entries = b"".join(struct.pack(">BHH", 0x0F, 0xE000 | 0x100 + program * 30 + index, 0xF000) for index in range(30))
        packets.append((0x20 + program, b"\2" + section(program + 1, b"\xff\xff\xf0\0" + entries)))
    programs = b"".join(struct.pack(">HH", index + 1, 0xE000 | 0x20 + index) for index in range(40))
    packets.insert(0, (0, b"\0" + section(1, programs)))
    path.write_bytes(b"".join(struct.pack(">BHB", 0x47, 0x4000 | pid, 0x10) + (b"\0" + body).ljust(184, b"\xff")
                              for pid, body in packets) * 100)


def section(identifier: int, body: bytes) -> bytes:
    """A table of a transport stream, behind its first byte (ISO/IEC 13818-1 section 2.4.4)."""
    head = struct.pack(">HHBBB", 0xB000 | len(body) + 9, identifier, 0xC1, 0, 0) + body
    return head + bytes(4)


@bomb
def channels_65535_in_wav(path):
    path.write_bytes(wav(channels=65535, align=65534, data=bytes(1 << 20)))


@bomb
def channels_255_in_wav(path):
    path.write_bytes(wav(channels=255, data=bytes(1 << 20)))


@bomb
def channels_65535_in_mp4(path):
    path.write_bytes(mp4(trak(*tables(1, size=131070, offset=DATA_OFFSET), description=sowt(channels=65535)),
                         data=bytes(1 << 18)))


@bomb
def edits(path):
    lists = box("edts", full("elst", ints(1 << 18), ints(1, 0, 0x10000) * (1 << 18)))
    path.write_bytes(mp4(trak(*tables(1 << 16, size=4, offset=DATA_OFFSET), edits=lists), data=bytes(1 << 18)))


@bomb
def chapters(path):
    atoms = [element(0xB6, number(0x73C4, index), number(0x91, index), element(0x80, element(0x85, b"c" * 200)))
             for index in range(1, 1 << 16)]
    path.write_bytes(mkv(track(1), more=element(0x1043A770, element(0x45B9, *atoms))))


# Depth and loops.

@bomb
def nested_elements(path):
    body = b""
    for _ in range(20_000):
        body = b"\x73\x73" + size_of(len(body)) + body
    path.write_bytes(mkv(track(1), more=element(0x1254C367, body)))


@bomb
def nested_chapters(path):
    body = b""
    for _ in range(20_000):
        body = b"\xb6" + size_of(len(body)) + body
    path.write_bytes(mkv(track(1), more=element(0x1043A770, element(0x45B9, body))))


@bomb
def nested_boxes(path):
    body = b""
    for _ in range(20_000):
        body = box("udta", body)
    path.write_bytes(FTYP + box("moov", mvhd(), body))


@bomb
def empty_boxes(path):
    path.write_bytes(FTYP + box("free") * (1 << 21))


@bomb
def empty_boxes_within(path):
    path.write_bytes(FTYP + box("moov", mvhd(), box("free") * (1 << 21)))


@bomb
def empty_elements(path):
    path.write_bytes(EBML + b"\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff" + b"\xec\x80" * (1 << 22))


@bomb
def empty_chunks(path):
    path.write_bytes(wav(before=b"JUNK\0\0\0\0" * (1 << 21)))


@bomb
def empty_pages(path):
    path.write_bytes((b"OggS\0\0" + bytes(8) + b"\1\0\0\0" + bytes(8) + b"\0") * (1 << 20))


@bomb
def empty_flash_tags(path):
    path.write_bytes(b"FLV\1\5\0\0\0\x09\0\0\0\0" + (b"\x08" + bytes(10) + b"\0\0\0\x0b") * (1 << 20))


@bomb
def empty_packets(path):
    path.write_bytes((b"\x47\x1f\xff\x10" + b"\xff" * 184) * (1 << 18))


@bomb
def empty_objects(path):
    header = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c") + struct.pack("<QIBB", 30 + 24 * (1 << 18), 1 << 18, 1, 2)
    path.write_bytes(header + (bytes(16) + struct.pack("<Q", 24)) * (1 << 18))


@bomb
def avi_index_of_itself(path):
    index = b"indx" + struct.pack("<IHBBI4s", 24 + 16 * 1000, 4, 0, 0, 1000, b"01wb") + bytes(12)
    index += struct.pack("<QII", 12, 16, 0) * 1000
    stream = b"strh" + struct.pack("<I", 56) + b"auds" + bytes(16) + struct.pack("<II", 1, 44100) + bytes(28)
    stream += b"strf" + struct.pack("<IHHIIHH", 16, 1, 2, 44100, 176400, 4, 16) + index
    lists = b"LIST" + struct.pack("<I", len(stream) + 4) + b"strl" + stream
    header = b"LIST" + struct.pack("<I", len(lists) + 68) + b"hdrl" + b"avih" + struct.pack("<I", 56) + bytes(56) + lists
    body = b"AVI " + header + b"LIST" + struct.pack("<I", 4) + b"movi"
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)


# Sound that no machine records.

@bomb
def rate_1_hz(path):
    path.write_bytes(wav(rate=1, data=bytes(4 << 15)))


@bomb
def rate_10_mhz(path):
    path.write_bytes(wav(rate=10_000_000, data=bytes(4 << 20)))


@bomb
def rate_1_hz_in_mp4(path):
    path.write_bytes(mp4(trak(*tables(1024, offset=DATA_OFFSET), timescale=1, duration=1024, description=sowt(rate=1))))


@bomb
def rate_10_mhz_in_mkv(path):
    path.write_bytes(mkv(track(1, rate=10_000_000)))


@bomb
def rate_below_zero(path):
    path.write_bytes(wav(rate=-1))


@bomb
def blocks_of_nothing(path):
    path.write_bytes(wav(tag=2, bits=4, align=0, data=bytes(1 << 16)))


@bomb
def blocks_of_65535(path):
    path.write_bytes(wav(tag=0x11, bits=4, align=65535, data=bytes(1 << 20)))


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
        case ["run", converter, name]:
            print(run(Path(converter), name).json())
        case ["all", converter]:
            ends = {name: run(Path(converter), name) for name in BOMBS}
            for name, end in ends.items():
                print(f"{name:36} {end.name:8} {end.report.get('reason', ''):12} {end.cpu:6.2f} s of CPU "
                      f"{end.memory / 2**20:6.0f} MiB  {end.report.get('message', '')}")
            bad = [name for name, end in ends.items() if end.status not in DOCUMENTED or end.cpu > SECONDS]
            print(f"{len(ends)} bombs; neither refused nor over within {SECONDS} s: {', '.join(bad) or 'none'}")
            sys.exit(1 if bad else 0)
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
