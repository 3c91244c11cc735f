import ConversionContract
import Domain
import Foundation
import GRDB
import TestSupport
import Testing

@testable import Storage

/// Many drops, few letters.
struct LetterSharingTests {
    private let world: World

    init() throws { world = try World(letters: LetterPolicy(window: .seconds(60), windowAtMost: .seconds(600))) }

    private var letters: LetterQueue { world.ledger.letters }

    /// As if the letters' windows were over.
    private func passTime(_ seconds: Double) async throws {
        try await world.ledger.database.write { database in
            try database.execute(
                sql: "UPDATE letter SET notBefore = max(0, notBefore - ?1), created = created - ?1",
                arguments: [seconds])
        }
    }

    @Test func `two hundred results are one letter`() async throws {
        let ada = try await world.account()
        for number in 0..<200 { _ = try await world.job(.published, of: ada, drop: "\(number).mp4") }
        #expect(try await letters.takeNext(.mail) == nil)
        try await passTime(61)
        let letter = try #require(try await letters.takeNext(.mail))
        #expect(letter.items.count == 200)
        #expect(letter.items.last?.drop?.display == "199.mp4")
        #expect(try await letters.takeNext(.mail) == nil)
    }

    @Test func `each result puts the letter off, up to a limit`() async throws {
        let ada = try await world.account()
        _ = try await world.job(.published, of: ada)
        let first = try #require(try await letters.nextDue(.mail))
        #expect(abs(first.timeIntervalSinceNow - 60) < 5)
        try await passTime(50)
        _ = try await world.job(.failed, of: ada)
        #expect(abs(try #require(try await letters.nextDue(.mail)).timeIntervalSinceNow - 60) < 5)
        try await passTime(540)
        _ = try await world.job(.failed, of: ada)
        #expect(abs(try #require(try await letters.nextDue(.mail)).timeIntervalSinceNow - 10) < 5)
        try await passTime(20)
        // It is due; what comes now is for the next one.
        _ = try await world.job(.failed, of: ada)
        #expect(try await letters.takeNext(.mail)?.items.count == 3)
        #expect(try await letters.takeNext(.mail) == nil)
        #expect(try await letters.counts() == ["queued": 2])
    }

    @Test func `a letter that was taken once takes no more results, so that every try is the same`() async throws {
        let ada = try await world.account()
        _ = try await world.job(.published, of: ada)
        try await passTime(61)
        let letter = try #require(try await letters.takeNext(.mail))
        try await letters.postpone(letter.id, until: .now - 1, answer: "451")
        _ = try await world.job(.failed, of: ada)
        let again = try #require(try await letters.takeNext(.mail))
        #expect(again.token == letter.token)
        #expect(again.items == letter.items)
    }

    @Test func `a letter that is full makes room for another`() async throws {
        let ada = try await world.account()
        _ = try await world.job(.failed, of: ada)
        try await world.ledger.database.write { database in
            try database.execute(
                sql: """
                    WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ?)
                    INSERT INTO letterItem (letter, kind, dropPath, created)
                    SELECT 1, 'incomplete', CAST('a' AS BLOB), 1 FROM number
                    """, arguments: [LetterPolicy.mostItems - 2])
        }
        for _ in 0..<2 { _ = try await world.job(.failed, of: ada) }
        try await passTime(61)
        #expect(try await letters.takeNext(.mail)?.items.count == LetterPolicy.mostItems)
        #expect(try await letters.takeNext(.mail)?.items.count == 1)
    }

    @Test func `accounts do not share letters`() async throws {
        for name in ["ada", "bob"] { _ = try await world.job(.published, of: try await world.account(name)) }
        try await passTime(61)
        #expect(try await letters.takeNext(.mail)?.accountName.text == "ada")
        #expect(try await letters.takeNext(.mail)?.accountName.text == "bob")
    }

    @Test(arguments: [
        (LetterChoice.each, 2, 2), (.digest, 1, 2), (.failures, 1, 1), (.none, 0, 0),
    ]) func `the account's owner chooses`(choice: LetterChoice, count: Int, items: Int) async throws {
        let ada = try await world.account()
        try await world.ledger.accounts.setLetters(choice, ada.id)
        #expect(try await world.ledger.accounts.account(ada.id)?.letters == choice)
        _ = try await world.job(.published, of: ada)
        _ = try await world.job(.failed, of: ada)
        if choice != .each { #expect(try await letters.takeNext(.mail) == nil) }
        try await passTime(61)
        var taken: [Letter] = []
        while let letter = try await letters.takeNext(.mail) { taken.append(letter) }
        #expect(taken.count == count)
        #expect(taken.flatMap(\.items).count == items)
        try await letters.enqueue(.resetPassword(link: "https://example.org/x", expires: .now + 60), for: ada.id)
        let reset = try #require(try await letters.takeNext(.mail))
        #expect(reset.items.first?.subject.kind == .resetPassword)
    }

    @Test func `notices come at once, and alone`() async throws {
        let ada = try await world.account()
        _ = try await world.job(.published, of: ada)
        let expires = Date(timeIntervalSince1970: 2_000_000_000)
        let subjects: [Letter.Subject] = [
            .quota(message: "You have used 60 of 60 minutes today."),
            .confirmAddress(link: "https://sound.example.org/c?x=1", expires: expires),
            .resetPassword(link: "https://sound.example.org/r?x=1", expires: expires),
        ]
        for subject in subjects { try await letters.enqueue(subject, for: ada.id) }
        for subject in subjects {
            let letter = try #require(try await letters.takeNext(.mail))
            #expect(letter.items.map(\.subject) == [subject])
        }
        #expect(try await letters.takeNext(.mail) == nil)
    }

    @Test func `an incomplete drop can share a letter`() async throws {
        let ada = try await world.account()
        let job = try await world.job(.published, of: ada)
        try await letters.enqueue(.incomplete(after: 60), job: job.id, drop: job.drop, for: ada.id)
        try await passTime(61)
        #expect(try await letters.takeNext(.mail)?.items.map(\.subject.kind) == [.completed, .incomplete])
    }

    @Test func `a link that opens an account is forgotten once it is sent`() async throws {
        let ada = try await world.account()
        try await letters.enqueue(
            .resetPassword(link: "https://sound.example.org/r?secret", expires: .now + 60), for: ada.id)
        try await letters.markSent(try #require(try await letters.takeNext(.mail)).id, answer: "250")
        let links = try await world.ledger.database.read { database in
            try Int.fetchOne(database, sql: "SELECT count(link) FROM letterItem")
        }
        #expect(links == 0)
        #expect(try await letters.list().count == 1)
    }

    @Test func `every result is an event for the webhook, whatever its owner chose`() async throws {
        let policy = LetterPolicy(window: .seconds(60), windowAtMost: .seconds(600), hasWebhook: true)
        let world = try World(letters: policy)
        let letters = world.ledger.letters
        let ada = try await world.account()
        try await world.ledger.accounts.setLetters(.none, ada.id)
        _ = try await world.job(.published, of: ada)
        _ = try await world.job(.failed, of: ada)
        try await letters.enqueue(.resetPassword(link: "https://example.org", expires: .now), for: ada.id)
        #expect(try await letters.takeNext(.webhook)?.items.map(\.subject.kind) == [.completed])
        #expect(try await letters.takeNext(.webhook)?.recipient == .webhook)
        #expect(try await letters.takeNext(.webhook) == nil)
        #expect(try await letters.takeNext(.mail)?.items.map(\.subject.kind) == [.resetPassword])
    }
}
