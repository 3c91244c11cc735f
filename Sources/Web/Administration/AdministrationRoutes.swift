import ConversionContract
import Domain
import FoundationEssentials
import Hummingbird
import LinuxSystem
import Storage

/// What administrators look at. For everybody else who is signed in it does not exist.
struct AdministrationRoutes: Sendable {
    let world: World

    /// Rows of each list at most.
    private static let rows = 50

    @Sendable func page(_ request: Request, _ context: Routes.Context) async throws -> Response {
        let account = try await administrator(request)
        return world.pages.administration(AdministrationPage(account, try await look()))
    }

    @Sendable func document(_ request: Request, _ context: Routes.Context) async throws -> Response {
        _ = try await administrator(request)
        return try .json(try await look())
    }

    private func administrator(_ request: Request) async throws -> Account {
        let account = try await world.visitors.signedIn(request).account
        guard account.isAdministrator else { throw Problem.notFound() }
        return account
    }

    private func look() async throws -> AdministrationDocument {
        let figures = try await world.ledger.accounts.figures(since: Calendar.current.startOfDay(for: .now))
        let names = Dictionary(uniqueKeysWithValues: figures.map { ($0.account.id, $0.account.name.text) })
        return AdministrationDocument(
            accounts: figures.map(AdministrationDocument.Account.init), queue: try await queue(names),
            load: try await load())
    }

    private func queue(_ names: [Account.ID: String]) async throws -> AdministrationDocument.Queue {
        let (ledger, live) = (world.ledger, world.live)
        let converting = try await ledger.jobs.jobs(in: .converting, limit: Self.rows)
        let heldUp = try await ledger.jobs.heldUp(limit: Self.rows)
        let waiting = live.waiting
        let letters = try await ledger.letters.counts()
        return AdministrationDocument.Queue(
            converting: converting.map { job in
                AdministrationDocument.Conversion(
                    id: String(job.id), account: names[job.account] ?? "", name: job.drop.display,
                    progress: live.progress(of: job.id)?.fraction, left: live.timeLeft(of: job.id)?.inSeconds)
            },
            queued: try await ledger.jobs.queueLength(),
            heldUp: heldUp.map { job in
                AdministrationDocument.Held(
                    account: names[job.account] ?? "", name: job.drop.display, message: job.setback ?? "")
            },
            waiting: waiting.count,
            waitingDrops: waiting.prefix(Self.rows).map { drop in
                AdministrationDocument.Held(
                    account: names[drop.account] ?? "", name: drop.drop.display, message: drop.reason.explanation)
            },
            letters: .init(queued: letters["queued"] ?? 0, failed: letters["failed"] ?? 0))
    }

    private func load() async throws -> AdministrationDocument.Load {
        let (tree, conversions) = (world.tree, world.settings.conversions)
        return try await onBlockingThread {
            let (space, memory) = (try tree.homes().space(), Machine.memory)
            return AdministrationDocument.Load(
                averages: Machine.loadAverages, processors: Machine.processors,
                memory: .init(service: Machine.ownMemory, total: memory.total, available: memory.available),
                disk: .init(total: space.total, available: space.available), conversions: conversions)
        }
    }
}

extension AdministrationDocument.Account {
    init(_ figures: AccountFigures) {
        self.init(
            name: figures.account.name.text, email: figures.account.email.text, enabled: figures.account.isEnabled,
            administrator: figures.account.isAdministrator, jobsToday: figures.jobsToday,
            queuedBytes: figures.queuedBytes, lastDrop: figures.lastDrop)
    }
}
