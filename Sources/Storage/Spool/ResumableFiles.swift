import Glibc
public import LinuxSystem

/// The bytes of resumable uploads: `tus-ID` in the spool, closed to every share.
public struct ResumableFiles: Sendable {
    static let prefix = "tus-"

    private let spool: Spool

    public init(spool: Spool) { self.spool = spool }

    static func name(_ id: String) -> [UInt8] { Array((prefix + id).utf8) }

    /// Makes an upload's file, empty. Its name is durable when this returns.
    public func make(_ id: String) throws(SystemError) {
        let directory = try spool.directory()
        _ = try directory.open(Self.name(id), flags: O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644)
        try directory.synchronize()
    }

    /// Opens an upload's file to write from `offset` on. What was written behind it was never acknowledged, and goes. A
    /// file that is gone, as where a disk lost its name, is made again.
    public func open(_ id: String, at offset: Int64) throws(SystemError) -> Descriptor {
        let directory = try spool.directory()
        if try !directory.has(Self.name(id)) { try make(id) }
        let file = try directory.open(Self.name(id), flags: O_RDWR)
        try file.truncate(to: offset)
        return file
    }

    /// Bytes that the file has; nil where it is not there.
    public func size(_ id: String) throws(SystemError) -> Int64? {
        do throws(SystemError) {
            return try spool.directory().status(Self.name(id)).size
        } catch  where error.isMissing {
            return nil
        }
    }

    /// Makes an upload's file of others' whole files. Durable when this returns.
    public func join(_ parts: [(id: String, size: Int64)], into id: String) throws(SystemError) {
        try make(id)
        let directory = try spool.directory()
        let whole = try directory.open(Self.name(id), flags: O_WRONLY)
        var offset: Int64 = 0
        for part in parts {
            let file = try directory.open(Self.name(part.id), flags: O_RDONLY)
            try whole.copy(file, size: part.size, to: offset)
            offset += part.size
        }
        try whole.synchronize()
    }

    public func remove(_ id: String) throws(SystemError) { try spool.directory().remove(Self.name(id)) }

    /// The identifiers of all files there are.
    public func all() throws -> [String] {
        try spool.directory().entries().compactMap { name in
            let text = String(decoding: name, as: UTF8.self)
            return text.hasPrefix(Self.prefix) ? String(text.dropFirst(Self.prefix.count)) : nil
        }
    }
}
