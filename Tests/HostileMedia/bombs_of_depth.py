"""Depth and loops."""

import struct

from bomb import bomb
from containers import EBML, FTYP, avi, box, element, mkv, mvhd, size_of, track, wav


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
    path.write_bytes(avi(index))
