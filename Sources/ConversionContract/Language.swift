/// Codes of languages (ISO 639). Containers and people use two letters, three of the language's own name (639-2/T) or
/// three of its English name (639-2/B).
public enum Language {
    /// Codes that mean the same, the shortest first, for the languages whose codes differ.
    private static let synonyms = """
        sq sqi alb|hy hye arm|eu eus baq|my mya bur|zh zho chi|cs ces cze|nl nld dut|fr fra fre|ka kat geo|de deu ger
        el ell gre|is isl ice|mk mkd mac|mi mri mao|ms msa may|fa fas per|ro ron rum|sk slk slo|bo bod tib|cy cym wel
        en eng|es spa|it ita|pt por|ru rus|ja jpn|ko kor|ar ara|hi hin|bn ben|tr tur|pl pol|uk ukr|sv swe|da dan|no nor
        fi fin|hu hun|he heb|vi vie|th tha|id ind|bg bul|hr hrv|sr srp|sl slv|lt lit|lv lav|et est|ca cat|gl glg|ta tam
        te tel|ur urd|ga gle|la lat
        """
        .split { $0 == "|" || $0 == "\n" }.map { $0.split(separator: " ") }

    /// The shortest code that means the same: `de` for `deu`, `ger` and `de-AT`. A code that is not known stays.
    public static func shortest(_ code: String) -> String {
        let code = code.lowercased().prefix { $0 != "-" && $0 != "_" }
        return String(synonyms.first { $0.contains(code) }?.first ?? code)
    }

    /// Whether this can be a code: two or three letters, or up to eight for what is registered otherwise (BCP 47).
    public static func isCode(_ text: String) -> Bool {
        (2...8).contains(text.utf8.count)
            && text.utf8.allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
    }

    /// Whether two codes mean the same language. What follows a hyphen, as in `pt-BR`, does not count.
    public static func areEqual(_ left: String, _ right: String) -> Bool { shortest(left) == shortest(right) }
}
