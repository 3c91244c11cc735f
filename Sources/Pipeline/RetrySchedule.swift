import FoundationEssentials

/// When a letter that did not arrive is tried again.
public struct RetrySchedule: Sendable, Hashable {
    /// The pause after the first failure that is the letter's own; it doubles with each further one.
    public var first: Duration
    public var longest: Duration
    /// The pauses of a server that takes no letter at all: all letters wait, and one try tells for all of them.
    public var serverFirst: Duration
    public var serverLongest: Duration
    /// RFC 5321 section 4.5.4.1 asks for four to five days.
    public var patience: Duration

    public init(
        first: Duration = .seconds(60), longest: Duration = .seconds(4 * 60 * 60), serverFirst: Duration = .seconds(1),
        serverLongest: Duration = .seconds(5 * 60), patience: Duration = .seconds(5 * 24 * 60 * 60)
    ) {
        self.first = first
        self.longest = longest
        self.serverFirst = serverFirst
        self.serverLongest = serverLongest
        self.patience = patience
    }

    /// The pause after `attempts` earlier failures of one letter.
    func pause(after attempts: Int) -> Duration { Self.doubling(first, attempts, atMost: longest) }

    /// The pause after `failures` earlier ones of the server, in a row.
    func serverPause(after failures: Int) -> Duration { Self.doubling(serverFirst, failures, atMost: serverLongest) }

    /// A quarter more or less, at random, so that letters that failed together are not tried together.
    private static func doubling(_ first: Duration, _ count: Int, atMost longest: Duration) -> Duration {
        min(first * (1 << min(max(count, 0), 20)), longest) * Double.random(in: 0.75...1.25)
    }

    func isPatient(since: Date, now: Date = .now) -> Bool {
        now.timeIntervalSince(since) < patience / .seconds(1)
    }
}
