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
    private var drops: [Account.ID: [DropPath?: Folder]] = [:]
    private var queue = DueQueue()
    /// What has left the queue because its time has come, so that a batch costs what it has, and not what is due.
    private var ready: [Account.ID: DueLine] = [:]

    init(settle: Arrival.SettleTimes) { self.settle = settle }

    // MARK: What was seen

    /// Notes a look at a file. Returns whether the drop is new.
    @discardableResult
    mutating func see(
        _ drop: DropPath, of account: Account.ID, _ status: FileStatus, _ hint: Hint, at now: ContinuousClock.Instant
    ) -> Bool {
        let fingerprint = Arrival.Fingerprint(status)
        let wasRenamed = hint.contains(.renamed)
        let known = entry(drop, of: account)
        var arrival = known?.arrival ?? Arrival(fingerprint, wasRenamed: wasRenamed, at: now)
        arrival.look(fingerprint, wasRenamed: wasRenamed, at: now)
        if var known, arrival == known.arrival {
            if known.reason == .incomplete {
                guard hint.contains(.closed) else { return false }
                // A resumed upload that had nothing more to send, say. It is looked at anew, once it has settled.
                known.arrival = Arrival(fingerprint, wasRenamed: false, at: now)
                known.reason = .settling
                known.isClosedAnew = true
                known.due = known.arrival.settles(settle)
                set(known, for: drop, of: account)
            } else if known.due != nil, known.reason != .settling {
                // Nothing changed, but somebody did something, such as closing it: what it waited for may be over.
                known.due = now
                set(known, for: drop, of: account)
            }
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
            case .regular, .directory: (.settling, true)
            case .fifo, .socket, .device: (.notRegularFile, false)
            }
        set(
            Entry(arrival: arrival, reason: reason, due: mayBeTaken ? arrival.settles(settle) : nil),
            for: drop, of: account)
        return known == nil
    }

    /// The drop is not in its inbox any more.
    mutating func forget(_ drop: DropPath, of account: Account.ID) {
        drops[account]?[drop.folder]?.removeValue(forKey: drop)
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
                drops[account]?.removeValue(forKey: other)
            }
        } else {
            drops[account] = nil
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

    /// Tries every drop of an account again that waits for the account, not for itself.
    mutating func reconsider(_ account: Account.ID, at now: ContinuousClock.Instant) {
        for (drop, var entry) in (drops[account] ?? [:]).values.joined() {
            guard case .token = entry.reason else { continue }
            entry.due = max(now, entry.arrival.settles(settle))
            set(entry, for: drop, of: account)
        }
    }

    // MARK: What waits

    func waiting(of account: Account.ID) -> [WaitingDrop] {
        (drops[account] ?? [:]).values.joined()
            .map { WaitingDrop(account: account, drop: $0.key, reason: $0.value.reason) }
            .sorted { $0.drop < $1.drop }
    }

    func count(of account: Account.ID) -> Int { drops[account]?.values.reduce(0) { $0 + $1.count } ?? 0 }

    // MARK: Entries

    private func entry(_ drop: DropPath, of account: Account.ID) -> Entry? { drops[account]?[drop.folder]?[drop] }

    private mutating func set(_ entry: Entry, for drop: DropPath, of account: Account.ID) {
        drops[account, default: [:]][drop.folder, default: [:]][drop] = entry
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
