import Glibc
import UnixSignals

/// Ctrl-C and its kin, where a command has to clean up before it ends.
enum Interruption {
    /// Does the work; a signal cancels it, and is then what it failed of.
    static func ending(_ work: @escaping @Sendable () async throws -> Void) async throws {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup)
        try await withThrowingTaskGroup(of: Int32?.self) { group in
            group.addTask {
                try await work()
                return nil
            }
            group.addTask {
                for await signal in signals { return signal.rawValue }
                return nil
            }
            let signal = try await group.next() ?? nil
            group.cancelAll()
            guard let signal else { return }
            // The work has let go of its files when it is over.
            while !group.isEmpty { _ = await group.nextResult() }
            throw CommandFailure("interrupted", status: 128 + signal)
        }
    }
}
