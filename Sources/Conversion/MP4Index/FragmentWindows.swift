/// Goes through the fragments of a long MP4 (ISO/IEC 14496-12 section 8.8) in windows: libav keeps 24 bytes for each sample
/// of all that it has read. Ten hours of AAC took 45 MiB more for it than ten minutes.
///
/// What is in front of a window is hidden as one box, and so is what is behind it.
struct FragmentWindows {
    /// Fragments that a window has at least, except for the last: two minutes, or twenty.
    static let length = 128
    /// The most windows, each of which takes as long as opening the file does.
    private static let maximumCount: Int64 = 256

    private let file: DescriptorFile
    private let range: Range<Int64>
    private let length: Int
    /// Where the next window begins.
    private var start: Int64
    /// Boxes that were looked at. Behind the most that are, the rest of the file is the last window.
    private var boxes = 0

    /// nil where one holds all: there is nothing to gain.
    ///
    /// - Parameter range: from the first fragment, or their index, to the end of the file.
    init?(of file: DescriptorFile, in range: Range<Int64>, length: Int) throws(DescriptorFile.Failure) {
        (self.file, self.range, self.length, start) = (file, range, length, range.lowerBound)
        var first = self
        guard try first.next() != nil, first.start < range.upperBound else { return nil }
    }

    /// What makes the file one with the next window only; nil behind the last.
    mutating func next() throws(DescriptorFile.Failure) -> [Patch]? {
        guard let window = try window() else { return nil }
        return [range.lowerBound..<window.lowerBound, window.upperBound..<range.upperBound]
            .filter { $0.count >= BoxHeader.maximumLength }.map(Patch.hiding)
    }

    /// From the next fragment on to one that another window may begin with. Indexes of the fragments are outside: libav
    /// would go by them.
    private mutating func window() throws(DescriptorFile.Failure) -> Range<Int64>? {
        let least = max(
            start + (range.upperBound - range.lowerBound) / Self.maximumCount,
            range.lowerBound + Int64(BoxHeader.maximumLength))
        var (fragments, first, end) = (0, Int64?.none, start)
        while boxes < PromisedLength.maximumHeaders, let box = try header(at: start, within: range.upperBound),
            box.type != "mfra"
        {
            boxes += 1
            if box.type == "moof" {
                if let first, fragments >= length, start >= least, try hasTimes(box) { return first..<start }
                if first == nil { first = start }
                fragments += 1
            }
            start = box.range.upperBound
            end = start
        }
        if boxes == PromisedLength.maximumHeaders { end = range.upperBound }
        start = range.upperBound
        return first.map { $0..<end }
    }

    /// Whether a fragment says when it is, for all of its tracks (section 8.8.12, `tfdt`). Where it does not, that is
    /// behind the one before.
    private func hasTimes(_ fragment: BoxHeader) throws(DescriptorFile.Failure) -> Bool {
        for track in try boxes(in: fragment) where track.type == "traf" {
            guard try boxes(in: track).contains(where: { $0.type == "tfdt" }) else { return false }
        }
        return true
    }

    /// The first boxes in another one.
    private func boxes(in parent: BoxHeader) throws(DescriptorFile.Failure) -> [BoxHeader] {
        var result: [BoxHeader] = []
        var offset = parent.range.lowerBound + Int64(parent.length)
        while result.count < 64, let box = try header(at: offset, within: parent.range.upperBound) {
            result.append(box)
            offset = box.range.upperBound
        }
        return result
    }

    private func header(at offset: Int64, within end: Int64) throws(DescriptorFile.Failure) -> BoxHeader? {
        BoxHeader(try file.bytes(at: offset, count: BoxHeader.maximumLength), at: offset, within: end)
    }
}
