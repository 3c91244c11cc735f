import ConversionContract

/// Decoded frames on their way into the MP3: resampled, encoded, muxed.
struct SoundWriter: ~Copyable {
    let settings: EncoderSettings
    private let limits: ConversionLimits
    private var resampler: Resampler?
    private let encoder: any SoundEncoder
    private var muxer: Muxer
    /// What was measured of the sound; nil until the end.
    private(set) var measured: SoundMeter?

    /// A writer for sound of the first frame's rate and of so many channels, of some `expectedDuration` seconds.
    init(
        _ file: DescriptorFile, first frame: borrowing Frame, channels: Int, for order: Transcoder,
        metadata: SourceMetadata, expectedDuration: Double?
    ) throws {
        let format = SoundFormat(
            sourceRate: frame.sampleRate, sourceChannels: channels, preset: order.preset)
        settings = EncoderSettings(format: format, bitRate: order.bitRate ?? order.preset.bitRate)
        limits = order.limits
        let plan = SegmentPlan(format: format, threads: order.threads, expectedDuration: expectedDuration)
        let encoder: any SoundEncoder =
            try plan.isWorthwhile
            ? SegmentEncoder(settings, plan: plan, loudness: order.loudness)
            : SerialEncoder(settings, loudness: order.loudness)
        muxer = try Muxer(file, kind: settings.kind(delay: encoder.delay), metadata: metadata)
        self.encoder = encoder
    }

    /// Seconds of sound so far.
    var duration: Double { Double(encoder.sampleCount) / Double(settings.format.sampleRate) }

    /// Seconds of sound that are encoded.
    var position: Double {
        Double(muxer.frameCount * settings.format.frameLength) / Double(settings.format.sampleRate)
    }

    /// Adds a frame. One of another kind than those before gets a resampler of its own.
    mutating func write(_ frame: borrowing Frame) throws {
        if resampler?.accepts(frame) == false { try finishResampler() }
        if resampler == nil { resampler = try Resampler(from: frame, to: settings.format) }
        for part in Resampler.parts(of: frame) {
            try encoder.encode({ try resampler?.convert(frame, part, into: &$0) }, { try muxer.write($0) })
        }
        try checkDuration()
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
            let count = min(rest, settings.format.frameLength)
            try encoder.encode({ $0.appendSilence(count) }, { try muxer.write($0) })
            rest -= count
        }
    }

    /// Writes what is still inside and completes the MP3.
    mutating func finish() throws {
        try finishResampler()
        let padding = try encoder.finish { frame in try muxer.write(frame) }
        let measured = encoder.measured
        self.measured = measured
        try muxer.finish(padding: padding, loudness: measured.loudness)
    }

    private mutating func finishResampler() throws {
        guard resampler != nil else { return }
        try encoder.encode({ try resampler?.finish(into: &$0) }, { try muxer.write($0) })
        resampler = nil
        try checkDuration()
    }

    private func checkDuration() throws {
        guard duration <= Double(limits.duration) else { throw ConversionFailure.tooLong(limit: limits.duration) }
    }
}
