import Domain
import Foundation
import LinuxSystem
import TestSupport
import Testing

@testable import Storage

struct AccountTreeTests {
    private let temporary: TemporaryDirectory
    private let tree: AccountTree
    private let ada: AccountName

    init() throws {
        temporary = try TemporaryDirectory()
        tree = AccountTree(root: temporary.path)
        ada = try #require(AccountName("ada"))
        try tree.prepare()
    }

    @Test func `the spool is closed to all but the service`() throws {
        let root = try BeneathDirectory(path: temporary.path)
        #expect(try root.status(".spool".bytes).mode == 0o700)
        #expect(chmod(temporary.path + "/.spool", 0o755) == 0)
        try tree.prepare()
        #expect(try root.status(".spool".bytes).mode == 0o700)
    }

    @Test func `an account has four directories, and making them again keeps what is in them`() throws {
        try tree.make(for: ada)
        let names = try FileManager.default.contentsOfDirectory(atPath: temporary.path + "/home/ada").sorted()
        #expect(names == ["done", "failed", "inbox", "outbox"])
        try Data("x".utf8).write(to: URL(filePath: tree.path(.inbox, of: ada) + "/film"))
        try tree.make(for: ada)
        #expect(try tree.open(.inbox, of: ada).entries() == ["film".bytes])
    }

    @Test func `a path leads to what is opened`() throws {
        try tree.make(for: ada)
        for place in AccountTree.Place.allCases {
            let there = try BeneathDirectory(path: tree.path(place, of: ada))
            #expect(try tree.open(place, of: ada).status().identity == there.status().identity)
        }
    }

    @Test func `a token file holds one line and replaces the one before`() throws {
        try tree.make(for: ada)
        let (first, second) = (DropToken(), DropToken())
        try tree.write(first, for: ada)
        try tree.write(second, for: ada)
        #expect(try tree.open(.inbox, of: ada).entries() == [".token".bytes])
        #expect(
            try String(contentsOfFile: tree.path(.inbox, of: ada) + "/.token", encoding: .utf8) == second.text + "\n")
        #expect(try tree.open(.inbox, of: ada).status(".token".bytes).mode == 0o640)
    }

    @Test func `removing an account takes its directories and nobody else's`() throws {
        let bob = try #require(AccountName("bob"))
        for name in [ada, bob] { try tree.make(for: name) }
        try FileManager.default.createSymbolicLink(
            atPath: tree.path(.inbox, of: ada) + "/way", withDestinationPath: tree.path(.inbox, of: bob))
        try Data("x".utf8).write(to: URL(filePath: tree.path(.inbox, of: bob) + "/film"))
        try tree.remove(ada)
        #expect(try tree.homes().entries() == ["bob".bytes])
        #expect(try tree.open(.inbox, of: bob).entries() == ["film".bytes])
    }

    @Test func `an account's directory that is a link is not entered`() throws {
        try tree.make(for: ada)
        let bob = try #require(AccountName("bob"))
        try FileManager.default.createSymbolicLink(atPath: temporary.path + "/home/bob", withDestinationPath: "ada")
        #expect(throws: SystemError.self) { _ = try tree.open(.inbox, of: bob).status() }
    }
}
