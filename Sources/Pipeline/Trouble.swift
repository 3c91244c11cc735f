import ConversionContract
import Domain
import LinuxSystem
import Storage

/// Which errors are the storage's: full, over quota, read-only or broken. They pass without the drop being any other.
enum Trouble {
    static func isOfStorage(_ error: any Error) -> Bool {
        (error as? SystemError)?.isStorageTrouble ?? Ledger.isStorageTrouble(error)
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
        // The converter could not read its source or write its MP3.
        case .exited(.inputOutput, _), .unable: .held
        case .exited(.internalError, _), .crashed, .stopped: .crashed
        case .exited: .failed
        }
    }
}

extension JobFailure {
    /// Whether bytes that were never written may be the cause, so that a resumed upload would mend it.
    var mayBeForMissingParts: Bool {
        [ConversionReport.Reason.damaged, .unsupported].contains { $0.rawValue == reason }
    }
}
