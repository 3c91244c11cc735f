import ConversionContract
import Domain

/// A job as the page's list shows it. `job-row.js` shows the same, as it changes.
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
    /// Where the forms lead that cancel the job and remove its MP3; nil where there is nothing to cancel or to remove.
    let cancel: String?
    let remove: String?

    /// - Parameter before: The page of the list that it is on; nil for the first.
    init(_ job: JobDocument, before: Job.ID? = nil) {
        name = job.name
        state = job.state
        let isRemoved = job.state == JobState.published.rawValue && job.output == nil
        stateTitle = isRemoved ? "Removed" : Self.titles[job.state] ?? job.state
        progress = job.state == JobState.converting.rawValue ? job.progress : nil
        download = job.output == nil ? nil : job.id.map { "/api/v1/outbox/\($0)" }
        output = job.output?.split(separator: "/").last.map(String.init) ?? ""
        message = job.message
        let page = before.map { "?before=\($0)" } ?? ""
        let isOnItsWay = [JobState.queued, .converting].map(\.rawValue).contains(job.state)
        cancel = isOnItsWay ? job.id.map { "/jobs/\($0)/cancel\(page)" } : nil
        remove = job.output == nil ? nil : job.id.map { "/jobs/\($0)/remove\(page)" }
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
