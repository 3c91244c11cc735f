/// The packets of an MPEG transport stream (ISO/IEC 13818-1 section 2.4.3): 188 bytes each, 192 in Blu-ray's M2TS.
enum TransportStreamPackets {
    private static let sync: UInt8 = 0x47

    static func matches(_ start: [UInt8]) -> Bool { packetLength(start) != nil }

    private static func packetLength(_ start: [UInt8]) -> Int? {
        [(length: 188, first: 0), (length: 192, first: 4)].first { layout in
            (0..<4).allSatisfy { index in
                let offset = layout.first + index * layout.length
                return offset < start.count && start[offset] == sync
            }
        }?.length
    }

    /// Whether packets begin where they should, by samples from all over the file. Reception errors leave their mark in
    /// single packets; bytes that were lost or overwritten leave none.
    static func isIntact(_ file: DescriptorFile) throws(DescriptorFile.Failure) -> Bool {
        let start = try file.bytes(at: 0, count: 1024)
        guard let length = packetLength(start).map(Int64.init) else { return true }
        let first: Int64 = length == 192 ? 4 : 0
        let samples: Int64 = 1000
        var good: Int64 = 0
        for index in 0..<samples {
            let packet = file.size / length * index / samples
            if try file.bytes(at: packet * length + first, count: 1).first == sync { good += 1 }
        }
        return good * 100 >= samples * 95
    }

    /// The stream promises no length, but whole packets.
    static func promisedLength(of file: DescriptorFile, start: [UInt8]) -> PromisedLength {
        guard let length = packetLength(start).map(Int64.init) else { return .unknown }
        return file.size % length == 0 ? .unknown : .bytes((file.size / length + 1) * length)
    }
}
