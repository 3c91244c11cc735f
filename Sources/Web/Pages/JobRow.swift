import ConversionContract
import Domain

/// A job as the page's list shows it. `Script` shows the same.
struct JobRow: Sendable, Equatable {
    let name: String
    let state: String
    let stateTitle: String
    /// 0 to 1, while it is converted and the length is known.
    let progress: Double?
    /// The MP3's address.
    let download: String?
    /// The MP3's name.
    let output: String
    let message: String?

    init(_ job: JobDocument) {
        name = job.name
        state = job.state
        stateTitle = Self.titles[job.state] ?? job.state
        progress = job.state == JobState.converting.rawValue ? job.progress : nil
        download = job.output == nil ? nil : job.id.map { "/api/v1/outbox/\($0)" }
        output = job.output?.split(separator: "/").last.map(String.init) ?? ""
        message = job.message
    }

    private static let titles = [
        "waiting": "Waiting", "queued": "In the queue", "converting": "Converting", "published": "Ready",
        "failed": "Failed", "cancelled": "Cancelled",
    ]
}

/// A preset as the form offers it.
struct PresetChoice: Sendable, Equatable {
    let value: String
    let title: String
    let hint: String
    let isChosen: Bool

    static func all(chosen: Preset) -> [PresetChoice] {
        Preset.allCases.map { preset in
            let (title, hint) =
                switch preset {
                case .standard: ("Standard", "good for everything")
                case .high: ("High", "320 kbit/s, large files")
                case .small: ("Small", "for little space")
                case .voice: ("Voice", "mono, for talks and lessons")
                }
            return PresetChoice(
                value: preset.rawValue, title: title, hint: hint, isChosen: preset == chosen)
        }
    }
}
