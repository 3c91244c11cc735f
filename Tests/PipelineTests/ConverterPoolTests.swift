import ConversionContract
import Domain
import Foundation
import LinuxSystem
import Pipeline
import Synchronization
import TestSupport
import Testing

struct ConverterPoolTests {
    private let temporary: TemporaryDirectory

    init() throws {
        temporary = try TemporaryDirectory()
        try Data("source".utf8).write(to: temporary.url.appending(path: "source"))
    }

    private func pool(_ body: String, threads: Int? = nil, silence: Duration = .seconds(60)) throws -> ConverterPool {
        ConverterPool(
            program: ConverterProgram(executable: try Script(body, in: temporary.path).path),
            orders: ConversionRequest(
                loudness: .off, threads: threads, limits: ConversionLimits(duration: 60, outputBytes: 1_000_000)),
            capacity: 2, longestSilence: silence)
    }

    /// Has one conversion done and returns how it ended. What was written is `audio()`.
    private func convert(
        with pool: ConverterPool, of account: Account.ID = 1, preset: Preset = .standard,
        progress: @escaping @Sendable (ConversionProgress) -> Void = { _ in }
    ) async throws -> ConverterProcess.Ending {
        let source = try Descriptor.open(temporary.path + "/source", flags: O_RDONLY)
        let audio = try Descriptor.open(temporary.path + "/audio", flags: O_RDONLY | O_CREAT | O_TRUNC, mode: 0o600)
        var request = pool.orders
        request.preset = preset
        let ending = try await pool.convert(request, source: source, audio: audio, of: account, progress: progress)
        // They are still the caller's.
        _ = try (source.status(), audio.status())
        return ending
    }

    private func run(_ body: String) async throws -> ConverterProcess.Ending {
        let pool = try pool(body)
        let ending = try await convert(with: pool)
        await pool.endIdle()
        return ending
    }

    private func audio() throws -> String {
        try String(contentsOf: temporary.url.appending(path: "audio"), encoding: .utf8)
    }

