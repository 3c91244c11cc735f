import ConversionContract
import Domain
import Foundation
import LinuxSystem
import Logging
import Pipeline
import Storage
import TestSupport
import Testing

struct JobRunnerTests {
    private let world: World
    private let queued = Doorbell()
    private let ended = Doorbell()
    private let accountsChanged = Doorbell()

    init() throws { world = try World() }

    /// Runs the service with `script` as its converter while `body` runs.
    private func running(
        _ script: String, workers: Int = 1, logger: Logger? = nil, silence: Duration = .seconds(60),
        _ body: () async throws -> Void
    ) async throws {
        try await running(
            program: try Script(script, in: world.root).path, workers: workers, logger: logger, silence: silence, body)
    }

    private func running(
        program: String, workers: Int = 1, logger: Logger? = nil, silence: Duration = .seconds(60),
        _ body: () async throws -> Void
    ) async throws {
        let converters = ConverterPool(
            program: ConverterProgram(executable: program), orders: ConversionRequest(), capacity: workers,
            longestSilence: silence)
        let runner = JobRunner(
            ledger: world.ledger, spool: world.spool, converters: converters, live: world.live, workers: workers,
            jobQueued: queued, letterQueued: ended, accountsChanged: accountsChanged, logger: logger ?? world.logger)
        try await keepRunning({ try await runner.run() }, during: body)
    }

    private func state(_ job: Job) async throws -> JobState? { try await world.ledger.jobs.job(job.id)?.state }

    @Test func `a queued job becomes an MP3 and a letter`() async throws {
        let ada = try await world.account()
        let job = try await world.queuedJob(of: ada)
        try await running("cat; " + Script.report()) {
            try await eventually("it is published") { try await state(job) == .published && ended.rings > 0 }
        }
        #expect(try world.read("home/ada/outbox/talks/film.mp3") == "sound")
        #expect(world.has("home/ada/done/talks/film.mp4"))
        #expect(try world.names(in: ".spool").isEmpty)
        #expect(try await world.ledger.letters.counts() == ["queued": 1])
    }

    @Test func `several run at a time, and later ones are taken when they come`() async throws {
        let ada = try await world.account()
        try await running("cat; " + Script.report(), workers: 3) {
            for number in 0..<9 {
                _ = try await world.queuedJob(of: ada, drop: "\(number).mp4")
                queued.ring()
            }
            try await eventually("all are published") {
                try await world.ledger.jobs.counts() == [.published: 9]
            }
            try await eventually("all are archived") { try world.names(in: ".spool").isEmpty }
        }
        #expect(try world.names(in: "home/ada/outbox") == (0..<9).map { "\($0).mp3" })
    }

