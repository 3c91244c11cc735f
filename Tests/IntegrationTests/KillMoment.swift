import Foundation
import TestSupport
import Testing

/// A system call just before which `strace` kills a running service.
struct KillMoment: Sendable, CustomTestStringConvertible {
    let name: String
    let call: String
    /// The file or directory that the call is about, below the test's own directory.
    let path: String
    /// The call of this number that a thread makes.
    var number = 1
    var testDescription: String { number > 1 ? "\(name) \(number)" : name }

    /// Whether a thread makes so many of these calls for certain.
    var isCertain = true

    /// The ledger's commits. Its threads share them, so that none may come to its second, or its eighth.
    static func transactions(_ numbers: ClosedRange<Int>) -> [KillMoment] {
        numbers.map {
            KillMoment(
                name: "transaction", call: "fdatasync", path: "state/ledger.sqlite-wal", number: $0, isCertain: $0 == 1)
        }
    }

    /// Attaches strace, which kills the service when the moment comes.
    func arm(_ server: Appliance.Server, of appliance: Appliance) async throws -> RunningProgram {
        try await Injection(calls: call, effect: "signal=KILL:when=\(number)", path: path)
            .begin(in: server, of: appliance)
    }

    /// Returns once the service is dead: killed by strace, or here where it got through all of its way.
    func eventuallyKilled(
        _ server: Appliance.Server, by strace: RunningProgram, orThrough isThrough: () async throws -> Bool
    ) async throws {
        try await eventually("it is killed, or done") {
            if !server.program.isRunning { return true }
            return isCertain ? false : try await isThrough()
        }
        if isCertain {
            try await eventually("strace tells of it") { strace.printed.contains("+++ killed by SIGKILL +++") }
            #expect(strace.printed.contains(call + "("))
        }
        if server.program.isRunning { try await server.program.end(SIGKILL) }
        try await strace.end(SIGKILL)
    }
}
