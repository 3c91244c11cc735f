import Foundation
import TestSupport
import Testing

/// The first minute of what `make endure` does for an hour.
@Suite("Endurance", .serialized)
struct EnduranceTests {
    private func run(_ script: String, _ arguments: String..., namespace: [String] = []) async throws {
        let path = Program.sourceTree.appending(path: "Tests/Endurance/\(script).py").path
        let line = namespace + ["/usr/bin/python3", path, Program.builtPrograms.path] + arguments
        let result = try await Program(line[0]).run(Array(line.dropFirst()))
        #expect(result.status == 0, "\(result.output)\n\(result.errors.suffix(6000))")
    }

    private static let ownMounts = ["/usr/bin/unshare", "--mount", "--propagation", "private"]

    @Test("Fifty kills at random moments under load lose and double nothing")
    func kill() async throws { try await run("kill", "--kills", "50") }

    @Test("A name that is swapped for links, FIFOs and directories shows nothing foreign")
    func swap() async throws { try await run("swap", "--seconds", "4") }

    @Test("More files at once than the kernel has events for are each taken once")
    func burst() async throws { try await run("burst", "--files", "17000") }

    @Test("Power cuts lose and double nothing", .enabled(if: getuid() == 0, "mounting a file system needs root"))
    func powerCut() async throws { try await run("powercut", "--cuts", "4", namespace: Self.ownMounts) }

    @Test("A full disk holds jobs up and loses none", .enabled(if: getuid() == 0, "mounting a file system needs root"))
    func full() async throws { try await run("full", namespace: Self.ownMounts) }

    @Test("An overlay and inboxes without watches are polled", .enabled(if: getuid() == 0, "mounting needs root"))
    func silent() async throws { try await run("silent", namespace: Self.ownMounts) }
}
