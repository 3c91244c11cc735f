import CProbe
import Glibc

extension Attempt {
    static let files: [String: Body] = [
        "open": { call(SYS_openat, Int(AT_FDCWD), path, Int(O_RDONLY)) },
        "open-quietly": { call(SYS_openat, Int(AT_FDCWD), path, Int(O_RDONLY | O_CLOEXEC)) },
        "open-to-write": { call(SYS_openat, Int(AT_FDCWD), path, Int(O_WRONLY | O_CLOEXEC)) },
        "open-to-create": { call(SYS_openat, Int(AT_FDCWD), newPath, Int(O_RDWR | O_CREAT), 0o600) },
        "openat2": { result(probe_openat2("/etc/passwd")) },
        "open-x32": { result(probe_x32(Int(SYS_openat), Int(AT_FDCWD), path, Int(O_RDONLY | O_CLOEXEC))) },
        "open-32-bit": { probe_int80_open() },
        "open-beneath-input": { call(SYS_openat, 0, text("passwd"), Int(O_RDONLY)) },
        "open-in-place": {
            close(0)
            return call(SYS_openat, Int(AT_FDCWD), path, Int(O_RDONLY))
        },
        // What was given for reading, to write to it.
        "reopen-input": { call(SYS_openat, Int(AT_FDCWD), text("/proc/self/fd/0"), Int(O_RDWR)) },
        "open-by-handle": { call(SYS_open_by_handle_at, Int(AT_FDCWD), zeros, 0) },
        "link": { call(SYS_linkat, Int(AT_FDCWD), path, Int(AT_FDCWD), newPath) },
        "rename": { call(SYS_renameat2, Int(AT_FDCWD), newPath, Int(AT_FDCWD), newPath) },
        "unlink": { call(SYS_unlinkat, Int(AT_FDCWD), newPath) },
        "mkdir": { call(SYS_mkdirat, Int(AT_FDCWD), newPath, 0o700) },
        "symlink": { call(SYS_symlinkat, path, Int(AT_FDCWD), newPath) },
        "chmod": { call(SYS_fchmodat, Int(AT_FDCWD), newPath, 0o777) },
        "truncate": { call(SYS_truncate, newPath, 0) },
        "chdir": { call(SYS_chdir, text("/")) },
        "mount": { call(SYS_mount, 0, text("/tmp"), text("tmpfs")) },
        "chroot": { call(SYS_chroot, text("/")) },
        "stat": { call(SYS_newfstatat, Int(AT_FDCWD), path, zeros) },
        "statx": { call(SYS_statx, Int(AT_FDCWD), path, 0, 0, zeros) },
        "readlink": { call(SYS_readlinkat, Int(AT_FDCWD), text("/proc/self/exe"), zeros, 4096) },
        "access": { call(SYS_faccessat, Int(AT_FDCWD), path, 0) },
        "memfd": { call(SYS_memfd_create, text("code")) },
        "memfd-and-exec": {
            let descriptor = call(SYS_memfd_create, text("code"))
            return descriptor < 0 ? descriptor : call(SYS_execveat, descriptor, text(""), zeros, zeros, 0x1000)
        },
    ]

    static let network: [String: Body] = [
        "socket": { call(SYS_socket, Int(AF_INET), Int(SOCK_STREAM.rawValue)) },
        "socket-in-place": {
            close(1)
            return call(SYS_socket, Int(AF_INET), Int(SOCK_DGRAM.rawValue))
        },
        "socket-unix": { call(SYS_socket, Int(AF_UNIX), Int(SOCK_STREAM.rawValue)) },
        "socket-netlink": { call(SYS_socket, Int(AF_NETLINK), Int(SOCK_RAW.rawValue)) },
        "socket-pair": { call(SYS_socketpair, Int(AF_UNIX), Int(SOCK_STREAM.rawValue), 0, zeros) },
        "connect": { call(SYS_connect, 0, zeros, 16) },
        "bind": { call(SYS_bind, 0, zeros, 16) },
        "accept": { call(SYS_accept4, 0) },
        "send": { call(SYS_sendto, 0, path, 1) },
        "send-to-address": { call(SYS_sendto, 0, path, 1, 0, zeros, 16) },
        "receive": { result(Int(probe_receive_descriptor())) },
    ]
}
