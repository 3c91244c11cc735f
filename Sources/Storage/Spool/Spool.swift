public import Domain
import FoundationEssentials
import Glibc
public import LinuxSystem

/// The files of jobs on their way: `ID.source`, the claimed drop, and `ID.mp3`, the MP3 while it is written. A job's
/// row in the ledger says what its files are worth.
public struct Spool: Sendable {
    public let tree: AccountTree

    public init(tree: AccountTree) { self.tree = tree }

    func directory() throws(SystemError) -> BeneathDirectory {
        try BeneathDirectory(path: tree.root).directory(AccountTree.spool)
    }

    static func source(_ job: Job.ID) -> [UInt8] { Array("\(job).source".utf8) }
    static func audio(_ job: Job.ID) -> [UInt8] { Array("\(job).mp3".utf8) }

    // MARK: Claiming

    /// Takes a drop out of its inbox. Durable once `settleClaim` returns.
    public func claim(
        _ drop: DropPath, from inbox: borrowing BeneathDirectory, for job: Job.ID
    ) throws(SystemError) {
        try inbox.rename(drop.bytes, to: Self.source(job), in: try directory(), isOnlyOurs: true)
    }

    /// Puts a drop back where it was; fails with EEXIST where a newer drop has that name now.
    public func putBack(
        _ job: Job.ID, to drop: DropPath, in inbox: borrowing BeneathDirectory
    ) throws(SystemError) {
        try directory().rename(Self.source(job), to: drop.bytes, in: inbox)
    }

    /// Puts a drop without its end back where it was, durably, and returns its status there. Nil where it cannot: a newer
    /// drop has its name, or its folder is gone.
    public func giveBack(_ job: Job, to account: AccountName) throws(SystemError) -> FileStatus? {
        let inbox = try tree.open(.inbox, of: account)
        do throws(SystemError) {
            try putBack(job.id, to: job.drop, in: inbox)
        } catch  where error.isTaken || error.isMissing || error.isLink {
            return nil
        }
        try inbox.directory(job.drop.folder?.bytes ?? []).synchronize()
        try directory().synchronize()
        return try? inbox.status(job.drop.bytes)
    }

    /// Makes the claims so far survive a power cut.
    public func settleClaim() throws(SystemError) { try directory().synchronize() }

    public func sourceStatus(_ job: Job.ID) throws(SystemError) -> FileStatus {
        try directory().status(Self.source(job))
    }

    // MARK: Uploading

    /// A file for an upload's bytes: its name in the spool, and the descriptor to write them to.
    public func makeUpload() throws(SystemError) -> (name: [UInt8], path: String) {
        let name = Array("upload-\(UUID().uuidString.lowercased())".utf8)
        _ = try directory().open(name, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o644)
        return (name, "\(tree.root)/.spool/\(String(decoding: name, as: UTF8.self))")
    }

    /// Gives an upload, whose bytes are durable, to a job. So is that when this returns.
    public func claimUpload(_ name: [UInt8], for job: Job.ID) throws(SystemError) {
        let directory = try directory()
        try directory.rename(name, to: Self.source(job), in: directory, isOnlyOurs: true)
        try directory.synchronize()
    }

    /// The same for several: all of them, or none.
    func claimUploads(_ uploads: [(name: [UInt8], job: Job.ID)]) throws(SystemError) {
        let directory = try directory()
        var claimed = 0
        do throws(SystemError) {
            for upload in uploads {
                try directory.rename(upload.name, to: Self.source(upload.job), in: directory, isOnlyOurs: true)
                claimed += 1
            }
            try directory.synchronize()
        } catch {
            // The first error says more.
            for upload in uploads.prefix(claimed) { try? directory.remove(Self.source(upload.job)) }
            throw error
        }
    }

    func discardSource(_ job: Job.ID) throws(SystemError) { try directory().remove(Self.source(job)) }

    /// Makes an upload's bytes durable. Returns how many there are.
    public func synchronizeUpload(_ name: [UInt8]) throws(SystemError) -> Int64 {
        let file = try directory().open(name, flags: O_WRONLY)
        try file.synchronize()
        return try file.status().size
    }

    /// Whether an upload has not been given to a job yet.
    func hasUpload(_ name: [UInt8]) throws(SystemError) -> Bool { try directory().has(name) }

    public func discardUpload(_ name: [UInt8]) throws(SystemError) { try directory().remove(name) }

    /// An empty file without a name, after a byte was written to it, durably; throws where that cannot be done.
    public func probe() throws(SystemError) -> Descriptor {
        let directory = try directory()
        // The same as an upload's, so that what a stop leaves is removed.
        let name = Array("upload-\(UUID().uuidString.lowercased())".utf8)
        let file = try directory.open(name, flags: O_RDWR | O_CREAT | O_EXCL, mode: 0o600)
        try directory.remove(name)
        try file.writeAll([0])
        try file.synchronize()
        try file.truncate(to: 0)
        return file
    }

    // MARK: Converting

