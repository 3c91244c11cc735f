import Domain
import LinuxSystem

/// The drops that lie in inboxes: which have stopped changing, which wait for something else, and when to look again.
/// Pure bookkeeping; `InboxWatcher` tells it what it saw. A change costs the same however many drops there are.
struct Readiness {
    /// What a look found out besides the file's status.
    struct Hint: OptionSet {
        let rawValue: Int

        /// It came by a rename.
        static let renamed = Hint(rawValue: 1)
        /// Somebody who had it open for writing closed it.
        static let closed = Hint(rawValue: 2)
    }

    struct Entry {
        var arrival: Arrival
        var reason: WaitReason
        /// When to try to take the drop; nil while only a change of its own can help.
        var due: ContinuousClock.Instant?
        /// Somebody wrote to it, or might have, since its end was found missing.
        var isClosedAnew = false
    }

    private typealias Folder = [DropPath: Entry]

    private let settle: Arrival.SettleTimes
    /// The most drops of an account that are kept in mind; the others are seen when these are fewer.
    private let most: Int
    private var counts: [Account.ID: Int] = [:]
    /// Accounts whose inbox held more than that.
    private var overfull: Set<Account.ID> = []
    private var drops: [Account.ID: [DropPath?: Folder]] = [:]
    private var queue = DueQueue()
    /// What has left the queue because its time has come, so that a batch costs what it has, and not what is due.
    private var ready: [Account.ID: DueLine] = [:]

    init(settle: Arrival.SettleTimes, most: Int = 200_000) {
        self.settle = settle
        self.most = most
    }

    // MARK: What was seen

    /// Notes a look at a file. Returns whether the drop is new.
    @discardableResult
    mutating func see(
        _ drop: DropPath, of account: Account.ID, _ status: FileStatus, _ hint: Hint, at now: ContinuousClock.Instant
    ) -> Bool {
        let fingerprint = Arrival.Fingerprint(status)
        let wasRenamed = hint.contains(.renamed)
        let known = entry(drop, of: account)
        guard known != nil || count(of: account) < most else {
            overfull.insert(account)
            return false
        }
        var arrival = known?.arrival ?? Arrival(fingerprint, wasRenamed: wasRenamed, at: now)
        arrival.look(fingerprint, wasRenamed: wasRenamed, at: now)
        if let known, arrival == known.arrival {
            heed(hint, unchanged: drop, known, of: account, at: now)
            return false
        }
        if var known, case .trouble = known.reason, known.arrival.fingerprint.isSameContent(as: fingerprint) {
            // It was taken and put back, which is no news of the file: the trouble is still waited out, and shown.
            known.arrival = arrival
            set(known, for: drop, of: account)
            return false
        }
        let (reason, mayBeTaken): (WaitReason, Bool) =
            switch status.kind {
            case .symbolicLink: (.symbolicLink, false)
            case .regular where status.size == 0: (.empty, false)
            case .regular: (.settling, true)
            case .directory: (.nestedTooDeeply, false)
            case .fifo, .socket, .device: (.notRegularFile, false)
            }
        set(
            Entry(arrival: arrival, reason: reason, due: mayBeTaken ? arrival.settles(settle) : nil),
            for: drop, of: account)
        return known == nil
    }

    /// Nothing about the drop changed, but somebody did something: what it waited for may be over.
    private mutating func heed(
        _ hint: Hint, unchanged drop: DropPath, _ known: Entry, of account: Account.ID,
        at now: ContinuousClock.Instant
    ) {
        var entry = known
        switch known.reason {
        case .settling, .beingWritten, .incomplete:
            // A client that stalled for long, or a resumed upload that had nothing more to send, say.
            guard hint.contains(.closed) else { return }
            entry.arrival.close(at: now)
            entry.isClosedAnew = known.isClosedAnew || known.reason == .incomplete
            entry.reason = .settling
            entry.due = entry.arrival.settles(settle)
        default:
            guard hint.contains(.closed) || known.due != nil else { return }
            if hint.contains(.closed) { entry.arrival.close(at: now) }
            if known.due != nil { entry.due = now }
        }
        set(entry, for: drop, of: account)
    }

    /// The drop is not in its inbox any more.
    mutating func forget(_ drop: DropPath, of account: Account.ID) {
        if drops[account]?[drop.folder]?.removeValue(forKey: drop) != nil { counts[account, default: 0] -= 1 }
        if drops[account]?[drop.folder]?.isEmpty == true { drops[account]?.removeValue(forKey: drop.folder) }
        dropStale(of: account)
    }

    /// A scan of `folder` saw these names and no others.
    mutating func retain(_ seen: Set<DropPath>, in folder: DropPath?, of account: Account.ID) {
        guard let known = drops[account]?[folder] else { return }
        for drop in known.keys where !seen.contains(drop) { forget(drop, of: account) }
    }

