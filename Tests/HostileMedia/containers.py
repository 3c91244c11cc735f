"""The least of each container that a hostile file needs."""

import struct


def box(kind: str, *content: bytes, size: int | None = None) -> bytes:
    """A box of MP4 (ISO/IEC 14496-12), that may lie about its size."""
    body = b"".join(content)
    length = len(body) + 8 if size is None else size
    if length >= 1 << 32:
        return struct.pack(">I4sQ", 1, kind.encode(), length) + body
    return struct.pack(">I4s", length, kind.encode()) + body


def full(kind: str, *content: bytes, flags: int = 0, version: int = 0, **named) -> bytes:
    return box(kind, struct.pack(">I", version << 24 | flags), *content, **named)


def ints(*values: int) -> bytes:
    return struct.pack(f">{len(values)}I", *values)


FTYP = box("ftyp", b"isom", ints(512), b"isomiso2mp41")
MATRIX = ints(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)


def mvhd(duration: int = 1000) -> bytes:
    return full("mvhd", ints(0, 0, 1000, duration, 0x10000), b"\x01\0" + bytes(10), MATRIX, bytes(24), ints(2))


def sowt(rate: int = 44100, channels: int = 2) -> bytes:
    """A sample entry of uncompressed sound, 16 bits, least significant byte first."""
    fixed = bytes(6) + struct.pack(">HHHIHHHHI", 1, 0, 0, 0, channels, 16, 0, 0, rate << 16 & 0xFFFFFFFF)
    return full("stsd", ints(1), box("sowt", fixed))


def trak(*tables: bytes, timescale: int = 44100, duration: int = 44100, description: bytes | None = None,
         edits: bytes = b"", reference: bytes | None = None, number: int = 1) -> bytes:
    reference = full("url ", flags=1) if reference is None else reference
    dinf = box("dinf", full("dref", ints(1), reference))
    stbl = box("stbl", sowt() if description is None else description, *tables)
    mdhd = full("mdhd", struct.pack(">QQIQI", 0, 0, timescale, duration, 0x55C40000), version=1)
    handler = full("hdlr", ints(0), b"soun", bytes(12), b"\0")
    minf = box("minf", full("smhd", ints(0)), dinf, stbl)
    head = full("tkhd", ints(0, 0, number, 0, 1000, 0, 0, 0, 0x01000000), MATRIX, ints(0, 0), flags=3)
    return box("trak", head, edits, box("mdia", mdhd, handler, minf))


def tables(samples: int = 1, size: int = 4, offset: int = 0, delta: int = 1) -> list[bytes]:
    return [full("stts", ints(1, samples, delta)), full("stsc", ints(1, 1, samples, 1)),
            full("stsz", ints(size, samples)), full("stco", ints(1, offset))]


def mp4(*traks: bytes, data: bytes = bytes(4096), duration: int = 1000) -> bytes:
    return FTYP + box("mdat", data) + box("moov", mvhd(duration), *traks)


DATA_OFFSET = len(FTYP) + 8


def size_of(value: int, length: int = 8) -> bytes:
    """An EBML size (RFC 8794 section 4) of some bytes."""
    return (value | 1 << 7 * length).to_bytes(length, "big")


