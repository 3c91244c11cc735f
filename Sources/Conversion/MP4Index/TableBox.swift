/// A box of MP4 that is a table: version, flags and a count, then entries of one width.
struct TableBox {
    /// The box in the file.
    let range: Range<Int64>
    /// Bytes of an entry.
    let width: Int64
    let count: Int64
    /// Bytes in front of the entries.
    private let headerLength: Int64
    private let type: [UInt8]
    private let file: DescriptorFile
    /// The entries that were read last, and the index of the first of them.
    private var block: (first: Int64, bytes: [UInt8]) = (0, [])

    /// Entries that are read at a time.
    private static let blockLength: Int64 = 1024

    /// nil where the box is not as large as its entries, or has a long header.
    ///
    /// - Parameter hasCommonValue: whether there is a value for all entries in front of the count, which must be 0.
    init?(
        _ range: Range<Int64>?, of file: DescriptorFile, width: Int64, hasCommonValue: Bool = false
    ) throws(DescriptorFile.Failure) {
        guard let range else { return nil }
        let headerLength: Int64 = hasCommonValue ? 20 : 16
        let header = try file.bytes(at: range.lowerBound, count: Int(headerLength))
        guard let size = header.bigEndian(at: 0, count: 4), Int64(size) == range.upperBound - range.lowerBound,
            let count = header.bigEndian(at: Int(headerLength) - 4, count: 4), count > 0,
            Int64(count) <= (Int64(size) - headerLength) / width, range.upperBound <= file.size,
            !hasCommonValue || header.bigEndian(at: 12, count: 4) == 0
        else { return nil }
        (self.range, self.file, self.width, self.headerLength) = (range, file, width, headerLength)
        (self.count, type) = (Int64(count), Array(header[4..<8]))
    }

    /// The numbers of an entry, of four bytes each; nil behind the last.
    mutating func entry(_ index: Int64) throws(DescriptorFile.Failure) -> [Int64]? {
        guard index < count else { return nil }
        var offset = Int((index - block.first) * width)
        if !(0..<block.bytes.count).contains(offset) {
            let bytes = try file.bytes(
                at: self.offset(of: index), count: Int(min(Self.blockLength, count - index) * width))
            (block, offset) = ((index, bytes), 0)
        }
        let numbers = (0..<Int(width / 4)).compactMap { block.bytes.bigEndian(at: offset + $0 * 4, count: 4) }
        return numbers.count == Int(width / 4) ? numbers.map { Int64($0) } : nil
    }

    /// All entries together, of four bytes each.
    func sum() throws(DescriptorFile.Failure) -> UInt64 {
        var sum: UInt64 = 0
        for first in stride(from: 0, to: count, by: Int(Self.blockLength)) {
            let bytes = try file.bytes(at: offset(of: first), count: Int(min(Self.blockLength, count - first)) * 4)
            for offset in stride(from: 0, to: bytes.count, by: 4) { sum &+= bytes.bigEndian(at: offset, count: 4) ?? 0 }
        }
        return sum
    }

    /// Shows a part of the entries as all that there are, where they lie: a header goes in front of them, over those before,
    /// and what is left of the box there becomes one that is skipped. What is behind them is rubbish at the end of the box.
    ///
    /// - Parameter first: 0, or so many that a box's header fits in their place: 8 bytes.
    func showing(_ first: Int64, count: Int64) -> [Patch] {
        let skipped = first * width
        precondition(skipped == 0 || skipped >= 8, "no place for a header")
        let start = range.lowerBound + skipped
        let header = Self.bytes(range.upperBound - start) + type + [UInt8](repeating: 0, count: Int(headerLength) - 12)
        let patch = Patch(offset: start, bytes: header + Self.bytes(count))
        guard skipped > 0 else { return [patch] }
        return [Patch(offset: range.lowerBound, bytes: Self.bytes(skipped)), .hiding(boxAt: range.lowerBound), patch]
    }

    /// Where an entry is in the file.
    func offset(of index: Int64) -> Int64 { range.lowerBound + headerLength + index * width }

    /// A number as the file has it: four bytes, the most significant first.
    static func bytes(_ number: Int64) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }
}
