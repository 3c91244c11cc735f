/// Who may make an account on the web page.
public enum RegistrationPolicy: String, Sendable, CaseIterable {
    /// Everybody.
    case open
    /// Whoever has an invitation.
    case invite
    /// Nobody: the administrator makes accounts.
    case closed
}
