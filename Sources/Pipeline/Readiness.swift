import Domain
import LinuxSystem

/// The drops that lie in inboxes: which have stopped changing, which wait for something else, and when to look again.
/// Pure bookkeeping; `InboxWatcher` tells it what it saw.
struct Readiness {
    struct Entry {
        var arrival: Arrival
        var reason: WaitReason
        /// When to try to take the drop; nil while only a change of its own can help.
        var due: ContinuousClock.Instant?
    }

    private let settle: Arrival.SettleTimes
    private var drops: [Account.ID: [DropPath: Entry]] = [:]

    init(settle: Arrival.SettleTimes) { self.settle = settle }

    // MARK: What was seen

    /// Notes a look at a file. Returns whether the drop is new.
    @discardableResult
    mutating func see(
        _ drop: DropPath, of account: Account.ID, _ status: FileStatus, wasRenamed: Bool,
        at now: ContinuousClock.Instant
    ) -> Bool {
        let fingerprint = Arrival.Fingerprint(status)
        let known = drops[account]?[drop]
        var arrival = known?.arrival ?? Arrival(fingerprint, wasRenamed: wasRenamed, at: now)
        arrival.look(fingerprint, wasRenamed: wasRenamed, at: now)
        if let known, arrival == known.arrival {
            // Nothing changed, but somebody did something, such as closing it: what it waited for may be over.
            if known.due != nil, known.reason != .settling { drops[account]?[drop]?.due = now }
            return false
        }
        let (reason, mayBeTaken): (WaitReason, Bool) =
            switch status.kind {
            case .symbolicLink: (.symbolicLink, false)
            case .regular where status.size == 0: (.empty, false)
            case .regular, .directory: (.settling, true)
            case .fifo, .socket, .device: (.notRegularFile, false)
            }
        drops[account, default: [:]][drop] = Entry(
            arrival: arrival, reason: reason, due: mayBeTaken ? arrival.settles(settle) : nil)
        return known == nil
    }

    /// The drop is not in its inbox any more.
    mutating func forget(_ drop: DropPath, of account: Account.ID) {
        drops[account]?.removeValue(forKey: drop)
    }

    /// A scan of `folder` saw these names and no others.
    mutating func retain(_ seen: Set<DropPath>, in folder: DropPath?, of account: Account.ID) {
        guard let known = drops[account] else { return }
        for drop in known.keys where drop.folder == folder && !seen.contains(drop) { forget(drop, of: account) }
    }

    /// Forgets what lies in a folder that is gone.
    mutating func forget(folder: DropPath?, of account: Account.ID) {
        guard let folder else { return drops[account] = nil }
        let prefix = folder.bytes + [UInt8(ascii: "/")]
        for drop in drops[account]?.keys.filter({ $0.bytes.starts(with: prefix) }) ?? [] { forget(drop, of: account) }
    }

    /// Whether the drop is still as it was when it was last seen.
    func isUnchanged(_ drop: DropPath, of account: Account.ID, _ status: FileStatus) -> Bool {
        drops[account]?[drop]?.arrival.fingerprint == Arrival.Fingerprint(status)
    }

    mutating func retainAccounts(_ accounts: Set<Account.ID>) {
        drops = drops.filter { accounts.contains($0.key) }
    }

    // MARK: What is to be done

    /// The drops to try now, oldest name first within an account.
    func due(at now: ContinuousClock.Instant) -> [Account.ID: [DropPath]] {
        drops.compactMapValues { entries in
            let due = entries.filter { $0.value.due.map { $0 <= now } ?? false }.keys.sorted()
            return due.isEmpty ? nil : due
        }
    }

    var nextDue: ContinuousClock.Instant? {
        drops.values.compactMap { $0.values.compactMap(\.due).min() }.min()
    }

    /// The drop could not be taken; it is tried again after `pause`, or only when it changes.
    mutating func keep(
        _ drop: DropPath, of account: Account.ID, because reason: WaitReason, retryAfter pause: Duration?,
        at now: ContinuousClock.Instant
    ) {
        drops[account]?[drop]?.reason = reason
        drops[account]?[drop]?.due = pause.map { now + $0 }
    }

    /// Tries every drop of an account again that waits for the account, not for itself.
    mutating func reconsider(_ account: Account.ID, at now: ContinuousClock.Instant) {
        for (drop, entry) in drops[account] ?? [:] {
            if case .token = entry.reason { drops[account]?[drop]?.due = max(now, entry.arrival.settles(settle)) }
        }
    }

    func waiting(of account: Account.ID) -> [WaitingDrop] {
        (drops[account] ?? [:]).map { WaitingDrop(account: account, drop: $0.key, reason: $0.value.reason) }
            .sorted { $0.drop < $1.drop }
    }
}

extension Arrival.Fingerprint {
    init(_ status: FileStatus) {
        self.init(
            device: status.identity.device, inode: status.identity.inode, size: status.size,
            modified: status.modified, changed: status.changed)
    }
}
