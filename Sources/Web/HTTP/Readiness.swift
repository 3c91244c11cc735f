import LinuxSystem
import Storage

/// Whether the service can do its work now: the ledger and the spool can be written, and a converter starts.
///
/// An actor, so that all who ask at the same time wait for one answer. It is kept for a while: whoever asks often must not
/// keep the disk and a converter busy.
actor Readiness {
    struct Trouble: Error {
        let detail: String
        let cause: any Error
    }

    private static let lifetime = Duration.seconds(5)

    private let ledger: Ledger
    private let spool: Spool
    private let checkConverter: @Sendable () async throws -> Void
    private var answer: (Task<Trouble?, Never>, since: ContinuousClock.Instant)?

    init(ledger: Ledger, spool: Spool, checkConverter: @escaping @Sendable () async throws -> Void) {
        self.ledger = ledger
        self.spool = spool
        self.checkConverter = checkConverter
    }

    /// What is in the way; nil where nothing is.
    func trouble() async -> Trouble? {
        if let (task, since) = answer, since.duration(to: .now) < Self.lifetime { return await task.value }
        let task = Task { [ledger, spool, checkConverter] in
            do {
                try await Self.attempt("The ledger cannot be written now.") { try await ledger.checkWritable() }
                try await Self.attempt("The spool cannot be written now.") {
                    try await onBlockingThread { _ = try spool.probe() }
                }
                try await Self.attempt("No converter starts now.") { try await checkConverter() }
                return nil as Trouble?
            } catch {
                return error as? Trouble ?? Trouble(detail: "The service is in trouble.", cause: error)
            }
        }
        answer = (task, .now)
        return await task.value
    }

    private static func attempt(_ detail: String, _ body: () async throws -> Void) async throws {
        do { try await body() } catch { throw Trouble(detail: detail, cause: error) }
    }
}
