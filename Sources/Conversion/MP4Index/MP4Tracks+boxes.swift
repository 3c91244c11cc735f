extension MP4Tracks {
    /// Bytes of a box's content that are looked at.
    static let contentLength = 64

    /// Reads one box: `path` is its type behind those of the boxes around it, `content` begins what is in it.
    mutating func read(
        _ path: String, _ content: [UInt8], box: Range<Int64>, from start: Int64
    ) throws(DescriptorFile.Failure) {
        switch path {
        case "/moov":
            if timeScale > 0 || !tracks.isEmpty { isOrdinary = false }
            try read(from: start, to: box.upperBound, within: path)
        case "/moov/mvhd":
            // libav needs it for the tracks behind it.
            if timeScale > 0 || !tracks.isEmpty { isOrdinary = false }
            timeScale = Self.afterDates(content)
        case "/moov/mvex": isOrdinary = false
        case "/moof", "/sidx":
            isOrdinary = false
            if fragments == nil, !tracks.isEmpty { fragments = box.lowerBound..<file.size }
        case "/moov/trak":
            tracks.append(Track(offset: box.lowerBound))
            try read(from: start, to: box.upperBound, within: path)
        default:
            guard let current = tracks.indices.last, path.hasPrefix("/moov/trak/") else { return }
            let inner = String(path.dropFirst("/moov/trak/".count))
            if ["edts", "mdia", "mdia/minf", "mdia/minf/dinf", "mdia/minf/stbl"].contains(inner) {
                tracks[current].note(inner, content, box)
                try read(from: start, to: box.upperBound, within: path)
            } else {
                tracks[current].note(inner, content, box)
            }
        }
    }

    /// The number behind the dates of `mvhd`, `tkhd` and `mdhd`, which are twice as long in version 1.
    static func afterDates(_ content: [UInt8]) -> UInt64 {
        content.bigEndian(at: content.first == 1 ? 20 : 12, count: 4) ?? 0
    }
}

extension MP4Tracks.Track {
    /// Boxes of which a track has one.
    private static let single: Set<String> = [
        "tkhd", "edts", "edts/elst", "mdia", "mdia/hdlr", "mdia/mdhd", "mdia/minf", "mdia/minf/stbl",
        "mdia/minf/stbl/stsd", "mdia/minf/stbl/stts", "mdia/minf/stbl/stsc", "mdia/minf/stbl/stsz",
        "mdia/minf/stbl/stco",
    ]
    /// Boxes beside the index of the samples that change nothing: groups, such as those that tell how sound is begun.
    private static let groups: Set<String> = ["mdia/minf/stbl/sgpd", "mdia/minf/stbl/sbgp"]

    /// Takes in what one box says.
    fileprivate mutating func note(_ path: String, _ content: [UInt8], _ box: Range<Int64>) {
        let kind = path == "mdia/minf/stbl/co64" ? "mdia/minf/stbl/stco" : path
        if Self.single.contains(kind) {
            if !found.insert(kind).inserted { table.isOrdinary = false }
        } else if path.hasPrefix("mdia/minf/stbl/"), !Self.groups.contains(path) {
            table.isOrdinary = false
        }
        switch path {
        case "tkhd": identifier = MP4Tracks.afterDates(content)
        case "tref": refers = true
        case "edts": table.edits = box.lowerBound
        case "edts/elst": table.edit = SampleTable.Edit(content, size: box.upperBound - box.lowerBound)
        case "mdia": media = box.lowerBound
        case "mdia/hdlr": handler = content.fourCharacterCode(at: 8) ?? ""
        case "mdia/mdhd":
            table.timeScale = MP4Tracks.afterDates(content)
            let (offset, count) = content.first == 1 ? (24, 8) : (16, 4)
            table.duration = Int64(truncatingIfNeeded: content.bigEndian(at: offset, count: count) ?? 0)
        case "mdia/minf/dinf/dref":
            // Version, flags and count; then the first entry's size, type, version and flags, of which 1 means here.
            guard let flags = content.bigEndian(at: 17, count: 3) else { return }
            isElsewhere = flags & 1 == 0
        case "mdia/minf/stbl/stsd":
            table.descriptions = content.bigEndian(at: 4, count: 4) ?? 0
            table.format = content.fourCharacterCode(at: 12) ?? ""
        case "mdia/minf/stbl/stts": table.times = box
        case "mdia/minf/stbl/stsc": table.chunks = box
        case "mdia/minf/stbl/stsz": table.sizes = box
        case "mdia/minf/stbl/stco": (table.places, table.placeWidth) = (box, 4)
        case "mdia/minf/stbl/co64": (table.places, table.placeWidth) = (box, 8)
        default: break
        }
    }
}
