import CLinux
import Glibc

extension BeneathDirectory {
    /// Calls `body` with each name in the directory but `.` and `..`, in the file system's order. Memory does not grow
    /// with the directory. A name that comes or goes meanwhile may be seen or not: `readdir(3)`.
    public func forEachEntry(_ body: ([UInt8]) throws -> Void) throws {
        // The stream owns the descriptor it reads, so it gets one of its own.
        let reading = try open([UInt8(ascii: ".")], flags: O_RDONLY | O_DIRECTORY).release()
        guard let stream = fdopendir(reading) else {
            let code = errno
            close(reading)
            throw SystemError(call: "fdopendir", subject: "", code: code)
        }
        defer { closedir(stream) }
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                guard errno == 0 else { throw SystemError(call: "readdir", subject: "", code: errno) }
                return
            }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if !name.elementsEqual(".".utf8) && !name.elementsEqual("..".utf8) { try body(name) }
        }
    }

    /// All names in the directory.
    public func entries() throws -> [[UInt8]] {
        var names: [[UInt8]] = []
        try forEachEntry { names.append($0) }
        return names
    }
}
