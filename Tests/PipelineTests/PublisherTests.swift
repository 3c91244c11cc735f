import ConversionContract
import Domain
import Foundation
import GRDB
import LinuxSystem
import TestSupport
import Testing

@testable import Pipeline
@testable import Storage

struct PublisherTests {
    private let world: World

    init() throws { world = try World() }

    private func convert(_ drop: String, of account: Account) async throws -> (job: Job, audio: Int32) {
        _ = try await world.queuedJob(of: account, drop: drop)
        let job = try #require(try await world.ledger.jobs.takeNext())
        let audio = try world.spool.makeAudio(job.id)
        try Descriptor.reopen(audio.raw, flags: O_WRONLY).writeAll("audio \(job.id)".utf8)
        return (job, audio.release())
    }

    private func publish(_ drop: String, of account: Account) async throws -> Job {
        let (job, audio) = try await convert(drop, of: account)
        return try await Publisher(ledger: world.ledger, spool: world.spool).publish(
            job, of: account, audio: Descriptor(owning: audio), duration: 2.5)
    }

    @Test(arguments: [
        ("film.mp4", "film.mp3"), ("talks/film.mp4", "talks/film.mp3"), ("@voice/film.mp4", "film.mp3"),
        ("a/@high/b/film.mkv", "a/b/film.mp3"),
    ])
    func `an MP3 lies where its drop lay`(drop: String, output: String) async throws {
        let ada = try await world.account()
        let job = try await publish(drop, of: ada)
        #expect(job.state == .published)
        #expect(job.output == DropPath(output))
        #expect(job.duration == 2.5)
        #expect(try await world.ledger.jobs.job(job.id) == job)
        #expect(try world.read("home/ada/outbox/" + output) == "audio \(job.id)")
        #expect(try world.read("home/ada/done/" + drop) == "sound")
        #expect(try world.names(in: ".spool").isEmpty)
        let letter = try #require(try await world.ledger.letters.takeNext(.mail))
        #expect(letter.items.map(\.subject) == [.completed(output: try #require(DropPath(output)), duration: 2.5)])
    }

    @Test func `where a name is taken a number follows, and nothing is overwritten`() async throws {
        let ada = try await world.account()
        try world.write("mine", to: "home/ada/outbox/film.mp3")
        try FileManager.default.createDirectory(
            at: world.url("home/ada/outbox/film (2).mp3"), withIntermediateDirectories: false)
        try world.link("home/ada/outbox/film (3).mp3", to: "nowhere")
        var outputs: [String] = []
        for drop in ["film.mp4", "film.mkv"] {
            let job = try await publish(drop, of: ada)
            outputs.append(try #require(job.output).display)
        }
        #expect(outputs == ["film (4).mp3", "film (5).mp3"])
        #expect(try world.read("home/ada/outbox/film.mp3") == "mine")
        #expect(try world.read("home/ada/outbox/film (5).mp3") == "audio 2")
    }

    @Test func `two of one name at once get a name each`() async throws {
        let ada = try await world.account()
        var jobs: [(job: Job, audio: Int32)] = []
        for _ in 0..<8 { jobs.append(try await convert("film.mp4", of: ada)) }
        let publisher = Publisher(ledger: world.ledger, spool: world.spool)
        let outputs = try await withThrowingTaskGroup(of: DropPath?.self) { group in
            for (job, audio) in jobs {
                group.addTask {
                    try await publisher.publish(job, of: ada, audio: Descriptor(owning: audio), duration: 1).output
                }
            }
            return try await group.reduce(into: Set<DropPath>()) { outputs, output in
                if let output { outputs.insert(output) }
            }
        }
        #expect(outputs.count == 8)
        #expect(try world.names(in: "home/ada/outbox").count == 8)
        for job in try await world.ledger.jobs.jobs() {
            let output = try #require(job.output)
            #expect(try world.read("home/ada/outbox/" + output.display) == "audio \(job.id)")
        }
    }

    /// A crash after the name was given and before the ledger knows is made up for, under the same name.
    @Test func `the name is written down before it is given`() async throws {
        let ada = try await world.account()
        let (job, audio) = try await convert("film.mp4", of: ada)
        // The letter cannot be queued, so the job cannot be published.
        try await world.ledger.database.write { database in
            try database.execute(
                sql: "CREATE TRIGGER full BEFORE INSERT ON letter BEGIN SELECT RAISE(ABORT, 'no room'); END")
        }
        let publisher = Publisher(ledger: world.ledger, spool: world.spool)
        await #expect(throws: (any Error).self) {
            try await publisher.publish(job, of: ada, audio: Descriptor(owning: audio), duration: 1)
        }
        let converting = try #require(try await world.ledger.jobs.job(job.id))
        #expect(converting.state == .converting)
        #expect(converting.output == DropPath("film.mp3"))
        #expect(world.has(".spool/\(job.id).source"))

        try await world.ledger.database.write { try $0.execute(sql: "DROP TRIGGER full") }
        _ = try await SpoolRecovery(ledger: world.ledger, spool: world.spool).run()
        #expect(try await world.ledger.jobs.job(job.id)?.state == .published)
        #expect(try world.names(in: "home/ada/outbox") == ["film.mp3"])
        #expect(try world.names(in: "home/ada/done") == ["film.mp4"])
    }
}
