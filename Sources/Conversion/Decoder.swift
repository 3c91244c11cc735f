import CFFmpeg
import ConversionContract

/// The sound's decoder (`AVCodecContext`). libavcodec leaves out the priming and padding samples that the container
/// marks.
struct Decoder: ~Copyable {
    private let context: UnsafeMutablePointer<AVCodecContext>
    private let frame: Frame
    /// Packets that could not be decoded.
    private(set) var damagedPackets = 0
    /// Packets in all.
    private(set) var packets = 0

    /// How often a packet's frames may be damaged: a decoder that answers with nothing else would be asked for ever.
    private static let maximumFailures = 64

    /// Throws `unsupported` for a codec that is not in `AllowedFormats`.
    init(for stream: UnsafeMutablePointer<AVStream>) throws {
        let parameters = try AVError.allocated(stream.pointee.codecpar, "codecpar")
        guard let codec = avcodec_find_decoder(parameters.pointee.codec_id), let name = codec.pointee.name,
            AllowedFormats.decoders.contains(String(cString: name))
        else { throw Self.unsupported(parameters) }
        var context = avcodec_alloc_context3(codec)
        do {
            let context = try AVError.allocated(context, "avcodec_alloc_context3")
            try AVError.check(avcodec_parameters_to_context(context, parameters), "avcodec_parameters_to_context")
            context.pointee.pkt_timebase = stream.pointee.time_base
            // Decoding is a small part of the work; the encoder has the threads.
            context.pointee.thread_count = 1
            context.pointee.max_samples = Bounds.frameSamples
            guard avcodec_open2(context, codec, nil) >= 0 else { throw Self.unsupported(parameters) }
            frame = try Frame()
            self.context = context
        } catch {
            avcodec_free_context(&context)
            throw error
        }
    }

    deinit {
        var context: UnsafeMutablePointer<AVCodecContext>? = context
        avcodec_free_context(&context)
    }

    private static func unsupported(_ parameters: UnsafePointer<AVCodecParameters>) -> ConversionFailure {
        ConversionFailure(
            .unsupported, "The sound is of a kind that cannot be converted (\(codecName(parameters.pointee.codec_id)))."
        )
    }

    /// libavcodec's name of a codec: `aac`, `opus`.
    static func codecName(_ identifier: AVCodecID) -> String { String(cString: avcodec_get_name(identifier)) }

    /// Decodes one packet and hands on each frame. A packet that cannot be decoded is counted and left out.
    mutating func decode(_ packet: borrowing Packet, _ body: (borrowing Frame) throws -> Void) throws {
        packets += 1
        try send(packet.pointer, isDamaged: packet.pointer.pointee.flags & AV_PKT_FLAG_CORRUPT != 0, body)
    }

    /// Forgets what earlier packets left behind, so that those of another place in the sound can follow
    /// (`avcodec_flush_buffers`).
    func reset() { avcodec_flush_buffers(context) }

    /// Hands on the frames that the decoder still holds. It takes no packets after that.
    mutating func finish(_ body: (borrowing Frame) throws -> Void) throws {
        try send(nil, isDamaged: false, body)
    }

    private mutating func send(
        _ packet: UnsafePointer<AVPacket>?, isDamaged: Bool, _ body: (borrowing Frame) throws -> Void
    ) throws {
        // It never answers EAGAIN: all frames are taken out after each packet.
        var isDamaged = try !isGood(avcodec_send_packet(context, packet), "avcodec_send_packet") || isDamaged
        var failures = 0
        while failures < Self.maximumFailures {
            let result = avcodec_receive_frame(context, frame.pointer)
            if result == AVError.tryAgain || result == AVError.endOfFile { break }
            guard try isGood(result, "avcodec_receive_frame") else {
                isDamaged = true
                failures += 1
                continue
            }
            if frame.pointer.pointee.flags & AV_FRAME_FLAG_CORRUPT != 0 { isDamaged = true }
            try Bounds.check(frame)
            try body(frame)
        }
        if isDamaged { damagedPackets += 1 }
    }

    /// False for damage, which is counted; everything else that is wrong is thrown.
    private func isGood(_ result: CInt, _ function: String) throws(AVError) -> Bool {
        if result >= 0 || result == AVError.endOfFile { return true }
        if result == AVError.noMemory { throw AVError(code: result, function: function) }
        return false
    }
}
