import ConversionContract
import Domain
import FoundationEssentials

/// What a converter's end means for its job: every failure is temporary or permanent. Whether anything is wrong with the drop
/// at all was examined before (`Doubt`).
enum Verdict: Hashable {
    /// The MP3 has this many seconds of sound, with this outline: at most `ConversionReport.maximumWaveform` bytes.
    case converted(duration: Double, waveform: Data?)
    /// The drop's end is missing; a resumed upload may bring it. The failure is for where it can bring nothing.
    case incomplete(JobFailure)
    /// No later try would do; the owner is told.
    case permanent(JobFailure)
    /// Tried again after a pause; the cause is for the journal.
    case temporary(String)

    /// The seconds that a container may promise more than its sound has, without anything being lost: containers round
    /// up to frames, and sound often ends a little before the picture.
    private static let tolerance = 2.0
    private static let toleratedShare = 0.02
    private static let mostTolerated = 30.0

    /// - Parameter crashes: how many earlier attempts ended with a crash, or were stopped.
    init(_ ending: ConverterProcess.Ending, audioSize: Int64, crashes: Int) {
        switch ending {
        case .exited(.converted, let report): self = Self.judge(report, audioSize: audioSize)
        case .exited(.cannotBeConverted, let report): self = .permanent(Self.failure(report, or: .damaged))
        case .exited(.incomplete, let report): self = .incomplete(Self.failure(report, or: .incomplete))
        // An excuse that held comes no further than `Doubt`.
        case .exited(.inputOutput, let report), .exited(.usage, let report), .exited(.sandbox, let report),
            .exited(.internalError, let report):
            self = Self.crash(report?.message ?? "internal error", crashes: crashes)
        case .crashed(let how): self = Self.crash(how, crashes: crashes)
        case .stopped(let objection): self = Self.stop(objection.rawValue, crashes: crashes)
        case .unable(let how): self = Self.crash(how, crashes: crashes)
        }
    }

    private static func failure(_ report: ConversionReport?, or reason: ConversionReport.Reason) -> JobFailure {
        JobFailure(
            reason: (report?.reason ?? reason).rawValue,
            message: report?.message.map { String.displaying($0.utf8) } ?? "The video could not be converted.")
    }

    /// An exit status of 0 is not success: the sound that came out is compared with what the container promised.
    private static func judge(_ report: ConversionReport?, audioSize: Int64) -> Verdict {
        guard let report, audioSize > 0, report.produced > 0 else {
            return .permanent(JobFailure(reason: "damaged", message: "No sound could be read from the video."))
        }
        if let promised = report.promised, promised - report.produced > tolerated(promised) {
            let (produced, promised) = (words(report.produced), words(promised))
            return .permanent(
                JobFailure(
                    reason: "damaged",
                    message: "Only \(produced) of \(promised) seconds of sound could be read from the video."))
        }
        return .converted(duration: report.produced, waveform: waveform(report))
    }

    /// The converter is not trusted: what is too long to be an outline is none.
    private static func waveform(_ report: ConversionReport) -> Data? {
        report.waveform.flatMap { (1...ConversionReport.maximumWaveform).contains($0.count) ? $0 : nil }
    }

    private static func tolerated(_ promised: Double) -> Double {
        min(max(tolerance, promised * toleratedShare), mostTolerated)
    }

    /// The converter is not trusted: its numbers may fit no `Int`.
    private static func words(_ seconds: Double) -> String {
        Int64(exactly: seconds.rounded()).map { String($0) } ?? "endlessly many"
    }

    /// Once may be the machine's fault; twice is the file's.
    private static func crash(_ how: String, crashes: Int) -> Verdict {
        crashes == 0
            ? .temporary("the converter crashed: \(how)")
            : .permanent(
                JobFailure(reason: "damaged", message: "The video is damaged in a way that stops the conversion."))
    }

    /// A machine that has too much to do may cause it once.
    private static func stop(_ message: String, crashes: Int) -> Verdict {
        crashes == 0 ? .temporary(message) : .permanent(JobFailure(reason: "over-limit", message: message))
    }
}
