import Foundation
import TestSupport
import Testing

/// What an inbox's owner may make of it: names of any bytes, folders without end, sockets. It hurts nobody else.
@Suite("Odd trees")
struct OddTreeTests {
    @Test("A name that is no UTF-8 becomes an MP3 with a name that is, and so does its original")
    func bytes() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let server = try await appliance.serve()
        let script = "cp -- \"$1\" \"$2/\"$'caf\\xff.part' && mv -- \"$2/\"$'caf\\xff.part' \"$2/\"$'caf\\xff.mp4'"
        let result = try await Program("/bin/bash").run([
            "-c", script, "-", try await Videos.short().path, appliance.folder("inbox").path,
        ])
        #expect(result.status == 0, "\(result.errors)")
        try await eventually("it is published") { appliance.names("outbox") == ["caf\u{FFFD}.mp3"] }
        try await eventually("the letter is written") { try appliance.letters.count == 1 }
        try await eventually("the original is kept") { appliance.names("done") == ["caf\u{FFFD}.mp4"] }
        #expect(try await appliance.jobs().map(\.name) == ["caf\u{FFFD}.mp4"])
        try await server.stop()
    }

    @Test("Folders without end are told of, and hurt neither other accounts nor the administrator's commands")
    func depth() async throws {
        let appliance = try Appliance()
        for name in ["ada", "eve"] { try await appliance.addAccount(name) }
        let server = try await appliance.serve()
        // Longer in all than any path may be, and deeper than folders are entered.
        let script = """
            import os, sys
            for length in 255, 1:
                os.chdir(sys.argv[1])
                for _ in range(60):
                    os.mkdir("n" * length)
                    os.chdir("n" * length)
                open("film.mp4", "w").write("x")
            """
        let inbox = appliance.folder("inbox", of: "eve")
        let result = try await Program("/usr/bin/python3").run(["-c", script, inbox.path])
        #expect(result.status == 0, "\(result.errors)")
        try await eventually("eve is told") {
            appliance.statusText(of: "eve").components(separatedBy: "too many folders").count == 3
        }
        let socket = "import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])"
        let bound = try await Program("/usr/bin/python3").run(["-c", socket, inbox.appending(path: "s").path])
        #expect(bound.status == 0, "\(bound.errors)")
        try await eventually("the socket is told of") {
            appliance.statusText(of: "eve").contains("s: It is not a file that can be read as a video")
        }
        try await appliance.drop(try await Videos.short(), as: "film.mp4")
        try await eventually("ada's is published") { appliance.names("outbox") == ["film.mp3"] }
        #expect(try await appliance.command("status").status == 0)
        #expect(try await appliance.jobs().contains { $0.state == "published" })
        try await server.stop()
        // Foundation removes no path that is longer than one may be.
        _ = try await Program("/bin/rm").run(["-rf", inbox.path])
    }
}
