import ConversionContract
import LinuxSystem

extension Sandbox.Limits {
    /// What converting needs at most, with room to spare; a file that makes it take more is no ordinary one.
    ///
    /// - Memory and addresses: see `ConversionLimits`.
    /// - Time: a second for a second of sound, of which a slow machine takes a tenth. One that serves has as much for each
    ///   conversion: see `ConversionServer`.
    /// - Descriptors: one that serves gets two more at a time.
    init(_ limits: ConversionLimits, threads: Int, isServing: Bool) {
        self.init(
            memory: ConversionLimits.memory(threads: threads),
            addressSpace: ConversionLimits.addressSpace(threads: threads),
            cpuSeconds: Self.cpuSeconds(limits) * (isServing ? 2 : 1),
            // The converter's own limit says what is wrong, and comes first.
            fileSize: UInt64(limits.outputBytes) + 1 << 20, descriptors: isServing ? 5 : 3)
    }

    /// Seconds of processor time that one conversion may take.
    static func cpuSeconds(_ limits: ConversionLimits) -> UInt64 { 60 + UInt64(limits.duration) }
}
