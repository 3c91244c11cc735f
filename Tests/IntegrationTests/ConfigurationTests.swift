import Foundation
import TestSupport
import Testing

@Suite("Configuration")
struct ConfigurationTests {
    @Test(
        "A wrong setting says which key, where, and what would be right, and exits 78",
        arguments: [
            ("http:\n  lisen: 1", ":2: http.lisen: there is no such key; did you mean http.listen?"),
            ("http:\n  listen: nowhere", ":2: http.listen: 'nowhere' should be HOST:PORT"),
            ("convert:\n  preset: loud", ":2: convert.preset: 'loud' should be one of standard, high, small, voice"),
            ("intake:\n  settle: soon", ":2: intake.settle: 'soon' should be a duration like 500ms"),
            ("http: {maxUpload: lots}", ":1: http.maxUpload: 'lots' should be a size like 512MiB"),
            ("mail:\n  server: http://mail.example.org", ":2: mail.server:"),
            (
                "mail:\n  passwordFile: /nowhere",
                ":2: mail.passwordFile: '/nowhere' should be a file that holds the password"
            ),
            ("root: [1, 2", "is not valid YAML"),
            ("just words", ":1: should hold keys with values"),
        ])
    func wrong(yaml: String, words: String) async throws {
        let directory = try TemporaryDirectory()
        let file = directory.url.appending(path: "soundspool.yaml")
        try Data(yaml.utf8).write(to: file)
        for command in [["config", "check"], ["serve"]] {
            let result = try await Program(built: "soundspool").run(command + ["--config", file.path])
            #expect(result.status == 78, "\(result.errors)")
            #expect(result.errors.contains(file.path), "\(result.errors)")
            #expect(result.errors.contains(words), "\(result.errors)")
        }
    }

    @Test("All that is wrong is said at once")
    func everything() async throws {
        let directory = try TemporaryDirectory()
        let file = directory.url.appending(path: "soundspool.yaml")
        try Data("convert:\n  preset: loud\nintake:\n  settle: soon\n".utf8).write(to: file)
        let result = try await Program(built: "soundspool").run(["config", "check", "--config", file.path])
        #expect(result.errors.split(separator: "\n").count == 2, "\(result.errors)")
    }

    @Test("Variables override the file, and say so when they are wrong")
    func variables() async throws {
        let directory = try TemporaryDirectory()
        let file = directory.url.appending(path: "soundspool.yaml")
        try Data("http:\n  listen: 127.0.0.1:1\n".utf8).write(to: file)
        let program = Program(built: "soundspool")
        let arguments = ["config", "check", "--config", file.path]
        let right = try await program.run(arguments, environment: ["SOUNDSPOOL_HTTP_LISTEN": "127.0.0.1:2"])
        #expect(right.output.contains("127.0.0.1:2"), "\(right.errors)")
        let wrong = try await program.run(arguments, environment: ["SOUNDSPOOL_INTAKE_SETTLE": "soon"])
        #expect(wrong.status == 78)
        #expect(wrong.errors.contains("environment (SOUNDSPOOL_…): intake.settle: 'soon'"), "\(wrong.errors)")
    }

    @Test("The sample configuration is right, and is what the program does without one")
    func sample() async throws {
        let sample = Program.sourceTree.appending(path: "etc/soundspool/soundspool.yaml")
        let result = try await Program(built: "soundspool").run(["config", "check", "--config", sample.path])
        #expect(result.status == 0, "\(result.errors)")
        let defaults = try await Program(built: "soundspool").run(["config", "check"])
        #expect(result.output == defaults.output)
    }

    @Test("A file that was asked for must be there")
    func missing() async throws {
        let result = try await Program(built: "soundspool").run(["config", "check", "--config", "/nowhere/x.yaml"])
        #expect(result.status == 78)
        #expect(result.errors.contains("/nowhere/x.yaml: cannot be read"))
    }
}
