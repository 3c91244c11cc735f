import CFFmpeg

/// A second look at the container, with all of its streams: whether there is a film where there is no sound.
/// For when all packets of the sound were read; there is no way back.
extension Demuxer {
    /// The most packets that one question looks at.
    private static let maximumPackets = 1 << 16

    /// Whether any stream goes on to this time, in seconds by the container's clock.
    mutating func reaches(_ time: Double) throws -> Bool {
        try survey(from: time - 30) { start, end, _ in end >= time ? true : nil }
    }

    /// Whether another stream than the sound goes on between two times, in seconds by the container's clock.
    mutating func hasPicture(from start: Double, to end: Double) throws -> Bool {
        let sound = stream.pointee.index
        return try survey(from: start) { time, _, index in
            if time >= end + 30 { return false }
            return index != sound && time > start && time < end ? true : nil
        }
    }

    /// Asks about each packet from a time on: when it starts and ends, and its stream. The first answer counts.
    private func survey(from start: Double, _ answer: (Double, Double, CInt) -> Bool?) throws -> Bool {
        let streams = streams
        for stream in streams { stream.pointee.discard = AVDISCARD_DEFAULT }
        let target = Int64(min(max(start, 0), 1e9) * Double(AV_TIME_BASE))
        guard av_seek_frame(format, -1, target, AVSEEK_FLAG_BACKWARD) >= 0 else { return false }
        let packet = try Packet()
        for _ in 0..<Self.maximumPackets {
            packet.clear()
            guard av_read_frame(format, packet.pointer) >= 0 else { break }
            let index = packet.pointer.pointee.stream_index
            guard streams.indices.contains(Int(index)) else { continue }
            let stream = streams[Int(index)]
            guard let time = seconds(packet.pointer.pointee.pts, of: stream) else { continue }
            let length = seconds(packet.pointer.pointee.duration, of: stream) ?? 0
            if let result = answer(time, time + length, index) { return result }
        }
        return false
    }
}
