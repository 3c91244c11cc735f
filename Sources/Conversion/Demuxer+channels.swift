import CFFmpeg

extension Demuxer {
    /// Parts of the file at whose borders the sound is looked at, and the most packets at each.
    private static let parts: Int64 = 8
    private static let maximumPackets = 64

    /// The most channels that the sound has at some places of the file. Broadcasts change them; what comes before a film
    /// may be mono. It reads elsewhere, so it is for a demuxer of its own.
    mutating func mostChannels() throws -> Int {
        var most = 0
        let packet = try Packet()
        for part in 1..<Self.parts {
            guard av_seek_frame(format, -1, size / Self.parts * part, AVSEEK_FLAG_BYTE) >= 0 else { continue }
            var decoder = try Decoder(for: stream)
            var (isFound, packets) = (false, 0)
            while !isFound, packets < Self.maximumPackets, try read(into: packet) {
                packets += 1
                try decoder.decode(packet) { frame in
                    isFound = true
                    most = max(most, frame.channelCount)
                }
            }
        }
        return most
    }
}
