import ConversionContract
import LinuxSystem
public import Storage

extension ConverterPool {
    /// A converter did not start, or did not answer.
    private struct NoAnswer: Error, CustomStringConvertible {
        let description: String
    }

    /// Starts a converter, has it look at an empty file, and throws where it does not say that this is none that can be
    /// converted: its program, its libraries and its sandbox are all there.
    public func check(in spool: Spool) async throws {
        let (sourceRaw, audioRaw) = try await onBlockingThread {
            let source = try spool.probe()
            return (source.release(), try spool.probe().release())
        }
        let source = Descriptor(owning: sourceRaw)
        let audio = Descriptor(owning: audioRaw)
        // No account has this number, so that no converter of somebody's is kept for it.
        let ending = try await convert(orders, source: source, audio: audio, of: 0) { _ in }
        guard case .exited(_, .some) = ending else { throw NoAnswer(description: "\(ending)") }
    }
}
