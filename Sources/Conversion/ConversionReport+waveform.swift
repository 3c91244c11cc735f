import ConversionContract
import FoundationEssentials

extension ConversionReport {
    /// Notes the outline of the sound, unless there is none.
    mutating func note(_ waveform: Waveform?) {
        guard let bytes = waveform?.bytes, !bytes.isEmpty else { return }
        self.waveform = Data(bytes)
    }
}
