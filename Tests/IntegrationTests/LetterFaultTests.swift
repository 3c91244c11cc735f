import Foundation
import TestSupport
import Testing

/// Storage that fails while a letter is written to the mail directory: the letter waits, is tried again and comes once.
@Suite("Storage faults under letters", .enabled(if: getuid() == 0, "tracing a running service may need root"))
struct LetterFaultTests {
    static let faults = [
        StorageFault(calls: "openat2", error: "ENOSPC", path: "mail", words: "No space left on device"),
        StorageFault(calls: "openat2", error: "EDQUOT", path: "mail", words: "Disk quota exceeded"),
        StorageFault(calls: "renameat2", error: "EROFS", path: "mail", words: "Read-only file system"),
        StorageFault(calls: "fsync", error: "EIO", path: "mail", words: "Input/output error"),
    ]

    @Test("A fault passes, and there is one letter", arguments: faults)
    func passes(fault: StorageFault) async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let server = try await appliance.serve()
        let strace = try await fault.begin(in: server, of: appliance)
        try await appliance.drop(try await Videos.short(), as: "film.mp4")
        try await eventually("status says why the letter is late") {
            let status = try await appliance.command("status").output
            return status.contains("Letters:    1 queued, 0 sent") && status.contains(fault.words)
        }
        #expect(strace.printed.contains("(INJECTED)"))
        // The MP3 does not wait for it.
        #expect(appliance.names("outbox") == ["film.mp3"])
        try await strace.end(SIGKILL)
        try await eventually("the letter is written") { try appliance.letters.count == 1 }
        try await eventually("it is sent") {
            try await appliance.command("status").output.contains("Letters:    0 queued, 1 sent, 0 failed")
        }
        try await server.stop()
        #expect(try FileManager.default.contentsOfDirectory(atPath: appliance.mail.path).count == 1)
    }
}
