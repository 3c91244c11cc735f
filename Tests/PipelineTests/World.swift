import ConversionContract
import Domain
import Foundation
import LinuxSystem
import Logging
import Pipeline
import TestSupport
import Testing

@testable import Storage

/// A ledger and directories of a test's own.
struct World {
    let temporary: TemporaryDirectory
    let ledger: Ledger
    let tree: AccountTree
    let spool: Spool
    let live = LiveState()
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

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

    /// An account whose inbox is open, unless it shall have no token.
    func account(_ name: String = "ada", withToken: Bool = true) async throws -> Account {
        let accountName = try #require(AccountName(name))
        try tree.make(for: accountName)
        let account = try await ledger.accounts.add(
            name: accountName, email: try #require(EmailAddress("\(name)@example.org")), passwordHash: nil,
            preset: .standard)
        if withToken { try await putToken(of: account) }
        return account
    }

    func putToken(of account: Account) async throws {
        try tree.write(try await ledger.tokens.issue(label: "test", expires: nil, for: account.id), for: account.name)
    }

    func queuedJob(of account: Account, drop: String = "talks/film.mp4") async throws -> Job {
        let claim = try await ledger.jobs.beginClaim(
            account: account.id, drop: try #require(DropPath(drop)), preset: .standard, size: 5)
        try write("sound", to: ".spool/\(claim.id).source")
        return try await ledger.jobs.confirmClaim(claim.id)
    }

    // MARK: Files below the root

    func url(_ path: String) -> URL { temporary.url.appending(path: path) }

    func write(_ text: String, to path: String) throws {
        try FileManager.default.createDirectory(
            at: url(path).deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url(path))
        try waitUntilClosed(url(path).path(percentEncoded: false))
    }

    func read(_ path: String) throws -> String { try String(contentsOf: url(path), encoding: .utf8) }

    func names(in path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: root + "/" + path).sorted()
    }

    func has(_ path: String) -> Bool { FileManager.default.fileExists(atPath: root + "/" + path) }

    func link(_ path: String, to destination: String) throws {
        try FileManager.default.createSymbolicLink(atPath: root + "/" + path, withDestinationPath: destination)
    }
}
