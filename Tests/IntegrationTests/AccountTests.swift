import Foundation
import TestSupport
import Testing

@Suite("Accounts, while the service runs")
struct AccountTests {
    @Test("A new account's inbox is watched at once")
    func added() async throws {
        let appliance = try Appliance()
        let server = try await appliance.serve()
        try await appliance.addAccount("grace")
        try await appliance.drop(try await Videos.short(), as: "talk.mp4", for: "grace")
        try await eventually("it is published") { appliance.names("outbox", of: "grace") == ["talk.mp3"] }
        try await server.stop()
    }

    @Test("The password is hashed with Argon2id, and the token is nowhere but in its file")
    func secrets() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let token = try String(contentsOf: appliance.folder("inbox").appending(path: ".token"), encoding: .utf8)
        #expect(token.wholeMatch(of: /ssp_[a-z2-7]{52}\n/) != nil)
        var stored = Data()
        for name in try FileManager.default.contentsOfDirectory(atPath: appliance.state.path) {
            stored += (try? Data(contentsOf: appliance.state.appending(path: name))) ?? Data()
        }
        #expect(stored.range(of: Data("$argon2id$v=19$m=47104,t=1,p=1$".utf8)) != nil)
        #expect(stored.range(of: Data(Appliance.password.utf8)) == nil)
        #expect(stored.range(of: Data(token.dropLast().utf8)) == nil)
    }

    @Test("Disabling stops the taking of drops at once, and enabling takes what waited")
    func disabled() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let server = try await appliance.serve()
        #expect(try await appliance.command("account", "disable", "ada").status == 0)
        try await appliance.drop(try await Videos.short(), as: "talk.mp4")
        try await eventually("STATUS.txt says why") {
            appliance.statusText().contains("talk.mp4: The account is disabled")
        }
        #expect(appliance.names("inbox") == ["talk.mp4"])
        #expect(try await appliance.command("account", "enable", "ada").status == 0)
        try await eventually("it is published") { appliance.names("outbox") == ["talk.mp3"] }
        try await server.stop()
    }

    @Test("A revoked token turns drops away until a valid one is in place")
    func revoked() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let server = try await appliance.serve()
        #expect(try await appliance.command("account", "token", "revoke", "ada", "--all").status == 0)
        try await appliance.drop(try await Videos.short(), as: "talk.mp4")
        try await eventually("STATUS.txt says why") { appliance.statusText().contains("was revoked") }
        let waiting = try await appliance.jobs()
        #expect(waiting.map(\.state) == ["waiting"])
        #expect(waiting.first?.message?.contains("was revoked") == true)
        #expect(try await appliance.command("account", "token", "issue", "ada", "--install").status == 0)
        try await eventually("it is published") { appliance.names("outbox") == ["talk.mp3"] }
        try await server.stop()
    }

    @Test("Removing an account while it converts ends the conversion and keeps the original")
    func removed() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let server = try await appliance.serve()
        try await appliance.drop(try await Videos.endless(), as: "long.mp4")
        try await eventually("it is converting") {
            try await appliance.jobs().first?.state == "converting"
        }
        let removed = try await appliance.command("account", "remove", "ada")
        #expect(removed.status == 0, "\(removed.errors)")
        #expect(appliance.names("failed") == ["long.mp4", "long.mp4.txt"])
        let spool = appliance.root.appending(path: ".spool").path
        try await eventually("nothing is left in the spool") {
            try FileManager.default.contentsOfDirectory(atPath: spool).isEmpty
        }
        try await appliance.drop(try await Videos.short(), as: "late.mp4")
        try await appliance.addAccount("grace")
        try await appliance.drop(try await Videos.short(), as: "other.mp4", for: "grace")
        try await eventually("others go on") { appliance.names("outbox", of: "grace") == ["other.mp3"] }
        #expect(appliance.names("inbox") == ["late.mp4"])
        try await eventually("the other's letter is written") { try appliance.letters.count == 1 }
        try await server.stop()
        #expect(try appliance.letters.count == 1)
    }

    @Test(
        "Bad command lines say what would be right",
        arguments: [
            (["account", "add", "Ada", "--email", "ada@example.org"], 64, "is no account name"),
            (["account", "add", "ada", "--email", "ada"], 64, "is no address"),
            (["account", "show", "nobody"], 67, "there is no account named 'nobody'"),
            (["job", "show", "17"], 66, "there is no job 17"),
            (["job", "list", "--state", "lost"], 64, "is no state"),
            (["account", "token", "revoke", "ada"], 64, "name one token's number"),
        ])
    func refused(arguments: [String], status: Int32, words: String) async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let result = try await Program(built: "soundspool").run(arguments + ["--config", appliance.configuration.path])
        #expect(result.status == status, "\(result.errors)")
        #expect(result.errors.contains(words), "\(result.errors)")
    }

    @Test("A name or address that is taken is refused")
    func taken() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let name = try await appliance.command("account", "add", "ada", "--email", "other@example.org")
        #expect(name.status == 73)
        #expect(name.errors.contains("there is an account named 'ada' already"))
        let address = try await appliance.command("account", "add", "bob", "--email", "ADA@example.org")
        #expect(address.status == 73)
        #expect(address.errors.contains("there is an account with the address"))
    }
}
