/// Which of a video's sound tracks is converted.
public enum TrackChoice: Sendable, Hashable {
    /// The one that players choose. Commentary and audio description are taken only where there is nothing else.
    case standard
    /// The first in a language, by its code of ISO 639: `de`, `deu` or `ger`.
    case language(String)
    /// By its place among the sound tracks; 1 is the first.
    case index(Int)

    /// Reads `default`, a language of two or three letters, or a number from 1 on; nil for anything else.
    public init?(_ text: String) {
        if text == "default" {
            self = .standard
        } else if let index = Int(text) {
            guard index >= 1 else { return nil }
            self = .index(index)
        } else {
            let language = text.lowercased()
            guard (2...3).contains(language.count), language.allSatisfy({ ("a"..."z").contains($0) }) else {
                return nil
            }
            self = .language(language)
        }
    }

    /// As the command line says it.
    public var description: String {
        switch self {
        case .standard: "default"
        case .language(let language): language
        case .index(let index): String(index)
        }
    }
}

extension TrackChoice: CustomStringConvertible {}

/// As one string, the one that the command line takes.
extension TrackChoice: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let choice = try TrackChoice(container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a sound track")
        }
        self = choice
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
