import Glibc
import Logging
import Synchronization

/// One line a message on standard error. Under systemd, with the priority that `sd-daemon(3)` describes and without a
/// time, which the journal adds; elsewhere with the time of day.
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
        let head = Self.isJournal ? "<\(event.level.priority)>" : "\(Self.timeOfDay) \(event.level.rawValue) "
        StandardError.write("\(head)\(event.message)\(pairs)\n")
    }

    private static func quoted(_ value: String) -> String {
        let line = value.replacing("\n", with: " ")
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
