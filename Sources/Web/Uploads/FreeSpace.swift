import LinuxSystem

/// How much of the disk uploads leave free.
public enum FreeSpace: Sendable, Hashable {
    case bytes(Int64)
    /// 0 to 100 of the whole.
    case percent(Int)

    func isLeft(after bytes: Int64, in space: FileSystemSpace) -> Bool {
        let kept =
            switch self {
            case .bytes(let bytes): bytes
            case .percent(let percent): space.total / 100 * Int64(percent)
            }
        return space.available - bytes >= kept
    }
}
