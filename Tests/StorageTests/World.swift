import ConversionContract
import Domain
import Foundation
import LinuxSystem
import TestSupport
import Testing

@testable import Storage

/// A ledger and directories of a test's own.
struct World {
    let temporary: TemporaryDirectory
    let ledger: Ledger
    let tree: AccountTree
    let spool: Spool

    var root: String { temporary.path }
    var state: String { root + "/state" }

    init(letters: LetterPolicy = LetterPolicy()) throws {
        temporary = try TemporaryDirectory()
        try FileManager.default.createDirectory(
            at: temporary.url.appending(path: "state"), withIntermediateDirectories: true)
        ledger = try Ledger(state: temporary.path + "/state", letters: letters)
        tree = AccountTree(root: temporary.path)
        try tree.prepare()
        spool = Spool(tree: tree)
    }

    func account(_ name: String = "ada") async throws -> Account {
        let accountName = try #require(AccountName(name))
        try tree.make(for: accountName)
        return try await ledger.accounts.add(
            name: accountName, email: try #require(EmailAddress("\(name)@example.org")), passwordHash: nil,
            preset: .standard)
    }

    /// A job in a state, reached as the service reaches it, with its source in the spool.
    func job(_ state: JobState, of account: Account, drop: String = "talks/film.mp4") async throws -> Job {
        let claim = try await ledger.jobs.beginClaim(
            account: account.id, drop: try #require(DropPath(drop)), preset: .standard, size: 5)
        try write("sound", to: ".spool/\(claim.id).source")
        if state == .claiming { return claim }
        let queued = try await ledger.jobs.confirmClaim(claim.id)
        switch state {
        case .claiming, .queued: return queued
        case .cancelled: return try await ledger.jobs.cancel(claim.id)
        case .failed:
            return try await ledger.jobs.fail(claim.id, JobFailure(reason: "no-audio", message: "There is no sound."))
        case .converting, .published: break
        }
        let taken = try #require(try await ledger.jobs.takeNext())
        // The ledger gives out whom it likes; tests that have other jobs queued take them first.
        try #require(taken.id == claim.id)
        guard state == .published else { return taken }
        try await ledger.jobs.reserveOutput(try #require(DropPath("talks/film.mp3")), duration: 2.5, for: claim.id)
        return try await ledger.jobs.publish(claim.id)
    }

    // MARK: Files below the root

    func write(_ text: String, to path: String) throws {
        let url = temporary.url.appending(path: path)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    func read(_ path: String) throws -> String {
        try String(contentsOf: temporary.url.appending(path: path), encoding: .utf8)
    }

    func names(in path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: temporary.path + "/" + path).sorted()
    }

    var spoolFiles: [String] { get throws { try names(in: ".spool") } }
}
