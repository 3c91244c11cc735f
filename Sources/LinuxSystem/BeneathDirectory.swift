import CLinux
import Glibc

/// A directory whose contents are reached only through it. Every path is relative, and the kernel resolves it with
/// `openat2(2)`'s BENEATH, NO_SYMLINKS, NO_MAGICLINKS and NO_XDEV: an inbox's owner can plant links and swap names, but
/// never lead the service out of the directory, through a link, or to another file system.
public struct BeneathDirectory: ~Copyable, Sendable {
    let descriptor: Descriptor

    /// Opens a directory that the administrator named.
    public init(path: String) throws(SystemError) {
        descriptor = try Descriptor.open(path, flags: O_RDONLY | O_DIRECTORY)
    }

    private init(descriptor: consuming Descriptor) { self.descriptor = descriptor }

    /// The directory below this one, or this one again for an empty path.
    public func directory(_ path: [UInt8]) throws(SystemError) -> BeneathDirectory {
        BeneathDirectory(descriptor: try open(path.isEmpty ? [UInt8(ascii: ".")] : path, flags: O_RDONLY | O_DIRECTORY))
    }

    /// Makes the directories of `path` that are missing, mode 0775 less the umask, and opens the last. Where access lists
    /// are inherited there is no umask, and the group's bits bound what named users may do (`acl(5)`).
    public func makingDirectories(_ path: [UInt8]) throws(SystemError) -> BeneathDirectory {
        var made: [UInt8] = []
        for component in path.split(separator: UInt8(ascii: "/")) {
            made += made.isEmpty ? component : [UInt8(ascii: "/")] + component
            let (parent, name) = try Self.split(made)
            let above = try directory(parent)
            do throws(SystemError) {
                try name.withPath { path throws(SystemError) in
                    try systemCall("mkdirat", made.quoted) { mkdirat(above.descriptor.raw, path, 0o775) }
                }
                try above.synchronize()
            } catch  where error.isTaken {}
        }
        return try directory(path)
    }

    /// `O_NONBLOCK` keeps a FIFO from holding the caller; it means nothing for regular files.
    public func open(_ path: [UInt8], flags: Int32, mode: UInt32 = 0) throws(SystemError) -> Descriptor {
        let flags = UInt64(UInt32(bitPattern: flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY))
        return Descriptor(
            owning: try path.withPath { bytes throws(SystemError) in
                try systemCall("openat2", path.quoted) {
                    soundspool_openat2(descriptor.raw, bytes, flags, UInt64(mode), soundspool_resolve_beneath)
                }
            })
    }

    /// Opens a file for reading.
    public func openForReading(_ path: [UInt8]) throws(SystemError) -> Descriptor { try open(path, flags: O_RDONLY) }

    /// The status of `path` itself: a link is reported, not followed.
    public func status(_ path: [UInt8]) throws(SystemError) -> FileStatus {
        let (parent, name) = try Self.split(path)
        // Scans ask for every name of a directory: those need no second descriptor.
        guard !parent.isEmpty else { return try descriptor.status(of: name) }
        return try directory(parent).descriptor.status(of: name)
    }

    public func status() throws(SystemError) -> FileStatus { try descriptor.status() }

    /// `fstatfs(2)`: what kind of file system this is.
    public func fileSystem() throws(SystemError) -> FileSystemKind { try FileSystemKind(of: descriptor.raw) }

    /// Whether there is anything of this name, be it a link to nowhere. Behind a link there is nothing.
    public func has(_ path: [UInt8]) throws(SystemError) -> Bool {
        do throws(SystemError) {
            _ = try status(path)
            return true
        } catch  where error.isMissing || error.isLink {
            return false
        }
    }

    /// Moves `name` over `target`, both directly in this directory, replacing it.
    public func replace(_ target: [UInt8], with name: [UInt8]) throws(SystemError) {
        try name.withPath { old throws(SystemError) in
            try target.withPath { new throws(SystemError) in
                try systemCall("renameat", "\(name.quoted) to \(target.quoted)") {
                    renameat(descriptor.raw, old, descriptor.raw, new)
                }
            }
        }
    }

    /// Gives a file a second name with `linkat(2)`; fails with EEXIST where the name is taken.
    public func link(
        _ path: [UInt8], to target: [UInt8], in destination: borrowing BeneathDirectory
    ) throws(SystemError) {
        let (parent, name) = try Self.split(path)
        let (targetParent, targetName) = try Self.split(target)
        let from = try directory(parent)
        let to = try destination.directory(targetParent)
        try name.withPath { old throws(SystemError) in
            try targetName.withPath { new throws(SystemError) in
                try systemCall("linkat", "\(path.quoted) to \(target.quoted)") {
                    linkat(from.descriptor.raw, old, to.descriptor.raw, new, 0)
                }
            }
        }
    }

    /// Removes a file; one that is already gone is no error.
    public func remove(_ path: [UInt8]) throws(SystemError) {
        try unlink(path, flags: 0)
    }

    /// Removes an empty directory.
    public func removeDirectory(_ path: [UInt8]) throws(SystemError) {
        try unlink(path, flags: AT_REMOVEDIR)
    }

    private func unlink(_ path: [UInt8], flags: Int32) throws(SystemError) {
        let (parent, name) = try Self.split(path)
        do throws(SystemError) {
            let above = try directory(parent)
            try name.withPath { bytes throws(SystemError) in
                try systemCall("unlinkat", path.quoted) { unlinkat(above.descriptor.raw, bytes, flags) }
            }
        } catch  where error.code == ENOENT {}
    }

    /// Sets the directory's own permission bits.
    public func setMode(_ mode: UInt32) throws(SystemError) {
        try systemCall("fchmod") { fchmod(descriptor.raw, mode) }
    }

    /// Makes renames, links and removals in this directory durable.
    public func synchronize() throws(SystemError) { try descriptor.synchronize() }

    /// - Throws: EXDEV, as the kernel would, for a name that is not one below.
    static func split(_ path: [UInt8]) throws(SystemError) -> (parent: [UInt8], name: [UInt8]) {
        let slash = path.lastIndex(of: UInt8(ascii: "/"))
        let parent = slash.map { Array(path[..<$0]) } ?? []
        let name = slash.map { Array(path[($0 + 1)...]) } ?? path
        guard slash != 0, !name.isEmpty, !name.elementsEqual(".".utf8), !name.elementsEqual("..".utf8) else {
            throw SystemError(call: "path", subject: path.quoted, code: EXDEV)
        }
        return (parent, name)
    }
}
