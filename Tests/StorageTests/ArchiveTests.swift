import ConversionContract
import Domain
import Foundation
import LinuxSystem
import Testing

@testable import Storage

struct ArchiveTests {
    private let world: World
    private let ada: AccountName
    private let done = "home/ada/done/talks"
    private let failed = "home/ada/failed/talks"

    init() throws {
        world = try World()
        ada = try #require(AccountName("ada"))
        try world.tree.make(for: ada)
    }

    private func job(_ id: Job.ID = 7, _ drop: String = "talks/film.mp4", state: JobState = .failed) throws -> Job {
        try world.write("sound \(id)", to: ".spool/\(id).source")
        return Job(
            id: id, account: 1, drop: try #require(DropPath(drop)), preset: .standard, state: state, attempts: 1,
            size: 5, created: Date(timeIntervalSince1970: 0), finished: Date(timeIntervalSince1970: 60),
            failure: state == .failed ? JobFailure(reason: "no-audio", message: "There is no sound.") : nil)
    }

    @Test func `a converted original goes to done, in its folder`() throws {
        let job = try job(state: .published)
        try world.spool.archiveDone(job, of: ada)
        #expect(try world.names(in: done) == ["film.mp4"])
        #expect(try world.read(done + "/film.mp4") == "sound 7")
        #expect(try world.spoolFiles.isEmpty)
        // After a crash it is done again.
        try world.spool.archiveDone(job, of: ada)
        #expect(try world.names(in: done) == ["film.mp4"])
    }

    @Test func `what could not be converted goes to failed with the reason beside it`() throws {
        let job = try job()
        try world.spool.archiveFailed(job, of: ada)
        #expect(try world.names(in: failed) == ["film.mp4", "film.mp4.txt"])
        #expect(
            try world.read(failed + "/film.mp4.txt") == """
                talks/film.mp4 was not converted.

                There is no sound.

                Reason: no-audio
                Job: 7
                When: 1970-01-01T00:01:00Z

                """)
        try world.spool.archiveFailed(job, of: ada)
        #expect(try world.names(in: failed) == ["film.mp4", "film.mp4.txt"])
    }

    @Test func `where the name is taken a number follows, and nothing is overwritten`() throws {
        for id in Job.ID(1)...3 { try world.spool.archiveDone(try job(id, state: .published), of: ada) }
        #expect(try world.names(in: done) == ["film (2).mp4", "film (3).mp4", "film.mp4"])
        #expect(try world.read(done + "/film.mp4") == "sound 1")
        #expect(try world.read(done + "/film (3).mp4") == "sound 3")
    }

    @Test func `each failed original has its own reason`() throws {
        for id in Job.ID(1)...2 { try world.spool.archiveFailed(try job(id), of: ada) }
        #expect(
            try world.names(in: failed) == ["film (2).mp4", "film (2).mp4.txt", "film.mp4", "film.mp4.txt"])
        #expect(try world.read(failed + "/film (2).mp4.txt").contains("Job: 2"))
    }

    @Test func `a reason is never written over somebody's file`() throws {
        try world.write("mine", to: failed + "/film.mp4.txt")
        try world.spool.archiveFailed(try job(), of: ada)
        #expect(try world.read(failed + "/film.mp4.txt") == "mine")
        #expect(
            try world.names(in: failed) == ["film (2).mp4", "film (2).mp4.txt", "film.mp4.txt"])
    }

    @Test func `a crash between reason and original is made up for`() throws {
        let job = try job()
        try world.spool.archiveFailed(job, of: ada)
        let root = world.root
        try FileManager.default.moveItem(atPath: "\(root)/\(failed)/film.mp4", toPath: root + "/.spool/7.source")
        try world.spool.archiveFailed(job, of: ada)
        #expect(try world.names(in: failed) == ["film.mp4", "film.mp4.txt"])
    }

    @Test func `a name that breaks lines does not break the reason`() throws {
        try world.spool.archiveFailed(try job(7, "talks/a\nReason: none.mp4"), of: ada)
        let text = try world.read(failed + "/aReason: none.mp4.txt")
        #expect(text.hasPrefix("talks/a\u{FFFD}Reason: none.mp4 was not converted.\n"))
    }

    @Test func `a long name still has room for the reason`() throws {
        try world.spool.archiveFailed(try job(7, "talks/" + String(repeating: "ä", count: 127)), of: ada)
        let names = try world.names(in: failed)
        #expect(names.count == 2)
        #expect(names.map(\.utf8.count) == [200, 204])
    }

    /// A name in the way that is not a file must not stop archiving for good.
    @Test(arguments: ["link", "folder"])
    func `whatever is in the reason's place is stepped round`(kind: String) throws {
        let path = "\(world.root)/\(failed)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        if kind == "link" {
            try FileManager.default.createSymbolicLink(atPath: path + "/film.mp4.txt", withDestinationPath: "nowhere")
        } else {
            try FileManager.default.createDirectory(
                atPath: path + "/film.mp4.txt", withIntermediateDirectories: true)
        }
        let job = try job()
        #expect(throws: Never.self) { try world.spool.archiveFailed(job, of: ada) }
        #expect(try world.spoolFiles.isEmpty)
    }

    /// Where a folder's name is taken in `done` or `failed`, its originals are archived all the same.
    @Test(arguments: ["file", "link"])
    func `whatever is in a folder's place is stepped round`(kind: String) throws {
        let path = "\(world.root)/home/ada/failed/talks"
        if kind == "link" {
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "nowhere")
        } else {
            try Data("mine".utf8).write(to: URL(filePath: path))
        }
        let job = try job()
        #expect(throws: Never.self) { try world.spool.archiveFailed(job, of: ada) }
        #expect(try world.spoolFiles.isEmpty)
    }
}
