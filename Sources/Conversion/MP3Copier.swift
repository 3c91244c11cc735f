import CFFmpeg
import ConversionContract

/// Copies sound that is MP3 already, frame by frame. Decoding and encoding again would only lose some of it.
struct MP3Copier: ~Copyable {
    /// The frames cannot simply be joined: the sound must be decoded. What was written so far is of no use.
    struct NotCopyable: Error {}

    private let output: DescriptorFile
    private let metadata: SourceMetadata
    private let limits: ConversionLimits
    /// Bytes of the source.
    private let sourceSize: Int64
    private var timeline: Timeline
    private var muxer: Muxer?
    /// The header of the first frame; all others are of its kind.
    private var first: MPEGAudioHeader?
    /// Samples per channel that are heard, silence included.
    private var samples = 0
    /// Samples at the start of what follows that the container says to leave out.
    private var skip = 0
    /// Samples at the end that the container says to leave out.
    private var discard = 0
    private(set) var packets = 0

    init(
        _ output: DescriptorFile, metadata: SourceMetadata, limits: ConversionLimits, sourceSize: Int64,
        timeline: Timeline
    ) {
        (self.output, self.metadata, self.limits, self.sourceSize) = (output, metadata, limits, sourceSize)
        self.timeline = timeline
    }

    /// Seconds of sound so far.
    var duration: Double { first.map { Double(samples) / Double($0.sampleRate) } ?? 0 }

    var gaps: [Timeline.Gap] { timeline.gaps }

    /// What was copied, in the words of the report.
    var description: String? {
        first.map { "MP3 copied, \($0.sampleRate) Hz, \($0.channels == 1 ? "1 channel" : "2 channels")" }
    }

    /// Copies the frames of a packet. `timestamp` is when the first one begins, in seconds by the container's clock.
    mutating func write(_ packet: borrowing Packet, timestamp: Double?) throws {
        packets += 1
        let data = packet.pointer.pointee
        // Samples may be left out at the very end only.
        guard data.flags & (AV_PKT_FLAG_CORRUPT | AV_PKT_FLAG_DISCARD) == 0, discard == 0 else { throw NotCopyable() }
        skip += packet.skippedSamples.start
        discard = packet.skippedSamples.end
        var rest = UnsafeBufferPointer(start: data.data, count: Int(data.size))[...]
        var time = timestamp
        repeat {
            guard let header = MPEGAudioHeader(rest), header.frameLength <= rest.count else { throw NotCopyable() }
            try copy(rest.prefix(header.frameLength), header, at: time)
            rest = rest.dropFirst(header.frameLength)
            time = nil
        } while !rest.isEmpty
        samples -= discard
    }

    /// Completes the MP3.
    mutating func finish(loudness: Loudness?) throws {
        try muxer?.finish(padding: discard + Muxer.decoderDelay, loudness: loudness)
    }

    private mutating func copy(_ frame: Slice<UnsafeBufferPointer<UInt8>>, _ header: MPEGAudioHeader, at time: Double?)
        throws
    {
        let skipped = min(skip, header.sampleCount)
        let rate = Double(header.sampleRate)
        let silence = try timeline.place(
            timestamp: time.map { $0 + Double(skipped) / rate },
            duration: Double(header.sampleCount - skipped) / rate)
        if let first {
            guard silence == 0, header.sampleRate == first.sampleRate, header.channels == first.channels,
                header.sampleCount == first.sampleCount
            else { throw NotCopyable() }
        } else {
            try begin(frame, header, silence: Int((silence * rate).rounded()))
        }
        skip -= skipped
        samples += header.sampleCount - skipped
        try checkDuration()
        try muxer?.write(frame)
    }

    /// Starts the MP3 with `silence` samples of silence.
    ///
    /// Players leave out the decoder's delay at least, and whole frames are all that can be added: enough frames of
    /// silence go in front, and what of them is too much is left out with the rest.
    private mutating func begin(
        _ frame: Slice<UnsafeBufferPointer<UInt8>>, _ header: MPEGAudioHeader, silence: Int
    ) throws {
        let missing = Muxer.decoderDelay + silence - skip
        let frames = missing > 0 ? (missing + header.sampleCount - 1) / header.sampleCount : 0
        let delay = frames * header.sampleCount + skip - silence - Muxer.decoderDelay
        // The LAME tag has twelve bits for it; and what the frame needs of earlier ones would be silence.
        guard delay < 1 << 12, frames == 0 || header.reservoir(in: frame) == 0,
            let quiet = MPEGAudioHeader.silence(like: frame)
        else { throw NotCopyable() }
        first = header
        samples = silence
        let format = SoundFormat(sampleRate: header.sampleRate, channels: header.channels)
        try checkDuration()
        muxer = try Muxer(
            output, kind: Muxer.Kind(format: format, bitRate: header.bitRate, encoder: nil, delay: delay),
            metadata: metadata)
        for _ in 0..<frames { try muxer?.write(quiet) }
    }

    private func checkDuration() throws {
        guard duration <= Double(limits.duration) else { throw ConversionFailure.tooLong(limit: limits.duration) }
        try Bounds.checkDensity(seconds: duration, size: sourceSize)
    }
}

extension MP3Copier {
    /// Whether the source is MP3 and a preset asks for no less than it has.
    static func isWorthwhile(_ parameters: UnsafePointer<AVCodecParameters>, preset: Preset) -> Bool {
        guard parameters.pointee.codec_id == AV_CODEC_ID_MP3,
            Int(parameters.pointee.ch_layout.nb_channels) <= preset.maximumChannels
        else { return false }
        let kilobits = Int(parameters.pointee.bit_rate / 1000)
        switch preset.bitRate {
        case .constant(let target): return kilobits > 0 && kilobits <= target
        // V2 is not for saving; V5 comes to about 130 kbit/s.
        case .variable(let quality): return quality <= 2 || kilobits > 0 && kilobits <= 128
        }
    }
}
