import Domain
import FoundationEssentials

/// Header fields as lines (RFC 5322 section 2.2), folded and without the last CRLF. Text that is not plain ASCII becomes
/// encoded-words (RFC 2047), and characters that could begin a new line become U+FFFD before that.
enum HeaderField {
    /// RFC 5322 section 2.1.1: what a line should not pass.
    private static let maximumLineLength = 78

    /// An unstructured field.
    static func text(_ name: String, _ value: String) -> String {
        let value = printable(value)
        return folded(name, words: value) ?? "\(name): " + encodedWords(value, indent: name.utf8.count + 2)
    }

    /// A field with one address. An address that is not ASCII stays UTF-8 (RFC 6532); it cannot be encoded.
    static func mailbox(_ name: String, _ mailbox: MIMEMessage.Mailbox) -> String {
        let address = mailbox.address.text
        let displayName = printable(mailbox.displayName ?? "")
        guard !displayName.isEmpty else { return "\(name): \(address)" }
        let quoted = "\(name): \"\(displayName.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
        let phrase =
            isPlain(displayName) && quoted.utf8.count <= maximumLineLength
            ? quoted : "\(name): " + encodedWords(displayName, indent: name.utf8.count + 2)
        return phrase + "\r\n <\(address)>"
    }

    /// A date and time in UTC (RFC 5322 section 3.3).
    static func date(_ date: Date) -> String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second, .weekday], from: date)
        func name(_ number: Int?, of names: [String]) -> String { names[max(0, (number ?? 1) - 1) % names.count] }
        func digits(_ number: Int?) -> String { (number ?? 0) < 10 ? "0\(number ?? 0)" : "\(number ?? 0)" }
        let day = name(parts.weekday, of: ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"])
        let month = name(
            parts.month, of: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"])
        let time = [parts.hour, parts.minute, parts.second].map(digits).joined(separator: ":")
        return "\(day), \(digits(parts.day)) \(month) \(parts.year ?? 1970) \(time) +0000"
    }

    /// RFC 5322 section 3.2.3's `atext`.
    static func isAtomText(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
        }
    }

    /// A URL that can stand between angle brackets, on one line.
    static func isURL(_ text: String) -> Bool {
        text.utf8.count < 900 && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
            && !text.contains { "<>\"\\".contains($0) }
    }

    private static func printable(_ text: String) -> String { String.displaying(Array(text.utf8)) }

    /// Printable ASCII that nobody can take for an encoded-word.
    private static func isPlain(_ text: String) -> Bool {
        text.utf8.allSatisfy { (0x20...0x7E).contains($0) } && !text.contains("=?")
    }

    /// The field with plain words, nil where they cannot be folded without changing them.
    private static func folded(_ name: String, words text: String) -> String? {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        let room = maximumLineLength - name.utf8.count - 2
        guard isPlain(text), words.allSatisfy({ (1...room).contains($0.utf8.count) }) else { return nil }
        var lines: [String] = []
        var line = "\(name):"
        for word in words {
            if line.utf8.count + 1 + word.utf8.count > maximumLineLength {
                lines.append(line)
                line = ""
            }
            line += " " + word
        }
        return (lines + [line]).joined(separator: "\r\n")
    }

    /// Encoded-words in base64 of whole characters, each on a line of its own of at most 76 characters.
    private static func encodedWords(_ text: String, indent: Int) -> String {
        let frame = "=?UTF-8?B??=".utf8.count
        var words: [String] = []
        var word: [UInt8] = []
        for scalar in text.unicodeScalars {
            let room = 76 - frame - (words.isEmpty ? indent : 1)
            if word.count + UTF8.width(scalar) > room / 4 * 3 {
                words.append("=?UTF-8?B?\(Data(word).base64EncodedString())?=")
                word = []
            }
            word += Array(String(scalar).utf8)
        }
        if !word.isEmpty { words.append("=?UTF-8?B?\(Data(word).base64EncodedString())?=") }
        return words.joined(separator: "\r\n ")
    }
}
