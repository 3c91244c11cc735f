import ConversionContract
import Domain
import FoundationEssentials
import Glibc
import Storage
import Synchronization

/// Tells the journey of an account's drops in lines with times.
final class Storyteller: Sendable {
    private struct State {
        var seen: Set<DropPath> = []
        var jobs: Set<Job.ID> = []
        var ending: JobState?
        var lastPercent = -1
        /// When the first line was told.
        var begin: ContinuousClock.Instant?
    }

    private let account: Account
    private let tree: AccountTree
    private let state = Mutex(State())

    init(account: Account, tree: AccountTree) {
        self.account = account
        self.tree = tree
    }

    /// How the first job ended; nil while none has.
    var ending: JobState? { state.withLock { $0.ending } }

    func tell(_ line: String) {
        let now = ContinuousClock.now
        let begin = state.withLock { state in
            state.begin = state.begin ?? now
            return state.begin ?? now
        }
        let milliseconds = Int((now - begin) / .milliseconds(1))
        let fraction = String(1000 + milliseconds % 1000).dropFirst()
        print("  \(milliseconds / 1000).\(fraction) s  \(line)")
        fflush(nil)
    }

    /// Returns true once the journey is over: a letter was written.
    func heed(_ event: LiveState.Event) -> Bool {
        switch event {
        case .waiting(let id, let drops) where id == account.id: tellWaiting(drops)
        case .job(let job) where job.account == account.id: tellJob(job)
        case .progress(let id, let progress): tellProgress(id, progress)
        case .letter(let letter, let answer) where letter.accountName == account.name:
            tell("letter written: \(answer)")
            return true
        case .returned(let job) where job.account == account.id: tell("waits: \(WaitReason.incomplete.explanation)")
        case .waiting, .job, .returned, .letter, .sessionsEnded: break
        }
        return false
    }

    private func tellWaiting(_ drops: [WaitingDrop]) {
        for drop in drops where state.withLock({ $0.seen.insert(drop.drop).inserted }) {
            tell("seen: \(drop.drop.display): \(drop.reason.explanation)")
        }
    }

    private func tellJob(_ job: Job) {
        state.withLock { state in
            state.jobs.insert(job.id)
            if job.state.isFinal { state.ending = job.state }
            state.lastPercent = -1
        }
        switch job.state {
        case .claiming: break
        case .queued: tell("claimed: job \(job.id), \(job.size) bytes")
        case .converting: tell("converting")
        case .published:
            let output = "\(tree.path(.outbox, of: account.name))/\(job.output?.display ?? "")"
            tell("published: \(output)" + (job.duration.map { ", \(Int($0.rounded())) s of sound" } ?? ""))
        case .failed: tell("failed: \(job.failure?.message ?? "")")
        case .cancelled: tell("cancelled")
        }
    }

    private func tellProgress(_ id: Job.ID, _ progress: ConversionProgress) {
        guard let percent = progress.fraction.map({ Int($0 * 100) }) else { return }
        let isNews = state.withLock { state in
            guard state.jobs.contains(id), percent > state.lastPercent else { return false }
            state.lastPercent = percent
            return true
        }
        if isNews { tell("converting \(percent) %") }
    }
}
