import ConversionContract
import LinuxSystem

extension Sandbox.Limits {
    /// What converting needs at most, with room to spare; a file that makes it take more is no ordinary one.
    ///
    /// - Memory: libavformat's index of a day's sound takes up to 300 MiB; a thread's stack, encoder and two buffers of
    ///   sound take 24 MiB.
    /// - Addresses: the libraries, and 128 MiB that glibc's allocator reserves for each thread.
    /// - Time: a second for a second of sound, of which a slow machine takes a tenth. One that serves has as much for each
    ///   conversion: see `ConversionServer`.
    /// - Descriptors: one that serves gets two more at a time.
    init(_ limits: ConversionLimits, threads: Int, isServing: Bool) {
        let (mebibyte, threads) = (UInt64(1 << 20), UInt64(threads))
        let memory = (512 + 32 * threads) * mebibyte
        self.init(
            memory: memory, addressSpace: memory + (1024 + 192 * threads) * mebibyte,
            cpuSeconds: Self.cpuSeconds(limits) * (isServing ? 2 : 1),
            // The converter's own limit says what is wrong, and comes first.
            fileSize: UInt64(limits.outputBytes) + mebibyte, descriptors: isServing ? 5 : 3)
    }

    /// Seconds of processor time that one conversion may take.
    static func cpuSeconds(_ limits: ConversionLimits) -> UInt64 { 60 + UInt64(limits.duration) }
}
