import ConversionContract
import Foundation
import LinuxSystem
import Pipeline
import Synchronization
import TestSupport
import Testing

struct ConverterProcessTests {
    private let temporary: TemporaryDirectory

    init() throws {
        temporary = try TemporaryDirectory()
        try Data("source".utf8).write(to: temporary.url.appending(path: "source"))
    }

    private func run(
        _ body: String, threads: Int? = nil, preset: Preset = .standard,
        progress: (ConversionProgress) -> Void = { _ in }
    ) async throws -> ConverterProcess.Ending {
        let converter = ConverterProcess(
            executable: try Script(body, in: temporary.path).path,
            limits: ConversionLimits(duration: 60, outputBytes: 1000), threads: threads)
        let source = try Descriptor.open(temporary.path + "/source", flags: O_RDONLY)
        let audio = try Descriptor.open(temporary.path + "/audio", flags: O_RDWR | O_CREAT | O_TRUNC, mode: 0o600)
        let ending = try await converter.run(source: source, audio: audio, preset: preset, progress: progress)
        // They are still the caller's.
        _ = try (source.status(), audio.status())
        return ending
    }

    private func audio() throws -> String {
        try String(contentsOf: temporary.url.appending(path: "audio"), encoding: .utf8)
    }

    @Test func `gets two files and its orders`() async throws {
        let ending = try await run("cat; for argument; do echo \"$argument\"; done", threads: 3, preset: .voice)
        #expect(ending == .exited(.converted, nil))
        let arguments = ["--max-duration", "60", "--max-output", "1000", "--threads", "3", "--preset", "voice"]
        #expect(try audio() == "source" + arguments.map { $0 + "\n" }.joined())
    }

    @Test func `gets nothing else`() async throws {
        // ls(1) itself opens the directory as 3.
        _ = try await run("ls /proc/self/fd; env | grep -v -e ^PWD= -e ^_= -e ^SHLVL= -e ^OLDPWD=")
        #expect(try audio() == "0\n1\n2\n3\nLC_ALL=C\n")
    }

    @Test func `is a process group of its own, with no signal held back`() async throws {
        _ = try await run("cut -d' ' -f5 /proc/$$/stat; echo $$; grep SigBlk /proc/self/status | cut -f2")
        let lines = try audio().split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[0] == lines[1])
        #expect(lines[2].allSatisfy { $0 == "0" }, "\(lines[2])")
    }

    @Test func `tells its progress, in order, and its report`() async throws {
        var positions: [Double] = []
        let ending = try await run(
            #"""
            for n in 1 2 3; do echo "{\"progress\":{\"position\":$n,\"duration\":4}}" >&2; done
            echo 'warning: something else' >&2
            """# + "\n" + Script.report(4)
        ) { positions.append($0.position) }
        #expect(positions == [1, 2, 3])
        #expect(
            ending
                == .exited(
                    .converted, ConversionReport(promised: 2.5, produced: 4, preset: .standard, damagedPackets: 0)))
    }

    @Test(arguments: [0, 64, 65, 70, 74, 75, 77] as [Int32])
    func `ends with a status of the contract`(status: Int32) async throws {
        let ending = try await run(Script.report() + "\nexit \(status)")
        guard case .exited(let exit, let report?) = ending else {
            Issue.record("\(ending)")
            return
        }
        #expect(exit.rawValue == status)
        #expect(report.produced == 2.5)
    }

    @Test(arguments: [1, 2, 66, 78, 126, 255])
    func `any other status is a crash`(status: Int) async throws {
        #expect(try await run("exit \(status)") == .crashed("exit status \(status)"))
    }

    @Test(arguments: [SIGSEGV, SIGKILL, SIGTERM, SIGXCPU])
    func `a signal is a crash`(signal: Int32) async throws {
        #expect(try await run("kill -\(signal) $$; sleep 60") == .crashed("signal \(signal)"))
    }

    @Test func `a flood of words is read away and the report found in it`() async throws {
        let ending = try await run(
            """
            head -c 8000000 /dev/zero | tr '\\0' x >&2
            echo >&2
            yes 'not a message' | head -n 100000 >&2
            head -c 1000000 /dev/urandom >&2
            echo >&2
            """ + "\n" + Script.report())
        guard case .exited(.converted, let report?) = ending else {
            Issue.record("\(ending)")
            return
        }
        #expect(report.produced == 2.5)
    }

    @Test func `a report that is cut off is no report`() async throws {
        #expect(try await run(#"printf '{"report":{"prod' >&2"#) == .exited(.converted, nil))
    }

    @Test(arguments: ["", "trap '' TERM INT HUP QUIT; "])
    func `one that hangs is ended with its task`(trap: String) async throws {
        let task = Task { try await run(trap + "echo $$; exec sleep 600") }
        let pid = try await eventually("it runs") { (try? audio()).flatMap { pid_t($0.dropLast()) } }
        #expect(kill(pid, 0) == 0)
        task.cancel()
        await #expect(throws: CancellationError.self) { _ = try await task.value }
        #expect(kill(pid, 0) == -1)
    }

    @Test func `what cannot be started is an error`() async throws {
        let converter = ConverterProcess(executable: "/nowhere/convert", limits: ConversionLimits(), threads: nil)
        let null = try Descriptor.open("/dev/null", flags: O_RDWR)
        var failure: (any Error)?
        do {
            _ = try await converter.run(source: null, audio: null, preset: .standard) { _ in }
        } catch {
            failure = error
        }
        #expect(failure != nil)
    }
}
