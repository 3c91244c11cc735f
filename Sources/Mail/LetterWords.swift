import Domain
import FoundationEssentials

/// Words that letters are made of.
enum LetterWords {
    /// What the owner of a drop that failed can do. The reasons are those of the converter's report; any other is a
    /// fault of the service.
    static func advice(for reason: String) -> String {
        switch reason {
        case "unsupported": "Please save it in a common format, such as MP4, MOV, MKV, WebM or AVI, and drop it again."
        case "no-audio": "Please check that the video has sound, and drop it again."
        case "damaged", "incomplete":
            "Please copy the file again from where it came from: part of it may have been lost."
        case "over-limit": "Please cut it into shorter parts and drop those."
        default: "Please drop it once more. If it fails again, tell the administrator, and give the file's name."
        }
    }

    /// Text that came out of the converter, which reads hostile files: one line of bounded length.
    static func line(_ text: String) -> String {
        let line = String.displaying(Array(text.utf8))
        return line.count > 500 ? line.prefix(500) + "…" : line
    }

    /// `9 min 57 s`; nil for what is no length.
    static func length(_ seconds: Double) -> String? {
        guard seconds >= 0, seconds < 1e9 else { return nil }
        let whole = Int(seconds.rounded())
        let parts = [(whole / 3600, "h"), (whole / 60 % 60, "min"), (whole % 60, "s")]
        let words = parts.drop { $0.0 == 0 }.map { "\($0.0) \($0.1)" }
        return words.isEmpty ? "less than 1 s" : words.joined(separator: " ")
    }

    /// How long something was waited for: `a day`, `36 hours`. Nil for what is no length.
    static func span(_ seconds: Double) -> String? {
        guard seconds >= 0, seconds < 1e9 else { return nil }
        let whole = Int(seconds.rounded())
        let units = [(86_400, "a day", "days"), (3600, "an hour", "hours"), (60, "a minute", "minutes")]
        for (length, one, many) in units where whole >= length && whole % length == 0 {
            return whole == length ? one : "\(whole / length) \(many)"
        }
        return whole == 1 ? "a second" : "\(whole) seconds"
    }

    /// `14 November 2023, 22:13 UTC`.
    static func time(_ date: Date) -> String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute], from: date)
        func digits(_ number: Int?) -> String { (number ?? 0) < 10 ? "0\(number ?? 0)" : "\(number ?? 0)" }
        let months = [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November", "December",
        ]
        let month = months[max(0, (parts.month ?? 1) - 1) % months.count]
        return "\(parts.day ?? 1) \(month) \(parts.year ?? 1970), \(digits(parts.hour)):\(digits(parts.minute)) UTC"
    }
}
