public import ConversionContract
public import Domain
import Synchronization

/// What is true only while the service runs, and is shown, not stored: how far conversions are, why drops wait. Also
/// the one place where whoever shows jobs hears of news.
public final class LiveState: Sendable {
    /// One piece of news.
    public enum Event: Sendable {
        /// The drops that wait in the account's inbox are these now.
        case waiting(Account.ID, [WaitingDrop])
        /// The job changed its state.
        case job(Job)
        case progress(Job.ID, ConversionProgress)
        /// The job is no more: its drop is back in its inbox, where it waits for its end.
        case returned(Job)
        /// The letter was delivered; where to, in words.
        case letter(Letter, answer: String)
        /// Sessions of the account have ended: whoever listens in one hears no more.
        case sessionsEnded(Account.ID)
    }

    private struct State {
        var waiting: [Account.ID: [WaitingDrop]] = [:]
        var progress: [Job.ID: ConversionProgress] = [:]
        /// Each job's first progress, and when it came.
        var beginnings: [Job.ID: (fraction: Double, at: ContinuousClock.Instant)] = [:]
        var listeners: [Int: AsyncStream<Event>.Continuation] = [:]
        var nextListener = 0

        mutating func forget(_ job: Job.ID) {
            progress[job] = nil
            beginnings[job] = nil
        }
    }

    /// News that a listener may lag behind before it is let go.
    private static let backlog = 4096

    private let state = Mutex(State())

    public init() {}

    public func waiting(of account: Account.ID) -> [WaitingDrop] {
        state.withLock { $0.waiting[account] ?? [] }
    }

    public var waitingByAccount: [Account.ID: [WaitingDrop]] { state.withLock { $0.waiting } }

    public var waiting: [WaitingDrop] { state.withLock { Array($0.waiting.values.joined()) } }

    public func progress(of job: Job.ID) -> ConversionProgress? {
        state.withLock { $0.progress[job] }
    }

    /// How far conversions are, from 0 to 1, as far as there is telling.
    public var fractions: [Job.ID: Double] { state.withLock { $0.progress.compactMapValues(\.fraction) } }

    /// The longest time that is told, 30 years: a pace that takes longer is none.
    private static let longestTimeLeft = 1e9

    /// How long the job will take at the pace so far; nil where there is no telling yet.
    public func timeLeft(of job: Job.ID) -> Duration? {
        state.withLock { state in
            guard let begin = state.beginnings[job], let now = state.progress[job]?.fraction,
                now > begin.fraction
            else { return nil }
            return Self.timeLeft(from: begin.fraction, to: now, in: (ContinuousClock.now - begin.at) / .seconds(1))
        }
    }

    /// - Parameter elapsed: the seconds in which the fraction grew so.
    ///
    /// The fractions are what a converter says, which is not trusted: a time that no `Duration` holds would end the service.
    static func timeLeft(from begin: Double, to now: Double, in elapsed: Double) -> Duration? {
        let left = elapsed * ((1 - now) / (now - begin))
        return elapsed >= 2 && left >= 0 && left < longestTimeLeft ? .seconds(left) : nil
    }

    public func post(_ event: Event) {
        state.withLock { state in
            switch event {
            case .waiting(let account, let drops): state.waiting[account] = drops.isEmpty ? nil : drops
            case .progress(let job, let progress):
                state.progress[job] = progress
                if state.beginnings[job] == nil, let fraction = progress.fraction {
                    state.beginnings[job] = (fraction, .now)
                }
            case .job(let job) where job.state != .converting: state.forget(job.id)
            case .returned(let job): state.forget(job.id)
            case .job, .letter, .sessionsEnded: break
            }
            for (id, listener) in state.listeners {
                // A listener that lags is ended rather than lied to: it asks anew and gets the whole truth.
                if case .dropped = listener.yield(event) {
                    listener.finish()
                    state.listeners[id] = nil
                }
            }
        }
    }

    /// News from now on. The stream ends early for a listener that is too slow.
    public func events() -> AsyncStream<Event> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Event.self, bufferingPolicy: .bufferingOldest(Self.backlog))
        let id = state.withLock { state in
            state.nextListener += 1
            state.listeners[state.nextListener] = continuation
            return state.nextListener
        }
        continuation.onTermination = { [weak self] _ in
            // Not under the lock that `post` may hold while it ends a listener.
            Task { self?.state.withLock { _ = $0.listeners.removeValue(forKey: id) } }
        }
        return stream
    }
}
