import ConversionContract
public import Domain
import Glibc
public import LinuxSystem

/// The way back out of `failed`.
extension Spool {
    /// Moves the original of a job that failed or was cancelled back into the inbox, and removes the words beside it. The
    /// job is over: what lies in the inbox becomes another. Returns its place below the inbox.
    ///
    /// Originals are told apart by those words, which name the job; one whose words are gone is not found.
    /// - Throws: ENOENT where it is not in `failed`, EEXIST where its name in the inbox is taken.
    public func retry(_ job: Job, of account: AccountName) throws(SystemError) -> DropPath {
        let failed = try tree.open(.failed, of: account)
        let folder = try failed.directory(orNone: job.drop.folder)
        let names = OutputName.original(job.drop.name)
        let line = "Job: \(job.id)"
        for attempt in 1...Self.mostNamesakes {
            let name = Array(names.candidate(attempt).utf8)
            let note = name + Array(".txt".utf8)
            guard try folder.has(name) else { break }
            let words = (try? folder.open(note, flags: O_RDONLY).readAll(limit: 64 << 10)) ?? []
            guard String(decoding: words, as: UTF8.self).split(separator: "\n").contains(Substring(line)) else {
                continue
            }
            return try put(job, name, back: folder, of: account, note)
        }
        throw SystemError.missing("the original of job \(job.id) in \(tree.path(.failed, of: account))")
    }

    /// Files of one name that are looked through.
    private static let mostNamesakes = 10_000

    private func put(
        _ job: Job, _ name: [UInt8], back folder: borrowing BeneathDirectory, of account: AccountName, _ note: [UInt8]
    ) throws(SystemError) -> DropPath {
        let inbox = try tree.open(.inbox, of: account)
        // An upload had its preset from its sender, not from a folder.
        let parent = job.isUpload ? Array("@\(job.preset.rawValue)".utf8) : job.drop.folder?.bytes ?? []
        let target = try inbox.makingDirectories(parent)
        try folder.rename(name, to: job.drop.name, in: target)
        try target.synchronize()
        try folder.remove(note)
        try folder.synchronize()
        let place = (parent.isEmpty ? [] : parent + [UInt8(ascii: "/")]) + job.drop.name
        guard let drop = DropPath(bytes: place) else {
            throw SystemError(call: "rename", subject: job.drop.display, code: EINVAL)
        }
        return drop
    }
}

extension BeneathDirectory {
    /// As `makingDirectories(orNone:)`, for what is there already.
    fileprivate func directory(orNone folder: DropPath?) throws(SystemError) -> BeneathDirectory {
        do throws(SystemError) {
            return try directory(folder?.bytes ?? [])
        } catch  where error.isMissing || error.isLink {
            return try directory([])
        }
    }
}
