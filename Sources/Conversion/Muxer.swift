import CFFmpeg
import ConversionContract

/// The MP3 file: an ID3v2.4 tag, a header frame with the frame count, the seek table and the samples to leave out
/// (Xing and LAME), and the frames (libavformat's `mp3` muxer).
struct Muxer: ~Copyable {
    private let io: DescriptorIO
    private let context: UnsafeMutablePointer<AVFormatContext>
    private let packet: Packet
    /// Samples to leave out at the start, until they are said with the first frame.
    private var initialPadding: Int?
    /// The last frame, kept back because the padding is said with it.
    private var pending: [UInt8] = []
    /// Where the tag has room for the loudness.
    private let loudnessOffset: Int
    /// Frames that came in.
    private(set) var frameCount = 0

    /// The decoder's own delay in samples, which libav counts into padding and the LAME tag does not.
    static let decoderDelay = 528 + 1

    /// What the frames are.
    struct Kind {
        var format: SoundFormat
        /// Kilobits a second; nil where it varies.
        var bitRate: Int?
        /// Who encoded them, in the words of the LAME tag; nil where nobody knows.
        var encoder: String?
        /// Samples that players must leave out at the start, but for the decoder's own delay.
        var delay: Int
    }

    /// Writes what stands in front of the frames.
    init(_ file: DescriptorFile, kind: Kind, metadata: SourceMetadata) throws {
        let io = try DescriptorIO(file)
        let packet = try Packet()
        let tag = ID3Tag(metadata, encoder: kind.encoder)
        var context: UnsafeMutablePointer<AVFormatContext>?
        try AVError.check(
            avformat_alloc_output_context2(&context, nil, "mp3", nil), "avformat_alloc_output_context2")
        do {
            let context = try AVError.allocated(context, "avformat_alloc_output_context2")
            context.pointee.pb = io.context
            context.pointee.flags |= AVFMT_FLAG_CUSTOM_IO
            // Nobody reads along: the bytes go out a full buffer at a time, not a frame at a time.
            context.pointee.flush_packets = 0
            try Self.addStream(to: context, kind)
            tag.bytes.withUnsafeBufferPointer { avio_write(io.context, $0.baseAddress, CInt($0.count)) }
            var options: OpaquePointer?
            defer { av_dict_free(&options) }
            // The tag is there: libavformat's knows no chapters without times of its own, and no comments.
            try AVError.check(av_dict_set(&options, "id3v2_version", "0", 0), "av_dict_set")
            try Self.check(avformat_write_header(context, &options), "avformat_write_header", file)
            self.context = context
        } catch {
            avformat_free_context(context)
            throw error
        }
        initialPadding = kind.delay + Self.decoderDelay
        loudnessOffset = tag.loudnessOffset
        self.io = io
        self.packet = packet
    }

    deinit { avformat_free_context(context) }

    private static func addStream(
        to context: UnsafeMutablePointer<AVFormatContext>, _ kind: Kind
    ) throws {
        let stream = try AVError.allocated(avformat_new_stream(context, nil), "avformat_new_stream")
        stream.pointee.time_base = AVRational(num: 1, den: CInt(kind.format.sampleRate))
        // Players believe the samples to leave out where they know the encoder.
        if let encoder = kind.encoder {
            try AVError.check(av_dict_set(&stream.pointee.metadata, "encoder", encoder, 0), "av_dict_set")
        }
        let parameters = try AVError.allocated(stream.pointee.codecpar, "codecpar")
        parameters.pointee.codec_type = AVMEDIA_TYPE_AUDIO
        parameters.pointee.codec_id = AV_CODEC_ID_MP3
        parameters.pointee.sample_rate = CInt(kind.format.sampleRate)
        parameters.pointee.frame_size = CInt(kind.format.frameLength)
        parameters.pointee.initial_padding = CInt(kind.delay + decoderDelay)
        if let kilobits = kind.bitRate { parameters.pointee.bit_rate = Int64(kilobits) * 1000 }
        av_channel_layout_default(&parameters.pointee.ch_layout, CInt(kind.format.channels))
    }

    /// Adds one frame.
    mutating func write(_ frame: some Collection<UInt8>) throws {
        try writePending(padding: nil)
        pending.append(contentsOf: frame)
        frameCount += 1
    }

    /// Writes the last frame and completes the header frame and the tag. `padding` is the samples to leave out at the end,
    /// the decoder's delay among them.
    mutating func finish(padding: Int, loudness: Loudness?) throws {
        try writePending(padding: padding)
        try Self.check(av_write_trailer(context), "av_write_trailer", io.file)
        avio_flush(io.context)
        try Self.check(io.context.pointee.error, "avio_flush", io.file)
        guard let loudness, io.file.seek(to: Int64(loudnessOffset)) else { return }
        try ID3Tag.frames(loudness).withUnsafeBytes { bytes in try io.file.write(bytes) }
    }

    private mutating func writePending(padding: Int?) throws {
        guard !pending.isEmpty else { return }
        let end = padding.map { max($0 - Self.decoderDelay, 0) }
        if initialPadding != nil || end != nil { try addPadding(start: initialPadding ?? 0, end: end ?? 0) }
        initialPadding = nil
        let (context, packet) = (context, packet.pointer)
        let result = pending.withUnsafeMutableBufferPointer { bytes in
            // Lent, without a reference count: the muxer is done with the bytes when it returns.
            packet.pointee.data = bytes.baseAddress
            packet.pointee.size = CInt(bytes.count)
            packet.pointee.flags |= AV_PKT_FLAG_KEY
            return av_write_frame(context, packet)
        }
        av_packet_unref(packet)
        try Self.check(result, "av_write_frame", io.file)
        pending.removeAll(keepingCapacity: true)
    }

    /// `AV_PKT_DATA_SKIP_SAMPLES`: samples to skip at the start and at the end, 32 bits each, least significant byte
    /// first, and two bytes of reasons.
    private func addPadding(start: Int, end: Int) throws(AVError) {
        let data = try AVError.allocated(
            av_packet_new_side_data(packet.pointer, AV_PKT_DATA_SKIP_SAMPLES, 10), "av_packet_new_side_data")
        let fields = UInt64(UInt32(clamping: start)) | UInt64(UInt32(clamping: end)) << 32
        for index in 0..<10 {
            data[index] = UInt8(truncatingIfNeeded: fields >> (8 * index))
        }
    }

    /// Prefers what the system said to what libav made of it.
    private static func check(_ result: CInt, _ function: String, _ file: DescriptorFile) throws {
        if let limit = file.writeLimit, file.isOverLimit { throw ConversionFailure.outputTooLarge(limit: limit) }
        if let failure = file.failure { throw failure }
        try AVError.check(result, function)
    }
}
