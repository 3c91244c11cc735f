"""Sound that no machine records."""

from bomb import bomb
from containers import DATA_OFFSET, EBML, element, mkv, mp4, number, sowt, tables, track, trak, wav


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


def mkv_of_one_block(samples: int) -> bytes:
    cluster = element(0x1F43B675, number(0xE7, 0), element(0xA3, b"\x81\0\0\x80" + bytes(2 * samples)))
    info = element(0x1549A966, number(0x2AD7B1, 1_000_000))
    return EBML + element(0x18538067, info, element(0x1654AE6B, track(1, rate=1000, channels=1)), cluster)


@bomb
def block_of_a_million_samples(path):
    path.write_bytes(mkv_of_one_block((1 << 20) - 1))


@bomb
def block_of_four_million_samples(path):
    path.write_bytes(mkv_of_one_block((1 << 22) - 1))
