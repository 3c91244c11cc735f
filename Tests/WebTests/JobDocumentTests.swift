import ConversionContract
import Domain
import Foundation
import NIOCore
import Storage
import Testing

@testable import Web

struct JobDocumentTests {
    private static func account() throws -> Account {
        Account(
            id: 1, name: try #require(AccountName("ada")), email: try #require(EmailAddress("ada@example.org")),
            preset: .small, isEnabled: true, created: Date(timeIntervalSince1970: 0))
    }

    private static func job(_ state: JobState, output: String? = nil) throws -> Job {
        Job(
            id: 7, account: 1, drop: try #require(DropPath("talks/a.mp4")), preset: .voice, state: state, attempts: 1,
            size: 5, created: Date(timeIntervalSince1970: 0), output: output.flatMap { DropPath($0) })
    }

    private static func json(_ value: some Encodable) throws -> String {
        String(decoding: try JSONText.data(value), as: UTF8.self)
    }

    @Test func everyMemberIsThere() throws {
        let waiting = WaitingDrop(account: 1, drop: try #require(DropPath("@high/b.mp4")), reason: .empty)
        #expect(
            try Self.json(JobDocument(waiting, of: Self.account())) == """
                {"account":"ada","created":null,"finished":null,"id":null,"left":null,\
                "message":"It is empty. It is taken once its contents arrive.","name":"@high/b.mp4","output":null,\
                "preset":"high","progress":null,"reason":"empty","state":"waiting"}
                """)
        let progress = ConversionProgress(position: 1, duration: 4)
        #expect(
            try Self.json(JobDocument(Self.job(.converting), of: Self.account(), progress: progress)) == """
                {"account":"ada","created":"1970-01-01T00:00:00Z","finished":null,"id":"7","left":null,"message":null,\
                "name":"talks/a.mp4","output":null,"preset":"voice","progress":0.25,"reason":null,"state":"converting"}
                """)
    }

    @Test func theTimeLeftIsThatOfAConversion() throws {
        let account = try Self.account()
        let progress = ConversionProgress(position: 1, duration: 4)
        func left(_ state: JobState) throws -> Double? {
            try JobDocument(Self.job(state), of: account, progress: progress, left: .milliseconds(12_340)).left
        }
        #expect(try left(.converting) == 12.3)
        #expect(try left(.queued) == nil)
        #expect(try left(.published) == nil)
    }

    @Test func aReservedOutputIsNotShown() throws {
        let account = try Self.account()
        #expect(try JobDocument(Self.job(.converting, output: "a.mp3"), of: account, progress: nil).output == nil)
        #expect(try JobDocument(Self.job(.published, output: "a.mp3"), of: account, progress: nil).output == "a.mp3")
        #expect(try JobDocument(Self.job(.claiming), of: account, progress: nil).state == "queued")
    }

    @Test(
        arguments: [
            ([], JobQuery.State.any, nil, 50),
            ([("state", "waiting")], .waiting, nil, 50),
            ([("state", "queued"), ("before", "9"), ("limit", "200")], .only(.queued), 9, 200),
            ([("other", "x")], .any, nil, 50),
        ] as [([(Substring, Substring)], JobQuery.State, Int64?, Int)])
    func readsAQuery(
        parameters: [(Substring, Substring)], state: JobQuery.State, before: Int64?, limit: Int
    ) throws {
        let query = try JobQuery(parameters.map { (key: $0.0, value: $0.1) })
        #expect(query.state == state)
        #expect(query.before == before)
        #expect(query.limit == limit)
    }

    @Test(
        arguments: [
            ("state", "claiming"), ("state", ""), ("before", "x"), ("limit", "0"), ("limit", "201"), ("limit", "-1"),
        ] as [(Substring, Substring)])
    func refusesAQuery(key: Substring, value: Substring) {
        #expect(throws: Problem.self) { try JobQuery([(key: key, value: value)]) }
    }

    @Test func listsOnlyTheAccountsOwn() async throws {
        let world = try TemporaryWorld()
        let ada = try await world.account("ada")
        let bob = try await world.account("bob")
        let drop = try #require(DropPath("a.mp4"))
        var ids: [Job.ID] = []
        for account in [ada, bob, ada, ada] {
            ids.append(
                try await world.ledger.jobs.beginClaim(account: account.id, drop: drop, preset: .standard, size: 1).id)
        }
        let jobs = Jobs(ledger: world.ledger, tree: world.tree, live: LiveState(), account: ada)
        jobs.live.post(.waiting(ada.id, [WaitingDrop(account: ada.id, drop: drop, reason: .settling)]))
        jobs.live.post(.waiting(bob.id, [WaitingDrop(account: bob.id, drop: drop, reason: .settling)]))
        var query = JobQuery()
        query.limit = 2
        let first = try await jobs.list(query)
        #expect(first.jobs.map(\.id) == [nil, "\(ids[3])", "\(ids[2])"])
        #expect(first.next == "\(ids[2])")
        query.before = ids[2]
        let second = try await jobs.list(query)
        #expect(second.jobs.map(\.id) == ["\(ids[0])"])
        #expect(second.next == nil)
        await #expect(throws: Problem.self) { try await jobs.job(ids[1]) }
    }

    @Test func anMP3ThatWasTakenAwayIsSaidToBe() async throws {
        let world = try TemporaryWorld()
        let ada = try await world.account("ada")
        try world.tree.make(for: ada.name)
        let jobs = Jobs(ledger: world.ledger, tree: world.tree, live: LiveState(), account: ada)
        for name in ["kept", "taken", "replaced"] {
            let claim = try await world.ledger.jobs.beginClaim(
                account: ada.id, drop: try #require(DropPath("\(name).mp4")), preset: .standard, size: 1)
            _ = try await world.ledger.jobs.confirmClaim(claim.id)
            _ = try await world.ledger.jobs.takeNext()
            try await world.ledger.jobs.reserveOutput(
                try #require(DropPath("talks/\(name).mp3")), duration: 1, for: claim.id)
            _ = try await world.ledger.jobs.publish(claim.id)
        }
        let talks = URL(filePath: world.tree.path(.outbox, of: ada.name) + "/talks")
        try FileManager.default.createDirectory(at: talks, withIntermediateDirectories: true)
        try Data("sound".utf8).write(to: talks.appending(path: "kept.mp3"))
        try FileManager.default.createSymbolicLink(
            at: talks.appending(path: "replaced.mp3"), withDestinationURL: talks.appending(path: "kept.mp3"))
        let list = try await jobs.list(JobQuery()).jobs
        #expect(list.map(\.state) == ["published", "published", "published"])
        #expect(list.map(\.output) == [nil, nil, "talks/kept.mp3"])
        #expect(list.map { $0.message?.contains("no longer in the outbox") } == [true, true, nil])
        let document = try await jobs.document(jobs.job(Int64(list[1].id ?? "")))
        #expect(document == list[1])
        var news = JobNews(jobs)
        let event = try #require(try await news.event(for: .job(jobs.job(Int64(list[1].id ?? "")))))
        #expect(event.data.contains(#""output":null"#))
        try FileManager.default.removeItem(at: talks)
        #expect(try await jobs.list(JobQuery()).jobs.map(\.output) == [nil, nil, nil])
    }

    @Test func onlyTheAccountsOwnNewsAreSent() async throws {
        let world = try TemporaryWorld()
        let ada = try await world.account("ada")
        let bob = try await world.account("bob")
        let drop = try #require(DropPath("a\nb.mp4"))
        let mine = try await world.ledger.jobs.beginClaim(account: ada.id, drop: drop, preset: .standard, size: 1)
        let theirs = try await world.ledger.jobs.beginClaim(account: bob.id, drop: drop, preset: .standard, size: 1)
        var news = JobNews(Jobs(ledger: world.ledger, tree: world.tree, live: LiveState(), account: ada))
        let progress = ConversionProgress(position: 1, duration: 4)
        #expect(try await news.event(for: .progress(theirs.id, progress)) == nil)
        #expect(try await news.event(for: .job(theirs)) == nil)
        #expect(try await news.event(for: .waiting(bob.id, [])) == nil)
        #expect(try await news.event(for: .waiting(ada.id, []))?.data == #"{"jobs":[],"next":null}"#)
        #expect(try await news.event(for: .job(mine))?.name == "job")
        let event = try #require(try await news.event(for: .progress(mine.id, progress)))
        #expect(
            String(buffer: event.bytes)
                == "event: progress\ndata: {\"id\":\"\(mine.id)\",\"position\":1,\"progress\":0.25}\n\n")
    }
}
