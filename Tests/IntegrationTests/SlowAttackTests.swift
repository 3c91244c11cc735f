import Foundation
import TestSupport
import Testing

/// slowhttptest, which opens as many connections as it likes and is slow on each.
@Suite("Slow attacks")
struct SlowAttackTests {
    @Test(
        "Slow headers, bodies and readers on many connections keep nobody else out",
        arguments: [
            ["-H", "-i", "1"], ["-B", "-i", "1", "-s", "8192", "-t", "POST"],
            ["-X", "-w", "10", "-y", "20", "-n", "5", "-z", "32", "-k", "3"],
        ])
    func attack(kind: [String]) async throws {
        let appliance = try Appliance()
        let yaml = try String(contentsOf: appliance.configuration, encoding: .utf8)
        try Data(yaml.replacing("http:\n", with: "http:\n  connectionsPerAddress: 50\n").utf8)
            .write(to: appliance.configuration)
        let server = try await appliance.serve()
        // Fewer descriptors than the attack has connections.
        let limited = try await Program("/usr/bin/prlimit").run(["--pid", "\(server.program.pid)", "--nofile=300:300"])
        try #require(limited.status == 0, "\(limited.errors)")
        let log = appliance.directory.url.appending(path: "attack")
        let attack = try RunningProgram(
            URL(filePath: "/usr/bin/slowhttptest"),
            kind + ["-c", "600", "-r", "600", "-l", "600", "-p", "5", "-u", "\(server.url)/sign-in"], log: log)
        try await eventually("as many connections are open as may be") {
            try FileManager.default.contentsOfDirectory(atPath: "/proc/\(server.program.pid)/fd").count >= 50
        }
        let client = try HTTPClient(server)
        let begun = ContinuousClock.now
        repeat {
            // Another address of this machine: somebody else.
            let answer = try await client.call("/healthz", "--interface", "127.0.0.2", "--max-time", "120")
            #expect(answer.status == 200)
        } while attack.isRunning && ContinuousClock.now - begun < .seconds(15)
        try await attack.end(SIGKILL)
        try await server.stop()
    }
}
