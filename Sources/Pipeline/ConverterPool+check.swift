import ConversionContract
import LinuxSystem
public import Storage

extension ConverterPool {
    /// A converter did not start, or did not answer as it should.
    struct NoAnswer: Error, CustomStringConvertible {
        let ending: ConverterProcess.Ending

        var description: String {
            switch ending {
            case .exited(_, let report?) where report.message != nil: report.message ?? ""
            case .exited(let status, _): "the converter ends with status \(status.rawValue); are both of one version?"
            case .crashed(let how): "the converter crashes: \(how)"
            case .stopped(let objection): objection.rawValue
            case .unable(let how): "the converter cannot be started: \(how)"
            }
        }
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
        switch ending {
        case .exited(.incomplete, .some), .exited(.cannotBeConverted, .some): return
        default: throw NoAnswer(ending: ending)
        }
    }
}