    /// Forgets what lies in a folder that is gone.
    mutating func forget(folder: DropPath?, of account: Account.ID) {
        if let folder {
            let prefix = folder.bytes + [UInt8(ascii: "/")]
            for other in drops[account]?.keys.filter({ $0 == folder || $0?.bytes.starts(with: prefix) == true }) ?? [] {
                counts[account, default: 0] -= drops[account]?.removeValue(forKey: other)?.count ?? 0
            }
        } else {
            drops[account] = nil
            counts[account] = nil
        }
        dropStale(of: account)
    }

    /// Whether the drop is still as it was when it was last seen.
    func isUnchanged(_ drop: DropPath, of account: Account.ID, _ status: FileStatus) -> Bool {
        entry(drop, of: account)?.arrival.fingerprint == Arrival.Fingerprint(status)
    }

    func isClosedAnew(_ drop: DropPath, of account: Account.ID) -> Bool {
        entry(drop, of: account)?.isClosedAnew ?? false
    }

    mutating func retainAccounts(_ accounts: Set<Account.ID>) {
        drops = drops.filter { accounts.contains($0.key) }
        counts = counts.filter { accounts.contains($0.key) }
        overfull.formIntersection(accounts)
        ready = ready.filter { accounts.contains($0.key) }
        dropStale()
    }

    // MARK: What is to be done

    /// The drops to try now, at most so many of an account, by name.
    mutating func due(at now: ContinuousClock.Instant, most: Int = .max) -> [Account.ID: [DropPath]] {
        while let item = queue.takeFirst(until: now) {
            if holds(item) { ready[item.account, default: DueLine()].append(item) }
        }
        dropStale()
        return ready.mapValues { $0.first(most, holds).sorted() }
    }

    /// When there is something to try; in the past where there is.
    var nextDue: ContinuousClock.Instant? { ready.values.first?.due ?? queue.first?.due }

    /// The drop could not be taken; it is tried again after `pause`, or only when it changes.
    mutating func keep(
        _ drop: DropPath, of account: Account.ID, because reason: WaitReason, retryAfter pause: Duration?,
        at now: ContinuousClock.Instant
    ) {
        guard var entry = entry(drop, of: account) else { return }
        entry.reason = reason
        entry.due = pause.map { now + $0 }
        if reason == .incomplete { entry.isClosedAnew = false }
        set(entry, for: drop, of: account)
    }

    /// Tries every drop of an account again that waits for the account, not for itself: for a token, or for its owner to
    /// become the inbox's.
    mutating func reconsider(_ account: Account.ID, at now: ContinuousClock.Instant) {
        for (drop, var entry) in (drops[account] ?? [:]).values.joined() {
            switch entry.reason {
            case .token, .foreignOwner: entry.due = max(now, entry.arrival.settles(settle))
            default: continue
            }
            set(entry, for: drop, of: account)
        }
    }

    // MARK: What waits

    func waiting(of account: Account.ID) -> [WaitingDrop] {
        (drops[account] ?? [:]).values.joined()
            .map { WaitingDrop(account: account, drop: $0.key, reason: $0.value.reason) }
            .sorted { $0.drop < $1.drop }
    }

    func count(of account: Account.ID) -> Int { counts[account] ?? 0 }

    func knows(_ drop: DropPath, of account: Account.ID) -> Bool { entry(drop, of: account) != nil }

    /// The accounts whose inbox held more than is kept in mind, and of which little is left: they are to be looked at
    /// again. Each is told once.
    mutating func takeRoomy() -> Set<Account.ID> {
        guard !overfull.isEmpty else { return [] }
        let roomy = overfull.filter { count(of: $0) <= most / 2 }
        overfull.subtract(roomy)
        return roomy
    }

    // MARK: Entries

    private func entry(_ drop: DropPath, of account: Account.ID) -> Entry? { drops[account]?[drop.folder]?[drop] }

    private mutating func set(_ entry: Entry, for drop: DropPath, of account: Account.ID) {
        let earlier = drops[account, default: [:]][drop.folder, default: [:]].updateValue(entry, forKey: drop)
        if earlier == nil { counts[account, default: 0] += 1 }
        if let due = entry.due { queue.insert(DueQueue.Item(due: due, account: account, drop: drop)) }
        dropStale(of: account)
    }

    private func holds(_ item: DueQueue.Item) -> Bool { entry(item.drop, of: item.account)?.due == item.due }

    /// Keeps the first items of the queue, and of an account's line, ones that hold.
    private mutating func dropStale(of account: Account.ID) {
        if var line = ready.removeValue(forKey: account) {
            line.dropStale(holds)
            if !line.isEmpty { ready[account] = line }
        }
        dropStale()
    }

    private mutating func dropStale() {
        while let first = queue.first, !holds(first) { queue.removeFirst() }
    }
}

extension Arrival.Fingerprint {
    init(_ status: FileStatus) {
        self.init(
            device: status.identity.device, inode: status.identity.inode, size: status.size,
            modified: status.modified, changed: status.changed)
    }
}
