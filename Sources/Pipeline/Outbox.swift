import Domain
import FoundationEssentials
public import Logging
import Mail
public import ServiceLifecycle
public import Storage

/// Sends the letters that the ledger holds, on threads of its own: a mail server in trouble slows letters down, never
/// conversions.
public struct Outbox: Service {
    /// How long letters that were sent are remembered, and those that were given up.
    private static let keepSent: Double = 30 * 24 * 60 * 60
    private static let keepFailed: Double = 180 * 24 * 60 * 60
    private static let pruning: Duration = .seconds(60 * 60)
    /// How long a stop waits for a letter that is on its way.
    private static let farewell: Duration = .seconds(3)

    private let ledger: Ledger
    private let tree: AccountTree
    private let live: LiveState
    private let delivery: LetterDelivery
    private let retry: RetrySchedule
    private let letterQueued: Doorbell
    private let lettersAsked: Doorbell
    private let logger: Logger

    /// - Parameters:
    ///   - letterQueued: rung when there may be a letter to send.
    ///   - lettersAsked: rung when a command asks for letters to be tried now, or the mail server is said to be well.
    public init(
        ledger: Ledger, tree: AccountTree, live: LiveState, delivery: LetterDelivery,
        retry: RetrySchedule = RetrySchedule(), letterQueued: Doorbell, lettersAsked: Doorbell, logger: Logger
    ) {
        self.ledger = ledger
        self.tree = tree
        self.live = live
        self.delivery = delivery
        self.retry = retry
        self.letterQueued = letterQueued
        self.lettersAsked = lettersAsked
        self.logger = logger
    }

    public func run() async throws {
        let again = try await ledger.letters.recover()
        if again > 0 { logger.notice("letters of an earlier stop are sent again", metadata: ["letters": "\(again)"]) }
        if delivery.webhook == nil {
            try await ledger.letters.giveUpAll(.webhook, answer: "There is no webhook any more.")
        }
        let stop = Flag()
        let gates = [SendingGate(retry: retry), SendingGate(retry: retry)]
        let senders = try senders(mail: gates[0], webhook: gates[1], stop)
        let sending = Task {
            await withDiscardingTaskGroup { group in
                for sender in senders { group.addTask { await sender.run() } }
            }
        }
        await withTaskGroup { group in
            group.addTask { await cancelWhenGracefulShutdown { await heedCommands(gates) } }
            group.addTask { await cancelWhenGracefulShutdown { await prune() } }
            group.addTask { await finish(sending, stop) }
        }
    }

    /// Returns once all senders have: on a stop they end what they are sending, unless that takes too long.
    private func finish(_ sending: Task<Void, Never>, _ stop: Flag) async {
        await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                await sending.value
            } onGracefulShutdown: {
                stop.raise()
                letterQueued.ring()
                Task {
                    // Nobody cancels this task.
                    try? await Task.sleep(for: Self.farewell)
                    sending.cancel()
                }
            }
        } onCancel: {
            sending.cancel()
        }
    }

    private func senders(mail: SendingGate, webhook gate: SendingGate, _ stop: Flag) throws -> [LetterSender] {
        var senders: [LetterSender] = []
        func add(_ channel: Letter.Channel, _ way: LetterRoute.Way, _ gate: SendingGate) {
            let route = LetterRoute(way: way, composer: delivery.composer, links: delivery.links, tree: tree)
            senders.append(
                LetterSender(
                    number: senders.count, channel: channel, route: route, gate: gate, retry: retry, ledger: ledger,
                    live: live, letterQueued: letterQueued, stop: stop, logger: logger))
        }
        switch delivery.destination {
        case .directory(let path): add(.mail, .directory(path), mail)
        case .server(let server):
            for _ in 0..<max(1, delivery.connections) {
                add(.mail, .server(try SMTPConnection(to: server)), mail)
            }
        }
        if let webhook = delivery.webhook {
            add(.webhook, .webhook(try WebhookConnection(to: webhook)), gate)
        }
        return senders
    }

    private func heedCommands(_ gates: [SendingGate]) async {
        while !Task.isCancelled {
            let rings = lettersAsked.rings
            await lettersAsked.wait(past: rings, atMost: nil)
            for gate in gates { gate.open() }
            letterQueued.ring()
        }
    }

    private func prune() async {
        while !Task.isCancelled {
            do {
                let count = try await ledger.letters.prune(
                    sentBefore: .now - Self.keepSent, failedBefore: .now - Self.keepFailed)
                if count > 0 { logger.info("old letters forgotten", metadata: ["letters": "\(count)"]) }
            } catch  where !Task.isCancelled {
                logger.warning("cannot forget old letters", metadata: ["error": "\(error)"])
            } catch {}
            // Ended early only by a stop.
            try? await Task.sleep(for: Self.pruning)
        }
    }
}
