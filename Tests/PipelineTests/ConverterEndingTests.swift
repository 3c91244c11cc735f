import ConversionContract
import Foundation
import LinuxSystem
import Pipeline
import TestSupport
import Testing

/// The ways in which a converter can end a conversion, and what the service makes of them.
struct ConverterEndingTests {
    private let temporary: TemporaryDirectory

    init() throws { temporary = try TemporaryDirectory() }

    private func run(_ body: String, silence: Duration = .seconds(60)) async throws -> ConverterProcess.Ending {
        try await run(Script(body, in: temporary.path), silence: silence)
    }

    private func run(_ script: Script, silence: Duration = .seconds(60)) async throws -> ConverterProcess.Ending {
        let pool = ConverterPool(
            program: ConverterProgram(executable: script.path),
            orders: ConversionRequest(threads: 2, limits: ConversionLimits(duration: 60, outputBytes: 1_000_000)),
            capacity: 0,
            longestSilence: silence)
        let source = try Descriptor.open("/dev/null", flags: O_RDONLY)
        let audio = try Descriptor.open(temporary.path + "/audio", flags: O_RDWR | O_CREAT | O_TRUNC, mode: 0o600)
        return try await pool.convert(pool.orders, source: source, audio: audio, of: 1) { _ in }
    }

    @Test(arguments: [
        ("unsupported", 65), ("no-audio", 65), ("damaged", 65), ("over-limit", 65), ("incomplete", 75),
        ("input-output", 74), ("internal", 70), ("sandbox", 77),
    ])
    func `the report's reason is the status`(reason: String, status: Int32) async throws {
        guard case .exited(let exit, let report?) = try await run(Script.failure(reason)) else {
            Issue.record("there was no report")
            return
        }
        #expect(exit.rawValue == status)
        #expect(report.reason?.rawValue == reason)
    }

    @Test(arguments: [0, 64, 65, 70, 74, 75, 77] as [Int32])
    func `without a report, the exit status is`(status: Int32) async throws {
        let expected = try #require(ExitStatus(rawValue: status))
        #expect(try await run("exit \(status)") == .exited(expected, nil))
    }

    @Test(arguments: [1, 2, 66, 78, 255])
    func `any other status is a crash`(status: Int) async throws {
        #expect(try await run("exit \(status)") == .crashed("exit status \(status)"))
    }

    @Test(arguments: [126, 127])
    func `what a loader ends with says that nothing was begun`(status: Int) async throws {
        #expect(
            try await run("echo no such library >&2; exit \(status)")
                == .unable("exit status \(status): no such library�"))
    }

    @Test(arguments: ["nowhere", ""])
    func `a program that cannot be run is none's fault but the machine's`(name: String) async throws {
        let pool = ConverterPool(
            program: ConverterProgram(executable: temporary.path + "/" + name), orders: ConversionRequest(), capacity: 0
        )
        let source = try Descriptor.open("/dev/null", flags: O_RDONLY)
        let audio = try Descriptor.open(temporary.path + "/audio", flags: O_RDWR | O_CREAT, mode: 0o600)
        let ending = try await pool.convert(pool.orders, source: source, audio: audio, of: 1) { _ in }
        guard case .unable = ending else {
            Issue.record("\(ending)")
            return
        }
    }

    @Test(arguments: [SIGSEGV, SIGKILL, SIGTERM, SIGXCPU])
    func `a signal is a crash, and its last words are kept`(signal: Int32) async throws {
        #expect(
            try await run("echo Fatal: index out of range >&2; kill -\(signal) $$; sleep 60")
                == .crashed("signal \(signal): Fatal: index out of range�"))
    }

    @Test func `words are read away and the report counts`() async throws {
        let ending = try await run(
            """
            head -c 600000 /dev/zero | tr '\\0' x >&2
            echo >&2
            yes 'not a message' | head -n 10000 >&2
            head -c 100000 /dev/urandom | tr '{' x >&2
            echo >&2
            """ + "\n" + Script.report())
        guard case .exited(.converted, let report?) = ending else {
            Issue.record("\(ending)")
            return
        }
        #expect(report.produced == 2.5)
    }

    @Test func `a flood of words ends it`() async throws {
        #expect(try await run("yes 'not a message' >&2") == .stopped(.flood))
    }

    @Test func `one that starts many threads is ended`() async throws {
        let program = """
            #!/usr/bin/python3 -I
            import socket, threading, time
            peer = socket.socket(fileno=0)
            socket.recv_fds(peer, 4096, 4)
            for _ in range(100): threading.Thread(target=time.sleep, args=[600], daemon=True).start()
            time.sleep(600)
            """
        #expect(try await run(Script(program: program, in: temporary.path)) == .stopped(.tooManyThreads))
    }

    /// The kernel refuses it the memory, which ends it; the next conversion is another process's.
    @Test func `one that wants more memory than its bound is ended by that`() async throws {
        func program(wanting bytes: Int) throws -> Script {
            try Script(
                program: """
                    #!/usr/bin/python3 -I
                    import mmap, socket
                    peer = socket.socket(fileno=0)
                    _, descriptors, _, _ = socket.recv_fds(peer, 4096, 4)
                    # MAP_NORESERVE: addresses only, which a machine without the bound has.
                    mmap.mmap(-1, \(bytes), flags=mmap.MAP_PRIVATE | 0x4000)
                    for descriptor in descriptors: socket.close(descriptor)
                    peer.send(b'{"report":{"damagedPackets":0,"preset":"standard","produced":2.5}}')
                    peer.recv(1)
                    """, in: temporary.path)
        }
        let bound = Int(ConversionLimits.addressSpace(threads: 2))
        let ending = try await run(program(wanting: bound))
        guard case .crashed(let how) = ending else {
            Issue.record("\(ending)")
            return
        }
        #expect(how.contains("Cannot allocate memory"), "\(how)")
        guard case .exited(.converted, .some) = try await run(program(wanting: bound / 2)) else {
            Issue.record("half of it is too much")
            return
        }
    }

    @Test func `what it says last counts against what it wrote`() async throws {
        let ending = try await run("head -c 1000001 /dev/zero; " + Script.report())
        #expect(ending == .stopped(.tooLarge))
    }

    @Test(arguments: [#"{"progress":{"posi"#, "{}", #"{"progress":{"position":"x"}}"#, #"{"progress":{},"report":{}}"#])
    func `a message that is none is a crash`(message: String) async throws {
        #expect(
            try await run("echo '\(message)' >&2; sleep 600") == .crashed("it sent a message that is none"))
    }

    @Test func `a message that is too long is a crash`() async throws {
        let ending = try await run("(printf '{'; head -c 20000 /dev/zero | tr '\\0' x; echo) >&2; sleep 600")
        guard case .crashed(let how) = ending else {
            Issue.record("\(ending)")
            return
        }
        #expect(how.contains("Message too long"), "\(how)")
    }

    @Test func `one that floods with messages is ended`() async throws {
        #expect(
            try await run(#"yes '{"progress":{"position":1}}' >&2"#) == .stopped(.flood))
    }

    @Test func `one that stands still is ended`() async throws {
        #expect(
            try await run(#"echo '{"progress":{"position":1}}' >&2; exec sleep 600"#, silence: .seconds(1))
                == .stopped(.standstill))
    }

    @Test func `one that writes too much is ended`() async throws {
        #expect(
            try await run("head -c 1000001 /dev/zero; exec sleep 600") == .stopped(.tooLarge))
    }
}