    /// The claimed drop, for reading. It is a plain file, whatever its inbox's owner did to its name.
    public func openSource(_ job: Job.ID) throws(SystemError) -> Descriptor {
        let file = try directory().open(Self.source(job), flags: O_RDONLY)
        guard try file.status().kind == .regular else {
            throw SystemError(call: "open", subject: "\(job).source: not a regular file", code: EINVAL)
        }
        return file
    }

    /// A new, empty file for the MP3, open for reading: who writes it opens it anew. What an earlier attempt left is
    /// removed, so that an fsync that failed is never asked again.
    public func makeAudio(_ job: Job.ID) throws(SystemError) -> Descriptor {
        let directory = try directory()
        try directory.remove(Self.audio(job))
        return try directory.open(Self.audio(job), flags: O_RDONLY | O_CREAT | O_EXCL, mode: 0o644)
    }

    /// Does with a job's files what a converter does: reads the source to its end, and writes behind what there is of the
    /// MP3, durably. Throws where that fails; the MP3 is of no use after it.
    public func tryFiles(_ job: Job.ID) throws(SystemError) {
        let audio = try directory().open(Self.audio(job), flags: O_WRONLY | O_APPEND)
        try audio.writeAll([UInt8](repeating: 0, count: Self.triedBytes))
        try audio.synchronize()
        let source = try openSource(job)
        while try !source.readAll(limit: Self.triedBytes).isEmpty {}
    }

    /// As many as a converter writes at once, and more.
    private static let triedBytes = 1 << 20

    public func audioStatus(_ job: Job.ID) throws(SystemError) -> FileStatus {
        try directory().status(Self.audio(job))
    }

    /// Where in the outbox a drop's MP3 goes: its folder, made where it is missing, or the outbox itself where something
    /// else than a directory has the folder's name.
    public func outputFolder(for drop: DropPath, of account: AccountName) throws(SystemError) -> DropPath? {
        let folder = drop.withoutPresetFolders.folder
        let made = try tree.open(.outbox, of: account).makingDirectories(orNone: folder).status()
        return try tree.open(.outbox, of: account).status().identity == made.identity ? nil : folder
    }

    /// Gives the finished MP3 its name in the outbox, durably; fails with EEXIST where that is taken.
    ///
    /// Where it cannot be made durable the name is taken back: an fsync that failed is never asked again, so the job is
    /// redone from its source.
    public func link(
        _ job: Job.ID, to output: DropPath, in outbox: borrowing BeneathDirectory
    ) throws(SystemError) {
        let folder = try outbox.makingDirectories(output.folder?.bytes ?? [])
        let spool = try directory()
        try spool.link(Self.audio(job), to: output.name, in: folder)
        do throws(SystemError) {
            try folder.synchronize()
        } catch {
            // The directory may be as broken as its flush; the first error says more.
            if (try? spool.isSameFile(Self.audio(job), as: output.name, in: folder)) == true {
                try? folder.remove(output.name)
            }
            throw error
        }
    }

    /// Whether the MP3 was given a name outside the spool. Makes that durable: a crash may have come before it was.
    func isLinked(_ job: Job.ID, as output: DropPath, of account: AccountName) throws(SystemError) -> Bool {
        guard try directory().has(Self.audio(job)), try audioStatus(job).links > 1 else { return false }
        do throws(SystemError) {
            let outbox = try tree.open(.outbox, of: account)
            guard try directory().isSameFile(Self.audio(job), as: output.bytes, in: outbox) else { return true }
            try outbox.directory(output.folder?.bytes ?? []).synchronize()
        } catch  where error.isMissing || error.isLink || error.isDenied {
            // Its owner may have moved it on already, or the folders above it, or closed them.
        }
        return true
    }

    /// Takes an MP3 out of the outbox again whose job was cancelled just before it was written down. What its owner put
    /// there in its place stays.
    public func withdraw(
        _ job: Job.ID, _ output: DropPath, _ identity: FileStatus.Identity, of account: AccountName
    ) throws(SystemError) {
        let outbox = try tree.open(.outbox, of: account)
        let spool = try directory()
        let name = Array("\(job).withdrawn".utf8)
        do throws(SystemError) {
            guard try outbox.status(output.bytes).identity == identity else { return }
            try outbox.rename(output.bytes, to: name, in: spool, isOnlyOurs: true)
        } catch  where error.isMissing || error.isLink {
            return
        }
        // The name may have changed hands since the look.
        if try spool.status(name).identity != identity { return try spool.rename(name, to: output.bytes, in: outbox) }
        try spool.remove(name)
        try outbox.directory(output.folder?.bytes ?? []).synchronize()
    }

    /// Nil where the drop is not in the spool.
    func sourceStatusIfThere(_ job: Job.ID) throws(SystemError) -> FileStatus? {
        do throws(SystemError) { return try sourceStatus(job) } catch  where error.isMissing { return nil }
    }

    public func discardAudio(_ job: Job.ID) throws(SystemError) { try directory().remove(Self.audio(job)) }
}
