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
    /// Frames that came in.
    private(set) var frameCount = 0

    /// The decoder's own delay in samples, which libav counts into padding and the LAME tag does not.
    private static let decoderDelay = 528 + 1

    /// Writes what stands in front of the frames. `delay` is LAME's, in samples.
    init(_ file: DescriptorFile, settings: EncoderSettings, delay: Int, tags: Tags) throws {
        let io = try DescriptorIO(file)
        let packet = try Packet()
        var context: UnsafeMutablePointer<AVFormatContext>?
        try AVError.check(
            avformat_alloc_output_context2(&context, nil, "mp3", nil), "avformat_alloc_output_context2")
        do {
            let context = try AVError.allocated(context, "avformat_alloc_output_context2")
            context.pointee.pb = io.context
            context.pointee.flags |= AVFMT_FLAG_CUSTOM_IO
            for (name, value) in tags.values {
                try AVError.check(av_dict_set(&context.pointee.metadata, name, value, 0), "av_dict_set")
            }
            try Self.addStream(to: context, settings: settings, delay: delay)
            try Self.check(avformat_write_header(context, nil), "avformat_write_header", file)
            self.context = context
        } catch {
            avformat_free_context(context)
            throw error
        }
        initialPadding = delay + Self.decoderDelay
        self.io = io
        self.packet = packet
    }

    deinit { avformat_free_context(context) }

    private static func addStream(
        to context: UnsafeMutablePointer<AVFormatContext>, settings: EncoderSettings, delay: Int
    ) throws {
        let stream = try AVError.allocated(avformat_new_stream(context, nil), "avformat_new_stream")
        stream.pointee.time_base = AVRational(num: 1, den: CInt(settings.format.sampleRate))
        // Players believe the samples to leave out where they know the encoder.
        try AVError.check(
            av_dict_set(&stream.pointee.metadata, "encoder", "LAME\(EncoderSettings.version)", 0), "av_dict_set")
        let parameters = try AVError.allocated(stream.pointee.codecpar, "codecpar")
        parameters.pointee.codec_type = AVMEDIA_TYPE_AUDIO
        parameters.pointee.codec_id = AV_CODEC_ID_MP3
        parameters.pointee.sample_rate = CInt(settings.format.sampleRate)
        parameters.pointee.frame_size = CInt(settings.format.frameLength)
        parameters.pointee.initial_padding = CInt(delay + decoderDelay)
        if case .constant(let kilobits) = settings.bitRate { parameters.pointee.bit_rate = Int64(kilobits) * 1000 }
        av_channel_layout_default(&parameters.pointee.ch_layout, CInt(settings.format.channels))
    }

    /// Adds one frame.
    mutating func write(_ frame: ArraySlice<UInt8>) throws {
        try writePending(padding: nil)
        pending.append(contentsOf: frame)
        frameCount += 1
    }

    /// Writes the last frame and completes the header frame. `padding` is the samples to leave out at the end.
    mutating func finish(padding: Int) throws {
        try writePending(padding: padding)
        try Self.check(av_write_trailer(context), "av_write_trailer", io.file)
        avio_flush(io.context)
        try Self.check(io.context.pointee.error, "avio_flush", io.file)
    }

    private mutating func writePending(padding: Int?) throws {
        guard !pending.isEmpty else { return }
        defer { packet.clear() }
        try AVError.check(av_new_packet(packet.pointer, CInt(pending.count)), "av_new_packet")
        packet.pointer.pointee.data.update(from: pending, count: pending.count)
        packet.pointer.pointee.flags |= AV_PKT_FLAG_KEY
        let end = padding.map { max($0 - Self.decoderDelay, 0) }
        if initialPadding != nil || end != nil { try addPadding(start: initialPadding ?? 0, end: end ?? 0) }
        initialPadding = nil
        try Self.check(av_write_frame(context, packet.pointer), "av_write_frame", io.file)
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
