import ConversionContract

/// The names a drop's results get: valid UTF-8 without control characters, cut at a scalar boundary to 200 bytes;
/// where the name is taken, ` (2)`, ` (3)` follows.
public struct OutputName: Sendable, Hashable {
    private let stem: String
    private let suffix: String

    private static let maximumLength = 200

    /// The MP3's name for a drop of this name.
    public static func audio(for drop: [UInt8]) -> OutputName {
        OutputName(stem: splitting(drop).stem, suffix: ".mp3")
    }

    /// A name for the drop itself, in `done` or `failed`.
    public static func original(_ drop: [UInt8]) -> OutputName {
        let (stem, suffix) = splitting(drop)
        return OutputName(stem: stem, suffix: suffix)
    }

    /// The `attempt`th name to try, from 1.
    public func candidate(_ attempt: Int) -> String {
        let tail = (attempt > 1 ? " (\(attempt))" : "") + suffix
        return stem.cut(toUTF8Length: Self.maximumLength - tail.utf8.count) + tail
    }

    private static func splitting(_ name: [UInt8]) -> (stem: String, suffix: String) {
        var clean = String(
            String.UnicodeScalarView(String(decoding: name, as: UTF8.self).unicodeScalars.filter { !$0.isUnprintable }))
        // What was taken out of the front may not hide the file.
        if name.first != UInt8(ascii: ".") { clean = String(clean.drop { $0 == "." }) }
        // A dot at the start names a hidden file, not an extension.
        if let dot = clean.lastIndex(of: "."), dot > clean.startIndex, clean[dot...].utf8.count <= 16 {
            return (String(clean[..<dot]), String(clean[dot...]))
        }
        return (clean.isEmpty ? "untitled" : clean, "")
    }
}

extension String {
    /// The longest prefix of whole scalars that is at most `length` bytes of UTF-8.
    func cut(toUTF8Length length: Int) -> String {
        guard utf8.count > length else { return self }
        var scalars = String.UnicodeScalarView()
        var count = 0
        for scalar in unicodeScalars {
            count += UTF8.width(scalar)
            guard count <= length else { break }
            scalars.append(scalar)
        }
        return String(scalars)
    }
}
