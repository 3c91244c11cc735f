import CLinux
import Glibc

/// Moves that replace nothing, on file systems that know such a rename and on those that do not.
extension BeneathDirectory {
    /// Moves a file to `target` below `destination` with `renameat2(2)`; fails with EEXIST where another file has the
    /// name.
    ///
    /// Where the file system knows no RENAME_NOREPLACE (NFS, FUSE) the file gets its second name before it loses the
    /// first. A stop in between leaves both, and the next try removes the first.
    /// - Parameter isOnlyOurs: whether nobody else writes to the destination. Then the name is looked for before a plain
    ///   rename, and there is never a second one: those file systems keep a file that is open when it loses a name under
    ///   a hidden name until it is closed, so that it looks hard-linked.
    public func rename(
        _ path: [UInt8], to target: [UInt8], in destination: borrowing BeneathDirectory, isOnlyOurs: Bool = false
    ) throws(SystemError) {
        let (parent, name) = try Self.split(path)
        let (targetParent, targetName) = try Self.split(target)
        let from = try directory(parent)
        let to = try destination.directory(targetParent)
        do throws(SystemError) {
            try from.move(name, to: targetName, in: to, isOnlyOurs: isOnlyOurs)
        } catch  where error.isTaken {
            guard try from.hasSecondName(name, targetName, in: to) else { throw error }
            try from.remove(name)
        }
    }

    /// Whether both names lead to one file.
    public func isSameFile(
        _ path: [UInt8], as other: [UInt8], in directory: borrowing BeneathDirectory
    ) throws(SystemError) -> Bool {
        do throws(SystemError) {
            return try status(path).identity == directory.status(other).identity
        } catch  where error.isMissing || error.isLink {
            return false
        }
    }

    /// Whether a move by a second name broke off in between.
    private func hasSecondName(
        _ name: [UInt8], _ target: [UInt8], in directory: borrowing BeneathDirectory
    ) throws(SystemError) -> Bool {
        let (here, there) = (try status().identity, try directory.status().identity)
        guard name != target || here != there else { return false }
        return try isSameFile(name, as: target, in: directory)
    }

    private func move(
        _ name: [UInt8], to target: [UInt8], in directory: borrowing BeneathDirectory, isOnlyOurs: Bool
    ) throws(SystemError) {
        do throws(SystemError) {
            try rename("renameat2", name, to: target, in: directory, soundspool_rename_noreplace)
        } catch  where error.code == EINVAL {
            if isOnlyOurs, try directory.has(target) {
                throw SystemError(call: "renameat", subject: target.quoted, code: EEXIST)
            }
            // A directory has no second name; at most an empty one is replaced.
            let isDirectory = try status(name).kind == .directory
            if isOnlyOurs || isDirectory {
                try rename("renameat", name, to: target, in: directory, renameat)
            } else {
                try moveByLink(name, to: target, in: directory)
            }
        }
    }

    private func rename(
        _ call: String, _ name: [UInt8], to target: [UInt8], in directory: borrowing BeneathDirectory,
        _ function: (CInt, UnsafePointer<CChar>, CInt, UnsafePointer<CChar>) -> CInt
    ) throws(SystemError) {
        try name.withPath { old throws(SystemError) in
            try target.withPath { new throws(SystemError) in
                try systemCall(call, "\(name.quoted) to \(target.quoted)") {
                    function(descriptor.raw, old, directory.descriptor.raw, new)
                }
            }
        }
    }

    private func moveByLink(
        _ name: [UInt8], to target: [UInt8], in directory: borrowing BeneathDirectory
    ) throws(SystemError) {
        try link(name, to: target, in: directory)
        do throws(SystemError) {
            // The name may have changed hands since: then it is another's, and stays.
            if try isSameFile(name, as: target, in: directory) { try remove(name) }
        } catch {
            // Two names would be worse than the old one; the first error says more than another.
            try? directory.remove(target)
            throw error
        }
    }
}
