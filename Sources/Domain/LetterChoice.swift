/// Which letters an account's owner wants. What they asked for themselves, a password's reset say, always comes.
public enum LetterChoice: String, Sendable, Codable, CaseIterable, Hashable {
    /// One for each result, at once.
    case each
    /// One for all results that come close together.
    case digest
    /// As `digest`, but only of what went wrong.
    case failures
    case none

    public func wants(_ kind: Letter.Kind) -> Bool {
        switch self {
        case .each, .digest: true
        case .failures: kind != .completed
        case .none: kind.isAsked
        }
    }

    /// Whether a letter of this kind may wait for other results that it can tell too.
    public func shares(_ kind: Letter.Kind) -> Bool {
        switch kind {
        case .completed, .failed, .incomplete: self != .each
        case .quota, .confirmAddress, .resetPassword, .alreadyRegistered: false
        }
    }
}
