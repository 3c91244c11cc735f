import CArgon2
import LinuxSystem

/// Passwords as Argon2id (RFC 9106) in its encoded form: m = 46 MiB, t = 1, p = 1, as OWASP recommends.
public enum PasswordHash {
    private static let memory: UInt32 = 46 << 10
    private static let saltLength = 16
    private static let hashLength = 32

    public struct Failure: Error, CustomStringConvertible {
        let code: Int32
        public var description: String {
            "argon2: " + (argon2_error_message(code).map { String(cString: $0) } ?? "error \(code)")
        }
    }

    /// Takes some 50 ms of CPU and 46 MiB, on a thread of its own.
    public static func make(_ password: String) async throws -> String {
        try await onBlockingThread {
            var generator = SystemRandomNumberGenerator()
            let salt = (0..<saltLength).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            let password = Array(password.utf8)
            var encoded = [CChar](
                repeating: 0,
                count: argon2_encodedlen(1, memory, 1, UInt32(saltLength), UInt32(hashLength), Argon2_id))
            let code = argon2id_hash_encoded(
                1, memory, 1, password, password.count, salt, salt.count, hashLength, &encoded, encoded.count)
            guard code == ARGON2_OK.rawValue else { throw Failure(code: code) }
            return String(decoding: encoded.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        }
    }

    /// Whether `password` made `hash`. Where there is no hash, a comparison as slow is made and lost, so that the time
    /// does not tell a stranger which accounts exist.
    public static func verify(_ password: String, _ hash: String?) async throws -> Bool {
        guard let hash else {
            _ = try await make(password)
            return false
        }
        return try await onBlockingThread {
            let password = Array(password.utf8)
            let code = argon2id_verify(hash, password, password.count)
            guard code == ARGON2_OK.rawValue || code == ARGON2_VERIFY_MISMATCH.rawValue else {
                throw Failure(code: code)
            }
            return code == ARGON2_OK.rawValue
        }
    }
}
