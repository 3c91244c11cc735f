import ConversionContract
import FoundationEssentials
import LinuxSystem

/// How long a source's headers may be read.
///
/// SECURITY: some of libav's parsers take time that grows with the square of what a small file claims, and cannot be asked
/// to stop. A day's film is open in less than half a second of processor time.
enum OpeningDeadline {
    /// Of processor time.
    private static let seconds = 4

    /// From here on the process ends with a report when `end` does not come in time.
    static func begin(preset: Preset, messages: CInt) {
        let report = ConversionReport(
            preset: preset, reason: .overLimit,
            message: "The file has so many or so strange parts that opening it takes too long.")
        // Without the timer the service's own bounds are left.
        guard let line = try? ConverterMessage.report(report).line() else { return }
        try? ProcessorDeadline.arm(
            seconds: seconds, message: Array(line) + [UInt8(ascii: "\n")], descriptor: messages,
            status: ExitStatus.cannotBeConverted.rawValue)
    }

    static func end() { ProcessorDeadline.disarm() }
}
