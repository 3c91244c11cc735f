import CLinux
import Glibc

/// A system call that failed: which one, on what, and `errno`.
public struct SystemError: Error, Hashable, CustomStringConvertible {
    public let call: String
    public let subject: String
    public let code: Int32

    public init(call: String, subject: String, code: Int32) {
        self.call = call
        self.subject = subject
        self.code = code
    }

    /// `strerror(3)`'s words.
    public var reason: String { strerror(code).map { String(cString: $0) } ?? "error \(code)" }

    public var description: String {
        subject.isEmpty ? "\(call): \(reason)" : "\(call) \(subject): \(reason)"
    }

    /// Of a file that is there but not what it should be.
    public static func missing(_ subject: String) -> SystemError {
        SystemError(call: "open", subject: subject, code: ENOENT)
    }

    public var isMissing: Bool { code == ENOENT || code == ENOTDIR }
    public var isTaken: Bool { code == EEXIST }
    public var isLink: Bool { code == ELOOP }
    public var isDenied: Bool { code == EACCES || code == EPERM }

    /// From `inotify_add_watch(2)`: the user's limit of watches is reached.
    public var isOutOfWatches: Bool { call == "inotify_add_watch" && code == ENOSPC }

    /// The storage is full, over quota, read-only or broken, or the machine has no room for another thread, process or
    /// descriptor: nothing is wrong with the file, and a later try may do.
    public var isStorageTrouble: Bool { [ENOSPC, EDQUOT, EROFS, EIO, ENOMEM, EMFILE, ENFILE, EAGAIN].contains(code) }
}

/// The one funnel for system calls: runs `body` again when a signal interrupted it, and turns -1 into an error.
/// `read`'s and `write`'s counts pass through.
@discardableResult
func systemCall<Result: SignedInteger>(
    _ call: String, _ subject: @autoclosure () -> String = "", _ body: () -> Result
) throws(SystemError) -> Result {
    while true {
        let result = body()
        guard result == -1 else { return result }
        let code = errno
        guard code == EINTR else { throw SystemError(call: call, subject: subject(), code: code) }
    }
}

extension Collection<UInt8> {
    /// Bytes of a path as the null-terminated string that system calls take.
    @discardableResult
    func withPath<Result>(_ body: (UnsafePointer<CChar>) throws(SystemError) -> Result) throws(SystemError) -> Result {
        let terminated = map(CChar.init(bitPattern:)) + [0]
        let result: Swift.Result<Result, SystemError> = terminated.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else {
                return .failure(SystemError(call: "path", subject: "", code: EINVAL))
            }
            do throws(SystemError) { return .success(try body(base)) } catch { return .failure(error) }
        }
        return try result.get()
    }

    /// For messages.
    var quoted: String { "'" + String(decoding: self, as: UTF8.self) + "'" }
}
