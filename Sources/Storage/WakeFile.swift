import Glibc
public import LinuxSystem

/// How an administrator's command tells a running service to look again: it touches a file in `state/wake`, which the
/// service watches. A directory of its own, because SQLite writes in the one above all the time.
public struct WakeFile: Sendable {
    /// What to look at, by the name of its file.
    public enum Subject: String, Sendable {
        /// Accounts, their tokens and jobs.
        case changed
        /// Letters that are to be tried now.
        case letters

        public var name: [UInt8] { Array(rawValue.utf8) }
    }

    private let path: String

    public init(state: String) { path = state + "/wake" }

    /// The directory to watch, made where it is missing.
    public func directory() throws(SystemError) -> BeneathDirectory {
        do throws(SystemError) {
            return try BeneathDirectory(path: path)
        } catch  where error.isMissing {
            let (parent, name) = (String(path.dropLast("/wake".count)), Array("wake".utf8))
            return try BeneathDirectory(path: parent).makingDirectories(name)
        }
    }

    public func touch(_ subject: Subject = .changed) throws(SystemError) {
        let file = try directory().open(subject.name, flags: O_WRONLY | O_CREAT, mode: 0o644)
        try file.writeAll("\n".utf8)
    }
}
