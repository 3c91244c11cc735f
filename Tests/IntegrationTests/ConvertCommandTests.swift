import Foundation
import TestSupport
import Testing

@Suite("soundspool convert")
struct ConvertCommandTests {
    private let directory: TemporaryDirectory
    private let program = Program(built: "soundspool")

    init() throws { directory = try TemporaryDirectory() }

    private func path(_ name: String) -> String { directory.url.appending(path: name).path }

    /// What is in the directory, hidden files too.
    private var files: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted() }
    }

    @Test("Makes an MP3, says what it is, and shows no bar where there is no terminal")
    func converts() async throws {
        let result = try await program.run(["convert", Videos.short().path, path("out.mp3")])
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.errors.isEmpty)
        #expect(result.output.contains("out.mp3: 5 s, LAME"))
        #expect(try await Videos.duration(URL(filePath: path("out.mp3"))) > 4.9)
        #expect(try files == ["out.mp3"])
    }

    @Test("Says that parts of the sound were damaged")
    func damaged() async throws {
        var bytes = try Data(contentsOf: try await Videos.short())
        bytes.replaceSubrange(bytes.count / 2..<bytes.count / 2 + 600, with: repeatElement(0xFF, count: 600))
        try bytes.write(to: URL(filePath: path("in.mp4")))
        let result = try await program.run(["convert", path("in.mp4"), path("out.mp3")])
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output.contains("Small parts of the sound were damaged"), "\(result.output)")
    }

    @Test("--json prints the report, of a failure too")
    func json() async throws {
        let result = try await program.run(["convert", "--json", Videos.short().path, path("out.mp3")])
        #expect(result.status == 0, "\(result.errors)")
        let report = try #require(JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        #expect(report["codec"] as? String == "aac")
        #expect(report["produced"] as? Double ?? 0 > 4.9)
        #expect((report["tracks"] as? [Any])?.count == 1)
        let silent = try await program.run(["convert", "--json", Videos.silent().path, path("silent.mp3")])
        #expect(silent.status == 65)
        #expect(silent.errors.contains("The video has no sound."))
        let failure = try #require(JSONSerialization.jsonObject(with: Data(silent.output.utf8)) as? [String: Any])
        #expect(failure["reason"] as? String == "no-audio")
        #expect(try files == ["out.mp3"])
    }

    @Test("What is there is never overwritten")
    func spares() async throws {
        try Data("mine".utf8).write(to: URL(filePath: path("out.mp3")))
        let result = try await program.run(["convert", Videos.short().path, path("out.mp3")])
        #expect(result.status == 73)
        #expect(result.errors.contains("out.mp3: is there already, and nothing is overwritten"))
        #expect(try String(contentsOfFile: path("out.mp3"), encoding: .utf8) == "mine")
        #expect(try files == ["out.mp3"])
    }

    @Test("A name that is taken meanwhile stays as it is")
    func sparesWhatComesMeanwhile() async throws {
        let running = try await RunningProgram(
            Program.builtPrograms.appending(path: "soundspool"),
            ["convert", Videos.long().path, path("out.mp3")], log: directory.url.appending(path: "log"))
        try await eventually("it begins") {
            guard try files.contains(where: { $0.hasSuffix(".mp3.part") }) else { return false }
            // It does not come to its end before the name is taken.
            kill(running.pid, SIGSTOP)
            return true
        }
        try Data("mine".utf8).write(to: URL(filePath: path("out.mp3")))
        kill(running.pid, SIGCONT)
        #expect(try await running.ended() == 73)
        #expect(running.printed.contains("nothing is overwritten"))
        #expect(try String(contentsOfFile: path("out.mp3"), encoding: .utf8) == "mine")
        #expect(try files == ["log", "out.mp3"])
    }

    @Test("Ctrl-C leaves nothing behind", arguments: [SIGINT, SIGTERM])
    func interrupted(signal: Int32) async throws {
        let running = try await RunningProgram(
            Program.builtPrograms.appending(path: "soundspool"),
            ["convert", Videos.endless().path, path("out.mp3")], log: directory.url.appending(path: "log"))
        try await eventually("it begins") { try files.contains { $0.hasSuffix(".mp3.part") } }
        // It converts on until the signal is heard.
        try await eventually("something is written") {
            let part = try files.first { $0.hasSuffix(".mp3.part") }
            let attributes = try part.map { try FileManager.default.attributesOfItem(atPath: path($0)) }
            return attributes?[.size] as? Int ?? 0 > 0
        }
        #expect(try await running.end(signal) == 128 + signal)
        #expect(running.printed.contains("interrupted"))
        #expect(try files == ["log"])
    }

    @Test("A terminal gets a bar with percent, speed and remaining time")
    func terminal() async throws {
        let command = [Program.builtPrograms.appending(path: "soundspool").path, "convert"]
        let arguments = try await command + [Videos.long().path, path("out.mp3")]
        let result = try await Program("/usr/bin/script").run([
            "-qefc", arguments.map { "'\($0)'" }.joined(separator: " "), "/dev/null",
        ])
        #expect(result.status == 0, "\(result.output)")
        let bar = /\r\u{1B}\[K *(\d+) % \[#*\.*\]  \d+:\d\d of 20:00  [\d.]+x  ETA (\d+:\d\d|-:--)/
        let percentages = result.output.matches(of: bar).compactMap { Int($0.1) }
        #expect(percentages.count > 2, "\(result.output)")
        #expect(percentages == percentages.sorted())
        #expect(percentages.last ?? 0 > 50)
        // The bar is gone before the result is printed.
        #expect(result.output.contains("\r\u{1B}[K\(path("out.mp3")): 1200 s, LAME"), "\(result.output.suffix(300))")
    }

    @Test("Wrong tracks are refused", arguments: [["--track", "german"], ["--track", "de", "--all-tracks"]])
    func wrongTracks(arguments: [String]) async throws {
        let result = try await program.run(["convert"] + arguments + [Videos.short().path, path("out.mp3")])
        #expect(result.status == 64, "\(result.errors)")
        #expect(try files.isEmpty)
    }

    @Test("One MP3 for each language", arguments: [true, false])
    func allTracks(toDirectory: Bool) async throws {
        let film = try await Videos.languages()
        let result = try await program.run([
            "convert", "--all-tracks", "--json", film.path, toDirectory ? directory.path : path("Film.MP3"),
        ])
        #expect(result.status == 0, "\(result.errors)")
        let stem = toDirectory ? "languages" : "Film"
        #expect(try files == ["\(stem).de.mp3", "\(stem).en.mp3", "\(stem).und.mp3"])
        let results = try #require(JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[String: Any]])
        let tracks = results.compactMap { ($0["report"] as? [String: Any])?["track"] as? Int }
        // Of two German tracks the default; no commentary.
        #expect(tracks == [2, 4, 5])
        #expect(
            results.compactMap { $0["output"] as? String }.allSatisfy { FileManager.default.fileExists(atPath: $0) })
    }

    @Test("What was made before a track failed is told")
    func allTracksButOne() async throws {
        let taken = path("languages.en.mp3")
        try Data("mine".utf8).write(to: URL(filePath: taken))
        let result = try await program.run([
            "convert", "--all-tracks", "--json", Videos.languages().path, directory.path,
        ])
        #expect(result.status != 0)
        #expect(result.errors.contains("languages.en.mp3"), "\(result.errors)")
        let results = try #require(JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[String: Any]])
        let outputs = results.compactMap { $0["output"] as? String }
        #expect(outputs.allSatisfy { FileManager.default.fileExists(atPath: $0) && $0 != taken }, "\(outputs)")
        #expect(try files.filter { $0 != "languages.en.mp3" }.count == outputs.count)
        #expect(try String(contentsOf: URL(filePath: taken), encoding: .utf8) == "mine")
    }

    @Test("A track by its language")
    func track() async throws {
        let result = try await program.run([
            "convert", "--json", "--track", "deu", Videos.languages().path, path("out.mp3"),
        ])
        #expect(result.status == 0, "\(result.errors)")
        let report = try #require(JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        #expect(report["track"] as? Int == 4)
    }
}
