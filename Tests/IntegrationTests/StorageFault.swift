import TestSupport
import Testing

/// System calls that fail, as `strace` makes them fail in a running service and its converters.
struct StorageFault: Sendable, CustomTestStringConvertible {
    /// What fails, as strace names it.
    let calls: String
    let error: String
    /// On which file below the test's own directory.
    let path: String
    /// What the service says meanwhile: STATUS.txt, `soundspool status` or the journal.
    var words = ""
    var testDescription: String { "\(calls) \(error) \(path)" }

    /// See ``Injection/begin(in:of:)``.
    func begin(in server: Appliance.Server, of appliance: Appliance) async throws -> RunningProgram {
        try await Injection(calls: calls, effect: "error=\(error)", path: path).begin(in: server, of: appliance)
    }
}
