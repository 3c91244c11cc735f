import Domain
import FoundationEssentials
public import Logging
public import Mail
public import ServiceLifecycle
public import Storage

/// Sends the letters that the ledger holds. A mail server in trouble slows letters down, never conversions.
public struct Outbox: Service {
    private static let batch = 16
    private static let firstPause: Double = 60
    private static let longestPause: Double = 4 * 60 * 60
    /// RFC 5321 section 4.5.4.1 asks for four to five days.
    private static let patience: Double = 5 * 24 * 60 * 60

    private let ledger: Ledger
    private let tree: AccountTree
    private let live: LiveState
    private let composer: LetterComposer
    private let delivery: LetterDelivery
    private let letterQueued: Doorbell
    private let logger: Logger

    public init(
        ledger: Ledger, tree: AccountTree, live: LiveState, composer: LetterComposer, delivery: LetterDelivery,
        letterQueued: Doorbell, logger: Logger
    ) {
        self.ledger = ledger
        self.tree = tree
        self.live = live
        self.composer = composer
        self.delivery = delivery
        self.letterQueued = letterQueued
        self.logger = logger
    }

    public func run() async throws {
        try await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let rings = letterQueued.rings
                do {
                    let letters = try await ledger.letters.due(limit: Self.batch)
                    for letter in letters { try await send(letter) }
                    guard letters.isEmpty else { continue }
                    let due = try await ledger.letters.nextDue()
                    await letterQueued.wait(
                        past: rings, atMost: due.map { .seconds(max(0, $0.timeIntervalSinceNow)) })
                } catch  where !Task.isCancelled {
                    logger.error("cannot read the letters", metadata: ["error": "\(error)"])
                    try await Task.sleep(for: .seconds(5))
                } catch {}
            }
        }
    }

    private func send(_ letter: Letter) async throws {
        var logger = logger
        logger[metadataKey: "letter"] = "\(letter.id)"
        let message = composer.message(for: letter, outbox: tree.path(.outbox, of: letter.accountName))
        switch await delivery.deliver(message, of: letter) {
        case .success(let answer):
            try await ledger.letters.markSent(letter.id, answer: answer)
            logger.info("letter delivered", metadata: ["to": "\(letter.recipient)", "answer": "\(answer)"])
            live.post(.letter(letter, answer: answer))
        case .failure(let failure): try await keep(letter, after: failure, logger)
        }
    }

    private func keep(_ letter: Letter, after failure: DeliveryFailure, _ logger: Logger) async throws {
        guard failure.kind != .permanent, Date.now.timeIntervalSince(letter.created) < Self.patience else {
            try await ledger.letters.giveUp(letter.id, answer: failure.cause)
            return logger.error("letter given up", metadata: ["cause": "\(failure.cause)"])
        }
        let pause = min(Self.firstPause * Double(1 << min(letter.attempts, 10)), Self.longestPause)
        try await ledger.letters.postpone(letter.id, until: .now + pause, answer: failure.cause)
        logger.log(
            level: failure.kind == .misconfigured ? .critical : .warning,
            "letter not delivered, trying again later", metadata: ["cause": "\(failure.cause)"])
    }
}
