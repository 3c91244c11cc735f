import ConversionContract

/// Decoded frames on their way into the MP3: resampled, encoded, muxed.
struct SoundWriter: ~Copyable {
    let settings: EncoderSettings
    private let limits: ConversionLimits
    private var resampler: Resampler?
    private var encoder: SerialEncoder
    private var muxer: Muxer
    /// Samples per channel so far, silence included.
    private var samples = 0

    /// A writer for sound of the first frame's rate and channels.
    init(
        _ file: DescriptorFile, first frame: borrowing Frame, preset: Preset, limits: ConversionLimits, tags: Tags
    ) throws {
        let format = SoundFormat(sourceRate: frame.sampleRate, sourceChannels: frame.channelCount, preset: preset)
        settings = EncoderSettings(format: format, bitRate: preset.bitRate)
        self.limits = limits
        let encoder = try SerialEncoder(settings)
        muxer = try Muxer(file, settings: settings, delay: encoder.delay, tags: tags)
        self.encoder = encoder
    }

    /// Seconds of sound so far.
    var duration: Double { Double(samples) / Double(settings.format.sampleRate) }

    /// Adds a frame. One of another kind than those before gets a resampler of its own.
    mutating func write(_ frame: borrowing Frame) throws {
        if resampler?.accepts(frame) == false { try finishResampler() }
        if resampler == nil { resampler = try Resampler(from: frame, to: settings.format) }
        if let block = try resampler?.convert(frame) { try encode(block) }
    }

    /// Adds silence.
    mutating func writeSilence(seconds: Double) throws {
        // What the resampler holds belongs in front.
        try finishResampler()
        guard duration + seconds <= Double(limits.duration) else {
            throw ConversionFailure.tooLong(limit: limits.duration)
        }
        var rest = Int((seconds * Double(settings.format.sampleRate)).rounded())
        while rest > 0 {
            let count = min(rest, settings.format.sampleRate)
            try encode(.silence(channels: settings.format.channels, count: count))
            rest -= count
        }
    }

    /// Writes what is still inside and completes the MP3.
    mutating func finish() throws {
        try finishResampler()
        let padding = try encoder.finish { frame in try muxer.write(frame) }
        try muxer.finish(padding: padding)
    }

    private mutating func finishResampler() throws {
        let block = try resampler?.finish()
        resampler = nil
        if let block { try encode(block) }
    }

    private mutating func encode(_ block: SampleBlock) throws {
        samples += block.count
        guard duration <= Double(limits.duration) else { throw ConversionFailure.tooLong(limit: limits.duration) }
        try encoder.encode(block) { frame in try muxer.write(frame) }
    }
}
