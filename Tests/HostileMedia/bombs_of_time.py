"""Time that is not there."""

from bomb import bomb
from containers import DATA_OFFSET, EBML, element, flac, full, ints, mkv, mp4, number, tables, track, trak

YEARS = 100 * 365 * 86400


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
