import Glibc
import LinuxSystem

/// A file that appears under its name when it is whole. Until then it is a dot-file beside it, which goes when this value
/// does. Nothing is ever overwritten.
struct OutputFile: ~Copyable {
    let descriptor: Descriptor
    private let directory: BeneathDirectory
    private let name: [UInt8]
    private let temporary: [UInt8]
    private var isPublished = false

    /// - Throws: `CommandFailure` where the name is taken, or the file cannot be made.
    static func create(_ path: String) throws -> OutputFile {
        let slash = path.lastIndex(of: "/")
        let name = Array((slash.map { path[path.index(after: $0)...] } ?? path[...]).utf8)
        guard ![[], Array(".".utf8), Array("..".utf8)].contains(name) else {
            throw CommandFailure("\(path): names a directory, not an MP3", status: EX_CANTCREAT)
        }
        do {
            return try OutputFile(name, in: BeneathDirectory(path: slash.map { String(path[...$0]) } ?? "."))
        } catch {
            throw error.isTaken ? taken(path) : CommandFailure("\(path): \(error)", status: EX_CANTCREAT)
        }
    }

    private init(_ name: [UInt8], in directory: consuming BeneathDirectory) throws(SystemError) {
        guard try !directory.has(name) else { throw SystemError(call: "open", subject: "", code: EEXIST) }
        let temporary = Array(".\(UInt64.random(in: .min ... .max)).mp3.part".utf8)
        let descriptor = try directory.open(temporary, flags: O_RDWR | O_CREAT | O_EXCL, mode: 0o644)
        self.descriptor = descriptor
        self.temporary = temporary
        self.directory = directory
        self.name = name
    }

    private static func taken(_ path: String) -> CommandFailure {
        CommandFailure("\(path): is there already, and nothing is overwritten", status: EX_CANTCREAT)
    }

    /// Gives the file its name, once what was written is on the disk.
    mutating func publish() throws {
        do {
            try descriptor.synchronize()
            try place()
            isPublished = true
            try directory.synchronize()
        } catch {
            let path = String(decoding: name, as: UTF8.self)
            throw error.isTaken ? Self.taken(path) : CommandFailure("\(path): \(error)", status: EX_IOERR)
        }
    }

    private func place() throws(SystemError) {
        do throws(SystemError) {
            try directory.rename(temporary, to: name, in: directory)
        } catch {
            // File systems over a network know no renaming that spares what is there.
            guard error.code == EINVAL else { throw error }
            try directory.link(temporary, to: name, in: directory)
            try directory.remove(temporary)
        }
    }

    deinit {
        // What cannot be removed is a dot-file that says in its name that it is a part.
        if !isPublished { try? directory.remove(temporary) }
    }
}
