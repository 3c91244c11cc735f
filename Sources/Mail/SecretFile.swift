import FoundationEssentials
import Synchronization

/// A file that holds a secret on its first line, and remembers what that was: while the file is being replaced it may be
/// missing or empty for a moment, which is no secret.
final class SecretFile: Sendable, Hashable {
    private let path: String
    private let lastKnown: Mutex<String>

    /// Nil where there is no secret in it yet.
    init?(path: String) {
        guard let text = Self.firstLine(of: path) else { return nil }
        self.path = path
        lastKnown = Mutex(text)
    }

    /// What the file holds now; the last known where that cannot be read or is empty.
    func read() -> String {
        let text = Self.firstLine(of: path)
        return lastKnown.withLock { last in
            if let text { last = text }
            return last
        }
    }

    private static func firstLine(of path: String) -> String? {
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        let line = String(decoding: data, as: UTF8.self).prefix { !$0.isNewline }
        return line.isEmpty ? nil : String(line)
    }

    static func == (one: SecretFile, other: SecretFile) -> Bool { one.path == other.path }

    func hash(into hasher: inout Hasher) { hasher.combine(path) }
}
