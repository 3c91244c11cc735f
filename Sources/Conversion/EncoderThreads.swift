import Glibc

/// Threads that encode segments, whichever is free the next one. One thread gives them work and takes the results.
final class EncoderThreads {
    private struct State: Sendable {
        var queue: [Segment] = []
        /// The frames of the segments that are done, by index.
        var results: [Int: Result<[UInt8], any Error>] = [:]
        /// Buffers for the next segments.
        var free: [PCMBuffer]
        var isStopped = false
    }

    /// What a worker needs.
    private final class Work: Sendable {
        let settings: EncoderSettings
        let turns: MeterTurns
        let monitor: Monitor<State>

        init(_ settings: EncoderSettings, _ turns: MeterTurns, _ monitor: Monitor<State>) {
            (self.settings, self.turns, self.monitor) = (settings, turns, monitor)
        }

        /// Encodes segments until there will be no more.
        func run() {
            while let segment = next() {
                let index = segment.index
                let result = Result {
                    turns.add(segment, frameLength: settings.format.frameLength)
                    return try segment.encode(settings)
                }
                // Moved, or the next one to fill the buffer would have to copy it.
                var buffer: PCMBuffer? = (consume segment).buffer
                monitor.withLock { state in
                    state.results[index] = result
                    if let buffer = buffer.take() { state.free.append(buffer) }
                }
            }
        }

        private func next() -> Segment? {
            monitor.wait { state -> Segment?? in
                if state.isStopped { return .some(nil) }
                return state.queue.isEmpty ? nil : .some(state.queue.removeFirst())
            }
        }
    }

    /// Not even one thread could be started (`pthread_create`).
    struct NoThread: Error, CustomStringConvertible {
        let errno: CInt

        var description: String { "pthread_create: \(String(cString: strerror(errno)))" }
    }

    /// What the giver of work may do next.
    enum Turn {
        /// The bytes of the segment that comes next in order.
        case frames([UInt8])
        /// Room for a segment.
        case buffer(PCMBuffer)
    }

    private let monitor: Monitor<State>
    private var threads: [pthread_t] = []

    /// Starts threads that share these buffers.
    init(_ count: Int, settings: EncoderSettings, turns: MeterTurns, buffers: [PCMBuffer]) throws {
        monitor = Monitor(State(free: buffers))
        let work = Work(settings, turns, monitor)
        for _ in 0..<count {
            var thread = pthread_t()
            let context = Unmanaged.passRetained(work)
            let code = pthread_create(
                &thread, nil,
                { context in
                    if let context { Unmanaged<Work>.fromOpaque(context).takeRetainedValue().run() }
                    return nil
                }, context.toOpaque())
            guard code == 0 else {
                context.release()
                // One is enough to go on with.
                if !threads.isEmpty { break }
                throw NoThread(errno: code)
            }
            threads.append(thread)
        }
    }

    /// What has not begun stays undone.
    deinit {
        monitor.withLock { $0.isStopped = true }
        for thread in threads { pthread_join(thread, nil) }
    }

    /// Queues a segment.
    func encode(_ segment: consuming Segment) {
        let segment = segment
        monitor.withLock { $0.queue.append(segment) }
    }

    /// Waits for the result of segment `index`, or, where `wantsBuffer` says so, for room for another one.
    func next(index: Int, wantsBuffer: Bool) throws -> Turn {
        let result = monitor.wait { state -> Result<Turn, any Error>? in
            if let result = state.results.removeValue(forKey: index) { return result.map(Turn.frames) }
            return wantsBuffer ? state.free.popLast().map { .success(.buffer($0)) } : nil
        }
        return try result.get()
    }
}
