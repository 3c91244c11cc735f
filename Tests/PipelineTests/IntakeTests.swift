import ConversionContract
import Domain
import Foundation
import LinuxSystem
import TestSupport
import Testing

@testable import Pipeline
@testable import Storage

struct IntakeTests {
    private let world: World
    private let film: DropPath
    private let path = "home/ada/inbox/film.mp4"

    init() throws {
        world = try World()
        film = try #require(DropPath("film.mp4"))
    }

    private func take(
        _ drop: DropPath, closedAnew: Set<DropPath> = [], of account: Account, quiet: Duration = .seconds(600)
    ) async throws -> Intake.Outcome {
        let outcomes = try await Intake(ledger: world.ledger, spool: world.spool, quiet: quiet).take(
            [drop], closedAnew: closedAnew, of: account, from: world.tree.open(.inbox, of: account.name))
        return try #require(outcomes[drop])
    }

    private func reason(_ outcome: Intake.Outcome) -> WaitReason? {
        if case .waits(let reason, _) = outcome { reason } else { nil }
    }

    /// Nothing was claimed, and no trace is left of the try.
    private func expectNothingClaimed() async throws {
        #expect(try await world.ledger.jobs.jobs().isEmpty)
        #expect(try world.names(in: ".spool").isEmpty)
    }

    @Test func `claims a plain file`() async throws {
        let ada = try await world.account()
        try world.write("sound", to: path)
        guard case .claimed(let job) = try await take(film, of: ada) else {
            Issue.record("not claimed")
            return
        }
        #expect(job.state == .queued)
        #expect(job.size == 5)
        #expect(job.preset == .standard)
        #expect(job.drop == film)
        #expect(try await world.ledger.jobs.jobs() == [job])
        #expect(!world.has(path))
        #expect(try world.read(".spool/\(job.id).source") == "sound")
    }

    @Test(arguments: [
        ("@voice/film.mp4", Preset.voice), ("talks/@high/film.mp4", .high), ("@nonsense/film.mp4", .standard),
        ("@film.mp4", .standard),
    ])
    func `the folder chooses the preset`(path: String, preset: Preset) async throws {
        let ada = try await world.account()
        try world.write("sound", to: "home/ada/inbox/" + path)
        guard case .claimed(let job) = try await take(try #require(DropPath(path)), of: ada) else {
            Issue.record("not claimed")
            return
        }
        #expect(job.preset == preset)
    }

    @Test func `what is gone is gone`() async throws {
        let ada = try await world.account()
        for path in ["film.mp4", "nowhere/film.mp4"] {
            guard case .gone = try await take(try #require(DropPath(path)), of: ada) else {
                Issue.record("\(path) is not gone")
                return
            }
        }
        try await expectNothingClaimed()
    }

    enum Oddity: CaseIterable {
        case empty, link, linkToNowhere, fifo, socket, device, directory, hardLink

        var reasons: [WaitReason] {
            switch self {
            case .empty: [.empty]
            case .link, .linkToNowhere: [.symbolicLink]
            case .fifo, .socket, .directory: [.notRegularFile]
            // It cannot even be opened where the file system is mounted without devices.
            case .device: [.notRegularFile, .unreadable]
            case .hardLink: [.hardLinked]
            }
        }

        /// Only root can make a device.
        static let makeable = allCases.filter { $0 != .device || Identity.isRoot }
    }

    @Test(arguments: Oddity.makeable)
    func `takes nothing but plain files`(oddity: Oddity) async throws {
        let ada = try await world.account()
        try world.write("secret", to: "home/ada/secret")
        switch oddity {
        case .empty: try world.write("", to: path)
        case .link: try world.link(path, to: "../secret")
        case .linkToNowhere: try world.link(path, to: "nowhere")
        case .fifo: #expect(mkfifo(world.root + "/" + path, 0o600) == 0)
        case .socket: #expect(mknod(world.root + "/" + path, S_IFSOCK | 0o600, 0) == 0)
        case .device:
            // `/dev/zero`, which has as many bytes as anybody reads.
            #expect(mknod(world.root + "/" + path, S_IFCHR | 0o666, 0x0105) == 0)
        case .directory: try world.write("x", to: path + "/x")
        case .hardLink: try FileManager.default.linkItem(at: world.url("home/ada/secret"), to: world.url(path))
        }
        let reason = try #require(try await reason(take(film, of: ada)))
        #expect(oddity.reasons.contains(reason))
        #expect(try BeneathDirectory(path: world.root).has(path.bytes))
        #expect(try world.read("home/ada/secret") == "secret")
        try await expectNothingClaimed()
    }

    @Test func `a link in the way is not followed`() async throws {
        let ada = try await world.account()
        try world.write("secret", to: "home/ada/secret/film.mp4")
        try world.link("home/ada/inbox/way", to: "../secret")
        #expect(try await reason(take(try #require(DropPath("way/film.mp4")), of: ada)) == .symbolicLink)
        #expect(world.has("home/ada/secret/film.mp4"))
        try await expectNothingClaimed()
    }

