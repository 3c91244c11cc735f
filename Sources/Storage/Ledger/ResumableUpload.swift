public import ConversionContract
public import Domain
public import FoundationEssentials
import GRDB

/// An upload that may come in pieces, over days and restarts: tus 1.0.
public struct ResumableUpload: Sendable, Hashable, Identifiable {
    public enum Kind: Sendable, Hashable {
        case whole
        /// A part that a `joined` one will be made of.
        case partial
        /// Made of the parts with these identifiers, in this order.
        case joined([String])
    }

    /// 128 random bits: whoever guesses it is asked for the account too.
    public let id: String
    public let account: Account.ID
    public let kind: Kind
    /// The file's name; nil for a part.
    public let drop: DropPath?
    public let preset: Preset?
    /// `Upload-Metadata` as it was sent.
    public let metadata: String
    /// Bytes of the whole.
    public let length: Int64
    /// Bytes that came and survive a power cut.
    public var offset: Int64
    public var expires: Date
    /// What became of it.
    public var job: Job.ID?
    /// The job's claim broke off before it was in the queue.
    public private(set) var isBeingClaimed = false

    public init(
        account: Account.ID, kind: Kind, drop: DropPath?, preset: Preset?, metadata: String, length: Int64,
        expires: Date
    ) {
        id = String(UInt128.random(in: .min ... .max), radix: 36)
        self.account = account
        self.kind = kind
        self.drop = drop
        self.preset = preset
        self.metadata = metadata
        self.length = length
        offset = 0
        self.expires = expires
        job = nil
    }

    public var isWhole: Bool { offset == length }

    /// Whether all bytes are here and should be a job in the queue, but are not yet.
    public var isDue: Bool { isWhole && (job == nil || isBeingClaimed) && kind != .partial }

    /// As it is once its job is in the queue.
    public func queued(as job: Job.ID) -> ResumableUpload {
        var upload = self
        (upload.job, upload.isBeingClaimed) = (job, false)
        return upload
    }

    /// A name that only the service gives: letters and digits.
    public static func isIdentifier(_ text: some StringProtocol) -> Bool {
        (1...32).contains(text.utf8.count) && text.utf8.allSatisfy { (48...57).contains($0) || (97...122).contains($0) }
    }
}

extension ResumableUpload.Kind {
    var stored: (kind: String, parts: String) {
        switch self {
        case .whole: ("whole", "")
        case .partial: ("partial", "")
        case .joined(let parts): ("joined", parts.joined(separator: " "))
        }
    }

    init?(kind: String, parts: String) {
        switch kind {
        case "whole": self = .whole
        case "partial": self = .partial
        case "joined": self = .joined(parts.split(separator: " ").map(String.init))
        default: return nil
        }
    }
}

extension ResumableUpload {
    init(row: Row) throws {
        guard let kind = Kind(kind: row["kind"], parts: row["parts"]) else {
            throw LedgerError.unreadableRow(table: "upload", id: row["account"])
        }
        id = row["id"]
        account = row["account"]
        self.kind = kind
        drop = (row["dropPath"] as Data?).flatMap(DropPath.init(stored:))
        preset = (row["preset"] as String?).flatMap(Preset.init(rawValue:))
        metadata = row["metadata"]
        length = row["length"]
        offset = row["offset"]
        expires = Date(stored: row["expires"])
        job = row["job"]
        isBeingClaimed = (row["jobState"] as String?) == JobState.claiming.rawValue
    }
}
