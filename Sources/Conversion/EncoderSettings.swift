import CLame
import ConversionContract

/// What LAME is told, the same for every encoder of one MP3.
struct EncoderSettings: Sendable, Equatable {
    let format: SoundFormat
    let bitRate: Preset.BitRate

    /// A constant bit rate that is too high for the format becomes the highest that it has, as LAME would have it.
    init(format: SoundFormat, bitRate: Preset.BitRate) {
        self.format = format
        self.bitRate =
            switch bitRate {
            case .variable: bitRate
            case .constant(let kilobits): .constant(kilobits: min(kilobits, format.highestBitRate))
            }
    }

    /// For the report: `LAME 3.100, VBR V2, 48000 Hz, 2 channels`.
    var description: String {
        let bits =
            switch bitRate {
            case .variable(let quality): "VBR V\(quality)"
            case .constant(let kilobits): "CBR \(kilobits) kbit/s"
            }
        let channels = format.channels == 1 ? "1 channel" : "\(format.channels) channels"
        return "LAME \(Self.version), \(bits), \(format.sampleRate) Hz, \(channels)"
    }

    /// LAME's version: `3.100`.
    static var version: String { get_lame_version().map { String(cString: $0) } ?? "" }

    /// What the frames are. `delay` is LAME's, in samples.
    func kind(delay: Int) -> Muxer.Kind {
        let kilobits: Int? = if case .constant(let kilobits) = bitRate { kilobits } else { nil }
        // Players believe the samples to leave out where they know the encoder.
        return Muxer.Kind(format: format, bitRate: kilobits, encoder: "LAME\(Self.version)", delay: delay)
    }
}
