extension Unicode.Scalar {
    /// Controls, line and paragraph separators, and the characters that reorder text (Unicode UAX #9's embeddings,
    /// overrides and isolates). Joiners stay: Persian and emoji need them.
    public var isUnprintable: Bool {
        switch properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: ("\u{202A}"..."\u{202E}").contains(self) || ("\u{2066}"..."\u{2069}").contains(self)
        }
    }
}

extension String {
    /// Fit to be shown: unprintable characters become U+FFFD, and what is past `length` bytes of UTF-8 is cut off.
    func printable(atMost length: Int) -> String {
        var text = String.UnicodeScalarView()
        var count = 0
        for scalar in unicodeScalars {
            let shown = scalar.isUnprintable ? "\u{FFFD}" : scalar
            count += UTF8.width(shown)
            guard count <= length else { break }
            text.append(shown)
        }
        return String(text)
    }
}
