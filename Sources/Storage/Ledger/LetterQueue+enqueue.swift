public import Domain
import FoundationEssentials
import GRDB

/// How letters enter the queue.
extension LetterQueue {
    /// Queues what the owner of a job that ended gets, and the webhook's event: in the transaction that ends it.
    func enqueue(_ database: Database, for job: Job) throws {
        guard let subject = job.failure.map(Letter.Subject.failed) ?? job.completed else { return }
        let item = Letter.Item(subject, job: job.id, drop: job.drop, date: .now, note: job.note)
        try enqueue(database, item, for: job.account)
    }

    /// Queues a notice that belongs to no end of a job. Whoever calls this tells the service to look.
    public func enqueue(
        _ subject: Letter.Subject, job: Job.ID? = nil, drop: DropPath? = nil, for account: Account.ID
    ) async throws {
        let item = Letter.Item(subject, job: job, drop: drop, date: .now)
        try await database.write { try enqueue($0, item, for: account) }
    }

    /// Queues a notice that the account's quota is reached, unless one was queued within a day.
    /// - Returns: Whether there is a new letter.
    public func tellOfQuota(_ message: String, to account: Account.ID) async throws -> Bool {
        let item = Letter.Item(.quota(message: message), date: .now)
        return try await database.write { database in
            let sql = """
                SELECT 1 FROM letter JOIN letterItem ON letterItem.letter = letter.id
                WHERE letter.account = ? AND kind = ? AND letter.created > ? LIMIT 1
                """
            let arguments: StatementArguments = [account, item.subject.kind.rawValue, item.date.stored - 24 * 3600]
            guard try Row.fetchOne(database, sql: sql, arguments: arguments) == nil else { return false }
            try enqueue(database, item, for: account)
            return true
        }
    }

    /// For a transaction that does more than this.
    func enqueue(_ database: Database, _ item: Letter.Item, for id: Account.ID) throws {
        guard let row = try Row.fetchOne(database, sql: "SELECT * FROM account WHERE id = ?", arguments: [id]) else {
            return
        }
        let account = try Account(row: row)
        let kind = item.subject.kind
        if policy.hasWebhook, !kind.isAsked {
            let event = try insert(database, .webhook, account.id, named: account.name, item, waits: false)
            try add(database, item, to: event)
        }
        guard account.letters.wants(kind) else { return }
        let waits = policy.isSharing && account.letters.shares(kind)
        let open = waits ? try openLetter(database, of: account, at: item.date) : nil
        let letter =
            try open
            ?? insert(database, .address(account.email), account.id, named: account.name, item, waits: waits)
        try add(database, item, to: letter)
        if open != nil { try prolong(database, letter, after: item.date) }
    }

    /// To somebody who has no account yet.
    func enqueue(_ database: Database, _ item: Letter.Item, to email: EmailAddress, named name: AccountName) throws {
        let letter = try insert(database, .address(email), nil, named: name, item, waits: false)
        try add(database, item, to: letter)
    }

    /// The letter that this account's next result can share.
    private func openLetter(_ database: Database, of account: Account, at now: Date) throws -> Letter.ID? {
        let sql = """
            SELECT id FROM letter WHERE account = ? AND isOpen AND channel = 'mail' AND state = 'queued'
            AND recipient = ? AND created > ? AND (SELECT count(*) FROM letterItem WHERE letter = letter.id) < ?
            ORDER BY id DESC LIMIT 1
            """
        return try Int64.fetchOne(
            database, sql: sql,
            arguments: [
                account.id, account.email.text, now.stored - policy.windowAtMost.inSeconds, LetterPolicy.mostItems,
            ])
    }

    private func insert(
        _ database: Database, _ recipient: Letter.Recipient, _ account: Account.ID?, named name: AccountName,
        _ item: Letter.Item, waits: Bool
    ) throws -> Letter.ID {
        let random = UUID().uuidString.lowercased()
        let pause = min(policy.window.inSeconds, policy.windowAtMost.inSeconds)
        try database.execute(
            sql: """
                INSERT INTO letter
                (token, channel, account, accountName, recipient, isOpen, created, since, notBefore)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                item.job.map { "job-\($0)-\(random)" } ?? random, recipient.channel.rawValue, account,
                name.text, recipient.stored, waits ? 1 : 0, item.date.stored, item.date.stored,
                waits ? item.date.stored + pause : 0,
            ])
        return database.lastInsertedRowID
    }

    private func prolong(_ database: Database, _ id: Letter.ID, after date: Date) throws {
        try database.execute(
            sql: "UPDATE letter SET notBefore = min(?, created + ?) WHERE id = ?",
            arguments: [date.stored + policy.window.inSeconds, policy.windowAtMost.inSeconds, id])
    }

    private func add(_ database: Database, _ item: Letter.Item, to letter: Letter.ID) throws {
        let columns = item.subject.columns
        try database.execute(
            sql: """
                INSERT INTO letterItem
                (letter, kind, job, dropPath, output, duration, reason, message, link, expires, created)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                letter, item.subject.kind.rawValue, item.job, item.drop.map { Data($0.bytes) },
                columns.output.map { Data($0.bytes) }, columns.duration, columns.reason,
                columns.message ?? item.note, columns.link, columns.expires?.stored, item.date.stored,
            ])
    }
}

extension Job {
    fileprivate var completed: Letter.Subject? {
        output.map { .completed(output: $0, duration: duration) }
    }
}

extension Duration {
    var inSeconds: Double { self / .seconds(1) }
}
