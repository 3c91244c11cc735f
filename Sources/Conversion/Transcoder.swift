import CFFmpeg
public import ConversionContract

/// Converts one video, or sound file, into one MP3.
///
/// It works on two seekable descriptors and opens nothing. It blocks its thread for as long as the conversion takes.
public struct Transcoder: Sendable {
    public let preset: Preset
    public let limits: ConversionLimits
    /// nil for the preset's.
    public let bitRate: Preset.BitRate?
    public let track: TrackChoice
    public let loudness: LoudnessMode
    /// Threads that encode.
    public let threads: Int

    public init(
        preset: Preset = .standard, limits: ConversionLimits = ConversionLimits(), bitRate: Preset.BitRate? = nil,
        track: TrackChoice = .standard, loudness: LoudnessMode = .tag, threads: Int = 1
    ) {
        (self.preset, self.limits, self.bitRate) = (preset, limits, bitRate)
        (self.track, self.loudness, self.threads) = (track, loudness, threads)
    }

    /// Reads the source and writes the MP3. The report's `reason` is nil where it was converted; otherwise what was
    /// written is of no use.
    ///
    /// - Parameters:
    ///   - source: a seekable descriptor, read from its start; its position is neither used nor changed for good.
    ///   - destination: a seekable descriptor of an empty file, not open for appending.
    ///   - opened: called when the container's headers are read, and the sound is next.
    ///   - progress: called at most ten times a second; an error that it throws ends the conversion as `input-output`.
    public func convert(
        source: CInt, destination: CInt, opened: () -> Void = {},
        progress: @escaping (ConversionProgress) throws -> Void = { _ in }
    ) -> ConversionReport {
        Self.prepare()
        var report = ConversionReport(preset: preset)
        do {
            try run(source, destination, opened, progress, &report)
        } catch {
            let failure = ConversionFailure(error)
            report.reason = failure.reason
            report.message = failure.message
        }
        return report
    }

    /// Reads what the container says and converts nothing: the report names the tracks, among them the one that would be
    /// converted.
    public func survey(source: CInt) -> ConversionReport {
        Self.prepare()
        var report = ConversionReport(preset: preset)
        do {
            let input = try DescriptorFile(reading: source)
            _ = try PromisedLength.verify(input)
            _ = try open(input, &report)
        } catch {
            let failure = ConversionFailure(error)
            (report.reason, report.message) = (failure.reason, failure.message)
        }
        return report
    }

    private static func prepare() {
        // What libav has to say of a stranger's bytes is no use to anybody, and would mix with the messages.
        av_log_set_level(AV_LOG_QUIET)
        av_max_alloc(Bounds.allocatedBytes)
    }

    private func run(
        _ source: CInt, _ destination: CInt, _ opened: () -> Void,
        _ progress: @escaping (ConversionProgress) throws -> Void, _ report: inout ConversionReport
    ) throws {
        let input = try DescriptorFile(reading: source)
        let output = try DescriptorFile(writing: destination, limit: limits.outputBytes)
        let isWhole = try PromisedLength.verify(input)
        var demuxer = try open(input, &report)
        opened()
        let meter = ProgressMeter(progress)
        try meter.update(position: 0, duration: report.promised)
        input.onRead = meter.goOn
        defer { input.onRead = {} }
        let gaps: [Timeline.Gap]
        let packets: Int
        do {
            (packets, gaps) =
                try canCopy(demuxer)
                ? copy(&demuxer, output, meter, &report) : transcode(&demuxer, output, meter, &report)
        } catch is MP3Copier.NotCopyable {
            // What is in its way is for the decoder to judge.
            try output.empty()
            demuxer = try open(input, &report)
            (packets, gaps) = try transcode(&demuxer, output, meter, &report)
        }
        let promise = demuxer.promise
        try SoundAudit(report: report, packets: packets, isWhole: isWhole, promise: promise, gaps: gaps)
            .verify(&demuxer, input)
        // The length of a film whose sound may rightly be shorter was no promise of sound.
        if promise?.isExact != true { report.promised = nil }
    }

    /// Whether nothing is asked for that the source's own frames do not give.
    private func canCopy(_ demuxer: borrowing Demuxer) -> Bool {
        bitRate == nil && MP3Copier.isWorthwhile(demuxer.stream.pointee.codecpar, preset: preset)
    }

    /// Reads what the container says, and notes it in the report.
    private func open(_ input: DescriptorFile, _ report: inout ConversionReport) throws -> Demuxer {
        _ = input.seek(to: 0)
        let index = try MP4Tracks(of: input)
        let demuxer = try Demuxer(input, track: track, index: index)
        if demuxer.name == "mov", index.areSoundsElsewhere { throw ConversionFailure.elsewhere }
        report.container = demuxer.name
        report.codec = Decoder.codecName(demuxer.stream.pointee.codecpar.pointee.codec_id)
        let tracks = Demuxer.tracks(of: demuxer.format)
        report.tracks = tracks.prefix(ConversionReport.maximumTracks).map(\.track)
        report.track = tracks.first { $0.stream == demuxer.stream }?.track.index
        let promise = demuxer.promise
        report.promised = promise?.duration
        if let promise, promise.isExact, promise.duration > Double(limits.duration) {
            throw ConversionFailure.tooLong(limit: limits.duration)
        }
        if let promise, promise.isExact { try Bounds.checkDensity(seconds: promise.duration, size: input.size) }
        return demuxer
    }

