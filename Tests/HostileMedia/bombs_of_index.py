"""Indexes of MP4 that are long enough to be read in windows (`SampleWindows`): more than 65,536 samples.

But for the first, what they lead to is no AAC: nothing is decoded, and all windows are read in no time.
"""

import struct

from bomb import bomb
from containers import DATA_OFFSET, box, full, ints, mp4, trak

SAMPLES, CHUNK, RATE = 66_000, 1000, 96_000
FRAME = bytes.fromhex("00c800802380")  # a frame of silent AAC-LC, one channel
NONSENSE = b"\xff" * len(FRAME) * CHUNK


def mp4a() -> bytes:
    """The sample entry of AAC-LC at 96 kHz (ISO/IEC 14496-14 section 5.6)."""
    specific = b"\x05\x02" + struct.pack(">H", 2 << 11 | 0 << 7 | 1 << 3)
    config = b"\x04" + bytes([13 + len(specific)]) + b"\x40\x15" + bytes(11) + specific
    esds = full("esds", b"\x03" + bytes([3 + len(config) + 3]) + b"\0\1\0" + config + b"\x06\x01\x02")
    fixed = bytes(6) + struct.pack(">HHHIHHHHI", 1, 0, 0, 0, 1, 16, 0, 0, 0)
    return full("stsd", ints(1), box("mp4a", fixed, esds))


def film(times=None, chunks=None, sizes=None, places=None, data=NONSENSE) -> bytes:
    """All chunks are the same: a file of its size may have twelve minutes of sound, and no more."""
    def table(kind, entries, *before):
        return full(kind, ints(*before, len(entries)), b"".join(ints(*entry) for entry in entries))

    tables = [table("stts", times or [(SAMPLES, 1024)]), table("stsc", chunks or [(1, CHUNK, 1)]),
              table("stsz", sizes or [(len(FRAME),)] * SAMPLES, 0),
              table("stco", places or [(DATA_OFFSET,)] * (SAMPLES // CHUNK))]
    length = SAMPLES * 1024
    return mp4(trak(*tables, timescale=RATE, duration=length, description=mp4a()), data=data,
               duration=length * 1000 // RATE)


@bomb
def long_index(path):
    path.write_bytes(film(data=FRAME * CHUNK))


@bomb
def long_index_of_single_samples(path):
    """Every sample is a chunk, and every time and chunk an entry."""
    places = [(DATA_OFFSET + index % CHUNK * len(FRAME),) for index in range(SAMPLES)]
    path.write_bytes(film([(1, 1024)] * SAMPLES, [(index + 1, 1, 1) for index in range(SAMPLES)], None, places))


@bomb
def long_index_behind_the_file(path):
    """From the second window on."""
    path.write_bytes(film(places=[(DATA_OFFSET if index < 34 else 0x7FFFFFFF,) for index in range(SAMPLES // CHUNK)]))


@bomb
def long_index_of_giants(path):
    """From the second window on."""
    path.write_bytes(film(sizes=[(len(FRAME) if index < 34_000 else 0x7FFFFFFF,) for index in range(SAMPLES)]))


@bomb
def long_index_of_nothing(path):
    """No sample has a byte."""
    path.write_bytes(film(sizes=[(0,)] * SAMPLES))


@bomb
def long_index_of_years(path):
    """The last sample of each window lasts for half a day."""
    times = [(32_767, 1024), (1, 0xFFFFFFFF), (32_767, 1024), (1, 0xFFFFFFFF), (SAMPLES - 65_536, 1024)]
    path.write_bytes(film(times))


@bomb
def long_index_with_too_many_chunks(path):
    path.write_bytes(film(chunks=[(1, CHUNK, 1), (0xFFFFFFFF, CHUNK, 1)]))


@bomb
def long_index_without_times(path):
    """The times end with the first window."""
    path.write_bytes(film([(33_000, 1024)]))


@bomb
def long_index_of_nonsense(path):
    path.write_bytes(film())
