/// What an inbox's token file is worth. Everything but `accepted` leaves the drops where they are.
public enum TokenVerdict: Sendable, Hashable {
    /// The account's token with this identifier.
    case accepted(Int64)
    case missing
    case notRegularFile
    case writableByOthers
    case tooLarge
    case unreadable
    case malformed
    /// Not a token of this account, or one that was revoked.
    case unknown
    case expired
    case accountDisabled

    public var isAccepted: Bool {
        if case .accepted = self { true } else { false }
    }

    /// What is wrong and what would be right, for the inbox's owner; nil where nothing is.
    public var explanation: String? {
        switch self {
        case .accepted: nil
        case .missing: "The inbox has no file named .token. Put your token file there."
        case .notRegularFile: ".token is not a plain file. Put your token file there itself, not a link or a folder."
        case .writableByOthers: ".token can be changed by other users. Take that right away (chmod go-w .token)."
        case .tooLarge: ".token is larger than 4 KiB. It should hold one token and nothing else."
        case .unreadable: ".token cannot be read by the service. Allow that (setfacl -m u:soundspool:r .token)."
        case .malformed: ".token does not hold a token. It should be one line beginning with ssp_."
        case .unknown: "The token in .token is not one of this account, or was revoked. Put a valid token file there."
        case .expired: "The token in .token has expired. Put a new token file there."
        case .accountDisabled: "The account is disabled. Ask the administrator."
        }
    }
}
