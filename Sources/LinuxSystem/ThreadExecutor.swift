import Dispatch
import Synchronization

/// An actor's own thread, for actors whose work is blocking system calls.
public final class ThreadExecutor: SerialExecutor {
    /// What the thread holds on to; not the executor, whose end is the thread's end.
    private final class Queue: Sendable {
        let jobs = Mutex<[(job: UnownedJob, executor: UnownedSerialExecutor)]>([])
        let isClosed = Mutex(false)
        let available = DispatchSemaphore(value: 0)

        func run() {
            while true {
                available.wait()
                let batch = jobs.withLock { jobs in
                    defer { jobs.removeAll() }
                    return jobs
                }
                for (job, executor) in batch { job.runSynchronously(on: executor) }
                if batch.isEmpty, isClosed.withLock({ $0 }) { return }
            }
        }
    }

    private let queue = Queue()

    public init() throws(SystemError) {
        let queue = self.queue
        try startThread { queue.run() }
    }

    deinit {
        queue.isClosed.withLock { $0 = true }
        queue.available.signal()
    }

    public func enqueue(_ job: consuming ExecutorJob) {
        let item = (UnownedJob(job), asUnownedSerialExecutor())
        queue.jobs.withLock { $0.append(item) }
        queue.available.signal()
    }

    public func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }
}
