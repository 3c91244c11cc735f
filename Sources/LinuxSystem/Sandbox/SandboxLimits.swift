import Glibc

extension Sandbox {
    /// What a confined process may use of the machine: setrlimit(2), for good: nothing raises them again.
    ///
    /// SECURITY: a bomb or a loop costs this process, not the machine. The allocation past `memory` fails; `cpuSeconds` ends
    /// the process by SIGXCPU, `fileSize` by SIGXFSZ or `EFBIG`. No core is ever written.
    ///
    /// LIMITS: RLIMIT_NPROC is left alone, because it counts all threads of the user, the service's among them; that no
    /// process is started is `SystemCallFilter`'s matter. Threads are bounded by the memory of their stacks; code that makes
    /// tiny ones is ended by the service, which counts a converter's threads, and by the unit's TasksMax.
    public struct Limits: Sendable, Hashable {
        /// Bytes that can be written in memory of its own: heap, stacks and data (RLIMIT_DATA).
        public var memory: UInt64
        /// Bytes of addresses, libraries and reserved ones among them (RLIMIT_AS).
        public var addressSpace: UInt64
        /// Seconds of processor time of all threads; nil for a process whose jobs are counted otherwise (RLIMIT_CPU).
        public var cpuSeconds: UInt64?
        /// The largest file, in bytes (RLIMIT_FSIZE).
        public var fileSize: UInt64
        /// Descriptors that may be open at a time, the standard three among them (RLIMIT_NOFILE).
        public var descriptors: UInt64

        public init(
            memory: UInt64, addressSpace: UInt64, cpuSeconds: UInt64?, fileSize: UInt64, descriptors: UInt64 = 3
        ) {
            (self.memory, self.addressSpace, self.cpuSeconds) = (memory, addressSpace, cpuSeconds)
            (self.fileSize, self.descriptors) = (fileSize, descriptors)
        }

        func apply() throws(SystemError) {
            try Self.set(RLIMIT_CORE, 0, "RLIMIT_CORE")
            try Self.set(RLIMIT_DATA, memory, "RLIMIT_DATA")
            try Self.set(RLIMIT_AS, addressSpace, "RLIMIT_AS")
            // At the hard limit comes SIGKILL, which does not say why; a handler gets no more than these seconds.
            if let cpuSeconds { try Self.set(RLIMIT_CPU, cpuSeconds, hard: cpuSeconds + 5, "RLIMIT_CPU") }
            try Self.set(RLIMIT_FSIZE, fileSize, "RLIMIT_FSIZE")
            try Self.set(RLIMIT_NOFILE, descriptors, "RLIMIT_NOFILE")
        }

        /// Lowers a limit; one that is lower already stays.
        private static func set(
            _ resource: __rlimit_resource, _ value: UInt64, hard: UInt64? = nil, _ name: String
        ) throws(SystemError) {
            let resource = __rlimit_resource_t(resource.rawValue)
            var limit = rlimit()
            try systemCall("getrlimit", name) { getrlimit(resource, &limit) }
            let most = min(hard ?? value, UInt64(limit.rlim_max))
            limit = rlimit(rlim_cur: rlim_t(min(value, most)), rlim_max: rlim_t(most))
            try systemCall("setrlimit", name) { setrlimit(resource, &limit) }
        }
    }
}