    /// Only root can give a file away, so only root can see this.
    @Test(.enabled(if: Identity.isRoot)) func `another user's file stays, unless the inbox is theirs`() async throws {
        let ada = try await world.account()
        try world.write("sound", to: path)
        #expect(chown(world.root + "/" + path, 12_345, 12_345) == 0)
        #expect(try await reason(take(film, of: ada)) == .foreignOwner)
        try await expectNothingClaimed()
        #expect(chown(world.root + "/home/ada/inbox", 12_345, 12_345) == 0)
        guard case .claimed = try await take(film, of: ada) else {
            Issue.record("not claimed")
            return
        }
    }

    @Test func `what is being written stays until it is closed`() async throws {
        let ada = try await world.account()
        let writer = try Descriptor.open(world.root + "/" + path, flags: O_WRONLY | O_CREAT, mode: 0o600)
        try writer.writeAll("half".utf8)
        guard case .waits(.beingWritten, .some) = try await take(film, of: ada) else {
            Issue.record("it should be tried again")
            return
        }
        try await expectNothingClaimed()
        _ = consume writer
        try waitUntilClosed(world.root + "/" + path)
        guard case .claimed = try await take(film, of: ada) else {
            Issue.record("not claimed")
            return
        }
    }

    /// A file of which only the first bytes were ever written.
    private func sparseFile() throws {
        try world.write("sound", to: path)
        #expect(truncate(world.root + "/" + path, 1 << 20) == 0)
    }

    @Test func `a drop with a hole waits for the rest`() async throws {
        let ada = try await world.account()
        try sparseFile()
        for _ in 0..<2 {
            guard case .waits(.incomplete, .some(let pause)) = try await take(film, of: ada) else {
                Issue.record("it should be looked at again")
                return
            }
            #expect(pause <= .seconds(600))
        }
        try await expectNothingClaimed()
    }

    @Test(arguments: [true, false])
    func `a drop with a hole that nobody fills is left to the converter`(isClosedAnew: Bool) async throws {
        let ada = try await world.account()
        try sparseFile()
        #expect(try await reason(take(film, of: ada)) == .incomplete)
        let outcome =
            isClosedAnew
            ? try await take(film, closedAnew: [film], of: ada) : try await take(film, of: ada, quiet: .zero)
        guard case .claimed = outcome else { throw NotExpected(outcome: outcome) }
    }

    @Test func `a drop with a hole that the converter has seen waits for a change`() async throws {
        let ada = try await world.account()
        try sparseFile()
        #expect(try await reason(take(film, of: ada)) == .incomplete)
        let status = try BeneathDirectory(path: world.root).status(path.bytes)
        try await world.ledger.incompleteDrops.note(film, of: ada.id, status, isInInbox: false)
        guard case .waits(.incomplete, .none) = try await take(film, of: ada, quiet: .zero) else {
            Issue.record("it is known to be incomplete")
            return
        }
    }

    enum Interference: CaseIterable {
        case swappedForFile, swappedForLink, swappedForDirectory, secondName, modified, writer, removed

        func happen(to path: String) throws {
            let url = URL(filePath: path)
            let files = FileManager.default
            switch self {
            case .swappedForFile:
                try Data("other".utf8).write(to: URL(filePath: path + ".new"))
                #expect(rename(path + ".new", path) == 0)
            case .swappedForLink:
                try files.removeItem(at: url)
                try files.createSymbolicLink(atPath: path, withDestinationPath: "/etc/passwd")
            case .swappedForDirectory:
                try files.removeItem(at: url)
                try files.createDirectory(at: url, withIntermediateDirectories: false)
            case .secondName: try files.linkItem(at: url, to: URL(filePath: path + ".second"))
            case .modified:
                try files.setAttributes([.modificationDate: Date(timeIntervalSince1970: 0)], ofItemAtPath: path)
            case .writer:
                // Held up by the lease, it is told to come again; without O_NONBLOCK it would wait for its descriptor.
                #expect(open(path, O_WRONLY | O_NONBLOCK) == -1)
            case .removed: try files.removeItem(at: url)
            }
        }
    }

    /// The ledger is held between the look at the drop and its rename, and something happens to the drop meanwhile.
    @Test(arguments: Interference.allCases)
    func `what is claimed is what was looked at`(interference: Interference) async throws {
        let ada = try await world.account()
        try world.write("sound", to: path)
        let inode = try BeneathDirectory(path: world.root).status(path.bytes).identity.inode
        let held = try await HeldLedger(state: world.state)
        let taking = Task { try await take(film, of: ada) }
        try await eventually("the drop was opened and leased") {
            try String(contentsOfFile: "/proc/locks", encoding: .utf8).split(separator: "\n")
                .contains { $0.contains(" LEASE ") && $0.contains(":\(inode) ") }
        }
        try interference.happen(to: world.root + "/" + path)
        held.release()
        let outcome = try await taking.value
        if interference == .removed {
            guard case .gone = outcome else { throw NotExpected(outcome: outcome) }
        } else {
            guard case .waits(.settling, .some) = outcome else { throw NotExpected(outcome: outcome) }
            #expect(try BeneathDirectory(path: world.root).has(path.bytes))
        }
        try await expectNothingClaimed()
    }

    private struct NotExpected: Error {
        let outcome: Intake.Outcome
    }
}
