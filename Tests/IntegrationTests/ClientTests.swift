import Foundation
import TestSupport
import Testing

/// Real clients and servers. Each file becomes one job, one MP3 and one letter: never none, never two.
@Suite("Clients", .serialized, .enabled(if: getuid() == 0, "servers with users of their own need root"))
struct ClientTests {
    @Test("Every client's drop is taken once")
    func whole() async throws {
        try await withServers { appliance, servers in
            let video = try await Videos.short()
            try await withThrowingDiscardingTaskGroup { group in
                for client in DropClient.all {
                    group.addTask {
                        let result = try await Program("/bin/bash").run(
                            ["-c", client.whole], environment: environment(of: client, video, servers))
                        #expect(result.status == 0, "\(client.name): \(result.output)\(result.errors)")
                    }
                }
            }
            try await expectOnce(DropClient.all, in: appliance, seconds: 5)
            try await expectNothingMore(than: DropClient.all, in: appliance)
        }
    }

    @Test("A Mac's resource fork is kept over SMB, and desktops' junk is refused")
    func mac() async throws {
        try await withServers { appliance, servers in
            let client = DropClient(
                name: "mac", whole: "exec /usr/bin/python3 $CLIENTS/mac.py $SMB_PORT ada secret $FILE inbox/$NAME")
            let result = try await Program("/bin/bash").run(
                ["-c", client.whole], environment: environment(of: client, try await Videos.short(), servers))
            #expect(result.status == 0, "\(result.output)\(result.errors)")
            try await expectOnce([client], in: appliance, seconds: 5)
            #expect(try await appliance.jobs().count == 1)
        }
    }

    enum Accident: String, CaseIterable {
        case clientKilled, serverChildKilled
    }

