import CSystemd
import Glibc

/// systemd's journal, spoken to in its own protocol, so that what a message is about can be searched for:
/// `sd_journal_sendv(3)`.
public enum Journal {
    /// Whether standard error goes to the journal: `$JOURNAL_STREAM` names it by device and inode (`systemd.exec(5)`).
    public static let isStandardError: Bool = {
        guard let stream = getenv("JOURNAL_STREAM").map({ String(cString: $0) }),
            let here = try? FileStatus(of: STDERR_FILENO)
        else { return false }
        return stream == "\(here.identity.device):\(here.identity.inode)"
    }()

    /// Sends one entry.
    /// - Parameter fields: names of capitals, digits and underscores, beginning with a capital; and any values.
    /// - Returns: Whether the journal took it.
    public static func send(_ fields: [(name: String, value: String)]) -> Bool {
        let texts = fields.map { Array("\($0.name)=\($0.value)".utf8) }
        let bytes = texts.flatMap { $0 }
        return bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return false }
            var offset = 0
            let parts = texts.map { text in
                defer { offset += text.count }
                return iovec(iov_base: UnsafeMutableRawPointer(mutating: base + offset), iov_len: text.count)
            }
            return sd_journal_sendv(parts, Int32(parts.count)) == 0
        }
    }
}
