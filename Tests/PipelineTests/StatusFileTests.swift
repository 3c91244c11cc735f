import ConversionContract
import Domain
import Foundation
import TestSupport
import Testing

@testable import Pipeline
@testable import Storage

struct StatusFileTests {
    private let world: World
    private let status: StatusFile

    init() throws {
        world = try World()
        status = StatusFile(ledger: world.ledger, tree: world.tree, live: world.live, logger: world.logger)
    }

    private func waiting(_ account: Account, _ names: [String], _ reason: WaitReason) throws {
        world.live.post(
            .waiting(
                account.id,
                try names.map { WaitingDrop(account: account.id, drop: try #require(DropPath($0)), reason: reason) }))
    }

    @Test func `a quiet day`() async throws {
        let ada = try await world.account()
        #expect(
            try await status.text(for: ada) == """
                Waiting: 0
                Queued: 0
                Converting: 0
                Done today: 0
                Failed today: 0
                """)
    }

    @Test func `a busy day`() async throws {
        let (ada, bob) = (try await world.account("ada"), try await world.account("bob"))
        let jobs = world.ledger.jobs
        for name in ["done.mp4", "broken.mp4", "half.mp4", "begun.mp4"] {
            _ = try await world.queuedJob(of: ada, drop: name)
            _ = try await jobs.takeNext()
        }
        try await jobs.reserveOutput(try #require(DropPath("done.mp3")), duration: 1, for: 1)
        _ = try await jobs.publish(1)
        _ = try await jobs.fail(2, JobFailure(reason: "damaged", message: "It is broken."))
        world.live.post(.progress(3, ConversionProgress(position: 5, duration: 10)))
        _ = try await world.queuedJob(of: ada, drop: "next.mp4")
        _ = try await jobs.beginClaim(
            account: ada.id, drop: try #require(DropPath("claim.mp4")), preset: .standard, size: 1)
        _ = try await world.queuedJob(of: bob, drop: "secret.mp4")
        try waiting(ada, ["a\nb.mp4"], .token(.missing))
        try waiting(bob, ["private.mp4"], .settling)
        #expect(
            try await status.text(for: ada) == """
                Waiting: 1
                  a\u{FFFD}b.mp4: The inbox has no file named .token. Put your token file there.
                Queued: 2
                Converting: 2
                  begun.mp4: begun
                  half.mp4: 50 %
                Done today: 1
                Failed today: 1
                  broken.mp4: It is broken.
                """)
    }

    @Test(arguments: [
        (Duration.milliseconds(1), "10 s"), (.seconds(41), "50 s"), (.seconds(61), "2 min"), (.seconds(3600), "60 min"),
        (.seconds(5 * 3600), "5 h"),
    ])
    func `what is left is told roughly`(_ duration: Duration, _ words: String) {
        #expect(StatusFile.words(duration) == words)
    }

    @Test func `a long list is cut`() async throws {
        let ada = try await world.account()
        try waiting(ada, (100..<160).map { "\($0)" }, .settling)
        let lines = try await status.text(for: ada).split(separator: "\n")
        #expect(lines[0] == "Waiting: 60")
        #expect(lines[50].hasPrefix("  149: "))
        #expect(lines[51] == "  and 10 more")
    }

    @Test func `the file follows the news`() async throws {
        let ada = try await world.account()
        let path = "home/ada/outbox/STATUS.txt"
        let (status, live) = (status, world.live)
        let task = Task { try await status.run() }
        try await eventually("it is written") {
            // News from before it listens is not heard.
            live.post(.waiting(ada.id, []))
            return world.has(path)
        }
        #expect(try world.read(path).hasPrefix("Waiting: 0\n"))
        try waiting(ada, ["film.mp4"], .beingWritten)
        try await eventually("it is written again") {
            try world.read(path).hasPrefix("Waiting: 1\n  film.mp4: It is still being copied.\n")
        }
        #expect(try world.names(in: "home/ada/outbox") == ["STATUS.txt"])
        task.cancel()
        try await task.value
    }
}
