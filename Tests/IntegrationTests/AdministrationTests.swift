import Foundation
import TestSupport
import Testing

@Suite("What administrators see on the page")
struct AdministrationTests {
    private struct Document: Decodable {
        struct Account: Decodable {
            let name: String
            let email: String
            let enabled: Bool
            let administrator: Bool
            let jobsToday: Int
            let queuedBytes: Int
            let lastDrop: String?
        }
        struct Conversion: Decodable {
            let account: String
            let name: String
            let progress: Double?
        }
        struct Held: Decodable {
            let account: String
            let name: String
            let message: String
        }
        struct Queue: Decodable {
            let converting: [Conversion]
            let queued: Int
            let waiting: Int
            let waitingDrops: [Held]
        }
        struct Memory: Decodable {
            let service: Int64?
            let total: Int64
            let available: Int64
        }
        struct Disk: Decodable {
            let total: Int64
            let available: Int64
        }
        struct Load: Decodable {
            let averages: [Double]
            let processors: Int
            let memory: Memory
            let disk: Disk
            let conversions: Int
        }
        let accounts: [Account]
        let queue: Queue
        let load: Load
    }

    private struct Row: Decodable {
        let name: String
        let administrator: Bool
    }

    private let appliance: Appliance

    init() throws { appliance = try Appliance(configuration: "convert: {jobs: 1}") }

    private func administrate(_ arguments: String...) async throws {
        let result = try await Program(built: "soundspool").run(
            ["account"] + arguments + ["--config", appliance.configuration.path])
        try #require(result.status == 0, "\(result.errors)")
    }

    @Test("Accounts, queue and load; for administrators only, and only while they are")
    func page() async throws {
        let result = try await appliance.command(
            "account", "add", "ada", "--email", "ada@example.org", "--password-stdin", "--administrator",
            input: Appliance.password + "\n")
        try #require(result.status == 0, "\(result.errors)")
        try await appliance.addAccount("bob")
        #expect(try await appliance.json([Row].self, "account", "list").map(\.administrator) == [true, false])
        let server = try await appliance.serve()
        var ada = try HTTPClient(server)
        try await ada.signIn()
        var bob = try HTTPClient(server)
        try await bob.signIn("bob")

        for path in ["/administration", "/api/v1/administration"] {
            #expect(try await ada.call(path).status == 200)
            #expect(try await bob.call(path).status == 404)
            #expect(try await ada.call(path, withToken: false).status == 401)
        }
        #expect(try await ada.call("/").body.contains("href=\"/administration\""))
        #expect(try await ada.call("/account").body.contains("href=\"/administration\""))
        #expect(try await !bob.call("/").body.contains("/administration"))

        _ = try await bob.call("/api/v1/inbox/%3Cb%3Elong.mp4", "-T", try await Videos.endless().path)
        _ = try await bob.call("/api/v1/inbox/next.mp4", "-T", try await Videos.short().path)
        try FileManager.default.removeItem(at: appliance.folder("inbox", of: "bob").appending(path: ".token"))
        try await appliance.drop(try await Videos.short(), as: "waits.mp4", for: "bob")
        let document = try await eventually("all of it is seen") { () -> Document? in
            let document = try await ada.call("/api/v1/administration").json(Document.self)
            // First it waits for the end of its copy.
            let isRefused = document.queue.waitingDrops.first?.message.contains("token") == true
            return isRefused && document.queue.converting.first?.progress != nil ? document : nil
        }
        #expect(document.accounts.map(\.name) == ["ada", "bob"])
        #expect(document.accounts.map(\.administrator) == [true, false])
        #expect(document.accounts.map(\.jobsToday) == [0, 2])
        #expect(document.accounts[0].lastDrop == nil && document.accounts[1].lastDrop != nil)
        #expect(document.accounts[1].queuedBytes > 100_000)
        #expect(document.queue.converting.map(\.account) == ["bob"])
        #expect(document.queue.converting.map(\.name) == ["<b>long.mp4"])
        #expect(document.queue.queued == 1)
        #expect(document.queue.waitingDrops.map(\.name) == ["waits.mp4"])
        #expect(document.queue.waiting == 1)
        #expect(document.load.averages.count == 3)
        #expect(document.load.processors == ProcessInfo.processInfo.activeProcessorCount)
        #expect(document.load.conversions == 1)
        #expect((1 << 20...document.load.memory.total).contains(document.load.memory.service ?? 0))
        #expect(document.load.disk.available <= document.load.disk.total)

        let page = try await ada.call("/administration").body
        #expect(page.contains("<div id=\"administration\">"))
        #expect(page.contains("bob/&lt;b&gt;long.mp4") && page.contains("waits.mp4"))
        #expect(page.contains("bob@example.org"))

        try await administrate("administrator", "bob", "on")
        #expect(try await bob.call("/administration").status == 200)
        try await administrate("administrator", "ada", "off")
        #expect(try await ada.call("/administration").status == 404)
        #expect(try await ada.call("/api/v1/administration").status == 404)
        try await administrate("disable", "bob")
        #expect(try await bob.call("/administration").status == 401)
        #expect(try await bob.call("/api/v1/administration").status == 401)
        #expect(try await ada.signInStatus("bob@example.org", Appliance.password) == 401)
        try await server.stop()
    }
}
