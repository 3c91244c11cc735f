public import Domain
public import FoundationEssentials

/// The addresses that letters hold. Whoever puts the service together says how they are made; where the web page has no
/// public address there are none.
public struct LetterLinks: Sendable {
    /// The web page.
    public let page: String
    /// Where a job's MP3 can be fetched without signing in, and until when; the letter is of the given date.
    public let download: @Sendable (Job.ID, Date) -> (link: String, expires: Date)
    /// Where the account's letters are chosen (RFC 8058).
    public let letters: @Sendable (Account.ID) -> String

    public init(
        page: String, download: @escaping @Sendable (Job.ID, Date) -> (link: String, expires: Date),
        letters: @escaping @Sendable (Account.ID) -> String
    ) {
        self.page = page
        self.download = download
        self.letters = letters
    }
}
