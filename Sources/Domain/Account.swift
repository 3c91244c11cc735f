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
    public let created: Date

    public init(
        id: Int64, name: AccountName, email: EmailAddress, preset: Preset, isEnabled: Bool, created: Date
    ) {
        self.id = id
        self.name = name
        self.email = email
        self.preset = preset
        self.isEnabled = isEnabled
        self.created = created
    }
}
