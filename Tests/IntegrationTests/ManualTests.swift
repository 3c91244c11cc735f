import Foundation
import TestSupport
import Testing

/// The manual pages tell what the programs and their configuration really have.
@Suite("The manual")
struct ManualTests {
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

    /// What ArgumentParser tells of a program.
    private struct Help: Decodable {
        struct Command: Decodable {
            let commandName: String
            let subcommands: [Command]?
            let arguments: [Argument]?
        }
        struct Argument: Decodable {
            struct Name: Decodable {
                let kind: String
                let name: String
            }
            let names: [Name]?
            let allValues: [String]?
        }
        let command: Command
    }

    private func help(of program: String) async throws -> Help.Command {
        let result = try await Program(built: program).run(["--experimental-dump-help"])
        return try JSONDecoder().decode(Help.self, from: Data(result.output.utf8)).command
    }

    private func page(_ name: String) throws -> String {
        try String(contentsOf: Program.sourceTree.appending(path: "packaging/man/\(name)"), encoding: .utf8)
    }

    @Test("soundspool(1) tells of every command")
    func commands() async throws {
        let lines = try page("soundspool.1").split(separator: "\n").filter { $0.hasPrefix(".It Cm ") }
            .map { Set($0.split(separator: " ").dropFirst(2).map(String.init)) }
        func expect(_ command: Help.Command, _ words: [String]) {
            let words = words + [command.commandName]
            guard let below = command.subcommands, !below.isEmpty else {
                #expect(lines.contains { $0.isSuperset(of: words) }, "\(words)")
                return
            }
            for command in below { expect(command, words) }
        }
        let commands = try #require(try await help(of: "soundspool").subcommands).filter { $0.commandName != "help" }
        #expect(commands.count > 8)
        for command in commands { expect(command, []) }
    }

    @Test("soundspool-convert(1) tells of every option and what it may be, and of no others")
    func options() async throws {
        let page = try page("soundspool-convert.1")
        let told = Dictionary(
            page.matches(of: /\.It Fl -(\S+)(.*)\n([^.]*)/).map { (String($0.1), $0.2 + " " + $0.3) },
            uniquingKeysWith: { $1 })
        var options: Set<String> = ["help"]
        for argument in try #require(try await help(of: "soundspool-convert").arguments) {
            for name in argument.names ?? [] where name.kind == "long" {
                options.insert(name.name)
                guard name.name != "help" else { continue }
                let words = try #require(told[name.name], "--\(name.name) is not told of")
                for value in argument.allValues ?? [] {
                    #expect(words.contains(value), "--\(name.name) \(value) is not told of")
                }
            }
        }
        #expect(options.isSuperset(of: told.keys), "\(Set(told.keys).subtracting(options))")
        #expect(told.count > 8)
    }
}
