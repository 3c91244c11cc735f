import ConversionContract
import Domain
import Foundation
import TestSupport
import Testing

@testable import Storage

struct LiveStateTests {
    private let live = LiveState()

    private func drop(_ account: Account.ID, _ name: String) throws -> WaitingDrop {
        WaitingDrop(account: account, drop: try #require(DropPath(name)), reason: .settling)
    }

    private func job(_ state: JobState) throws -> Job {
        Job(
            id: 7, account: 1, drop: try #require(DropPath("film")), preset: .standard, state: state, attempts: 1,
            size: 1, created: .now)
    }

    @Test func `knows what waits, and forgets it`() throws {
        live.post(.waiting(1, [try drop(1, "a"), try drop(1, "b")]))
        live.post(.waiting(2, [try drop(2, "c")]))
        #expect(live.waiting(of: 1).map(\.drop.display) == ["a", "b"])
        #expect(live.waiting.count == 3)
        live.post(.waiting(1, [try drop(1, "b")]))
        #expect(live.waiting(of: 1).map(\.drop.display) == ["b"])
        live.post(.waiting(1, []))
        #expect(live.waiting(of: 1).isEmpty)
        #expect(live.waiting.map(\.drop.display) == ["c"])
    }

    @Test(arguments: JobState.allCases)
    func `progress is known while a job is being converted`(state: JobState) throws {
        let progress = ConversionProgress(position: 1, duration: 4)
        live.post(.job(try job(.converting)))
        #expect(live.progress(of: 7) == nil)
        live.post(.progress(7, progress))
        #expect(live.progress(of: 7) == progress)
        live.post(.job(try job(state)))
        #expect(live.progress(of: 7) == (state == .converting ? progress : nil))
    }

    @Test(
        arguments: [
            (0.0, 0.25, 10.0, 30), (0.5, 0.75, 4, 4), (0, 1, 2, 0), (0, 0.5, 1.9, nil), (0, 0, 5, nil),
            (0.5, 0.25, 5, nil),
        ] as [(Double, Double, Double, Int?)])
    func `the time left is told by the pace so far`(begin: Double, now: Double, elapsed: Double, seconds: Int?) {
        #expect(LiveState.timeLeft(from: begin, to: now, in: elapsed) == seconds.map { .seconds($0) })
    }

    /// A converter is not trusted, and one that lies may not end the whole service.
    @Test func `a pace of no use tells nothing, and is survived`() async {
        await #expect(processExitsWith: .success) {
            for (begin, now) in [(0, 1e-300), (0, .leastNonzeroMagnitude), (0, .infinity), (0, .nan), (1e-10, 2e-10)] {
                guard LiveState.timeLeft(from: begin, to: now, in: 2) == nil else { exit(1) }
            }
        }
    }

    @Test func `every listener hears everything, in order`() async throws {
        let streams = [live.events(), live.events()]
        for account in Account.ID(0)..<1000 { live.post(.waiting(account, [])) }
        for stream in streams {
            var next: Account.ID = 0
            for await event in stream {
                guard case .waiting(let account, _) = event else { continue }
                #expect(account == next)
                next += 1
                if next == 1000 { break }
            }
        }
    }

    /// Whoever shows jobs would show a lie for ever after one event was lost; an end is something to act on.
    @Test func `a listener that lags is let go and not lied to`() async {
        let slow = live.events()
        for account in Account.ID(0)..<5000 { live.post(.waiting(account, [])) }
        var heard: [Account.ID] = []
        for await event in slow {
            if case .waiting(let account, _) = event { heard.append(account) }
        }
        // The stream has ended by itself; what came before the gap is whole.
        #expect(heard == Array(0..<Account.ID(heard.count)))
        #expect(heard.count < 5000)
    }

    @Test func `one that lags does not disturb another`() async {
        let slow = live.events()
        var quick = live.events().makeAsyncIterator()
        for account in Account.ID(0)..<10_000 {
            live.post(.waiting(account, []))
            guard case .waiting(account, _) = await quick.next() else {
                Issue.record("the quick one missed \(account)")
                return
            }
        }
        for await _ in slow {}
    }
}