    @Test func `a converter gets two files and its orders`() async throws {
        let pool = try pool("cat; echo \"$REQUEST\"; " + Script.report(), threads: 3)
        guard case .exited(.converted, .some) = try await convert(with: pool, preset: .voice) else {
            Issue.record("it was not converted")
            return
        }
        await pool.endIdle()
        let text = try audio()
        #expect(text.hasPrefix("source"))
        let request = try JSONDecoder().decode(ConversionRequest.self, from: Data(text.dropFirst(6).utf8))
        #expect(
            request
                == ConversionRequest(
                    preset: .voice, loudness: .off, threads: 3,
                    limits: ConversionLimits(duration: 60, outputBytes: 1_000_000)))
    }

    @Test func `it gets nothing else`() async throws {
        _ = try await run("echo $OPEN; echo $GIVEN; " + Script.report())
        #expect(try audio() == "0 1 2\nLC_ALL\n")
    }

    @Test func `it is a process group of its own, with no signal held back`() async throws {
        _ = try await run(
            "cut -d' ' -f5 /proc/$PPID/stat; echo $PPID; echo $BLOCKED; " + Script.report())
        let lines = try audio().split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[0] == lines[1])
        #expect(lines[2].allSatisfy { $0 == "0" }, "\(lines[2])")
    }

    @Test func `its memory is bounded from outside`() async throws {
        _ = try await run("grep 'Max address space' /proc/$PPID/limits; " + Script.report())
        #expect(
            try audio().split(whereSeparator: \.isWhitespace).dropFirst(3).first.flatMap { UInt64($0) } ?? 0 > 1 << 30)
    }

    @Test func `it tells its progress, in order, and its report`() async throws {
        let positions = Mutex<[Double]>([])
        let pool = try pool(
            #"""
            for n in 1 2 3; do echo "{\"progress\":{\"position\":$n,\"duration\":4}}" >&2; done
            echo 'warning: something else' >&2
            """# + "\n" + Script.report(4))
        let ending = try await convert(with: pool) { progress in positions.withLock { $0.append(progress.position) } }
        await pool.endIdle()
        #expect(positions.withLock { $0 } == [1, 2, 3])
        #expect(
            ending
                == .exited(
                    .converted, ConversionReport(promised: 2.5, produced: 4, preset: .standard, damagedPackets: 0)))
    }

    @Test func `an account's next conversion meets the same process, another account's does not`() async throws {
        let pool = try pool("echo $PPID; " + Script.report())
        // One is not kept while a child of another test's has its MP3 open, until that executes its program.
        let processes = try await eventually("each account keeps its own") {
            var processes: [String] = []
            for account in [1, 1, 2, 1, 2] as [Account.ID] {
                _ = try await convert(with: pool, of: account)
                processes.append(try audio())
            }
            #expect(Set([0, 1, 3].map { processes[$0] }).isDisjoint(with: [2, 4].map { processes[$0] }))
            let isKept = processes[1] == processes[0] && processes[3] == processes[0] && processes[4] == processes[2]
            return isKept ? processes : nil
        }
        await pool.endIdle()
        for process in Set(processes) { #expect(kill(try #require(pid_t(process.dropLast())), 0) == -1) }
    }

    /// It could change the MP3 long after it was published.
    @Test func `one that can still write to the MP3 is ended`() async throws {
        let pool = try pool("echo $PPID; sleep 600 2>&- & " + Script.report())
        guard case .exited(.converted, .some) = try await convert(with: pool) else {
            Issue.record("it was not converted")
            return
        }
        let process = try #require(pid_t(try audio().dropLast()))
        #expect(kill(process, 0) == -1)
        try await eventually("nobody has it open") {
            try !FileManager.default.contentsOfDirectory(atPath: "/proc").contains { entry in
                let opened = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(entry)/fd")) ?? []
                return opened.contains {
                    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(entry)/fd/\($0)"))
                        == temporary.path + "/audio"
                }
            }
        }
    }

    @Test func `numbers that no reckoning bears come as ones that it does`() async throws {
        let told = Mutex<[ConversionProgress]>([])
        let pool = try pool(
            #"""
            for n in 0 1e-300 -1e300 1e300; do
              echo "{\"progress\":{\"position\":$n,\"duration\":1e308}}" >&2
            done
            """# + "\n" + Script.report(1e300))
        let ending = try await convert(with: pool) { progress in told.withLock { $0.append(progress) } }
        await pool.endIdle()
        #expect(told.withLock { $0.map(\.position) } == [0, 1e-300, 0, 1e9])
        #expect(told.withLock { $0.map(\.duration) } == [1e9, 1e9, 1e9, 1e9])
        guard case .exited(.converted, let report?) = ending else {
            Issue.record("\(ending)")
            return
        }
        #expect(report.produced == 1e9)
    }

    @Test func `after a failure comes another process`() async throws {
        let pool = try pool("echo $PPID; " + Script.failure("damaged"))
        guard case .exited(.cannotBeConverted, let report?) = try await convert(with: pool) else {
            Issue.record("it was converted")
            return
        }
        #expect(report.message == "No.")
        let first = try audio()
        #expect(kill(try #require(pid_t(first.dropLast())), 0) == -1)
        _ = try await convert(with: pool)
        #expect(try audio() != first)
    }

    @Test func `one that died while it was idle is replaced`() async throws {
        let pool = try pool("echo $PPID; " + Script.report())
        _ = try await convert(with: pool)
        let first = try audio()
        let process = try #require(pid_t(first.dropLast()))
        kill(process, SIGKILL)
        try await eventually("it is gone") { kill(process, 0) == -1 }
        guard case .exited(.converted, .some) = try await convert(with: pool) else {
            Issue.record("it was not converted")
            return
        }
        #expect(try audio() != first)
        await pool.endIdle()
    }

    @Test(arguments: ["", "trap '' TERM INT HUP QUIT; "])
    func `one that hangs is ended with its task, and whatever it started`(trap: String) async throws {
        let pool = try pool(trap + "echo $PPID $$; exec sleep 600")
        let task = Task { try await convert(with: pool) }
        let processes = try await eventually("it runs") {
            let text = try? audio()
            let numbers = text?.split(whereSeparator: \.isWhitespace).compactMap { pid_t($0) } ?? []
            return text?.hasSuffix("\n") == true && numbers.count == 2 ? numbers : nil
        }
        for process in processes { #expect(kill(process, 0) == 0) }
        task.cancel()
        await #expect(throws: CancellationError.self) { _ = try await task.value }
        for process in processes { try await eventually("it is gone") { kill(process, 0) == -1 } }
    }
}