    @Test func `what cannot be converted fails with its reason beside it`() async throws {
        let ada = try await world.account()
        let job = try await world.queuedJob(of: ada)
        try await running(Script.failure("no-audio", "No sound.")) {
            try await eventually("it has failed") { try world.names(in: ".spool").isEmpty }
        }
        #expect(
            try await world.ledger.jobs.job(job.id)?.failure == JobFailure(reason: "no-audio", message: "No sound."))
        #expect(try world.names(in: "home/ada/failed/talks") == ["film.mp4", "film.mp4.txt"])
        #expect(!world.has("home/ada/outbox/talks"))
    }

    @Test func `a drop with a hole that cannot be converted waits for the rest`() async throws {
        let ada = try await world.account()
        let job = try await world.queuedJob(of: ada, drop: "film.mp4")
        #expect(truncate(world.root + "/.spool/\(job.id).source", 1 << 20) == 0)
        try await running(Script.failure("damaged")) {
            try await eventually("it is back in its inbox") {
                try await state(job) == nil && world.has("home/ada/inbox/film.mp4")
            }
        }
        #expect(try await world.ledger.incompleteDrops.all().map(\.isJudged) == [true])
        #expect(try world.names(in: "home/ada/failed").isEmpty)
    }

    @Test(arguments: [64, 74, 77, 126, 127])
    func `what is not the drop's fault is tried again later`(status: Int) async throws {
        let job = try await world.queuedJob(of: try await world.account())
        try await running("exit \(status)") {
            try await eventually("the attempt broke off") {
                try await world.ledger.jobs.nextRetry().map { $0 > .now } ?? false
            }
        }
        try await expectHeldUp(job)
    }

    @Test func `a converter that is not there is not the drop's fault`() async throws {
        let job = try await world.queuedJob(of: try await world.account())
        try await running(program: world.root + "/nowhere") {
            try await eventually("the attempt broke off") {
                try await world.ledger.jobs.nextRetry().map { $0 > .now } ?? false
            }
        }
        try await expectHeldUp(job)
    }

    /// The attempt does not count: it says nothing of the drop, however often it is made.
    private func expectHeldUp(_ job: Job) async throws {
        let held = try await world.ledger.jobs.heldUp()
        #expect(held.map(\.id) == [job.id])
        #expect(held.map(\.attempts) == [0])
        #expect(try world.read(".spool/\(job.id).source") == "sound")
        #expect(try await world.ledger.letters.counts() == [:])
    }

    @Test func `the owner is told of damage in the sound`() async throws {
        let job = try await world.queuedJob(of: try await world.account())
        try await running("cat; " + Script.report(damagedPackets: 3)) {
            try await eventually("it is published") { try await state(job) == .published }
        }
        let note = try #require(try await world.ledger.jobs.job(job.id)?.note)
        #expect(note.contains("damaged"))
        let letter = try #require(try await world.ledger.letters.takeNext(.mail))
        #expect(letter.items.map(\.note) == [note])
    }

    /// A drop that has taken its converter over would be tried for ever, and its owner would never hear of it.
    @Test(arguments: [
        "exit 64", "exit 74", "exit 77", "exit 126", "exit 127", Script.failure("sandbox", "the kernel has no seccomp"),
        Script.failure("input-output", "pread: Invalid argument"),
    ])
    func `who says so of a sound machine is not believed twice`(claim: String) async throws {
        let job = try await world.queuedJob(of: try await world.account())
        // The check's source is empty.
        let honest = "if [ ! -s /dev/stdin ]; then " + Script.failure("incomplete") + "; exit; fi; "
        try await running(honest + claim) {
            try await eventually("it has failed") { try await state(job) == .failed }
        }
        #expect(
            try await world.ledger.jobs.job(job.id)?.failure
                == JobFailure(
                    reason: "damaged", message: "The video is damaged in a way that stops the conversion."))
        #expect(try await world.ledger.letters.counts() == ["queued": 1])
    }

    @Test func `a converter that lies in every number and word ends nothing but its job`() async throws {
        let ada = try await world.account()
        let (job, other) = (
            try await world.queuedJob(of: ada), try await world.queuedJob(of: ada, drop: "other.mp4")
        )
        try world.write("lies", to: ".spool/\(job.id).source")
        let lies = #"""
            if [ "$(cat)" = lies ]; then
              for n in 0 -1e308 1e308 0 1e-307; do
                echo "{\"progress\":{\"position\":$n,\"duration\":1}}" >&2
                echo "{\"progress\":{\"position\":$n,\"duration\":1e308}}" >&2
                sleep 0.7
              done
              echo sound
              printf '%s' '{"report":{"damagedPackets":9223372036854775807,"preset":"high","produced":1e308,"promised":1e308,
                "encoder":"\u001b[2J","codec":"\r","track":-9223372036854775808,
                "loudness":{"integrated":-1e308,"peak":1e308}}}' | tr -d '\n' >&2
              exit
            fi
            echo sound;
            """#
        let statusFile = StatusFile(ledger: world.ledger, tree: world.tree, live: world.live, logger: world.logger)
        let progressFile = ProgressFile(
            state: world.state, ledger: world.ledger, live: world.live, logger: world.logger)
        try await keepRunning({ try await statusFile.run() }) {
            try await keepRunning({ try await progressFile.run() }) {
                try await running(lies + Script.report()) {
                    try await eventually("both are published") {
                        try await world.ledger.jobs.counts() == [.published: 2]
                    }
                    try await eventually("it is said") {
                        try world.read("home/ada/outbox/STATUS.txt").contains("Done today: 2")
                    }
                }
            }
        }
        #expect(try await world.ledger.jobs.job(job.id)?.duration == 1e9)
        #expect(try await world.ledger.jobs.job(other.id)?.duration == 2.5)
    }

    @Test func `a hang costs its own job, and its owner is told`() async throws {
        let ada = try await world.account()
        let hanging = try await world.queuedJob(of: ada)
        try world.write("hang", to: ".spool/\(hanging.id).source")
        let healthy = try await world.queuedJob(of: ada, drop: "healthy.mp4")
        try await running(
            "if [ \"$(cat)\" = hang ]; then exec sleep 600; fi; echo sound; " + Script.report(), workers: 2,
            silence: .seconds(5)
        ) {
            try await eventually("the healthy one is published") { try await state(healthy) == .published }
            try await eventually("the other has failed") { try await state(hanging) == .failed }
        }
        #expect(
            try await world.ledger.jobs.job(hanging.id)?.failure
                == JobFailure(reason: "over-limit", message: ConversionWatch.Objection.standstill.rawValue))
        #expect(try world.names(in: "home/ada/failed/talks") == ["film.mp4", "film.mp4.txt"])
    }

    @Test func `a job that is cancelled is stopped`() async throws {
        let job = try await world.queuedJob(of: try await world.account())
        try await running("echo $$; exec sleep 600") {
            let pid = try await eventually("it runs") {
                (try? world.read(".spool/\(job.id).mp3")).flatMap { pid_t($0.dropLast()) }
            }
            _ = try await world.ledger.jobs.cancel(job.id)
            accountsChanged.ring()
            try await eventually("the converter is gone") { kill(pid, 0) == -1 }
            try await eventually("the original is archived") { try world.names(in: ".spool").isEmpty }
        }
        #expect(try await state(job) == .cancelled)
        #expect(try world.names(in: "home/ada/failed/talks") == ["film.mp4", "film.mp4.txt"])
        #expect(try await world.ledger.letters.counts() == [:])
    }

    @Test func `a restart does not make one crash the second`() async throws {
        let job = try await world.queuedJob(of: try await world.account())
        _ = try await world.ledger.jobs.takeNext()
        _ = try await SpoolRecovery(ledger: world.ledger, spool: world.spool).run()
        let once = world.root + "/once"
        try await running("test -e \(once) && { cat; \(Script.report()); } || { touch \(once); kill -SEGV $$; }") {
            try await eventually("it is published") { try await state(job) == .published }
        }
        #expect(try await world.ledger.jobs.job(job.id)?.crashes == 1)
    }

    @Test func `a drop that ends the service each time is given up in the end`() async throws {
        let ada = try await world.account()
        let job = try await world.queuedJob(of: ada)
        for _ in 0..<50 {
            _ = try await world.ledger.jobs.takeNext()
            _ = try await world.ledger.jobs.requeue(job.id, after: .interrupted)
        }
        try await running("cat; " + Script.report()) {
            try await eventually("it has failed") { try await state(job) == .failed }
        }
        #expect(try await world.ledger.jobs.job(job.id)?.failure?.message.contains("50 times") == true)
    }

    @Test func `a stop leaves everything to recovery`() async throws {
        let job = try await world.queuedJob(of: try await world.account())
        try await running("echo $$; exec sleep 600") {
            try await eventually("it runs") { world.has(".spool/\(job.id).mp3") }
        }
        #expect(try await state(job) == .converting)
        _ = try await SpoolRecovery(ledger: world.ledger, spool: world.spool).run()
        #expect(try await state(job) == .queued)
        #expect(try world.names(in: ".spool") == ["\(job.id).source"])
    }

    /// A worker that tried to archive one account's original for ever would convert nothing else.
    @Test func `one account's trouble does not hold up another's jobs`() async throws {
        let (ada, bob) = (try await world.account("ada"), try await world.account("bob"))
        _ = try await world.queuedJob(of: ada)
        let other = try await world.queuedJob(of: bob)
        try FileManager.default.removeItem(at: world.url("home/ada/done"))
        try world.write("in the way", to: "home/ada/done")
        try await running("cat; " + Script.report()) {
            try await eventually("bob's is published") { try await state(other) == .published }
        }
    }

    /// Where the MP3 cannot be made, the source's descriptor is closed too.
    @Test func `an attempt that cannot begin leaves no descriptor open`() async throws {
        let job = try await world.queuedJob(of: try await world.account())
        try FileManager.default.createDirectory(
            at: world.url(".spool/\(job.id).mp3"), withIntermediateDirectories: false)
        let warned = Doorbell()
        try await running("exit 0", logger: Logger(label: "test") { _ in WarningBell(bell: warned) }) {
            await warned.waitUntilRung(1)
        }
        let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap {
            try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/" + $0)
        }
        #expect(!open.contains { $0.hasSuffix("\(world.root)/.spool/\(job.id).source") })
    }
}
