import Glibc

/// A descriptor that is closed with its owner.
struct OpenFile: ~Copyable {
    let descriptor: CInt

    struct Failure: Error { let errno: CInt }

    init(_ path: String, _ flags: CInt = O_RDONLY) throws {
        descriptor = open(path, flags | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Failure(errno: errno) }
    }

    /// A new, empty file to write.
    static func output(_ path: String) throws -> OpenFile { try OpenFile(path, O_RDWR | O_CREAT | O_TRUNC) }

    deinit { close(descriptor) }
}
