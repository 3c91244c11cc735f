/// Where a track's index of its samples is (ISO/IEC 14496-12 section 8.5.1, `stbl`), and what goes with it.
struct SampleTable: Equatable {
    /// The only part of the track's own time that is shown, where there is one (section 8.6.6, `elst`).
    struct Edit: Equatable {
        /// Where it begins, in units of the track.
        var start: UInt64
        /// How long it is, in units of the movie.
        var length: UInt64

        /// nil where there is more to it: several parts, or another speed. A pause in front of it, which is how sound that
        /// starts late is written, changes nothing.
        init?(_ content: [UInt8], size: Int64) {
            let width = content.first == 1 ? 8 : 4
            func entry(_ index: Int) -> (length: UInt64, start: UInt64, speed: UInt64)? {
                let offset = 8 + index * (2 * width + 4)
                guard let length = content.bigEndian(at: offset, count: width),
                    let start = content.bigEndian(at: offset + width, count: width),
                    let speed = content.bigEndian(at: offset + 2 * width, count: 4)
                else { return nil }
                return (length, start, speed)
            }
            let pause = UInt64.max >> UInt64(64 - 8 * width)
            // libav goes by the box's size.
            guard let count = content.bigEndian(at: 4, count: 4),
                size == 16 + Int64(count) * Int64(2 * width + 4),
                count == 1 || count == 2 && entry(0)?.start == pause,
                let entry = entry(Int(count) - 1), entry.speed == 0x10000, entry.start <= pause >> 1
            else { return nil }
            (start, length) = (entry.start, entry.length)
        }
    }

    /// Whether there is one box of each kind, and none with more about each sample, such as another time (section
    /// 8.6.1.3, `ctts`).
    var isOrdinary = true
    /// Units a second of the track's time (section 8.4.2, `mdhd`).
    var timeScale: UInt64 = 0
    /// How long it says it is, in these.
    var duration: Int64 = 0
    /// How many descriptions of its samples there are (section 8.5.2, `stsd`).
    var descriptions: UInt64 = 0
    /// What the first says that they are: `mp4a`.
    var format = ""
    /// Where the box with the edit list begins (section 8.6.5, `edts`).
    var edits: Int64?
    var edit: Edit?
    /// How long the samples last (section 8.6.1.2, `stts`).
    var times: Range<Int64>?
    /// How many of them each chunk has (section 8.7.4, `stsc`).
    var chunks: Range<Int64>?
    /// How many bytes each has (section 8.7.3, `stsz`).
    var sizes: Range<Int64>?
    /// Where each chunk is (section 8.7.5, `stco`, `co64`).
    var places: Range<Int64>?
    /// Bytes of a chunk's place.
    var placeWidth: Int64 = 4

    /// Whether it has no samples: all are in fragments.
    var isEmpty: Bool { sizes.map { $0.upperBound - $0.lowerBound == 20 } ?? false }
}
