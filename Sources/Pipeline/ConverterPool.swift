public import ConversionContract
public import Domain
import Glibc
public import LinuxSystem
import Synchronization

/// The converters: started when there is work, kept warm between two conversions of one account, ended after a failure,
/// after a bounded number of conversions, and when nothing comes for a while.
public final class ConverterPool: Sendable {
    private let program: ConverterProgram
    /// What is asked for each conversion, unless it differs.
    public let orders: ConversionRequest
    private let longestSilence: Duration
    private let warm: Mutex<WarmConverters<Account.ID, ConverterProcess>>
    private let returned = Doorbell()

    /// - Parameters:
    ///   - orders: what is asked for each conversion, unless it differs; their limits and threads bound the processes.
    ///   - capacity: idle converters that are kept; each holds some 30 MiB.
    ///   - longestSilence: what a converter may take between two pieces of news before it is ended.
    public init(
        program: ConverterProgram, orders: ConversionRequest, capacity: Int, longestSilence: Duration = .seconds(60)
    ) {
        self.longestSilence = longestSilence
        self.program = program
        self.orders = orders
        warm = Mutex(WarmConverters(capacity: capacity, maximumUses: 100, patience: .seconds(30)))
    }

    /// Converts `source` into `audio`. Ends the converter when the task is cancelled.
    ///
    /// SECURITY: once this returns, no converter can write to `audio` any more.
    /// - Parameters:
    ///   - audio: an empty file of this user's. Its converter is kept only where nobody else has it open for writing.
    ///   - progress: called on a thread of its own.
    /// - Throws: an error when no converter can be started, `CancellationError`.
    public func convert(
        _ request: ConversionRequest, source: borrowing Descriptor, audio: borrowing Descriptor,
        of account: Account.ID,
        progress: @escaping @Sendable (ConversionProgress) -> Void
    ) async throws -> ConverterProcess.Ending {
        let (converter, uses) = try await converter(for: account)
        let ending: ConverterProcess.Ending
        do {
            ending = try await converter.convert(request, source: source.raw, audio: audio.raw, progress: progress)
        } catch {
            await converter.end()
            throw error
        }
        if case .exited(.converted, .some) = ending, await Self.isLetGo(audio.raw) {
            await end(
                warm.withLock { $0.put(converter, of: account, uses: uses + 1, at: .now) })
            returned.ring()
        } else {
            await converter.end()
        }
        return ending
    }

    /// Whether nobody has an MP3 open for writing: otherwise a converter that was taken over by a video could change the
    /// MP3 long after it was published. The kernel knows; where it does not tell, the converter is ended.
    private static func isLetGo(_ audio: Int32) async -> Bool {
        let answer = try? await onBlockingThread {
            FileLease.isGranted(on: try Descriptor.reopen(audio, flags: O_RDONLY))
        }
        return answer ?? false
    }

    private func converter(for account: Account.ID) async throws -> (ConverterProcess, uses: Int) {
        while let (converter, uses) = warm.withLock({ $0.take(for: account) }) {
            // The kernel may have ended it for its memory meanwhile.
            if converter.isIdle { return (converter, uses) }
            await converter.end()
        }
        return (try ConverterProcess(program, orders: orders, longestSilence: longestSilence), 0)
    }

    /// Ends converters that nothing came for, until the task is cancelled, and then all that are idle.
    func tend() async {
        while !Task.isCancelled {
            let rings = returned.rings
            await end(warm.withLock { $0.expire(at: .now) })
            let next = warm.withLock { $0.nextExpiry }
            await returned.wait(past: rings, atMost: next.map { ContinuousClock.now.duration(to: $0) })
        }
        await endIdle()
    }

    /// Ends all that are idle.
    public func endIdle() async { await end(warm.withLock { $0.removeAll() }) }

    private func end(_ converters: [ConverterProcess]) async {
        for converter in converters { await converter.end() }
    }
}
