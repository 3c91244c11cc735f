import Domain
import Foundation
import GRDB
import Mail
import TestSupport
import Testing

@testable import Pipeline
@testable import Storage

/// A letter that waits for more results, until nobody but the clock says that there are none.
struct LetterWindowTests {
    @Test func `results that come close together share the letter that goes out when its window is over`() async throws
    {
        let world = try World(letters: LetterPolicy(window: .seconds(2), windowAtMost: .seconds(60)))
        let place = try TemporaryDirectory()
        let queued = Doorbell()
        let outbox = Outbox(
            ledger: world.ledger, tree: world.tree, live: world.live,
            delivery: LetterDelivery(to: .directory(place.path), composer: LetterComposer(sender: .localService)),
            letterQueued: queued, lettersAsked: Doorbell(), logger: world.logger)
        let ada = try await world.account()
        let letters = world.ledger.letters
        func written() throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: place.path).filter { $0.hasSuffix(".eml") }
        }
        try await keepRunning({ try await outbox.run() }) {
            // In one transaction, so that no slow machine can put more than the window between them.
            try await world.ledger.database.write { database in
                for number in 0..<5 {
                    let drop = DropPath("\(number).mp4")
                    let item = Letter.Item(.incomplete(after: 60), drop: drop, date: .now)
                    try letters.enqueue(database, item, for: ada.id)
                }
            }
            queued.ring()
            try await eventually("the letter is written") { try await letters.counts() == ["sent": 1] }
            #expect(try written().count == 1)
            try await letters.enqueue(.incomplete(after: 60), drop: DropPath("late.mp4"), for: ada.id)
            queued.ring()
            try await eventually("what came later has its own") { try await letters.counts() == ["sent": 2] }
        }
        #expect(try await letters.list().map(\.letter.items.count) == [1, 5])
        // Not before its time: the window is counted from the last result.
        for record in try await letters.list() {
            #expect((record.finished ?? .distantPast) >= (record.letter.items.last?.date ?? .now) + 2)
        }
    }
}
