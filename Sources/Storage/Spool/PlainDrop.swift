public import Domain
public import LinuxSystem

/// What a file must be to be a drop.
///
/// SECURITY: inbox owners are not trusted. A link could lead anywhere, a second name could show somebody else's file, a
/// FIFO or device could hold whoever reads it.
public enum PlainDrop {
    /// What keeps a file in its inbox whatever its token; nil where nothing does.
    public static func objection(to drop: FileStatus, inbox: FileStatus) -> WaitReason? {
        switch drop.kind {
        case .regular: break
        case .symbolicLink: return .symbolicLink
        case .directory, .fifo, .socket, .device: return .notRegularFile
        }
        if drop.size == 0 { return .empty }
        if drop.links != 1 { return .hardLinked }
        // The administrator may drop for somebody else.
        return [inbox.owner, Identity.user, 0].contains(drop.owner) ? nil : .foreignOwner
    }

    /// What became of a claim that turned out to be something else, when its place in the inbox was taken.
    public static let displaced = JobFailure(
        reason: "changed",
        message: "It was exchanged for something else while it was being taken, and another file has its name now.")
}
