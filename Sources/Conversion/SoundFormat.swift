import ConversionContract

/// The rate and the channels of the MP3.
struct SoundFormat: Sendable, Equatable {
    /// Samples a second and channel; one of `rates`.
    let sampleRate: Int
    /// One or two.
    let channels: Int

    /// The rates of MPEG-1 (ISO/IEC 11172-3), MPEG-2 (ISO/IEC 13818-3) and the unofficial MPEG-2.5.
    static let rates = [8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000]

    /// The source's own where MP3 has it and the preset allows it. Otherwise the next higher rate, or of the two
    /// highest the one that the source's is a multiple of.
    init(sourceRate: Int, sourceChannels: Int, preset: Preset) {
        let next = Self.rates.first { $0 >= sourceRate }
        sampleRate = next ?? (sourceRate % 44100 == 0 ? 44100 : 48000)
        channels = max(min(sourceChannels, preset.maximumChannels), 1)
    }

    init(sampleRate: Int, channels: Int) {
        (self.sampleRate, self.channels) = (sampleRate, channels)
    }

    /// The highest bit rate of these frames, in kilobits a second; LAME keeps to 64 in MPEG-2.5.
    var highestBitRate: Int { sampleRate >= 32000 ? 320 : sampleRate >= 16000 ? 160 : 64 }

    /// Samples per channel of one MP3 frame: 1152 in MPEG-1, half of that at the lower rates.
    var frameLength: Int { sampleRate >= 32000 ? 1152 : 576 }
}
