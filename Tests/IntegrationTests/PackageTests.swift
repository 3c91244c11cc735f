import Foundation
import TestSupport
import Testing

/// The Debian package, made of the programs that this test run built.
@Suite("The package", .serialized)
struct PackageTests {
    /// - Parameter version: Nil for the program's own.
    private func pack(into directory: TemporaryDirectory, version: String? = nil) async throws -> String {
        let script = Program.sourceTree.appending(path: "packaging/make-deb").path
        let result = try await Program(script).run(
            [Program.builtPrograms.path, directory.path] + (version.map { [$0] } ?? []),
            environment: ["COMPRESSION": version == nil ? "gzip" : "none"])
        try #require(result.status == 0, "\(result.errors.suffix(2000))")
        return result.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    @Test(
        "Installed, used, troubled, upgraded and purged under a real systemd",
        .enabled(if: getuid() == 0, "booting a systemd needs root"))
    func box() async throws {
        let tests = Program.sourceTree.appending(path: "Tests/IntegrationTests")
        let directory = try TemporaryDirectory()
        let (package, newer) = (try await pack(into: directory), try await pack(into: directory, version: "99.0"))
        let video = try await Videos.short()
        let lint = try await Program("/usr/bin/lintian").run([
            "--fail-on", "error", "--allow-root", "--suppress-tags", "unstripped-binary-or-object", package,
        ])
        #expect(lint.status == 0, "\(lint.output)\(lint.errors)")
        let result = try await Program(tests.appending(path: "systemd-box").path).run([
            "--show", video.deletingLastPathComponent().path, "--show", directory.path,
            tests.appending(path: "systemd-package.sh").path, Program.builtPrograms.path, package, newer, video.path,
        ])
        #expect(result.status == 0, "\(result.output.suffix(6000))\n\(result.errors.suffix(6000))")
    }

    @Test("The manual pages have nothing for man and mandoc to complain of")
    func manuals() async throws {
        let directory = Program.sourceTree.appending(path: "packaging/man")
        let pages = try FileManager.default.contentsOfDirectory(atPath: directory.path)
        #expect(pages.sorted() == ["soundspool-convert.1", "soundspool.1", "soundspool.yaml.5"])
        for page in pages {
            let path = directory.appending(path: page).path
            let lint = try await Program("/usr/bin/mandoc").run(["-Tlint", "-Wwarning", path])
            #expect(lint.status == 0, "\(lint.output)")
            let man = try await Program("/usr/bin/man").run(["--warnings", "--local-file", path])
            #expect(man.status == 0 && man.errors == "", "\(man.errors)")
        }
    }

    @Test("soundspool.yaml(5) tells of every setting that the sample has, and the sample of every setting")
    func settings() async throws {
        let page = try String(
            contentsOf: Program.sourceTree.appending(path: "packaging/man/soundspool.yaml.5"), encoding: .utf8)
        let sample = try String(
            contentsOf: Program.sourceTree.appending(path: "etc/soundspool/soundspool.yaml"), encoding: .utf8)
        let keys = Set(page.matches(of: /\.It Cm (\S+) :/).map { String($0.1) })
        var sections: [Substring] = []
        var sampled: Set<String> = []
        for line in sample.matches(of: /(?m)^(?:#( +))?(\w+):( .)?/) {
            // One step of the indentation is two columns, the first of them after "# ".
            let depth = max((line.output.1?.count ?? 1) - 1, 0) / 2
            sections = sections.prefix(depth) + [line.output.2]
            if line.output.3 != nil { sampled.insert(sections.joined(separator: ".")) }
        }
        #expect(keys == sampled, "\(keys.symmetricDifference(sampled).sorted())")
        #expect(keys.count > 25)
    }

    @Test("Completions are valid and know the commands", arguments: ["bash", "zsh", "fish"])
    func completions(shell: String) async throws {
        let script = try await Program(built: "soundspool").run(["--generate-completion-script", shell])
        #expect(script.status == 0)
        for word in ["doctor", "backup", "unix-user"] { #expect(script.output.contains(word), "\(word)") }
        guard shell == "bash" else { return }
        let check = try await Program("/bin/bash").run(["-n"], input: script.output)
        #expect(check.status == 0, "\(check.errors)")
    }
}
