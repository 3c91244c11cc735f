public import ConversionContract
import FoundationEssentials
import Glibc

/// Writes messages as lines of JSON to a descriptor.
public struct MessageWriter: Sendable {
    let descriptor: CInt

    /// `write` failed: whoever read the messages is gone, or the disk that takes them is full.
    struct Failure: Error, CustomStringConvertible {
        let errno: CInt

        var description: String { "write: \(String(cString: strerror(errno)))" }
    }

    public init(descriptor: CInt) {
        self.descriptor = descriptor
    }

    /// Writes one line (`write`).
    public func write(_ message: ConverterMessage) throws {
        var line = try message.line()
        line.append(UInt8(ascii: "\n"))
        try line.withUnsafeBytes { bytes in
            var rest = bytes
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
                guard count >= 0 || errno == EINTR else { throw Failure(errno: errno) }
                rest = UnsafeRawBufferPointer(rebasing: rest[max(count, 0)...])
            }
        }
    }
}
