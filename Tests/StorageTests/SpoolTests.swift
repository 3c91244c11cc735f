import Domain
import Foundation
import LinuxSystem
import Testing

@testable import Storage

struct SpoolTests {
    private let world: World
    private let ada: AccountName
    private var spool: Spool { world.spool }

    init() throws {
        world = try World()
        ada = try #require(AccountName("ada"))
        try world.tree.make(for: ada)
    }

    @Test func `a claim moves the drop and putting it back moves it home`() throws {
        try world.write("film", to: "home/ada/inbox/talks/a.mp4")
        let drop = try #require(DropPath("talks/a.mp4"))
        let inbox = try world.tree.open(.inbox, of: ada)
        let before = try inbox.status(drop.bytes)
        try spool.claim(drop, from: inbox, for: 7)
        try spool.settleClaim()
        #expect(try world.spoolFiles == ["7.source"])
        #expect(try spool.sourceStatus(7).identity == before.identity)
        #expect(try !inbox.has(drop.bytes))
        try spool.putBack(7, to: drop, in: inbox)
        #expect(try inbox.status(drop.bytes).identity == before.identity)
        #expect(try world.spoolFiles.isEmpty)
    }

    @Test func `nothing is put back over a newer drop`() throws {
        try world.write("old", to: "home/ada/inbox/a.mp4")
        let drop = try #require(DropPath("a.mp4"))
        let inbox = try world.tree.open(.inbox, of: ada)
        try spool.claim(drop, from: inbox, for: 7)
        try world.write("new", to: "home/ada/inbox/a.mp4")
        let error = failure { () throws(SystemError) in try spool.putBack(7, to: drop, in: inbox) }
        #expect(error?.isTaken == true)
        #expect(try world.read("home/ada/inbox/a.mp4") == "new")
        #expect(try world.read(".spool/7.source") == "old")
    }

    @Test func `the source is opened only where it is a plain file`() throws {
        try world.write("film", to: ".spool/1.source")
        #expect(try spool.openSource(1).readAll(limit: 10) == "film".bytes)
        try FileManager.default.createSymbolicLink(
            atPath: world.root + "/.spool/2.source", withDestinationPath: "1.source")
        try FileManager.default.createDirectory(
            atPath: world.root + "/.spool/3.source", withIntermediateDirectories: true)
        #expect(mkfifo(world.root + "/.spool/4.source", 0o600) == 0)
        for job in Job.ID(2)...5 {
            let error = failure { () throws(SystemError) in _ = try spool.openSource(job) }
            #expect(error != nil, "\(job).source")
        }
    }

    /// A page cache that lost a write may call the pages clean; a new file has no such past.
    @Test func `each attempt has an MP3 of its own`() throws {
        let first = try spool.makeAudio(7)
        try Descriptor.reopen(first.raw, flags: O_WRONLY).writeAll("half".utf8)
        let second = try spool.makeAudio(7)
        let (old, new) = (try first.status(), try second.status())
        #expect(old.identity != new.identity)
        #expect(old.links == 0)
        #expect(new.size == 0)
        #expect(try spool.audioStatus(7).identity == new.identity)
        try spool.discardAudio(7)
        try spool.discardAudio(7)
        #expect(try world.spoolFiles.isEmpty)
    }

    @Test func `the MP3 gets its name in the outbox and never another file's`() throws {
        try world.write("audio", to: ".spool/7.mp3")
        let outbox = try world.tree.open(.outbox, of: ada)
        try spool.link(7, to: try #require(DropPath("a/b/x.mp3")), in: outbox)
        #expect(try world.read("home/ada/outbox/a/b/x.mp3") == "audio")
        #expect(try spool.audioStatus(7).links == 2)
        try world.write("mine", to: "home/ada/outbox/y.mp3")
        let taken = try #require(DropPath("y.mp3"))
        let error = failure { () throws(SystemError) in try spool.link(7, to: taken, in: outbox) }
        #expect(error?.isTaken == true)
        #expect(try world.read("home/ada/outbox/y.mp3") == "mine")
    }

    @Test func `an upload becomes a job's source`() throws {
        let upload = try spool.makeUpload()
        let other = try spool.makeUpload()
        #expect(upload.name != other.name)
        try Data("film".utf8).write(to: URL(filePath: upload.path))
        #expect(try spool.synchronizeUpload(upload.name) == 4)
        try spool.claimUpload(upload.name, for: 7)
        try spool.discardUpload(other.name)
        #expect(try world.spoolFiles == ["7.source"])
        #expect(try world.read(".spool/7.source") == "film")
    }
}
