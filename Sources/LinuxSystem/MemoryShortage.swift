import Glibc

/// Who goes first when the machine, or the service's control group, runs out of memory: `/proc/self/oom_score_adj`
/// (`proc(5)`).
public enum MemoryShortage {
    /// Offers this process before all others. Where it may not, the kernel chooses as always.
    public static func goFirst() {
        guard let file = try? Descriptor.open("/proc/self/oom_score_adj", flags: O_WRONLY) else { return }
        try? file.writeAll("1000".utf8)
    }
}
