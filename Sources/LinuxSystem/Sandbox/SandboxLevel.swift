import CLinux

extension Sandbox {
    /// What not every kernel has, and some container engines refuse.
    public enum Mechanism: String, Sendable, Hashable, CaseIterable {
        /// Linux 5.13, `CONFIG_SECURITY_LANDLOCK`, and `landlock` in the kernel's `lsm=`.
        case landlock
        /// Linux 4.14 and `CONFIG_SECCOMP_FILTER`.
        case seccomp

        /// What this kernel lacks, and what it answered.
        public static var missing: [Mechanism: SystemError] {
            var missing: [Mechanism: SystemError] = [:]
            do throws(SystemError) { _ = try Landlock.version() } catch { missing[.landlock] = error }
            do throws(SystemError) {
                try systemCall("seccomp(SECCOMP_GET_ACTION_AVAIL)") { soundspool_seccomp_available() }
            } catch { missing[.seccomp] = error }
            return missing
        }
    }

    /// How much of the sandbox must be there for a conversion, named for what may be missing.
    public enum Level: String, Sendable, Hashable, CaseIterable {
        /// All of it.
        case full
        case noLandlock = "no-landlock"
        case noSeccomp = "no-seccomp"
        /// Neither: what is left are capabilities and limits.
        case limitsOnly = "limits-only"

        public func tolerates(_ mechanism: Mechanism) -> Bool {
            switch self {
            case .full: false
            case .noLandlock: mechanism == .landlock
            case .noSeccomp: mechanism == .seccomp
            case .limitsOnly: true
            }
        }
    }
}