    @Test("What is cut off waits for its rest; then there is one MP3", arguments: Accident.allCases)
    func cutOff(by accident: Accident) async throws {
        try await withServers { appliance, servers in
            let (medium, large) = (try await Videos.medium(), try await Videos.large())
            let clients = DropClient.all.filter { $0.slow != nil }
            func run(_ client: DropClient, _ line: String, _ directory: URL) throws -> RunningProgram {
                try RunningProgram(
                    URL(filePath: "/bin/bash"), ["-c", line],
                    environment: environment(of: client, client.isFast ? large : medium, servers),
                    log: directory.appending(path: "\(client.name)-\(UUID().uuidString).log"))
            }
            let directory = appliance.directory.url
            // The large files by themselves.
            for group in [clients.filter { !$0.isFast }, clients.filter(\.isFast)] {
                let running = try group.map { try run($0, try #require($0.slow), directory) }
                // Each is held where it has sent enough: none is through before the slowest has begun.
                var pending = Array(zip(group, running))
                try await eventually("a part of each file is there") {
                    try pending.removeAll { client, program in
                        let size = (client.isFast ? large : medium).size
                        let enough = client.stopsAtHalf ? size / 2 : size / 4
                        guard try Self.bytes(of: client, in: appliance) >= enough else { return false }
                        if !client.stopsAtHalf { kill(program.pid, SIGSTOP) }
                        return true
                    }
                    return pending.isEmpty
                }
                if accident == .serverChildKilled {
                    servers.killSessions()
                    // They notice by themselves, and do what they do then.
                    for (client, program) in zip(group, running) where client.endsWithServer {
                        kill(program.pid, SIGCONT)
                        #expect(try await program.ended() != 0, "\(client.name): \(program.printed)")
                    }
                }
                for program in running { try await program.end(SIGKILL) }
            }
            // Those that lie there under their final names, and they are most, are shown as what they are.
            var seen = ""
            let isShown: Void? = try? await eventually("they wait for their ends") {
                let jobs = try await appliance.jobs()
                let lying = clients.map(Self.file).filter { name in
                    ["ada", "bob"].contains { appliance.names("inbox", of: $0).contains(name) }
                }
                seen = "shown: \(jobs)\nlying: \(lying.sorted())"
                return jobs.allSatisfy { $0.reason == "incomplete" } && jobs.map(\.name).sorted() == lying.sorted()
                    && lying.count > 8
            }
            #expect(isShown != nil, "\(seen)")
            for account in ["ada", "bob"] { #expect(appliance.names("outbox", of: account) == []) }
            #expect(try appliance.letters == [])

            for client in clients {
                let program = try run(client, try #require(client.resume), directory)
                let status = try await program.ended()
                #expect(status == 0, "\(client.name): \(program.printed)")
            }
            try await expectOnce(clients.filter { !$0.isFast }, in: appliance, seconds: 12)
            try await expectOnce(clients.filter(\.isFast), in: appliance, seconds: 5)
            #expect(try appliance.letters.count == clients.count)
            try await expectNothingMore(than: clients, in: appliance)
        }
    }

    // MARK: -

    private func withServers(_ body: (Appliance, DropServers) async throws -> Void) async throws {
        let appliance = try Appliance()
        for account in ["ada", "bob"] { try await appliance.addAccount(account) }
        let servers = try await DropServers.start(for: appliance)
        // Some close or rename a file before they set its time: however slow they are, it is to be there.
        let settle = ["SOUNDSPOOL_INTAKE_SETTLE": "5s", "SOUNDSPOOL_INTAKE_SETTLE_IN_PLACE": "5s"]
        let service = try await appliance.serve(environment: settle)
        do {
            try await body(appliance, servers)
        } catch {
            try await servers.stop()
            throw error
        }
        try await servers.stop()
        try await service.stop()
    }

    private static func file(of client: DropClient) -> String { client.name + ".mkv" }

    private func environment(of client: DropClient, _ video: URL, _ servers: DropServers) throws -> [String: String] {
        let homes = try #require(servers.environment["HOMES"])
        return servers.environment.merging([
            "FILE": video.path, "NAME": Self.file(of: client), "HALF": String(video.size / 2),
            "INBOX": "\(homes)/\(client.account)/inbox",
        ]) { $1 }
    }

    /// The bytes of a client's file that have storage behind them, whatever its name is yet.
    private static func bytes(of client: DropClient, in appliance: Appliance) throws -> Int {
        let inbox = appliance.folder("inbox", of: client.account)
        let names = try FileManager.default.contentsOfDirectory(atPath: inbox.path)
        return names.filter { $0.contains(file(of: client)) }.reduce(0) { sum, name in
            var status = stat()
            return stat(inbox.appending(path: name).path, &status) == 0 ? sum + Int(status.st_blocks) * 512 : sum
        }
    }

    /// The service looks at everything once more, as it does every minute, and finds none of the files again.
    private func expectNothingMore(than clients: [DropClient], in appliance: Appliance) async throws {
        try await appliance.command("account", "enable", "ada")
        // What comes after that look is through the queue after whatever it found.
        try await appliance.drop(try await Videos.short(), as: "marker.mp4")
        try await eventually("the marker is published") { appliance.names("outbox").contains("marker.mp3") }
        let names = clients.map(Self.file) + ["marker.mp4"]
        #expect(try await appliance.jobs().map(\.name).sorted() == names.sorted())
        #expect(try appliance.letters.filter { $0.contains("ready: marker.mp3") }.count <= 1)
        for account in ["ada", "bob"] { #expect(appliance.names("inbox", of: account) == []) }
    }

    private func expectOnce(_ clients: [DropClient], in appliance: Appliance, seconds: Double) async throws {
        let names = clients.map(Self.file).sorted()
        func jobs() async throws -> [Appliance.JobRow] { try await appliance.jobs().filter { names.contains($0.name) } }
        do {
            try await eventually("all are published") {
                try await jobs().filter { $0.state == "published" }.count == clients.count
            }
        } catch {
            Issue.record("\(try await jobs().filter { $0.state != "published" })")
        }
        #expect(try await jobs().map(\.name).sorted() == names)
        for client in clients {
            let output = client.name + ".mp3"
            let folder = appliance.folder("outbox", of: client.account)
            #expect(appliance.names("outbox", of: client.account).filter { $0.hasPrefix("\(client.name) (") } == [])
            let duration = try await Videos.duration(folder.appending(path: output))
            #expect(abs(duration - seconds) < 0.2, "\(client.name): \(duration) s")
            try await eventually("\(client.name)'s letter is written") {
                try appliance.letters.filter { $0.contains("ready: \(output)") }.count == 1
            }
        }
    }
}

extension URL {
    /// Bytes.
    fileprivate var size: Int { (try? resourceValues(forKeys: [.fileSizeKey]).fileSize) ?? 0 }
}
