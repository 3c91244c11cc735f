import Glibc

/// Whole trees, however deep their owners made them: one directory is open at a time, and nothing recurses.
extension BeneathDirectory {
    /// Calls `body` with the path and status of everything below that is not a directory, down to `depth` folders deep.
    /// Links are reported, never followed. What goes away meanwhile is left out, and so is what is in folders that cannot
    /// be opened: whoever owns the tree may have closed them, or nested them until their path is too long.
    /// - Parameter enter: whether to look into a directory of this name.
    public func forEachFile(
        depth: Int, entering enter: ([UInt8]) -> Bool = { _ in true }, _ body: ([UInt8], FileStatus) throws -> Void
    ) throws {
        var folders: [(path: [UInt8], depth: Int)] = [([], 0)]
        while let folder = folders.popLast() {
            guard let below = try directoryIfOpen(folder.path) else { continue }
            try below.forEachEntry { name in
                guard let status = try? below.status(name) else { return }
                let path = folder.path.isEmpty ? name : folder.path + [UInt8(ascii: "/")] + name
                if status.kind != .directory {
                    try body(path, status)
                } else if folder.depth < depth, enter(name) {
                    folders.append((path, folder.depth + 1))
                }
            }
        }
    }

    /// The paths of the directory itself, which is empty, and of all directories below it. Links are not followed.
    public func folders() throws -> [[UInt8]] {
        var (found, next): ([[UInt8]], Int) = ([[]], 0)
        while next < found.count {
            let path = found[next]
            next += 1
            guard let folder = try directoryIfOpen(path) else { continue }
            try folder.forEachEntry { name in
                guard let status = try? folder.status(name), status.kind == .directory else { return }
                found.append(path.isEmpty ? name : path + [UInt8(ascii: "/")] + name)
            }
        }
        return found
    }

    /// Removes a directory with everything in it. Links are removed, never followed.
    ///
    /// What lies deeper is moved up first, so that neither descriptors nor the length of a path limit the depth.
    public func removeTree(_ path: [UInt8]) throws {
        let tree = try directory(path)
        var number = 0
        // Somebody may go on making files while the tree is removed; after so many it is an error.
        var patience = 100
        while case let names = try tree.entries(), !names.isEmpty {
            for name in names where try tree.has(name) {
                guard try tree.status(name).kind == .directory else {
                    try tree.remove(name)
                    continue
                }
                let below = try tree.directory(name)
                try below.forEachEntry { inner in
                    guard try below.status(inner).kind == .directory else { return try below.remove(inner) }
                    repeat { number += 1 } while try tree.has(Self.lifted(number))
                    try below.rename(inner, to: Self.lifted(number), in: tree)
                }
                if try !tree.removesDirectory(name) {
                    patience -= 1
                    if patience == 0 { throw SystemError(call: "unlinkat", subject: name.quoted, code: ENOTEMPTY) }
                }
            }
        }
        try removeDirectory(path)
    }

    /// Nil where a directory below cannot be opened.
    private func directoryIfOpen(_ path: [UInt8]) throws(SystemError) -> BeneathDirectory? {
        do throws(SystemError) {
            return try directory(path)
        } catch {
            let isItsOwners = error.isMissing || error.isLink || error.isDenied || error.code == ENAMETOOLONG
            guard isItsOwners, !path.isEmpty else { throw error }
            return nil
        }
    }

    /// Returns false where something has been put into the directory.
    private func removesDirectory(_ name: [UInt8]) throws(SystemError) -> Bool {
        do throws(SystemError) {
            try removeDirectory(name)
            return true
        } catch  where error.code == ENOTEMPTY {
            return false
        }
    }

    private static func lifted(_ number: Int) -> [UInt8] { Array(".removed-\(number)".utf8) }
}
