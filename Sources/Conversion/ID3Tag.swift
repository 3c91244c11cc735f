import ConversionContract

/// An ID3v2.4 tag (id3.org, "ID3 tag version 2.4.0 - Main Structure" and "Native Frames"; chapters by the "ID3v2 Chapter
/// Frame Addendum"). All text is UTF-8.
struct ID3Tag: Sendable, Equatable {
    /// The whole tag. Its padding has room for the loudness, which is only known when the sound has passed.
    private(set) var bytes: [UInt8] = []
    /// Where the padding begins.
    let loudnessOffset: Int

    private static let headerLength = 10
    private static let loudnessRoom = 128

    /// Text frames (section 4.2) for libav's names.
    private static let textFrames = [
        "title": "TIT2", "artist": "TPE1", "album": "TALB", "album_artist": "TPE2", "composer": "TCOM",
        "performer": "TPE3", "genre": "TCON", "date": "TDRC", "track": "TRCK", "disc": "TPOS", "copyright": "TCOP",
        "publisher": "TPUB",
    ]

    init(_ metadata: SourceMetadata, encoder: String?) {
        var frames: [UInt8] = []
        for (name, value) in metadata.tags.values { frames += Self.frame(name, value) }
        if let encoder { frames += Self.frame("TSSE", Self.text(encoder)) }
        frames += Self.chapters(metadata.chapters)
        if let cover = metadata.cover {
            // Section 4.14; 3 is the front cover.
            frames += Self.frame("APIC", [3] + Self.latin(cover.type) + [3, 0] + cover.bytes)
        }
        loudnessOffset = Self.headerLength + frames.count
        let body = frames + [UInt8](repeating: 0, count: Self.loudnessRoom)
        bytes = Array("ID3".utf8) + [4, 0, 0] + Self.synchsafe(body.count) + body
    }

    /// The frames of a loudness, to be written at `loudnessOffset` (ReplayGain 2.0, section "Metadata Format").
    static func frames(_ loudness: Loudness) -> [UInt8] {
        let gain = loudness.integrated.map { replayGainReference - $0 } ?? 0
        let frames =
            userText("REPLAYGAIN_TRACK_GAIN", "\(Quantity.decimal(gain, places: 2)) dB")
            + userText("REPLAYGAIN_TRACK_PEAK", Quantity.decimal(loudness.peak, places: 6))
        return frames.count <= loudnessRoom ? frames : []
    }

    /// The loudness that ReplayGain 2.0 brings sounds to, in LUFS.
    static let replayGainReference = -18.0

    private static func frame(_ name: String, _ value: String) -> [UInt8] {
        if let identifier = textFrames[name] { return frame(identifier, text(value)) }
        switch name {
        // Sections 4.10 and 4.2.3: the language is a code of ISO 639-2.
        case "comment": return frame("COMM", [3] + Array("XXX".utf8) + [0] + Array(value.utf8))
        case "language": return value.utf8.count == 3 ? frame("TLAN", text(value)) : []
        default: return userText(name, value)
        }
    }

    private static func userText(_ description: String, _ value: String) -> [UInt8] {
        frame("TXXX", text(description) + [0] + Array(value.utf8))
    }

    private static func chapters(_ chapters: [Chapter]) -> [UInt8] {
        guard !chapters.isEmpty else { return [] }
        let identifiers = chapters.indices.map { latin("chp\($0)") }
        // The top level, in order.
        let contents = frame("CTOC", latin("toc") + [3, UInt8(clamping: chapters.count)] + identifiers.joined())
        return zip(identifiers, chapters).reduce(contents) { frames, pair in
            let (identifier, chapter) = pair
            // No offsets in bytes: the times count.
            let times = bigEndian(chapter.start) + bigEndian(chapter.end) + [UInt8](repeating: 0xFF, count: 8)
            let title = chapter.title.isEmpty ? [] : frame("TIT2", text(chapter.title))
            return frames + frame("CHAP", identifier + times + title)
        }
    }

    /// Section 4: identifier, size, flags, data.
    private static func frame(_ identifier: String, _ data: [UInt8]) -> [UInt8] {
        Array(identifier.utf8) + synchsafe(data.count) + [0, 0] + data
    }

    /// UTF-8 with its encoding's byte in front.
    private static func text(_ value: String) -> [UInt8] { [3] + Array(value.utf8) }

    /// ASCII with a zero behind it.
    private static func latin(_ value: String) -> [UInt8] { Array(value.utf8) + [0] }

    /// Section 6.2: 28 bits, seven a byte.
    private static func synchsafe(_ value: Int) -> [UInt8] {
        [21, 14, 7, 0].map { UInt8(value >> $0 & 0x7F) }
    }

    private static func bigEndian(_ value: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }
}
