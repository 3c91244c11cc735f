import FoundationEssentials
import Glibc
import LinuxSystem

/// The key that signs sessions and links: 32 random bytes, made at the first start, readable by the service alone.
enum SigningKey {
    private static let name = Array("signing.key".utf8)
    private static let length = 32

    /// Or one that systemd gives the service, as the credential `signing-key` (`systemd.exec(5)`, LoadCredential=): at
    /// least as long.
    static func readOrMake(in state: String) throws -> [UInt8] {
        if let given = ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"],
            let key = FileManager.default.contents(atPath: given + "/signing-key")
        {
            guard (length...4096).contains(key.count) else {
                throw CommandFailure.misconfigured(
                    "the credential signing-key should hold \(length) to 4096 random bytes")
            }
            return Array(key)
        }
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
