import Domain
import Glibc
import LinuxSystem
import Logging
import Storage

/// What lies in the inboxes.
extension InboxWatcher {
    func rescan() async throws {
        let all = try await ledger.accounts.all()
        accounts = Dictionary(uniqueKeysWithValues: all.map { ($0.id, $0) })
        let ids = Set(accounts.keys)
        readiness.retainAccounts(ids)
        silence.retainAccounts(ids)
        closedFolders = closedFolders.filter(isThere)
        for folder in watches.folders(notOf: ids) { unwatch(folder) }
        for account in all where !isStopping.isRaised {
            scan(InboxFolder(account: account.id, folder: nil))
            readiness.reconsider(account.id, at: .now)
        }
    }

    private func isThere(_ place: InboxFolder) -> Bool {
        guard let account = accounts[place.account], let inbox = try? spool.tree.open(.inbox, of: account.name)
        else { return false }
        return (try? inbox.has(place.folder?.bytes ?? [])) ?? true
    }

    /// Looks at a folder and those below it, one directory open at a time.
    func scan(_ place: InboxFolder) {
        var places = [place]
        while !isStopping.isRaised, let place = places.popLast() { places += scanOne(place) }
    }

    /// Looks into the folders that send no events, and into those that are new in them.
    func poll() {
        for place in silence.folders where !isStopping.isRaised {
            for folder in scanOne(place) where !silence.folders.contains(folder) && !watches.isWatched(folder) {
                scan(folder)
            }
        }
    }

    /// Looks where the events point to, at each folder once, however many of them tell of it.
    func heed(_ events: [Inotify.Event]) {
        var folders: Set<InboxFolder> = []
        for event in events.lastOfEqual { heed(event, &folders) }
        for folder in folders where !isStopping.isRaised { scan(folder) }
    }

    /// Watches a directory and then looks at everything in it: what lands in between is seen twice, not missed. Returns
    /// the folders in it.
    private func scanOne(_ place: InboxFolder) -> [InboxFolder] {
        guard !place.isTooDeep, let account = accounts[place.account] else { return [] }
        changed.insert(place.account)
        pulse.beat()
        var folders: [InboxFolder] = []
        do {
            let directory = try spool.tree.open(.inbox, of: account.name).directory(place.folder?.bytes ?? [])
            closedFolders.remove(place)
            watch(directory, as: place)
            var seen: Set<DropPath> = []
            var count = 0
            try directory.forEachEntry { name in
                count += 1
                if count.isMultiple(of: Self.entriesOfBeat) { pulse.beat() }
                switch look(at: name, in: directory, place, []) {
                case .drop(let drop): if readiness.knows(drop, of: place.account) { seen.insert(drop) }
                case .folder(let folder): folders.append(folder)
                case nil: break
                }
            }
            readiness.retain(seen, in: place.folder, of: place.account)
            closedFolders = closedFolders.filter {
                $0.account != place.account || $0.folder?.folder != place.folder || folders.contains($0)
            }
        } catch let error as SystemError where error.isMissing && place.folder != nil {
            unwatch(place)
            silence.remove(place)
            closedFolders.remove(place)
            readiness.forget(folder: place.folder, of: place.account)
        } catch let error as SystemError where error.code == EACCES && place.folder != nil {
            // Its owner is told. A change of its permissions makes an event; so does its end, in the folder above.
            if closedFolders.insert(place).inserted {
                logger.notice(
                    "a folder in an inbox is closed to the service",
                    metadata: ["account": "\(account.name)", "folder": "\(place.folder?.display ?? "")"])
            }
        } catch {
            logger.warning(
                "cannot look into an inbox",
                metadata: [
                    "account": "\(account.name)", "folder": "\(place.folder?.display ?? "")", "error": "\(error)",
                ])
        }
        return folders
    }

    /// So many names of a directory are looked at between two beats.
    private static let entriesOfBeat = 4096

    private enum Sight {
        case drop(DropPath)
        case folder(InboxFolder)
    }

    /// Looks at one name.
    @discardableResult
    private func look(
        at name: [UInt8], in directory: borrowing BeneathDirectory, _ place: InboxFolder, _ hint: Readiness.Hint
    ) -> Sight? {
        guard !DropName.isIgnored(name), let drop = DropPath.path(of: name, in: place.folder) else { return nil }
        do throws(SystemError) {
            let status = try directory.status(name)
            let folder = InboxFolder(account: place.account, folder: drop)
            guard status.kind != .directory || folder.isTooDeep else {
                readiness.forget(drop, of: place.account)
                return .folder(folder)
            }
            if readiness.see(drop, of: place.account, status, hint, at: .now) {
                logger.debug("drop seen", metadata: ["drop": "\(drop.display)"])
            }
            return .drop(drop)
        } catch {
            readiness.forget(drop, of: place.account)
            return nil
        }
    }

    /// - Parameter folders: those that are to be looked into.
    private func heed(_ event: Inotify.Event, _ folders: inout Set<InboxFolder>) {
        guard let watch = event.watch, let place = watches.folder(of: watch), let account = accounts[place.account]
        else { return }
        changed.insert(place.account)
        if event.isWatchGone {
            watches.remove(watch: watch)
        } else if event.name.isEmpty {
            folders.insert(place)
        } else if place.folder == nil, TokenFile.isTokenFile(event.name) {
            readiness.reconsider(account.id, at: .now)
        } else if !DropName.isIgnored(event.name), let drop = DropPath.path(of: event.name, in: place.folder) {
            if event.isDirectory {
                // It may have gone, and what was known of it is forgotten.
                folders.insert(InboxFolder(account: place.account, folder: drop))
            }
            do throws(SystemError) {
                let directory = try spool.tree.open(.inbox, of: account.name).directory(place.folder?.bytes ?? [])
                if case .folder(let folder) = look(at: event.name, in: directory, place, Readiness.Hint(event)) {
                    folders.insert(folder)
                }
            } catch {
                folders.insert(place)
            }
        }
    }

    // MARK: Watching

    private func watch(_ directory: borrowing BeneathDirectory, as place: InboxFolder) {
        do throws(SystemError) {
            let watch = try inotify.watch(directory)
            if let moved = watches.set(watch, to: place) { readiness.forget(folder: moved.folder, of: moved.account) }
            if let name = try directory.fileSystem().nameWhereSilent {
                poll(place, because: "changes on \(name) may make no events")
            } else {
                silence.remove(place)
            }
        } catch {
            poll(place, because: error.isOutOfWatches ? Self.advice : error.description)
        }
    }

    private func poll(_ place: InboxFolder, because cause: String) {
        guard silence.insert(place, because: cause) else { return }
        logger.warning(
            "an inbox is polled",
            metadata: ["account": "\(accounts[place.account]?.name.text ?? "")", "cause": "\(cause)"])
    }

    private func unwatch(_ place: InboxFolder) {
        if let watch = watches.remove(place) { inotify.unwatch(watch) }
    }
}

extension Sequence where Element: Hashable {
    /// Of equal elements the last only, in the same order.
    fileprivate var lastOfEqual: [Element] {
        var seen: Set<Element> = []
        return reversed().filter { seen.insert($0).inserted }.reversed()
    }
}

extension Readiness.Hint {
    init(_ event: Inotify.Event) {
        self = []
        if event.isArrivalByRename { insert(.renamed) }
        if event.isClosedAfterWriting { insert(.closed) }
    }
}
