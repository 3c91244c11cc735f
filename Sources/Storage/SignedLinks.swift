public import Domain
public import FoundationEssentials

/// The addresses of signed links, as letters write them and the web side answers them.
public struct SignedLinks: Sendable {
    public static let expires = "expires"
    public static let signature = "signature"
    public static let account = "account"
    public static let downloadPath = "/api/v1/outbox"
    public static let lettersPath = "/letters"

    private let signer: LinkSigner
    private let base: String
    /// How long a download link is good.
    private let lifetime: Duration

    /// - Parameter publicURL: Where people reach the page, like `https://sound.example.org`.
    public init(signer: LinkSigner, publicURL: String, lifetime: Duration) {
        self.signer = signer
        var base = publicURL
        while base.hasSuffix("/") { base.removeLast() }
        self.base = base
        self.lifetime = lifetime
    }

    /// Where a job's MP3 can be fetched without signing in, and until when.
    public func download(of job: Job.ID, since date: Date) -> (link: String, expires: Date) {
        let expires = Int64(date.timeIntervalSince1970) + lifetime.components.seconds
        let signature = signer.signature(for: .download(job), expires: expires)
        return (
            "\(base)\(Self.downloadPath)/\(job)?\(Self.expires)=\(expires)&\(Self.signature)=\(signature)",
            Date(timeIntervalSince1970: Double(expires))
        )
    }

    /// Where the account's owner chooses which letters to get, and where a program asks for none (RFC 8058). It does not
    /// expire: letters are kept for years.
    public func letters(of account: Account.ID) -> String {
        let signature = signer.signature(for: .letters(account), expires: nil)
        return "\(base)\(Self.lettersPath)?\(Self.account)=\(account)&\(Self.signature)=\(signature)"
    }
}
