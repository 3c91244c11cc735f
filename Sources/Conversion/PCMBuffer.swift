/// Samples of one or two channels: 32-bit floats, full scale ±1, planar. It can be filled again and again without
/// allocating.
struct PCMBuffer: Sendable {
    /// Where samples are written: `capacity` of each channel.
    struct Room {
        let left: UnsafeMutablePointer<Float>
        /// nil for one channel.
        let right: UnsafeMutablePointer<Float>?
        /// Samples per channel.
        let capacity: Int
    }

    let channels: Int
    /// Samples per channel that fit without allocating.
    private(set) var capacity: Int
    /// Samples per channel that are there.
    private(set) var count = 0
    /// The first channel's samples, and the second's from `capacity` on.
    private var samples: [Float]

    init(channels: Int, capacity: Int) {
        self.channels = channels
        self.capacity = capacity
        // Not filled with zeros: `count` says what may be read, and memory that no sample reaches is never touched.
        samples = [Float](unsafeUninitializedCapacity: channels * capacity) { $1 = channels * capacity }
    }

    /// Lets a writer append up to `maximum` samples per channel; it returns how many it wrote.
    mutating func append(atMost maximum: Int, _ write: (Room) throws -> Int) rethrows {
        if count + maximum > capacity { grow(to: count + maximum) }
        let (offset, stride, isStereo) = (count, capacity, channels == 2)
        count += try samples.withUnsafeMutableBufferPointer { buffer in
            guard maximum > 0, let base = buffer.baseAddress else { return 0 }
            let right = isStereo ? base + stride + offset : nil
            return min(try write(Room(left: base + offset, right: right, capacity: maximum)), maximum)
        }
    }

    /// Appends samples of another buffer of as many channels.
    mutating func append(_ other: borrowing PCMBuffer, _ range: Range<Int>) {
        other.withSamples(in: range) { left, right in
            append(atMost: range.count) { room in
                room.left.update(from: left, count: range.count)
                room.right?.update(from: right, count: range.count)
                return range.count
            }
        }
    }

    mutating func appendSilence(_ length: Int) {
        append(atMost: length) { room in
            room.left.update(repeating: 0, count: length)
            room.right?.update(repeating: 0, count: length)
            return length
        }
    }

    /// Forgets the samples and keeps the room for others.
    mutating func removeAll() { count = 0 }

    /// The first and the second channel; of one channel, the same twice. For a range that is not empty.
    func withSamples<Result>(
        in range: Range<Int>, _ body: (UnsafePointer<Float>, UnsafePointer<Float>) throws -> Result
    ) rethrows -> Result? {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "samples that are not there")
        return try samples.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress, !range.isEmpty else { return nil }
            let left = base + range.lowerBound
            return try body(left, left + (channels - 1) * capacity)
        }
    }

    private mutating func grow(to minimum: Int) {
        var larger = PCMBuffer(channels: channels, capacity: max(minimum, capacity + capacity / 4))
        larger.append(self, 0..<count)
        self = larger
    }
}
