import ConversionContract

/// Says how far the work is, at most ten times a second.
final class ProgressMeter {
    private let report: (ConversionProgress) throws -> Void
    private let interval: Duration
    private let clock = ContinuousClock()
    private var last: ContinuousClock.Instant?
    private var progress = ConversionProgress(position: 0, duration: nil)

    init(interval: Duration = .milliseconds(100), _ report: @escaping (ConversionProgress) throws -> Void) {
        (self.interval, self.report) = (interval, report)
    }

    /// Seconds of sound done and promised.
    func update(position: Double, duration: Double?) throws {
        progress = ConversionProgress(position: position, duration: duration)
        try send()
    }

    /// Says once more how far it is: hours of picture may have to be read before the next sound, and who waits must see
    /// that the work goes on. That nobody hears it shows at the next update.
    func goOn() { try? send() }

    private func send() throws {
        let now = clock.now
        if let last, now - last < interval { return }
        last = now
        try report(progress)
    }
}
