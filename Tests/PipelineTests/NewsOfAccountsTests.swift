import ConversionContract
import Domain
import Foundation
import TestSupport
import Testing

@testable import Pipeline
@testable import Storage

struct NewsOfAccountsTests {
    private let world: World
    private let news: NewsOfAccounts

    init() throws {
        world = try World()
        news = NewsOfAccounts(live: world.live, ledger: world.ledger)
    }

    @Test func `what was posted before anybody listens is heard`() async throws {
        world.live.post(.waiting(7, []))
        try await keepRunning(news.listen) {
            await news.arrived()
            #expect(news.take() == [7])
        }
    }

    @Test func `after too much news everybody is news, also who has no job`() async throws {
        let (ada, bob) = (try await world.account("ada"), try await world.account("bob"))
        let job = try await world.queuedJob(of: bob)
        _ = try await world.ledger.jobs.takeNext()
        // Of jobs that nobody knows. The last are dropped, and so is what follows.
        for id in 1000..<6000 {
            world.live.post(.progress(Job.ID(id), ConversionProgress(position: 1, duration: 2)))
        }
        world.live.post(.waiting(ada.id, []))
        try await keepRunning(news.listen) {
            try await eventually("both are") { news.take() == [ada.id, bob.id] }
            // Whose a conversion is was among what was dropped.
            world.live.post(.progress(job.id, ConversionProgress(position: 1, duration: 2)))
            try await eventually("progress is its owner's") { news.take() == [bob.id] }
        }
    }

    @Test func `what is put back is news`() async {
        news.note([3, 4])
        await news.arrived()
        #expect(news.take() == [3, 4])
        await news.arrived(atMost: .milliseconds(1))
        #expect(news.take().isEmpty)
    }
}
