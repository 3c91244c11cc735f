/// How long a file must be by its container's own words. libav reads to the end of a cut file and says nothing, so the
/// containers are asked here, before anything is decoded.
///
/// The readers take the file as hostile: they look at headers only, a bounded number of them, and every step moves
/// forward.
enum PromisedLength: Equatable {
    /// The container does not say, or it is none of those that are known here.
    case unknown
    /// All parts that begin are there up to this size in bytes.
    case bytes(Int64)
    /// A part that must follow is not there; how long it is cannot be told.
    case more

    /// The most headers that are looked at in one file.
    static let maximumHeaders = 1 << 19

    /// What the file's container says.
    static func read(from file: DescriptorFile) throws(DescriptorFile.Failure) -> PromisedLength {
        let start = try file.bytes(at: 0, count: 1024)
        if MP4Boxes.matches(start) { return try MP4Boxes.promisedLength(of: file) }
        if EBMLElements.matches(start) { return try EBMLElements.promisedLength(of: file) }
        if IFFChunks.matches(start) { return try IFFChunks.promisedLength(of: file) }
        if TransportStreamPackets.matches(start) {
            return TransportStreamPackets.promisedLength(of: file, start: start)
        }
        if ProgramStreamPackets.matches(start) { return try ProgramStreamPackets.promisedLength(of: file) }
        if FLVTags.matches(start) { return try FLVTags.promisedLength(of: file) }
        if ASFObjects.matches(start) { return try ASFObjects.promisedLength(of: file) }
        if OggPages.matches(start) { return try OggPages.promisedLength(of: file) }
        if CAFChunks.matches(start) { return try CAFChunks.promisedLength(of: file) }
        if W64Chunks.matches(start) { return W64Chunks.promisedLength(start: start) }
        return .unknown
    }

    /// Throws `incomplete` where the file is shorter than its container says, or its end was never written. Returns
    /// whether it is known to be whole.
    static func verify(_ file: DescriptorFile) throws -> Bool {
        guard file.size > 0 else { throw ConversionFailure.empty }
        let promise = try read(from: file)
        switch promise {
        case .bytes(let promised) where promised > file.size:
            throw ConversionFailure.endsEarly(size: file.size, promised: promised)
        case .more: throw ConversionFailure.endMissing
        case .bytes, .unknown: break
        }
        // Shorter holes are left by tools that copy runs of zeros as holes.
        guard !file.endsInHole(of: 64 << 10) else { throw ConversionFailure.endMissing }
        return promise != .unknown
    }
}
