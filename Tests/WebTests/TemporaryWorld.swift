import ConversionContract
import Domain
import Foundation
import Storage
import TestSupport
import Testing

@testable import Web

/// A root and a ledger of their own, gone with the value.
final class TemporaryWorld: Sendable {
    static let signingKey = [UInt8](repeating: 7, count: 32)

    private let directory: TemporaryDirectory
    let ledger: Ledger

    init() throws {
        directory = try TemporaryDirectory()
        let root = directory.path
        try FileManager.default.createDirectory(atPath: root + "/state", withIntermediateDirectories: true)
        ledger = try Ledger(state: root + "/state")
        try tree.prepare()
    }

    var root: String { directory.path }
    var tree: AccountTree { AccountTree(root: root) }

    func account(_ name: String, password: String? = nil) async throws -> Account {
        var hash: String?
        if let password { hash = try await PasswordHash.make(password) }
        return try await ledger.accounts.add(
            name: try #require(AccountName(name)), email: try #require(EmailAddress("\(name)@example.org")),
            passwordHash: hash, preset: .standard)
    }

    func visitors(_ settings: WebSettings = WebSettings()) async throws -> Visitors {
        try await Visitors(settings: settings, ledger: ledger, signingKey: Self.signingKey, live: LiveState())
    }
}
