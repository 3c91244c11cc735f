import Domain
import Testing

struct JobStateTests {
    /// Every pair of states that may follow each other; all others may not.
    private static let transitions: Set<[JobState]> = [
        [.claiming, .queued], [.claiming, .failed], [.claiming, .cancelled],
        [.queued, .converting], [.queued, .cancelled], [.queued, .failed],
        [.converting, .queued], [.converting, .published], [.converting, .failed], [.converting, .cancelled],
    ]

    @Test(arguments: JobState.allCases, JobState.allCases)
    func `follows only what it may`(state: JobState, next: JobState) {
        #expect(state.successors.contains(next) == Self.transitions.contains([state, next]))
    }

    @Test(arguments: [
        (JobState.claiming, false), (.queued, false), (.converting, false), (.published, true), (.failed, true),
        (.cancelled, true),
    ])
    func `knows whether it is an end`(state: JobState, isFinal: Bool) {
        #expect(state.isFinal == isFinal)
    }

    @Test func `a claim is shown as queued and everything else by its name`() {
        #expect(
            JobState.allCases.map(\.publicName) == [
                "queued", "queued", "converting", "published", "failed", "cancelled",
            ])
    }
}
