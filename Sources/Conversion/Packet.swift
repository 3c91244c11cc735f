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

    /// Moves its time stamps, where it has any. Those of a stranger's file may be as large as numbers go.
    func move(by offset: Int64) {
        if pointer.pointee.pts != soundspool_no_pts { pointer.pointee.pts &+= offset }
        if pointer.pointee.dts != soundspool_no_pts { pointer.pointee.dts &+= offset }
    }

    /// Forgets what the container says of it.
    func clearSideData() { av_packet_free_side_data(pointer) }

    /// Samples that the container says to leave out at the start and at the end of the packet's sound
    /// (`AV_PKT_DATA_SKIP_SAMPLES`: 32 bits each, least significant byte first).
    var skippedSamples: (start: Int, end: Int) {
        var size = 0
        guard let data = av_packet_get_side_data(pointer, AV_PKT_DATA_SKIP_SAMPLES, &size), size >= 8 else {
            return (0, 0)
        }
        func value(at offset: Int) -> Int {
            let value = (0..<4).reduce(UInt32(0)) { $0 | UInt32(data[offset + $1]) << (8 * UInt32($1)) }
            return Int(min(value, 1 << 24))
        }
        return (value(at: 0), value(at: 4))
    }
}
