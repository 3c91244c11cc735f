import CLinux
import Glibc

/// Small files that are seen whole or not at all, and survive a power cut once the call returns.
public enum DurableFile {
    /// Writes `bytes` to `name` in `directory`, replacing what was there. The half-written file is a dot-file.
    public static func replace(
        _ name: [UInt8], with bytes: some Collection<UInt8>, in directory: borrowing BeneathDirectory, mode: UInt32
    ) throws(SystemError) {
        let temporary = try writeTemporary(for: name, bytes, in: directory, mode: mode)
        do throws(SystemError) {
            try directory.replace(name, with: temporary)
        } catch {
            try? directory.remove(temporary)
            throw error
        }
        try directory.synchronize()
    }

    /// Writes `bytes` to `name` in `directory`; fails with EEXIST where the name is taken. Where the name cannot be made
    /// durable it is taken back: an fsync that failed is never asked again.
    public static func create(
        _ name: [UInt8], with bytes: some Collection<UInt8>, in directory: borrowing BeneathDirectory, mode: UInt32
    ) throws(SystemError) {
        let temporary = try writeTemporary(for: name, bytes, in: directory, mode: mode)
        do throws(SystemError) {
            try directory.rename(temporary, to: name, in: directory)
        } catch {
            try directory.remove(temporary)
            throw error
        }
        do throws(SystemError) {
            try directory.synchronize()
        } catch {
            // The directory may be as broken as its flush; the first error says more.
            try? directory.remove(name)
            throw error
        }
    }

    private static func writeTemporary(
        for name: [UInt8], _ bytes: some Collection<UInt8>, in directory: borrowing BeneathDirectory, mode: UInt32
    ) throws(SystemError) -> [UInt8] {
        let temporary = Array(".\(UInt64.random(in: .min ... .max)).new".utf8)
        let file = try directory.open(temporary, flags: O_WRONLY | O_CREAT | O_EXCL, mode: mode)
        do throws(SystemError) {
            try file.writeAll(bytes)
            try file.synchronize()
        } catch {
            // The directory may be as broken as the file; the first error says more.
            try? directory.remove(temporary)
            throw error
        }
        return temporary
    }
}
