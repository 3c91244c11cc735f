import ConversionContract
import Domain
import Foundation
import Logging
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
            try await status.text(for: ada).text == """
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
            try await status.text(for: ada).text == """
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
        let lines = try await status.text(for: ada).text.split(separator: "\n")
        #expect(lines[0] == "Waiting: 60")
        #expect(lines[50].hasPrefix("  149: "))
        #expect(lines[51] == "  and 10 more")
    }

    @Test func `the file follows the news`() async throws {
        let ada = try await world.account()
        let path = "home/ada/outbox/STATUS.txt"
        // Before it runs, which loses nothing.
        world.live.post(.waiting(ada.id, []))
        try await keepRunning(status.run) {
            try await eventually("it is written") { world.has(path) }
            #expect(try world.read(path).hasPrefix("Waiting: 0\n"))
            try waiting(ada, ["film.mp4"], .beingWritten)
            try await eventually("it is written again") {
                try world.read(path).hasPrefix("Waiting: 1\n  film.mp4: It is still being copied.\n")
            }
            #expect(try world.names(in: "home/ada/outbox") == ["STATUS.txt"])
        }
    }

    /// Another one for each time that the file is written; nil before the first.
    private func inode(_ account: String) -> UInt64? {
        var status = stat()
        return stat(world.root + "/home/\(account)/outbox/STATUS.txt", &status) == 0 ? UInt64(status.st_ino) : nil
    }

    @Test func `news that changes nothing writes nothing`() async throws {
        let (ada, bob) = (try await world.account("ada"), try await world.account("bob"))
        try await keepRunning(status.run) {
            try waiting(ada, ["film.mp4"], .settling)
            try await eventually("it is written") {
                let path = "home/ada/outbox/STATUS.txt"
                return try world.has(path) && world.read(path).contains("film.mp4")
            }
            let before = try #require(inode("ada"))
            // Once bob has been told the second time, ada's turn is over.
            for name in ["one.mp4", "two.mp4"] {
                try waiting(ada, ["film.mp4"], .settling)
                try waiting(bob, [name], .settling)
                try await eventually("bob is told") {
                    let path = "home/bob/outbox/STATUS.txt"
                    return try world.has(path) && world.read(path).contains(name)
                }
            }
            #expect(inode("ada") == before)
        }
    }

    @Test func `a flood of news is written every two seconds at most`() async throws {
        let ada = try await world.account()
        try await keepRunning(status.run) {
            let begin = ContinuousClock.now
            var (number, inodes) = (0, [UInt64]())
            while ContinuousClock.now - begin < .seconds(5) || inodes.count < 2 {
                number += 1
                try waiting(ada, ["\(number).mp4"], .settling)
                if let inode = inode("ada"), inodes.last != inode { inodes.append(inode) }
                try await Task.sleep(for: .milliseconds(5))
            }
            let most = Int((ContinuousClock.now - begin) / .seconds(2)) + 1
            #expect(inodes.count <= most, "\(inodes.count) writes for \(number) changes")
        }
    }

    @Test func `what was done today is not done today any more after midnight`() async throws {
        let ada = try await world.account()
        _ = try await world.queuedJob(of: ada, drop: "done.mp4")
        _ = try await world.ledger.jobs.takeNext()
        try await world.ledger.jobs.reserveOutput(try #require(DropPath("done.mp3")), duration: 1, for: 1)
        _ = try await world.ledger.jobs.publish(1)
        // A clock that stands still before the end of the day until the file was written.
        let midnight = try #require(
            Calendar.current.date(byAdding: .day, value: 1, to: Calendar.current.startOfDay(for: .now)))
        let (isOver, path) = (Doorbell(), "home/ada/outbox/STATUS.txt")
        let status = StatusFile(ledger: world.ledger, tree: world.tree, live: world.live, logger: world.logger) {
            midnight + (isOver.rings > 0 ? 1 : -3)
        }
        try waiting(ada, [], .settling)
        try await keepRunning(status.run) {
            try await eventually("it is counted") {
                try world.has(path) && world.read(path).contains("Done today: 1")
            }
            isOver.ring()
            try await eventually("the day is over") { try world.read(path).contains("Done today: 0") }
        }
    }

    @Test func `what could not be written is written later, and the journal hears of it once`() async throws {
        let ada = try await world.account()
        let warned = Doorbell()
        let status = StatusFile(
            ledger: world.ledger, tree: world.tree, live: world.live,
            logger: Logger(label: "test") { _ in WarningBell(bell: warned) })
        let outbox = world.url("home/ada/outbox")
        try FileManager.default.removeItem(at: outbox)
        try waiting(ada, ["film.mp4"], .settling)
        try await keepRunning(status.run) {
            await warned.waitUntilRung(1)
            // Other news has it try again.
            try waiting(ada, ["other.mp4"], .settling)
            try await Task.sleep(for: .seconds(3))
            try FileManager.default.createDirectory(at: outbox, withIntermediateDirectories: false)
            try await eventually("it is written") { world.has("home/ada/outbox/STATUS.txt") }
            #expect(warned.rings == 1)
        }
    }

    @Test func `what is left of a conversion is told`() async throws {
        let ada = try await world.account()
        let job = try await world.queuedJob(of: ada, drop: "film.mp4")
        _ = try await world.ledger.jobs.takeNext()
        let live = world.live
        live.post(.progress(job.id, ConversionProgress(position: 1, duration: 100)))
        try await eventually("there is telling") {
            live.post(.progress(job.id, ConversionProgress(position: 50, duration: 100)))
            return live.timeLeft(of: job.id) != nil
        }
        let text = try await status.text(for: ada).text
        #expect(text.contains(/film\.mp4: 50 %, about \d+ s left/), "\(text)")
    }
}
