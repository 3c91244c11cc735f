import ConversionContract

/// Says how far the work is, at most ten times a second.
struct ProgressMeter {
    private static let interval = Duration.milliseconds(100)

    private let report: (ConversionProgress) throws -> Void
    private let clock = ContinuousClock()
    private var last: ContinuousClock.Instant?

    init(_ report: @escaping (ConversionProgress) throws -> Void) {
        self.report = report
    }

    /// Seconds of sound done and promised.
    mutating func update(position: Double, duration: Double?) throws {
        let now = clock.now
        if let last, now - last < Self.interval { return }
        last = now
        try report(ConversionProgress(position: position, duration: duration))
    }
}
