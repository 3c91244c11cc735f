import Domain
import FoundationEssentials
import Logging
import Mail
import Storage

/// Sends letters of one channel, one after the other, until it is told to stop.
struct LetterSender: Sendable {
    /// How long a connection is kept that nobody needs.
    private static let idle: Duration = .seconds(10)
    /// A ring that never came is made up for.
    private static let slowest: Duration = .seconds(60)

    let number: SendingGate.Sender
    let channel: Letter.Channel
    let route: LetterRoute
    let gate: SendingGate
    let retry: RetrySchedule
    let ledger: Ledger
    let live: LiveState
    let letterQueued: Doorbell
    let stop: Flag
    let logger: Logger

    func run() async {
        var isResting = true
        while !stop.isRaised, !Task.isCancelled {
            let rings = letterQueued.rings
            do {
                if let remaining = gate.remaining(for: number) {
                    await route.rest()
                    await letterQueued.wait(past: rings, atMost: remaining)
                } else if let letter = try await next() {
                    isResting = false
                    await send(letter)
                } else {
                    let due = try await ledger.letters.nextDue(channel)
                    let pause = due.map { Duration.seconds(max(0, $0.timeIntervalSinceNow)) } ?? Self.slowest
                    let wasRung = await letterQueued.hasRung(
                        past: rings, within: min(pause, isResting ? Self.slowest : Self.idle))
                    if !wasRung, pause > Self.idle, !isResting {
                        await route.rest()
                        isResting = true
                    }
                }
            } catch  where !Task.isCancelled {
                logger.error("cannot read the letters", metadata: ["error": "\(error)"])
                // Ended early only by a stop.
                try? await Task.sleep(for: .seconds(5))
            } catch {}
        }
        await route.rest()
    }

    /// Looks before it asks for the ledger's write lock.
    private func next() async throws -> Letter? {
        guard let due = try await ledger.letters.nextDue(channel), due <= .now else { return nil }
        return try await ledger.letters.takeNext(channel)
    }

    private func send(_ letter: Letter) async {
        var logger = logger
        logger[metadataKey: "letter"] = "\(letter.id)"
        if let expires = letter.expires, expires <= .now {
            return await giveUp(letter, "What it leads to was good until \(expires.formatted(.iso8601)).", logger)
        }
        let generation = gate.generation
        switch await route.deliver(letter) {
        case .success(let answer):
            gate.serverAnswered(number)
            await writeDown(logger) { [letters = ledger.letters] in
                try await letters.markSent(letter.id, answer: answer)
            }
            logger.info("letter delivered", metadata: ["to": "\(letter.recipient)", "answer": "\(answer)"])
            live.post(.letter(letter, answer: answer))
        case .failure(let failure): await keep(letter, after: failure, generation: generation, logger)
        }
    }

    private func keep(_ letter: Letter, after failure: DeliveryFailure, generation: Int, _ logger: Logger) async {
        // Stopped on the way: the next start puts it back and tries it at once.
        guard !Task.isCancelled else { return }
        let letters = ledger.letters
        let pause: Duration
        if failure.concernsLetter {
            gate.serverAnswered(number)
            pause = retry.pause(after: letter.attempts)
        } else {
            // The gate holds letters up, and no letter itself: a start, or `mail retry`, tries at once.
            gate.serverFailed(number, generation: generation)
            pause = .zero
        }
        guard failure.kind != .permanent, retry.isPatient(since: letter.since) else {
            return await giveUp(letter, failure.cause, logger)
        }
        await writeDown(logger) {
            try await letters.postpone(letter.id, until: .now + pause / .seconds(1), answer: failure.cause)
        }
        logger.log(
            level: failure.kind == .misconfigured ? .critical : .warning,
            "letter not delivered, trying again later", metadata: ["cause": "\(failure.cause)"])
    }

    private func giveUp(_ letter: Letter, _ cause: String, _ logger: Logger) async {
        await writeDown(logger) { [letters = ledger.letters] in try await letters.giveUp(letter.id, answer: cause) }
        logger.error("letter given up", metadata: ["cause": "\(cause)"])
    }

    /// Writes down what came of a try, however long the ledger refuses, and although a stop has cancelled this task: a
    /// letter that was sent but not marked would be sent again.
    private func writeDown(_ logger: Logger, _ change: @escaping @Sendable () async throws -> Void) async {
        while true {
            do {
                return try await Task { try await change() }.value
            } catch {
                logger.error("cannot write down what came of a letter", metadata: ["error": "\(error)"])
                guard !stop.isRaised, !Task.isCancelled else { return }
                // Ended early only by a stop.
                try? await Task.sleep(for: .seconds(5))
            }
        }
    }
}
