"""Too many of something."""

import struct

from bomb import bomb
from containers import DATA_OFFSET, box, element, full, ints, mkv, mp4, number, sowt, tables, track, trak, wav


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
