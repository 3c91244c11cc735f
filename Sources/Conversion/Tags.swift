import CFFmpeg
import Glibc

/// What the source says of itself and the MP3 may say too. Everything else stays behind: places, devices, software.
struct Tags: Sendable, Equatable {
    /// libav's names (`libavformat/avformat.h`, "metadata_api").
    static let names = [
        "title", "artist", "album", "album_artist", "composer", "performer", "genre", "date", "track", "disc",
        "copyright",
        "language", "publisher", "description", "comment",
    ]
    /// The longest value in bytes of UTF-8.
    static let maximumLength = 4096

    private(set) var values: [(name: String, value: String)] = []

    /// Reads the tags out of a libav dictionary; nil is an empty one.
    init(_ dictionary: OpaquePointer?) {
        for name in Self.names {
            let alias = "com.apple.quicktime." + (name == "date" ? "creationdate" : name)
            let entry = av_dict_get(dictionary, name, nil, 0) ?? av_dict_get(dictionary, alias, nil, 0)
            guard let value = entry?.pointee.value else { continue }
            let clean = Self.clean(Self.text(value))
            if !clean.isEmpty { values.append((name, clean)) }
        }
    }

    /// The text of a tag: UTF-8, or what older formats have, which libav passes on as it is (ID3v1, RIFF INFO): ISO 8859-1.
    static func text(_ value: UnsafePointer<CChar>) -> String {
        let bytes = UnsafeBufferPointer(start: value, count: strlen(value)).map { UInt8(bitPattern: $0) }
        return String(validating: bytes, as: UTF8.self) ?? String(bytes.map { Character(Unicode.Scalar($0)) })
    }

    /// Valid UTF-8 (decoding sees to that) without controls other than line breaks, cut at a scalar boundary.
    static func clean(_ value: String, maximumLength: Int = maximumLength) -> String {
        var scalars = String.UnicodeScalarView()
        var length = 0
        for scalar in value.unicodeScalars where scalar.properties.generalCategory != .control || scalar == "\n" {
            length += UTF8.width(scalar)
            guard length <= maximumLength else { break }
            scalars.append(scalar)
        }
        return String(scalars)
    }

    static func == (left: Self, right: Self) -> Bool { left.values.elementsEqual(right.values, by: ==) }
}
