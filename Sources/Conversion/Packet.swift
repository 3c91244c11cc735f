import CFFmpeg

/// An owned `AVPacket`: compressed data of one stream.
struct Packet: ~Copyable {
    let pointer: UnsafeMutablePointer<AVPacket>

    init() throws(AVError) {
        pointer = try AVError.allocated(av_packet_alloc(), "av_packet_alloc")
    }

    deinit {
        var pointer: UnsafeMutablePointer<AVPacket>? = pointer
        av_packet_free(&pointer)
    }

    /// Lets the data go; the packet can be filled again.
    func clear() { av_packet_unref(pointer) }
}
