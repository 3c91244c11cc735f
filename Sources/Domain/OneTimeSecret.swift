/// What opens one thing once: an invitation, the confirmation of an address, the setting of a new password. 32 random
/// bytes in base32, as in a drop token. Its holder has it; the ledger holds only its SHA-256.
public struct OneTimeSecret: Sendable, Hashable {
    public let text: String

    /// A new one from the system's random source.
    public init() { text = DropToken.base32(DropToken.randomBytes()) }

    /// Nil for what cannot be one. White space around it, as copying leaves behind, is not part of it.
    public init?(_ text: some StringProtocol) {
        var trimmed = Substring(text)
        while trimmed.last?.isWhitespace == true { trimmed.removeLast() }
        while trimmed.first?.isWhitespace == true { trimmed.removeFirst() }
        guard DropToken.isSecret(trimmed) else { return nil }
        self.text = String(trimmed)
    }
}
