import CFFmpeg

extension Demuxer {
    /// The longest that a packet is believed to be, in seconds.
    private static let longestPacket = 2.0

    /// Throws `over-limit` as soon as the packets say that there is more sound than a file of this size has. Nothing is
    /// decoded, which is what makes it cheap; it reads all packets, so it is for a demuxer of its own.
    mutating func checkDensity() throws {
        var total = 0.0
        var previous: Double?
        let packet = try Packet()
        while try read(into: packet) {
            // Some containers tell only when a packet begins.
            let begin = seconds(packet.pointer.pointee.pts)
            let sinceLast = begin.flatMap { begin in previous.map { begin - $0 } } ?? 0
            let duration = Double(packet.pointer.pointee.duration) * av_q2d(stream.pointee.time_base)
            total += min(max(duration, sinceLast, 0), Self.longestPacket)
            previous = begin ?? previous
            try Bounds.checkDensity(seconds: total, size: size)
        }
    }
}
