import ConversionContract
import LinuxSystem
import Storage

/// Which errors are the storage's: full, over quota, read-only or broken. They pass without the drop being any other.
enum Trouble {
    static func isOfStorage(_ error: any Error) -> Bool {
        (error as? SystemError)?.isStorageTrouble ?? Ledger.isStorageTrouble(error)
    }
}

extension ConverterProcess.Ending {
    /// The converter could not read its source or write its MP3.
    var isStorageTrouble: Bool {
        if case .exited(.inputOutput, _) = self { true } else { false }
    }
}
