import Foundation
import TestSupport
import Testing

/// A real systemd, booted for the test in namespaces of its own. Only root can do that.
@Suite("Under systemd", .enabled(if: getuid() == 0, "booting a systemd needs root"))
struct SystemdTests {
    @Test("Start, a drop, the watchdog, stop, and a wrong configuration")
    func journey() async throws {
        let tests = Program.sourceTree.appending(path: "Tests/IntegrationTests")
        let video = try await Videos.short()
        let result = try await Program(tests.appending(path: "systemd-box").path).run([
            "--time", "3600", "--show", video.deletingLastPathComponent().path,
            tests.appending(path: "systemd-journey.sh").path,
            Program.sourceTree.path, Program.builtPrograms.path, video.path,
        ])
        #expect(result.status == 0, "\(result.output.suffix(6000))\n\(result.errors.suffix(6000))")
    }

    @Test("The unit is well formed, and exposes little")
    func unit() async throws {
        let unit = Program.sourceTree.appending(path: "systemd/soundspool.service").path
        let security = try await Program("/usr/bin/systemd-analyze").run([
            "security", "--offline=true", "--threshold=15", "--no-pager", unit,
        ])
        #expect(security.status == 0, "\(security.output.suffix(2000))")
    }
}
