import Domain
import FoundationEssentials
import GRDB

extension Letter {
    /// - Throws: ``LedgerError/unreadableRow`` where a column does not hold what it should.
    init(row: Row, in database: Database) throws {
        let id: Int64 = row["id"]
        let items = try Row.fetchAll(
            database, sql: "SELECT * FROM letterItem WHERE letter = ? ORDER BY id", arguments: [id]
        ).map(Item.init(row:))
        guard let accountName = AccountName(row["accountName"]),
            let recipient = Recipient(channel: row["channel"], stored: row["recipient"]), !items.isEmpty
        else { throw LedgerError.unreadableRow(table: "letter", id: id) }
        self.init(
            id: id, token: row["token"], account: row["account"], accountName: accountName, recipient: recipient,
            items: items, created: Date(stored: row["created"]), since: Date(stored: row["since"]),
            attempts: row["attempts"])
    }
}

extension Letter.Recipient {
    var stored: String {
        switch self {
        case .address(let address): address.text
        case .webhook: ""
        }
    }

    init?(channel: String, stored: String) {
        switch Letter.Channel(rawValue: channel) {
        case .mail:
            guard let address = EmailAddress(stored) else { return nil }
            self = .address(address)
        case .webhook: self = .webhook
        case nil: return nil
        }
    }
}

extension Letter.Item {
    init(row: Row) throws {
        guard let subject = Letter.Subject(row: row) else {
            throw LedgerError.unreadableRow(table: "letterItem", id: row["id"])
        }
        self.init(
            subject, job: row["job"], drop: (row["dropPath"] as Data?).flatMap(DropPath.init(stored:)),
            date: Date(stored: row["created"]), note: subject.kind == .completed ? row["message"] : nil)
    }
}

extension Letter.Subject {
    /// What of it is written down beside its kind.
    struct Columns {
        var output: DropPath?
        /// Seconds of sound, or of waiting.
        var duration: Double?
        var reason: String?
        var message: String?
        var link: String?
        var expires: Date?
    }

    var columns: Columns {
        switch self {
        case .completed(let output, let duration): Columns(output: output, duration: duration)
        case .failed(let failure): Columns(reason: failure.reason, message: failure.message)
        case .incomplete(let after): Columns(duration: after)
        case .quota(let message): Columns(message: message)
        case .confirmAddress(let link, let expires), .resetPassword(let link, let expires):
            Columns(link: link, expires: expires)
        case .alreadyRegistered(let page): Columns(link: page)
        }
    }

    init?(row: Row) {
        let link: String? = row["link"]
        let expires = (row["expires"] as Double?).map(Date.init(stored:))
        switch Letter.Kind(rawValue: row["kind"]) {
        case .completed:
            guard let output = (row["output"] as Data?).flatMap(DropPath.init(stored:)) else { return nil }
            self = .completed(output: output, duration: row["duration"])
        case .failed:
            guard let failure = JobFailure(row: row) else { return nil }
            self = .failed(failure)
        case .incomplete: self = .incomplete(after: row["duration"])
        case .quota:
            guard let message: String = row["message"] else { return nil }
            self = .quota(message: message)
        case .confirmAddress:
            // The link of one that was sent is gone.
            guard let expires else { return nil }
            self = .confirmAddress(link: link ?? "", expires: expires)
        case .resetPassword:
            guard let expires else { return nil }
            self = .resetPassword(link: link ?? "", expires: expires)
        case .alreadyRegistered: self = .alreadyRegistered(page: link)
        case nil: return nil
        }
    }
}
