import Domain
import Glibc
import LinuxSystem
import Logging
import Synchronization

/// One line a message on standard error, with the time of day. Under systemd to its journal instead, with fields that
/// `journalctl JOB_ID=7` finds; or else with the priority that `sd-daemon(3)` describes.
struct ConsoleLogHandler: LogHandler {
    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]

    private static let isJournal = getenv("JOURNAL_STREAM") != nil

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
        let pairs = all.map { " \($0.key)=\(Self.quoted("\($0.value)"))" }.joined()
        if Journal.isStandardError, Journal.send(Self.fields(event, all, text: "\(event.message)\(pairs)")) { return }
        let head = Self.isJournal ? "<\(event.level.priority)>" : "\(Self.timeOfDay) \(event.level.rawValue) "
        StandardError.write("\(head)\(event.message)\(pairs)\n")
    }

    /// `systemd.journal-fields(7)`. Names of the program's own are those of what they hold: JOB_ID, ACCOUNT, STATE.
    private static func fields(
        _ event: LogEvent, _ metadata: [(key: String, value: Logger.Metadata.Value)], text: String
    ) -> [(name: String, value: String)] {
        let own = metadata.map { key, value in
            (key == "job" ? "JOB_ID" : name(key), "\(value)")
        }
        return [("MESSAGE", text), ("PRIORITY", "\(event.level.priority)"), ("SYSLOG_IDENTIFIER", "soundspool")] + own
    }

    private static func name(_ key: String) -> String {
        let name = key.uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }
        // The journal keeps those for itself that begin with an underscore, and refuses digits there.
        return name.first?.isLetter == true ? String(name) : "FIELD_" + String(name)
    }

    private static func quoted(_ value: String) -> String {
        // Strangers' words are among them: no character may steer the terminal.
        let line = String.displaying(value.replacing("\n", with: " ").utf8)
        return line.contains(" ") || line.isEmpty ? "\"\(line.replacing("\"", with: "'"))\"" : line
    }

    private static var timeOfDay: String {
        var now = time(nil)
        var parts = tm()
        localtime_r(&now, &parts)
        func two(_ number: Int32) -> String { (number < 10 ? "0" : "") + String(number) }
        return "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
    }
}

extension Logger.Level {
    /// `syslog(3)`'s number.
    fileprivate var priority: Int {
        switch self {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }
}
