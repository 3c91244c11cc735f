import CLinux
import Glibc

/// Moves that replace nothing, on file systems that know such a rename and on those that do not.
extension BeneathDirectory {
    /// Moves a file to `target` below `destination` with `renameat2(2)`; fails with EEXIST where another file has the
    /// name.
    ///
    /// Where the file system knows no RENAME_NOREPLACE (NFS, FUSE) the file gets its second name before it loses the
    /// first. A stop in between leaves both, and the next try removes the first.
    public func rename(
        _ path: [UInt8], to target: [UInt8], in destination: borrowing BeneathDirectory
    ) throws(SystemError) {
        let (parent, name) = try Self.split(path)
        let (targetParent, targetName) = try Self.split(target)
        let from = try directory(parent)
        let to = try destination.directory(targetParent)
        do throws(SystemError) {
            try name.withPath { old throws(SystemError) in
                try targetName.withPath { new throws(SystemError) in
                    try systemCall("renameat2", "\(path.quoted) to \(target.quoted)") {
                        soundspool_rename_noreplace(from.descriptor.raw, old, to.descriptor.raw, new)
                    }
                }
            }
        } catch  where error.isTaken {
            guard try from.hasSecondName(name, targetName, in: to) else { throw error }
            try from.remove(name)
        } catch  where error.code == EINVAL {
            try from.moveByLink(name, to: targetName, in: to)
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

    private func moveByLink(
        _ name: [UInt8], to target: [UInt8], in directory: borrowing BeneathDirectory
    ) throws(SystemError) {
        guard try status(name).kind != .directory else {
            // It has no second name; at most an empty directory is replaced.
            try name.withPath { old throws(SystemError) in
                try target.withPath { new throws(SystemError) in
                    try systemCall("renameat", "\(name.quoted) to \(target.quoted)") {
                        renameat(descriptor.raw, old, directory.descriptor.raw, new)
                    }
                }
            }
            return
        }
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
