public import FoundationEssentials

/// One line of the converter's standard error: a JSON object with one member, `progress` or `report`.
public enum ConverterMessage: Sendable, Hashable {
    case progress(ConversionProgress)
    case report(ConversionReport)

    /// The longest line that is written or read, in bytes, without its newline.
    public static let maximumLength = 16 << 10

    private struct Envelope: Codable {
        var progress: ConversionProgress?
        var report: ConversionReport?
    }

    /// The message as one line of JSON, without a newline.
    public func line() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return switch self {
        case .progress(let progress): try encoder.encode(Envelope(progress: progress))
        case .report(let report): try encoder.encode(Envelope(report: report))
        }
    }

    /// Reads one line; nil for a line that is not a message, which the reader may log and leave.
    ///
    /// SECURITY: what is said is not believed by being read, but it is harmless to reckon with and to show: see `plausible`.
    public init?(line: Data) {
        guard line.count <= Self.maximumLength,
            let envelope = try? JSONDecoder().decode(Envelope.self, from: line)
        else { return nil }
        switch (envelope.progress, envelope.report) {
        case (let progress?, nil): self = ConverterMessage.progress(progress).plausible
        case (nil, let report?): self = ConverterMessage.report(report).plausible
        default: return nil
        }
    }
}
