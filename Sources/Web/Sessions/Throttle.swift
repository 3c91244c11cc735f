import Synchronization

/// Lets each key do something a few times at once and then once in a while: a token bucket, kept as the one time when it
/// will be full again (GCRA, as in ITU-T I.371).
///
/// Memory is bounded. Where there are more keys than that, those are forgotten that are nearest to full.
final class Throttle: Sendable {
    typealias Instant = ContinuousClock.Instant

    /// Times at once, and how long until there is one more.
    private let burst: Int
    private let interval: Duration
    private let mostKeys: Int
    private let fullAgain = Mutex<[String: Instant]>([:])

    private static let longestKey = 320

    init(burst: Int, every interval: Duration, mostKeys: Int = 10_000) {
        self.burst = burst
        self.interval = interval
        self.mostKeys = mostKeys
    }

    /// Takes one time. Returns how long to wait where there is none, nil where it may be done.
    func take(_ key: String, at now: Instant = .now) -> Duration? {
        let key = String(key.prefix(Self.longestKey))
        return fullAgain.withLock { fullAgain in
            let full = max(fullAgain[key] ?? now, now)
            let wait = full - now - interval * (burst - 1)
            guard wait <= .zero else { return wait }
            if fullAgain[key] == nil, fullAgain.count >= mostKeys { Self.forget(&fullAgain, mostKeys, now) }
            fullAgain[key] = full + interval
            return nil
        }
    }

    /// Gives back what was taken: it was well used.
    func giveBack(_ key: String) {
        fullAgain.withLock { fullAgain in
            let key = String(key.prefix(Self.longestKey))
            if let full = fullAgain[key] { fullAgain[key] = full - interval }
        }
    }

    var keys: Int { fullAgain.withLock { $0.count } }

    private static func forget(_ fullAgain: inout [String: Instant], _ most: Int, _ now: Instant) {
        fullAgain = fullAgain.filter { $0.value > now }
        guard fullAgain.count >= most else { return }
        let kept = fullAgain.sorted { $0.value > $1.value }.prefix(most / 2)
        fullAgain = Dictionary(uniqueKeysWithValues: kept.map { ($0.key, $0.value) })
    }
}
