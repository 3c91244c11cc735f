import Logging
import Pipeline

/// Rings for each warning, and for what is worse.
struct WarningBell: LogHandler {
    let bell: Doorbell
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.warning

    func log(event: LogEvent) { bell.ring() }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }
}
