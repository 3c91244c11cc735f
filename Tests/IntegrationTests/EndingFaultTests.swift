import Foundation
import TestSupport
import Testing

/// Storage that fails while a job ends without an MP3: what cannot be converted goes to `failed`, what has no end goes
/// back to its inbox. Once it has passed there is one original, with one reason and one letter.
@Suite("Storage faults at a job's end", .enabled(if: getuid() == 0, "tracing a running service may need root"))
struct EndingFaultTests {
    private static let failedFolder = "root/home/ada/failed"
    private static let kept = "the original stays in the spool for now"
    private static let unwritten = "cannot write a broken-off job down"

    static let ofFailures = [
        StorageFault(calls: "openat2", error: "ENOSPC", path: failedFolder, words: kept),
        StorageFault(calls: "openat2", error: "EDQUOT", path: failedFolder, words: kept),
        StorageFault(calls: "renameat2", error: "EROFS", path: failedFolder, words: kept),
        StorageFault(calls: "fsync", error: "EIO", path: failedFolder, words: kept),
        StorageFault(calls: "pwrite64", error: "ENOSPC", path: "state/ledger.sqlite-wal", words: unwritten),
    ]

    @Test("A failure is told once, and its original is kept once", arguments: ofFailures)
    func failed(fault: StorageFault) async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let converter = try HeldConverter()
        defer { converter.remove() }
        let server = try await appliance.serve(programs: converter.programs)
        try await whileFails(fault, "bad.mp4", Data("no video".utf8), appliance, server, converter)
        #expect(appliance.names("failed") == [])

        try await eventually("the original is kept") {
            appliance.names("failed") == ["bad.mp4", "bad.mp4.txt"]
        }
        try await eventually("the letter is written") { try appliance.letters.count == 1 }
        #expect(try await appliance.jobs().map(\.state) == ["failed"])
        #expect(appliance.names("outbox") == [])
        try await appliance.eventuallyEmptySpool()
        try await server.stop()
        #expect(try appliance.letters.count == 1)
    }

    static let ofReturns = [
        StorageFault(calls: "renameat2", error: "EROFS", path: "root/home/ada/inbox", words: "attempt broke off"),
        StorageFault(calls: "fsync", error: "EIO", path: "root/home/ada/inbox", words: "attempt broke off"),
        StorageFault(calls: "pwrite64", error: "ENOSPC", path: "state/ledger.sqlite-wal", words: unwritten),
    ]

    @Test("A drop without its end is back in its inbox, and becomes one MP3 when it comes", arguments: ofReturns)
    func returned(fault: StorageFault) async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let converter = try HeldConverter()
        defer { converter.remove() }
        let server = try await appliance.serve(programs: converter.programs)
        let whole = try Data(contentsOf: try await Videos.medium())
        try await whileFails(fault, "film.mkv", whole.prefix(whole.count / 2), appliance, server, converter)

        try await eventually("it waits for its end") {
            appliance.statusText().contains("film.mkv: A part of it") && appliance.names("inbox") == ["film.mkv"]
        }
        try await appliance.eventuallyEmptySpool()
        #expect(try appliance.letters == [])
        try whole.write(to: appliance.folder("inbox").appending(path: "film.mkv"))
        try await eventually("the letter is written") { try appliance.letters.count == 1 }
        #expect(appliance.names("outbox") == ["film.mp3"])
        #expect(try await appliance.jobs().map(\.state) == ["published"])
        try await server.stop()
    }

    /// Drops a file, and lets the fault begin when its job is with the converter and end when the service has met it.
    private func whileFails(
        _ fault: StorageFault, _ name: String, _ bytes: Data, _ appliance: Appliance, _ server: Appliance.Server,
        _ converter: HeldConverter
    ) async throws {
        try bytes.write(to: appliance.folder("inbox").appending(path: name))
        try await converter.eventuallyHolds(name, of: server, in: appliance)
        let strace = try await fault.begin(in: server, of: appliance)
        try converter.letGo()
        try await eventually("the fault was met, and is told of") {
            strace.printed.contains("(INJECTED)") && server.program.printed.contains(fault.words)
        }
        #expect(appliance.names("outbox") == [])
        try await strace.end(SIGKILL)
    }
}
