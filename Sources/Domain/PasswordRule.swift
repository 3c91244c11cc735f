/// Which passwords are taken: long ones that are not the first that anybody would try (NIST SP 800-63B section 5.1.1.2).
/// No rule about kinds of characters, and no changing by the calendar.
public enum PasswordRule {
    /// In characters as they are typed: Unicode scalars.
    public static let lengths = 8...256

    /// What is wrong with a password, in one sentence; nil where it will do.
    /// - Parameter names: What others know of its owner: the account's name and address.
    public static func problem(with password: String, names: [String] = []) -> String? {
        guard lengths.contains(password.unicodeScalars.count) else {
            return "A password should have \(lengths.lowerBound) to \(lengths.upperBound) characters."
        }
        guard !isCommon(password) else {
            return "This password is one of those that are tried first. Choose another one, like four words in a row."
        }
        let known = names.flatMap { [$0, String($0.prefix { $0 != "@" })] } + ["soundspool"]
        guard !known.contains(where: { word(password) == word($0) || password.lowercased() == $0.lowercased() }) else {
            return "A password should not be your name or address. Choose another one, like four words in a row."
        }
        return nil
    }

    /// Also with other capitals, or with digits and marks after it.
    private static func isCommon(_ password: String) -> Bool {
        let lower = password.lowercased()
        return CommonPasswords.all.contains(lower) || CommonPasswords.all.contains(word(lower))
            || Set(lower.unicodeScalars).count < 3 || isRun(lower)
    }

    /// Without the digits and marks at its end.
    private static func word(_ text: String) -> String {
        var word = Substring(text.lowercased())
        while let last = word.last, !last.isLetter { word.removeLast() }
        return String(word)
    }

    /// Whether each character is the one after its predecessor, or before it: `abcdefghij`, `9876543210`.
    private static func isRun(_ text: String) -> Bool {
        let values = text.unicodeScalars.map { Int($0.value) }
        let steps = Set(zip(values.dropFirst(), values).map { $0 - $1 })
        return steps == [1] || steps == [-1]
    }
}
