public import ConversionContract
import FoundationEssentials
import LinuxSystem
import Subprocess
import Synchronization
import SystemPackage

/// A running `soundspool-convert` that serves one conversion at a time over a socket.
///
/// SECURITY: what it says is parsed as a stranger's word. It gets no environment, and no descriptor but its socket and
/// those of its conversions.
public final class ConverterProcess: Sendable {
    public enum Ending: Sendable, Hashable {
        case exited(ExitStatus, ConversionReport?)
        /// Ended by a signal, with a status that is not in the contract, or for a message that is none.
        case crashed(String)
        /// Ended by the service.
        case stopped(ConversionWatch.Objection)
        /// Its program is not there, or lacks a library; nothing of the conversion was begun.
        case unable(String)
    }

    private let socket: PacketSocket
    private let longestSilence: Duration
    /// The whole run of the process; its value is how it ended.
    private let process: Task<Exit, any Error>
    private let birth: Birth
    /// Threads of it that encode.
    private let threads: Int

    private struct Exit: Sendable {
        let status: TerminationStatus
        let tail: ErrorTail
    }

    /// What is known once the process has been started.
    private final class Birth: Sendable {
        /// Rung when the process is bounded, or will never be.
        let bounded = Doorbell()
        let status = Mutex<ProcessStatus?>(nil)
    }

    /// Starts the program.
    /// - Parameter orders: what its limits are made for.
    init(_ program: ConverterProgram, orders: ConversionRequest, longestSilence: Duration) throws {
        self.longestSilence = longestSilence
        let arguments =
            ["--serve", "--sandbox-level", program.sandbox.rawValue] + orders.limits.arguments
            + (orders.threads.map { ["--threads", String(min($0, 64))] } ?? [])
        let threads = orders.threads ?? Self.processors
        self.threads = threads
        let (here, there) = try PacketSocket.pair()
        socket = here
        let birth = Birth()
        self.birth = birth
        process = Task {
            defer { birth.bounded.ring() }
            var options = PlatformOptions()
            // A group of its own, so that the terminal's Ctrl-C reaches the service first, which decides; it is ended
            // whole, with whatever it may have started.
            options.processGroupID = 0
            options.teardownSequence = [.send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .zero)]
            let result = try await Subprocess.run(
                .path(FilePath(program.executable)), arguments: Arguments(arguments),
                environment: .custom(["LC_ALL": "C"]),
                platformOptions: options,
                input: .fileDescriptor(FileDescriptor(rawValue: there), closeAfterSpawningProcess: true),
                output: .discarded, error: .sequence
            ) { execution in
                let pid = execution.processIdentifier.value
                try AddressLimit.set(ConversionLimits.addressSpace(threads: threads), of: pid)
                // Where there is no /proc, its threads are not counted.
                birth.status.withLock { $0 = try? ProcessStatus(of: pid) }
                birth.bounded.ring()
                var tail = ErrorTail()
                // Broken off when the process is ended, which is no reason to forget what it said.
                do {
                    for try await buffer in execution.standardError where !tail.isFlood {
                        buffer.withUnsafeBytes { tail.feed($0) }
                        if tail.isFlood { try execution.send(signal: .kill, toProcessGroup: true) }
                    }
                } catch {}
                return tail
            }
            return Exit(status: result.terminationStatus, tail: result.closureResult)
        }
    }

    private static var processors: Int { max(ProcessInfo.processInfo.processorCount, 1) }

    /// Whether it can take a conversion: between two, it has nothing to say unless it has ended.
    var isIdle: Bool { (try? socket.waitUntilReadable(atMost: .zero)) == false }

    /// Ends it, however busy it is, and waits until it is gone.
    func end() async {
        process.cancel()
        _ = await process.result
    }

    /// Converts `source` into `audio`. Ends the process when the task is cancelled.
    /// - Parameters:
    ///   - source: a descriptor of a regular file.
    ///   - audio: a descriptor of an empty file, open for reading and writing.
    ///   - progress: called on a thread of its own.
    /// - Throws: an error when the machine has no room for another process, `CancellationError`.
    func convert(
        _ request: ConversionRequest, source: Int32, audio: Int32,
        progress: @escaping @Sendable (ConversionProgress) -> Void
    ) async throws -> Ending {
        await birth.bounded.waitUntilRung(1)
        let dialogue = ConverterDialogue(
            socket: socket, request: request, threads: threads, status: birth.status.withLock { $0 },
            longestSilence: longestSilence)
        let outcome = try await withTaskCancellationHandler {
            try await onBlockingThread { try dialogue.hold(source: source, audio: audio, progress) }
        } onCancel: {
            process.cancel()
        }
        try Task.checkCancellation()
        switch outcome {
        case .report(let report): return .exited(report.exitStatus, report)
        case .hungUp: return try await exit()
        case .broken(let how):
            await end()
            return .crashed(how)
        case .objection(let objection):
            await end()
            return .stopped(objection)
        }
    }

    /// How a process ended that hung up. One that does not end is ended.
    private func exit() async throws -> Ending {
        let exit: Result<Exit, SubprocessError> = try await withThrowingDiscardingTaskGroup { group in
            group.addTask { [process] in
                if (try? await Task.sleep(for: .seconds(2))) != nil { process.cancel() }
            }
            defer { group.cancelAll() }
            do {
                return .success(try await process.value)
            } catch let error as SubprocessError {
                return .failure(error)
            }
        }
        switch exit {
        case .success(let exit): return Self.ending(exit)
        case .failure(let error): return try Self.ending(error)
        }
    }

    /// What the shell and the dynamic loader end with where a program cannot be run, or a library is missing.
    private static let statusesOfLoader: Set<Int32> = [126, 127]

    private static func ending(_ error: SubprocessError) throws -> Ending {
        let cause = error.underlyingError.map {
            SystemError(call: "start of the converter", subject: "", code: $0.rawValue)
        }
        guard let cause, cause.isStorageTrouble else { return .unable("\(error)") }
        throw cause
    }

    private static func ending(_ exit: Exit) -> Ending {
        if exit.tail.isFlood { return .stopped(.flood) }
        let words = exit.tail.words.isEmpty ? "" : ": " + exit.tail.words
        switch exit.status {
        case .exited(let code) where statusesOfLoader.contains(code): return .unable("exit status \(code)\(words)")
        case .exited(let code):
            guard let status = ExitStatus(rawValue: code) else { return .crashed("exit status \(code)\(words)") }
            return .exited(status, nil)
        case .signaled(let signal): return .crashed("signal \(signal)\(words)")
        }
    }
}
