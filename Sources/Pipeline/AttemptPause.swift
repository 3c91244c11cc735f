import Storage

/// How long a job waits when an attempt at it broke off, in seconds.
enum AttemptPause {
    /// Until an administrator has changed something, each attempt ends alike.
    static let misconfigured = 60.0

    private static let longest = 300

    /// The longer it lasts the rarer the tries: each converts anew.
    /// - Parameter tries: how many broke off, with this one.
    static func seconds(after tries: Int, _ cause: JobLedger.Break) -> Double {
        Double(min((cause == .held ? 5 : 1) << min(tries, 10), longest))
    }
}
