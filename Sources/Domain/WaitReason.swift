/// Why a drop is still in its inbox. Shown, never stored: the next look may find it gone.
public enum WaitReason: Sendable, Hashable {
    /// Changed too recently to be taken for whole.
    case settling
    case beingWritten
    case empty
    /// It was looked at, and its end or another part is missing. It is looked at again when it changes.
    case incomplete
    case token(TokenVerdict)
    case symbolicLink
    /// A FIFO, socket or device.
    case notRegularFile
    /// Another name leads to the same file, so somebody may still change it.
    case hardLinked
    /// Owned by somebody who is neither the inbox's owner nor the service.
    case foreignOwner
    case unreadable
    /// A folder that is not looked into: it lies too many folders deep, or its path is too long.
    case nestedTooDeeply
    /// Not a drop but a folder, which the service may not look into.
    case unreadableFolder
    /// Nobody takes drops now.
    case serviceStopped
    /// A system call failed; it is tried again.
    case trouble(String)

    /// For programs.
    public var word: String {
        switch self {
        case .settling: "settling"
        case .beingWritten: "being-written"
        case .empty: "empty"
        case .incomplete: "incomplete"
        case .token: "token"
        case .symbolicLink: "symbolic-link"
        case .notRegularFile: "not-a-file"
        case .hardLinked: "hard-linked"
        case .foreignOwner: "foreign-owner"
        case .unreadable, .unreadableFolder: "unreadable"
        case .nestedTooDeeply: "nested-too-deeply"
        case .serviceStopped: "stopped"
        case .trouble: "trouble"
        }
    }

    /// For the drop's owner.
    public var explanation: String {
        switch self {
        case .settling: "Just arrived; it is taken once it stays unchanged for a moment."
        case .beingWritten: "It is still being copied."
        case .empty: "It is empty. It is taken once its contents arrive."
        case .incomplete: "A part of it is missing. Resume the upload, or copy it again; it is taken once it is whole."
        case .token(let verdict): verdict.explanation ?? "The token is checked again."
        case .symbolicLink: "It is a symbolic link, and links are not followed. Put the video itself here."
        case .notRegularFile: "It is not a file that can be read as a video. Put the video itself here."
        case .hardLinked: "The same file has another name elsewhere. Put a copy here, or remove the other name."
        case .foreignOwner: "It belongs to another user. Its owner must be the one whose inbox this is."
        case .unreadable: "The service may not read it. Allow that (chmod a+r)."
        case .nestedTooDeeply: "What is in it is not seen: too many folders lie in one another. Move it further up."
        case .unreadableFolder: "The service may not look into this folder and change it. Allow that (chmod g+rwx)."
        case .serviceStopped: "The service is not running; it is taken once it runs again."
        case .trouble(let cause): "It cannot be taken right now and is tried again: \(cause)"
        }
    }
}

/// A drop that lies in an inbox.
public struct WaitingDrop: Sendable, Hashable {
    public let account: Account.ID
    public let drop: DropPath
    public let reason: WaitReason

    public init(account: Account.ID, drop: DropPath, reason: WaitReason) {
        self.account = account
        self.drop = drop
        self.reason = reason
    }
}
