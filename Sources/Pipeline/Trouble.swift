import ConversionContract
import Domain
import LinuxSystem
import Storage

/// Which errors are the storage's: full, over quota, read-only or broken. They pass without the drop being any other.
enum Trouble {
    static func isOfStorage(_ error: any Error) -> Bool {
        if case .exited(.inputOutput, _) = (error as? ConverterPool.NoAnswer)?.ending { return true }
        return (error as? SystemError)?.isStorageTrouble ?? Ledger.isStorageTrouble(error)
    }

    /// For the drop's owner; the journal has the cause.
    static func words(for error: any Error) -> String {
        isOfStorage(error)
            ? "the service's storage is full or not writable." : "the system refused it. The administrator can see why."
    }
}

extension ConverterProcess.Ending {
    /// What an attempt that ended so, and is repeated, says of the drop.
    var cause: JobLedger.Break {
        switch self {
        case .exited(.converted, _), .exited(.cannotBeConverted, _), .exited(.incomplete, _): .failed
        case .exited, .crashed, .stopped, .unable: .crashed
        }
    }

    /// In the converter's words, why nothing is wrong with the drop; nil where it does not say so. It may have been taken
    /// over by the drop, so this alone proves nothing: see `Doubt`.
    var excuse: String? {
        switch self {
        case .exited(.inputOutput, let report): report?.message ?? "it could not read or write"
        case .exited(.usage, let report), .exited(.sandbox, let report):
            report?.message ?? "it does not fit the service"
        case .unable(let how): "it could not be started: \(how)"
        case .exited, .crashed, .stopped: nil
        }
    }
}

extension JobFailure {
    /// Whether bytes that were never written may be the cause, so that a resumed upload would mend it.
    var mayBeForMissingParts: Bool {
        [ConversionReport.Reason.damaged, .unsupported].contains { $0.rawValue == reason }
    }
}
