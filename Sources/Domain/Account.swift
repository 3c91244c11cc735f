public import ConversionContract
public import FoundationEssentials

/// Somebody who may drop videos.
public struct Account: Sendable, Hashable, Identifiable {
    public let id: Int64
    public let name: AccountName
    public var email: EmailAddress
    /// What a drop becomes where its folder does not say otherwise.
    public var preset: Preset
    public var isEnabled: Bool
    /// Which letters its owner wants.
    public var letters: LetterChoice
    /// Whether its owner may see, on the page, who has accounts and what the service does.
    public var isAdministrator: Bool
    public let created: Date

    public init(
        id: Int64, name: AccountName, email: EmailAddress, preset: Preset, isEnabled: Bool,
        letters: LetterChoice = .digest, isAdministrator: Bool = false, created: Date
    ) {
        self.id = id
        self.name = name
        self.email = email
        self.preset = preset
        self.isEnabled = isEnabled
        self.letters = letters
        self.isAdministrator = isAdministrator
        self.created = created
    }
}
