/// The last packets of an MPEG program stream, `mpg` and `vob` (ISO/IEC 13818-1 section 2.5.3, ISO/IEC 11172-1
/// section 2.4.3). It promises no length, but whole packets.
enum ProgramStreamPackets {
    private static let packHeader: [UInt8] = [0, 0, 1, 0xBA]
    /// Bytes from the end in which a pack is looked for. Packs are 2 KiB in most files; none is longer than 0.7 s
    /// (section 2.7.1), which is 4 MiB of the fastest Blu-ray.
    private static let reaches = [1 << 17, 1 << 22]

    static func matches(_ start: [UInt8]) -> Bool { start.starts(with: packHeader) }

    /// Where the last packet ends, if that is behind the end of the file. A file that was cut between two packets is
    /// `unknown`, as one with rubbish behind the last is.
    static func promisedLength(of file: DescriptorFile) throws(DescriptorFile.Failure) -> PromisedLength {
        for reach in reaches {
            let base = max(file.size - Int64(reach), 0)
            let tail = try file.bytes(at: base, count: reach)
            guard let pack = nextPack(in: tail, from: 0) else { continue }
            return missingEnd(of: tail, from: pack).map { .bytes(base + Int64($0)) } ?? .unknown
        }
        return .unknown
    }

    /// Follows the packets from a pack on. What looked like a pack may have been sound, and lengths may be damaged: where
    /// no packet follows, it begins again with the next pack. Each step moves forward.
    private static func missingEnd(of tail: [UInt8], from pack: Int) -> Int? {
        var (offset, last) = (pack, pack)
        while offset < tail.count {
            if let length = partLength(in: tail, at: offset) {
                (last, offset) = (offset, offset + length)
                guard offset > tail.count else { continue }
            }
            guard let pack = nextPack(in: tail, from: last + packHeader.count) else { break }
            (last, offset) = (pack, pack)
        }
        return offset > tail.count ? offset : nil
    }

    private static func nextPack(in tail: [UInt8], from start: Int) -> Int? {
        guard start <= tail.count - packHeader.count else { return nil }
        return (start...tail.count - packHeader.count).first { index in
            tail[index + 3] == packHeader[3] && tail[index + 2] == 1 && tail[index + 1] == 0 && tail[index] == 0
        }
    }

    /// Bytes of the pack header, system header, packet or program end code at an offset; the least that it can have where
    /// it is cut before it says so. nil where none begins.
    private static func partLength(in tail: [UInt8], at offset: Int) -> Int? {
        guard tail[offset...].prefix(3).elementsEqual(packHeader.prefix(3)) else { return nil }
        guard let identifier = tail.bigEndian(at: offset + 3, count: 1) else { return 4 }
        switch identifier {
        case 0xB9: return 4
        case 0xBA:
            guard let marker = tail.bigEndian(at: offset + 4, count: 1) else { return 12 }
            switch marker >> 4 {
            case 0b0010: return 12  // MPEG-1.
            case 0b0100...0b0111: return 14 + Int((tail.bigEndian(at: offset + 13, count: 1) ?? 0) & 7)
            default: return nil
            }
        case 0xBB...0xFF: return 6 + Int(tail.bigEndian(at: offset + 4, count: 2) ?? 0)
        default: return nil
        }
    }
}
