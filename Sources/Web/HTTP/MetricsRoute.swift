import Domain
import HTTPTypes
import Hummingbird
import LinuxSystem
import NIOCore
import Storage

/// `GET /metrics`: Prometheus's text format, version 0.0.4. Numbers only: it names no account and no file.
struct MetricsRoute: Sendable {
    let world: World

    @Sendable func metrics(_ request: Request, _ context: Routes.Context) async throws -> Response {
        let figures = try await world.ledger.figures()
        let space = try await onBlockingThread { [tree = world.tree] in try tree.homes().space() }
        let text = Self.text(figures, waiting: world.live.waiting.count, space: space)
        return Response(
            status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    /// - Parameter waiting: Drops that wait in their inboxes.
    static func text(_ figures: LedgerFigures, waiting: Int, space: FileSystemSpace) -> String {
        var text = ""
        func family(_ name: String, _ kind: String, _ help: String, _ samples: [(labels: String, value: String)]) {
            text += "# HELP soundspool_\(name) \(help)\n# TYPE soundspool_\(name) \(kind)\n"
            for sample in samples {
                let labels = sample.labels.isEmpty ? "" : "{\(sample.labels)}"
                text += "soundspool_\(name)\(labels) \(sample.value)\n"
            }
        }
        func jobs(_ states: [JobState]) -> [(String, String)] {
            states.map { ("state=\"\($0.rawValue)\"", "\(figures.jobs[$0.rawValue, default: 0])") }
        }
        family("drops_waiting", "gauge", "Drops that wait in their inboxes.", [("", "\(waiting)")])
        family("jobs", "gauge", "Jobs that have not ended.", jobs(JobState.allCases.filter { !$0.isFinal }))
        family(
            "jobs_ended", "gauge", "Jobs that have ended, as the ledger has them.",
            jobs(JobState.allCases.filter(\.isFinal)))
        family(
            "conversions_repeated", "gauge", "Conversions that broke off and were or will be begun again.",
            [("", "\(figures.repeatedConversions)")])
        family(
            "published_seconds", "gauge", "Seconds of sound in all published MP3s.",
            [("", "\(figures.publishedSeconds)")])
        family(
            "letters", "gauge", "Letters and webhook events.",
            ["mail", "webhook"].flatMap { channel in
                ["queued", "sent", "failed"].map { state in
                    (
                        "channel=\"\(channel)\",state=\"\(state)\"",
                        "\(figures.letters[channel, default: [:]][state, default: 0])"
                    )
                }
            })
        family(
            "uploads_unfinished", "gauge", "Resumable uploads without their end.",
            [("", "\(figures.unfinishedUploads)")])
        family(
            "bytes", "gauge", "Bytes of jobs that have not ended, and of unfinished uploads so far.",
            [("kind=\"jobs\"", "\(figures.queuedBytes)"), ("kind=\"uploads\"", "\(figures.uploadedBytes)")])
        family(
            "disk_bytes", "gauge", "Bytes of the file system that the spool is on.",
            [("kind=\"total\"", "\(space.total)"), ("kind=\"available\"", "\(space.available)")])
        return text
    }
}
