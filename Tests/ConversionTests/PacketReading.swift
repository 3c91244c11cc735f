import CFFmpeg
import ConversionContract

@testable import Conversion

/// What is read of a film's sound, as the rest of the converter sees it.
struct PacketReading {
    struct Packet: Equatable {
        let timestamp: Int64
        let position: Int64
        let size: CInt
        let skipped: [Int]
    }

    private(set) var packets: [Packet] = []
    /// How long an index libav had at most.
    private(set) var index = 0
    let bitRate: Int64
    let promise: PromisedSound?

    /// - Parameter show: sets how much of an MP4's index is shown at a time; false for all of it.
    init(_ path: String, track: Int = 1, show: (inout MP4Tracks) -> Bool) throws {
        let input = try OpenFile(path)
        let file = try DescriptorFile(reading: input.descriptor)
        var tracks = try MP4Tracks(of: file)
        var demuxer = try Demuxer(file, track: .index(track), index: show(&tracks) ? tracks : nil)
        bitRate = demuxer.stream.pointee.codecpar.pointee.bit_rate
        promise = demuxer.promise
        let packet = try Conversion.Packet()
        while try demuxer.read(into: packet) {
            let skipped = packet.skippedSamples
            packets.append(
                Packet(
                    timestamp: packet.pointer.pointee.pts, position: packet.pointer.pointee.pos,
                    size: packet.pointer.pointee.size, skipped: [skipped.start, skipped.end]))
            let format = demuxer.windows.format ?? demuxer.format
            let stream = format.pointee.streams[Int(demuxer.stream.pointee.index)]
            index = max(index, Int(avformat_index_get_entries_count(stream)))
        }
    }
}