    /// Copies sound that is MP3 already. Returns the packets that were read and the sound's gaps.
    private func copy(
        _ demuxer: inout Demuxer, _ output: DescriptorFile, _ meter: ProgressMeter, _ report: inout ConversionReport
    ) throws -> (packets: Int, gaps: [Timeline.Gap]) {
        var copier = MP3Copier(
            output, metadata: demuxer.metadata, limits: limits, sourceSize: demuxer.size, timeline: demuxer.timeline)
        var listener = loudness == .always ? try CopyListener(demuxer.stream) : nil
        var sampler = loudness == .always ? nil : try CopySampler(demuxer.stream, expectedDuration: report.promised)
        let packet = try Packet()
        while try demuxer.read(into: packet) {
            try listener?.hear(packet)
            try sampler?.hear(packet)
            try copier.write(packet, timestamp: demuxer.seconds(packet.pointer.pointee.pts))
            try meter.update(position: copier.duration, duration: report.promised)
        }
        guard demuxer.damagedPackets == 0, copier.packets > 0 else { throw MP3Copier.NotCopyable() }
        let measured = try listener?.finish()
        report.loudness =
            switch loudness {
            case .off: nil
            case .tag: demuxer.taggedLoudness
            case .always: measured?.loudness
            }
        try copier.finish(loudness: report.loudness)
        report.produced = copier.duration
        report.encoder = copier.description
        report.note(measured?.waveform ?? sampler?.waveform)
        return (copier.packets, copier.gaps)
    }

    /// Decodes the sound and encodes it. Returns the packets that were read and the sound's gaps.
    private func transcode(
        _ demuxer: inout Demuxer, _ output: DescriptorFile, _ meter: ProgressMeter, _ report: inout ConversionReport
    ) throws -> (packets: Int, gaps: [Timeline.Gap]) {
        var decoder = try Decoder(for: demuxer.stream)
        let promised = report.promised
        let metadata = demuxer.metadata
        let (stream, size) = (demuxer.stream, demuxer.size)
        var timeline = demuxer.timeline
        var writer: SoundWriter?
        // Sound that is to be counted may be a day of silence that no header promised.
        var isCounted = Double(size) >= Double(limits.duration) * Bounds.leastBytesPerSecond
        let descriptor = demuxer.descriptor
        let mayChange = demuxer.hasDiscontinuousTimestamps
        // A clock that counts samples counts on at the first rate where another begins.
        let countsSamples = AllowedFormats.gaplessDemuxers.contains(demuxer.name)
        var clockRate: Int?
        var isClockTrue = true
        var isAfterDamage = false

        func write(_ frame: borrowing Frame) throws {
            guard frame.sampleCount > 0, frame.sampleRate > 0, frame.channelCount > 0 else { return }
            if writer == nil {
                var channels = frame.channelCount
                if mayChange, channels < preset.maximumChannels {
                    var other = try Demuxer(DescriptorFile(reading: descriptor), track: track)
                    channels = try max(channels, other.mostChannels())
                }
                writer = try SoundWriter(
                    output, first: frame, channels: channels, for: self, metadata: metadata, expectedDuration: promised)
            }
            clockRate = clockRate ?? frame.sampleRate
            if countsSamples, frame.sampleRate != clockRate { isClockTrue = false }
            let timestamp = isClockTrue ? frame.timestamp : nil
            let silence = try timeline.place(
                timestamp: timestamp.map { Double($0) * av_q2d(stream.pointee.time_base) },
                duration: Double(frame.sampleCount) / Double(frame.sampleRate), isAfterDamage: isAfterDamage)
            isAfterDamage = false
            try Bounds.checkDensity(seconds: timeline.position, size: size)
            if !isCounted, timeline.position > Bounds.alwaysAllowed {
                isCounted = true
                var counter = try Demuxer(DescriptorFile(reading: descriptor), track: track)
                try counter.checkDensity()
            }
            if silence > 0 { try writer?.writeSilence(seconds: silence) }
            try writer?.write(frame)
            try meter.update(position: writer?.position ?? 0, duration: promised)
        }

        let packet = try Packet()
        while try demuxer.read(into: packet) {
            let damaged = decoder.damagedPackets + demuxer.damagedPackets
            if damaged > report.damagedPackets { (isAfterDamage, report.damagedPackets) = (true, damaged) }
            try decoder.decode(packet, write)
        }
        try decoder.finish(write)
        try writer?.finish()
        report.produced = writer?.duration ?? 0
        report.encoder = writer?.settings.description
        report.loudness = writer?.measured?.loudness
        report.note(writer?.measured?.waveform)
        report.damagedPackets = decoder.damagedPackets + demuxer.damagedPackets
        return (decoder.packets, timeline.gaps)
    }
}
