import ConversionContract

/// Compares the sound that came out with what the container promised. libav calls half the sound a success.
struct SoundAudit {
    let report: ConversionReport
    /// Packets of sound that the container gave.
    let packets: Int
    /// Whether the file is known to have all its bytes.
    let isWhole: Bool
    let promise: PromisedSound?
    let gaps: [Timeline.Gap]

    /// Of a hundred packets, or seconds, more damaged ones than this are damage beyond use.
    private static let tolerablePercentage = 10

    /// Throws what is wrong with the result.
    func verify(_ demuxer: inout Demuxer, _ file: DescriptorFile) throws {
        guard report.produced > 0 else { throw nothing }
        guard !demuxer.gaveUp else { throw ConversionFailure.damaged }
        guard report.damagedPackets * 100 <= packets * Self.tolerablePercentage || report.damagedPackets <= 1 else {
            throw ConversionFailure.damaged
        }
        // Where frames are counted, the count shows what is missing.
        if ["mp3", "aac"].contains(report.container), promise == nil,
            demuxer.raw.lacks(percentage: Int64(Self.tolerablePercentage))
        {
            throw ConversionFailure.damaged
        }
        let lost = try lostSound(&demuxer, file)
        let whole = report.produced + gaps.reduce(0) { $0 + ($1.isFilled ? 0 : $1.length) }
        guard lost * 100 <= whole * Double(Self.tolerablePercentage) else {
            throw ConversionFailure.soundMissing(produced: whole - lost, promised: whole)
        }
        guard let promise else { return }
        // What damaged packets took is reported; nothing else may be missing where the samples are counted.
        let tolerance = Self.tolerance(promise.duration, isExact: promise.isExact && report.damagedPackets == 0)
        guard report.produced < promise.duration - tolerance else { return }
        // Where the promise is the whole film's, and its picture goes on to the end, the sound is just shorter.
        let end = promise.duration - tolerance + (demuxer.origin ?? 0)
        if try !promise.isExact && demuxer.reaches(end) { return }
        throw isWhole
            ? ConversionFailure.soundMissing(produced: report.produced, promised: promise.duration)
            : ConversionFailure.soundEndsEarly(produced: report.produced, promised: promise.duration)
    }

    private var nothing: ConversionFailure {
        if AllowedFormats.rawDemuxers.contains(report.container ?? "") { return .notAVideo }
        return packets == 0 ? .noAudio : .damaged
    }

    /// Seconds of the gaps where sound was lost, not left out.
    private func lostSound(_ demuxer: inout Demuxer, _ file: DescriptorFile) throws -> Double {
        let hasPictures = demuxer.streams.contains(where: \.isPicture)
        func length(_ gaps: some Sequence<Timeline.Gap>) -> Double { gaps.reduce(0) { $0 + $1.length } }
        switch report.container ?? "" {
        case let name where AllowedFormats.gaplessDemuxers.contains(name) && !hasPictures:
            return length(gaps)
        case "mov":
            // Its index says where each packet is; what was lost shows in the packets.
            return 0
        case "mpegts":
            // Recordings have gaps and jumps where they were cut and joined, but they are packets throughout.
            return try TransportStreamPackets.isIntact(file) ? 0 : length(gaps)
        case "mpeg":
            return report.damagedPackets > 0 ? length(gaps) : 0
        default:
            // Film without sound is a pause; neither film nor sound is a hole.
            let longest = gaps.filter { $0.isFilled && $0.length >= 1 }.sorted { $0.length > $1.length }.prefix(64)
            guard length(longest) * 100 > report.produced * Double(Self.tolerablePercentage) else { return 0 }
            return try length(longest.filter { try !demuxer.hasPicture(from: $0.start, to: $0.start + $0.length) })
        }
    }

    /// Seconds that may be missing: what a container rounds off, and the packet that a cut goes through.
    static func tolerance(_ duration: Double, isExact: Bool) -> Double {
        max(min(1, duration / 4), isExact ? 0 : duration / 200)
    }
}
