import Domain
import Foundation
import LinuxSystem
import Testing

@testable import Storage

/// The rows of the table in `SpoolRecovery` of claims that broke off, built by hand.
struct ClaimRecoveryTests {
    private let start: RecoveredWorld
    private var world: World { start.world }

    init() throws { start = try RecoveredWorld() }

    @Test func `claiming, and the source is in the spool: queued`() async throws {
        let claim = try await world.job(.claiming, of: try await world.account())
        #expect(try await start.recover().queuedAgain == [claim.id])
        #expect(try await start.job(claim.id)?.state == .queued)
        #expect(try world.spoolFiles == ["\(claim.id).source"])
        try await start.expectSettled()
    }

    @Test func `claiming, and no source: the row is dropped and the drop stays`() async throws {
        let claim = try await world.job(.claiming, of: try await world.account())
        let root = world.root
        try FileManager.default.moveItem(
            atPath: "\(root)/.spool/\(claim.id).source", toPath: root + "/home/ada/inbox/film.mp4")
        #expect(try await start.recover().droppedClaims == [claim.id])
        #expect(try await start.job(claim.id) == nil)
        #expect(try world.read("home/ada/inbox/film.mp4") == "sound")
        try await start.expectSettled()
    }

    @Test func `claiming, and somebody still writes to it: it goes back`() async throws {
        let claim = try await world.job(.claiming, of: try await world.account(), drop: "film.mp4")
        let writer = try Descriptor.open(world.root + "/.spool/\(claim.id).source", flags: O_WRONLY | O_APPEND)
        #expect(try await start.recover().droppedClaims == [claim.id])
        try writer.writeAll(" and more".utf8)
        #expect(try world.read("home/ada/inbox/film.mp4") == "sound and more")
        try await start.expectSettled()
    }

    /// A move by a second name, on a file system that knows no better, that broke off between the two.
    @Test func `claiming, and the drop has both names: it stays in the inbox`() async throws {
        let claim = try await world.job(.claiming, of: try await world.account(), drop: "film.mp4")
        try FileManager.default.linkItem(
            atPath: world.root + "/.spool/\(claim.id).source", toPath: world.root + "/home/ada/inbox/film.mp4")
        #expect(try await start.recover().droppedClaims == [claim.id])
        #expect(try world.read("home/ada/inbox/film.mp4") == "sound")
        #expect(try world.spoolFiles.isEmpty)
        try await start.expectSettled()
    }
}
