import CFFmpeg
public import ConversionContract

/// Converts one video, or sound file, into one MP3.
///
/// It works on two seekable descriptors and opens nothing. It blocks its thread for as long as the conversion takes.
public struct Transcoder: Sendable {
    public let preset: Preset
    public let limits: ConversionLimits
    /// Threads that encode.
    public let threads: Int

    public init(preset: Preset = .standard, limits: ConversionLimits = ConversionLimits(), threads: Int = 1) {
        (self.preset, self.limits, self.threads) = (preset, limits, threads)
    }

    /// Reads the source and writes the MP3. The report's `reason` is nil where it was converted; otherwise what was
    /// written is of no use.
    ///
    /// - Parameters:
    ///   - source: a seekable descriptor, read from its start; its position is neither used nor changed for good.
    ///   - destination: a seekable descriptor of an empty file, not open for appending.
    ///   - progress: called at most ten times a second; an error that it throws ends the conversion as `input-output`.
    public func convert(
        source: CInt, destination: CInt, progress: @escaping (ConversionProgress) throws -> Void = { _ in }
    ) -> ConversionReport {
        // What libav has to say of a stranger's bytes is no use to anybody, and would mix with the messages.
        av_log_set_level(AV_LOG_QUIET)
        var report = ConversionReport(preset: preset)
        do {
            try run(source, destination, progress, &report)
        } catch {
            let failure = ConversionFailure(error)
            report.reason = failure.reason
            report.message = failure.message
        }
        return report
    }

    private func run(
        _ source: CInt, _ destination: CInt, _ progress: @escaping (ConversionProgress) throws -> Void,
        _ report: inout ConversionReport
    ) throws {
        let input = try DescriptorFile(reading: source)
        let output = try DescriptorFile(writing: destination, limit: limits.outputBytes)
        let isWhole = try PromisedLength.verify(input)
        var demuxer = try Demuxer(input)
        report.container = demuxer.name
        report.codec = Decoder.codecName(demuxer.stream.pointee.codecpar.pointee.codec_id)
        let promise = demuxer.promise
        report.promised = promise?.duration
        if let promise, promise.isExact, promise.duration > Double(limits.duration) {
            throw ConversionFailure.tooLong(limit: limits.duration)
        }
        var decoder = try Decoder(for: demuxer.stream)
        let gaps = try transcode(&demuxer, &decoder, output, progress, &report)
        try SoundAudit(report: report, packets: decoder.packets, isWhole: isWhole, promise: promise, gaps: gaps)
            .verify(&demuxer, input)
    }

    /// Converts the sound, and returns its gaps.
    private func transcode(
        _ demuxer: inout Demuxer, _ decoder: inout Decoder, _ output: DescriptorFile,
        _ progress: @escaping (ConversionProgress) throws -> Void, _ report: inout ConversionReport
    ) throws -> [Timeline.Gap] {
        let promised = report.promised
        let tags = demuxer.withMetadata { Tags($0) }
        let stream = demuxer.stream
        var meter = ProgressMeter(progress)
        var timeline = Timeline(
            origin: demuxer.origin, promisedEnd: demuxer.hasDiscontinuousTimestamps ? nil : promised)
        var writer: SoundWriter?

        func write(_ frame: borrowing Frame) throws {
            guard frame.sampleCount > 0, frame.sampleRate > 0, frame.channelCount > 0 else { return }
            if writer == nil {
                writer = try SoundWriter(
                    output, first: frame, preset: preset, limits: limits, tags: tags, threads: threads,
                    expectedDuration: promised)
            }
            let silence = timeline.place(
                timestamp: frame.timestamp.map { Double($0) * av_q2d(stream.pointee.time_base) },
                duration: Double(frame.sampleCount) / Double(frame.sampleRate))
            if silence > 0 { try writer?.writeSilence(seconds: silence) }
            try writer?.write(frame)
            try meter.update(position: writer?.position ?? 0, duration: promised)
        }

        let packet = try Packet()
        while try demuxer.read(into: packet) {
            try decoder.decode(packet, write)
        }
        try decoder.finish(write)
        try writer?.finish()
        report.produced = writer?.duration ?? 0
        report.encoder = writer?.settings.description
        report.damagedPackets = decoder.damagedPackets + demuxer.damagedPackets
        return timeline.gaps
    }
}
