import Glibc
public import LinuxSystem

/// Returns when no process has the file open for writing.
///
/// Who writes a file and closes it is not the last to have had it open: a process that another test forked meanwhile
/// keeps the descriptor until it executes its program. Until then the file can be neither executed (`ETXTBSY`) nor leased.
public func waitUntilClosed(_ path: String) throws(SystemError) {
    while case .beingWritten = FileLease.request(on: try Descriptor.open(path, flags: O_RDONLY)) { usleep(1000) }
}