def element(identifier: int, *content: bytes, size: int | None = None) -> bytes:
    body = b"".join(content)
    name = identifier.to_bytes((identifier.bit_length() + 7) // 8, "big")
    return name + size_of(len(body) if size is None else size) + body


def number(identifier: int, value: int) -> bytes:
    return element(identifier, value.to_bytes(8, "big"))


EBML = element(0x1A45DFA3, number(0x4286, 1), number(0x42F7, 1), number(0x42F2, 4), number(0x42F3, 8),
               element(0x4282, b"matroska"), number(0x4287, 4), number(0x4285, 2))


def track(index: int, rate: float = 44100, channels: int = 2, codec: bytes = b"A_PCM/INT/LIT") -> bytes:
    audio = element(0xE1, element(0xB5, struct.pack(">d", rate)), number(0x9F, channels), number(0x6264, 16))
    return element(0xAE, number(0xD7, index), number(0x73C5, index), number(0x83, 2), element(0x86, codec), audio)


def mkv(*tracks: bytes, duration: float | None = None, more: bytes = b"", blocks: int = 20) -> bytes:
    info = element(0x1549A966, number(0x2AD7B1, 1_000_000),
                   *([] if duration is None else [element(0x4489, struct.pack(">d", duration))]))
    frames = [element(0xA3, b"\x81" + struct.pack(">hB", 10 * index, 0x80) + bytes(1764)) for index in range(blocks)]
    cluster = element(0x1F43B675, number(0xE7, 0), *frames)
    return EBML + element(0x18538067, info, element(0x1654AE6B, *tracks), more, cluster)


def wav(rate: int = 44100, channels: int = 2, tag: int = 1, bits: int = 16, align: int | None = None,
        data: bytes = bytes(44100), promised: int | None = None, before: bytes = b"") -> bytes:
    align = channels * bits // 8 & 0xFFFF if align is None else align
    form = struct.pack("<HHIIHH", tag, channels, rate & 0xFFFFFFFF, rate * align & 0xFFFFFFFF, align, bits)
    length = len(data) if promised is None else promised
    body = b"WAVE" + before + b"fmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", length) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


def avi(index: bytes = b"") -> bytes:
    """A header with one sound (OpenDML), and nothing else."""
    stream = b"strh" + struct.pack("<I", 56) + b"auds" + bytes(16) + struct.pack("<II", 1, 44100) + bytes(28)
    stream += b"strf" + struct.pack("<IHHIIHH", 16, 1, 2, 44100, 176400, 4, 16) + index
    lists = b"LIST" + struct.pack("<I", len(stream) + 4) + b"strl" + stream
    header = b"LIST" + struct.pack("<I", len(lists) + 68) + b"hdrl" + b"avih" + struct.pack("<I", 56) + bytes(56) + lists
    body = b"AVI " + header + b"LIST" + struct.pack("<I", 4) + b"movi"
    return b"RIFF" + struct.pack("<I", len(body)) + body


def crc(data: bytes, bits: int, polynomial: int) -> int:
    register, top = 0, 1 << bits - 1
    for byte in data:
        register ^= byte << bits - 8
        for _ in range(8):
            register = register << 1 ^ (polynomial if register & top else 0)
        register &= (1 << bits) - 1
    return register


def coded(value: int) -> bytes:
    """A number as FLAC codes it: UTF-8, carried on to 36 bits (RFC 9639 section 9.1.5)."""
    if value < 0x80:
        return bytes([value])
    tail = []
    limit = 0x3F
    while value > limit:
        tail.insert(0, 0x80 | value & 0x3F)
        value >>= 6
        limit >>= 1
    return bytes([0xFF ^ (limit << 1 | 1) | value, *tail])


def flac(seconds: float, promised: int | None = None, block: int = 65535, rate: int = 44100, blocks: bytes = b"",
         channels: int = 2) -> bytes:
    """Digital silence (RFC 9639): a frame is a constant for each channel."""
    count = int(seconds * rate / block)
    total = count * block if promised is None else promised
    info = struct.pack(">HH", block, block) + bytes(6)
    info += (rate << 44 | channels - 1 << 41 | 15 << 36 | total).to_bytes(8, "big") + bytes(16)
    frames = []
    for index in range(count):
        head = b"\xff\xf8" + bytes([0x70, channels - 1 << 4 | 0x08]) + coded(index) + struct.pack(">H", block - 1)
        frame = head + bytes([crc(head, 8, 0x07)]) + bytes(3) * channels
        frames.append(frame + struct.pack(">H", crc(frame, 16, 0x8005)))
    last = 0 if blocks else 0x80
    return b"fLaC" + bytes([last]) + len(info).to_bytes(3, "big") + info + blocks + b"".join(frames)
