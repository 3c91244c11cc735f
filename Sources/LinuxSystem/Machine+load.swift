import CLinux
import Glibc

extension Machine {
    /// Processors that are in use: `sysconf(3)`.
    public static var processors: Int { max(1, sysconf(CInt(_SC_NPROCESSORS_ONLN))) }

    /// Programs that run or wait for a processor or the disk, on average over 1, 5 and 15 minutes: `sysinfo(2)`, because
    /// /proc/loadavg is hidden from a service with `ProcSubset=pid`.
    public static var loadAverages: [Double] {
        var loads = (0.0, 0.0, 0.0)
        soundspool_load_averages(&loads.0, &loads.1, &loads.2)
        return [loads.0, loads.1, loads.2]
    }

    /// Bytes of memory, in all and what programs can still have.
    ///
    /// The latter is the kernel's estimate (`MemAvailable`), and where that is hidden, `sysinfo(2)`'s free memory, which is
    /// less: what caches hold is not among it.
    public static var memory: (total: Int64, available: Int64) {
        var (total, free): (UInt64, UInt64) = (0, 0)
        soundspool_memory(&total, &free)
        return (Int64(clamping: total), estimate ?? Int64(clamping: free))
    }

    private static var estimate: Int64? {
        guard let file = try? Descriptor.open("/proc/meminfo", flags: O_RDONLY),
            let bytes = try? file.readAll(limit: 16 << 10)
        else { return nil }
        let line = bytes.split(separator: UInt8(ascii: "\n")).first { $0.starts(with: "MemAvailable:".utf8) }
        let digits = line.map { String(decoding: $0, as: UTF8.self).filter(\.isNumber) }
        return digits.flatMap { Int64($0) }.map { $0 << 10 }
    }

    /// Bytes of memory that this process has in use: the second number of /proc/self/statm, in pages (`proc(5)`).
    public static var ownMemory: Int64? {
        guard let file = try? Descriptor.open("/proc/self/statm", flags: O_RDONLY),
            let bytes = try? file.readAll(limit: 256)
        else { return nil }
        let numbers = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        return numbers.dropFirst().first.flatMap { Int64($0) }.map { $0 * Int64(getpagesize()) }
    }
}
