import Glibc
import LinuxSystem

/// The key that signs sessions: 32 random bytes, made at the first start, readable by the service alone.
enum SigningKey {
    private static let name = Array("signing.key".utf8)
    private static let length = 32

    static func readOrMake(in state: String) throws -> [UInt8] {
        let directory = try BeneathDirectory(path: state)
        if try !directory.has(name) {
            var generator = SystemRandomNumberGenerator()
            let key = (0..<length).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            try DurableFile.create(name, with: key, in: directory, mode: 0o600)
        }
        let key = try directory.open(name, flags: O_RDONLY).readAll(limit: length + 1)
        guard key.count == length else {
            throw CommandFailure.misconfigured(
                "\(state)/signing.key should hold \(length) bytes; remove it and a new one is made")
        }
        return key
    }
}
