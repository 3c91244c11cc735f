import Domain
import LinuxSystem
import Pipeline

/// The drops that wait in inboxes, for commands: as the running service sees them, or else as they lie there.
struct WaitingList {
    let administration: Administration
    /// The service's process, 0 where its number is not known; nil where none runs.
    let service: Int32?

    init(_ administration: Administration) throws {
        self.administration = administration
        service = try ExclusiveLock.holder(of: administration.settings.lock)
    }

    /// - Parameter accounts: whose.
    func rows(of accounts: [Account]) async throws -> [JobRow] {
        let names = Dictionary(uniqueKeysWithValues: accounts.map { ($0.id, $0.name.text) })
        guard service == nil else {
            // One that has only just started has written nothing.
            return (WaitingFile.read(state: administration.settings.state) ?? []).compactMap { entry in
                names[entry.account].map { JobRow(entry, account: $0) }
            }
        }
        let survey = InboxSurvey(ledger: administration.ledger, tree: administration.tree)
        var rows: [JobRow] = []
        for account in accounts {
            rows += try await survey.waiting(of: account).map { JobRow(.init($0), account: account.name.text) }
        }
        return rows
    }
}
