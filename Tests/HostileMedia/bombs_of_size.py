"""Sizes that are not there."""

import struct

from bomb import FRAME, bomb, sparse
from containers import (DATA_OFFSET, EBML, FTYP, avi, box, element, flac, full, ints, mkv, mp4, mvhd, number,
                        size_of, tables, track, trak)


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


# Places that are not there.

@bomb
def sample_behind_all_files(path):
    table = tables(1)[:3] + [full("co64", struct.pack(">IQ", 1, (1 << 63) - 1000))]
    path.write_bytes(mp4(trak(*table)))


@bomb
def avi_index_behind_all_files(path):
    index = b"indx" + struct.pack("<IHBBI4s", 24 + 16, 4, 0, 0, 1, b"00wb") + bytes(12)
    index += struct.pack("<QII", (1 << 63) - 1016, 16, 0)
    path.write_bytes(avi(index))
