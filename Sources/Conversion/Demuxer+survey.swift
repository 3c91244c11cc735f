import CFFmpeg

/// A second look at the container, with all of its streams: whether there is a film where there is no sound.
/// For when all packets of the sound were read; there is no way back.
extension Demuxer {
    /// The most packets that one question looks at, and where they must be read from the file's start.
    private static let maximumPackets = (near: 1 << 16, all: 1 << 24)
    /// How often they may be read from there.
    private static let maximumReadings = 4

    /// Whether any stream goes on to this time, in seconds by the container's clock.
    mutating func reaches(_ time: Double) throws -> Bool {
        try survey(from: time - 30) { _, end, _ in end >= time ? true : nil }
    }

    /// Whether another stream than the sound goes on between two times, in seconds by the container's clock.
    mutating func hasPicture(from start: Double, to end: Double) throws -> Bool {
        let sound = stream.pointee.index
        return try survey(from: start) { time, _, index in
            if time >= end + 30 { return false }
            return index != sound && time > start && time < end ? true : nil
        }
    }

    /// Whether there are pictures all the time between two times, in seconds by the container's clock.
    mutating func hasPictures(from start: Double, to end: Double) throws -> Bool {
        let pictures = streams.filter(\.isPicture).map(\.pointee.index)
        var last = start
        return try survey(from: start) { time, _, index in
            guard pictures.contains(index), time > last else { return nil }
            // Longer than that, and there are none; or the clock jumped.
            guard time - last <= Timeline.maximumGap else { return false }
            last = time
            return last >= end - Timeline.maximumGap ? true : nil
        }
    }

    /// What is said of a packet: when it starts and ends, and its stream.
    private typealias Answer = (_ start: Double, _ end: Double, _ stream: CInt) -> Bool?

    /// Asks about each packet from a time on; the first answer counts.
    private mutating func survey(from start: Double, _ answer: Answer) throws -> Bool {
        if let result = try look(from: start, answer) { return result }
        // There is no index to seek by: it must be read from its start.
        readings += 1
        guard readings <= Self.maximumReadings else { return false }
        let again = try Demuxer(DescriptorFile(reading: descriptor), track: track)
        for stream in again.streams { stream.pointee.discard = AVDISCARD_DEFAULT }
        return try again.ask(Self.maximumPackets.all) { time, end, stream in
            end >= start ? answer(time, end, stream) : nil
        }
    }

    /// nil where the container cannot be sought in.
    private func look(from start: Double, _ answer: Answer) throws -> Bool? {
        // Of a film whose sound is read in windows the first shows no more than that.
        guard windows.format == nil else { return nil }
        for stream in streams { stream.pointee.discard = AVDISCARD_DEFAULT }
        container.setSeekable(true)
        let target = Int64(min(max(start, 0), 1e9) * Double(AV_TIME_BASE))
        guard av_seek_frame(format, -1, target, AVSEEK_FLAG_BACKWARD) >= 0 else { return nil }
        return try ask(Self.maximumPackets.near, answer)
    }

    private func ask(_ maximum: Int, _ answer: Answer) throws -> Bool {
        let streams = streams
        let packet = try Packet()
        for _ in 0..<maximum {
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
