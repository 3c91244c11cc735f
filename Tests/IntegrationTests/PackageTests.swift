import Foundation
import TestSupport
import Testing

/// The Debian package, made of the programs that this test run built.
@Suite("The package", .serialized)
struct PackageTests {
    @Test(
        "Installed, used, troubled, upgraded and purged under a real systemd",
        .enabled(if: getuid() == 0, "booting a systemd needs root"))
    func box() async throws {
        let box = Program.sourceTree.appending(path: "Tests/IntegrationTests/package-box").path
        let result = try await Program(box).run(
            [Program.builtPrograms.path, try await Videos.short().path], environment: ["ALLOW_SWIFT_LIBRARIES": "1"])
        #expect(result.status == 0, "\(result.output.suffix(6000))\n\(result.errors.suffix(6000))")
    }

    @Test("A debug build, which loads libraries that are in no package, is not packed by accident")
    func debugBuild() async throws {
        let directory = try TemporaryDirectory()
        let script = Program.sourceTree.appending(path: "packaging/make-deb").path
        let result = try await Program(script).run([Program.builtPrograms.path, directory.path])
        #expect(result.status == EX_DATAERR)
        #expect(result.errors.contains("loads Swift's libraries"), "\(result.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == [])
    }

    @Test("Completions are valid and know the commands", arguments: ["bash", "zsh", "fish"])
    func completions(shell: String) async throws {
        let script = try await Program(built: "soundspool").run(["--generate-completion-script", shell])
        #expect(script.status == 0)
        for word in ["doctor", "backup", "unix-user"] { #expect(script.output.contains(word), "\(word)") }
        let directory = try TemporaryDirectory()
        let file = directory.url.appending(path: "completions")
        try Data(script.output.utf8).write(to: file)
        let check = try await Program("/usr/bin/\(shell)").run(["-n", file.path])
        #expect(check.status == 0, "\(check.errors)")
    }
}
