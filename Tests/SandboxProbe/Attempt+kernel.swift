import CProbe
import Glibc

extension Attempt {
    static let kernel: [String: Body] = [
        "io-uring": { call(SYS_io_uring_setup, 8, zeros) },
        "io-uring-enter": { call(SYS_io_uring_enter, 0, 1) },
        "io-uring-register": { call(SYS_io_uring_register, 0, 0, zeros, 1) },
        "io-setup": { call(SYS_io_setup, 8, zeros) },
        "bpf": { call(SYS_bpf, 0, zeros, 72) },
        "perf": { call(SYS_perf_event_open, zeros, 0, -1, -1) },
        "userfaultfd": { call(SYS_userfaultfd) },
        "load-module": { call(SYS_init_module, zeros, 1, zeros) },
        "keyring": { call(SYS_keyctl, 0, -3) },
        "reboot": { call(SYS_reboot) },
        // Linux 6.17 ends at 469.
        "call-of-the-future": { call(999) },
        "terminal": { call(SYS_ioctl, 0, 0x5412, zeros) },
    ]

    /// The sandbox's own walls.
    static let walls: [String: Body] = [
        "raise-limit": { raise(RLIMIT_DATA) },
        "raise-addresses": { raise(RLIMIT_AS) },
        "raise-time": { raise(RLIMIT_CPU) },
        "raise-file-size": { raise(RLIMIT_FSIZE) },
        "raise-descriptors": { raise(RLIMIT_NOFILE, to: 1024) },
        "allow-core": { raise(RLIMIT_CORE) },
        "limits-of-parent": { call(SYS_prlimit64, parent, Int(RLIMIT_DATA.rawValue), 0, zeros) },
        "setrlimit": { call(SYS_setrlimit, Int(RLIMIT_NOFILE.rawValue), zeros) },
        "dumpable": { call(SYS_prctl, Int(PR_SET_DUMPABLE), 1) },
        "allow-tracer": { call(SYS_prctl, Int(PR_SET_PTRACER), -1) },
        "read-as-code": { call(SYS_personality, 0x0400000) },
        "become-root": { call(SYS_setuid, 0) },
        "take-capabilities": { call(SYS_capset, zeros, zeros) },
        "another-filter": { call(SYS_seccomp, 1, 0, zeros) },
        "duplicate": { call(SYS_dup, 0) },
        // Standard input is open for reading only.
        "write-input": { call(SYS_write, 0, path, 1) },
        // The test holds a descriptor open that is none of the converter's.
        "write-other": { call(SYS_write, 9, path, 1) },
        "mmap-exec": {
            call(SYS_mmap, 0, 4096, Int(PROT_READ | PROT_WRITE | PROT_EXEC), Int(MAP_PRIVATE | MAP_ANONYMOUS), -1)
        },
        "mprotect-exec": {
            let page = call(SYS_mmap, 0, 4096, Int(PROT_READ | PROT_WRITE), Int(MAP_PRIVATE | MAP_ANONYMOUS), -1)
            return page < 0 ? page : call(SYS_mprotect, page, 4096, Int(PROT_READ | PROT_EXEC))
        },
    ]

    private static func raise(_ resource: __rlimit_resource, to value: rlim_t = 1 << 40) -> Int {
        var limit = rlimit(rlim_cur: value, rlim_max: value)
        return withUnsafePointer(to: &limit) {
            call(SYS_prlimit64, 0, Int(resource.rawValue), Int(bitPattern: $0))
        }
    }

    /// The machine's resources.
    static let machine: [String: Body] = [
        "threads": {
            for _ in 0..<1000 {
                var thread = pthread_t()
                let code = pthread_create(
                    &thread, nil,
                    { _ in
                        sleep(1000)
                        return nil
                    }, nil)
                guard code == 0 else { return -Int(code) }
            }
            return 0
        },
        "memory": {
            call(SYS_mmap, 0, 1 << 30, Int(PROT_READ | PROT_WRITE), Int(MAP_PRIVATE | MAP_ANONYMOUS), -1)
        },
        "addresses": { call(SYS_mmap, 0, 1 << 40, Int(PROT_NONE), Int(MAP_PRIVATE | MAP_ANONYMOUS), -1) },
        "time": {
            while time(nil) > 0 {}
            return 0
        },
        "allocate": { malloc(1 << 30) == nil ? -Int(errno) : 0 },
        "file": { call(SYS_pwrite64, 1, path, 8, 1 << 40) },
        "abort": { abort() },
        "crash": {
            let page = call(SYS_mmap, 0, 4096, Int(PROT_NONE), Int(MAP_PRIVATE | MAP_ANONYMOUS), -1)
            return UnsafePointer<Int>(bitPattern: page)?.pointee ?? 0
        },
    ]
}
