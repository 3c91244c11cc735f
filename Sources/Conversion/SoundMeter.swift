import ConversionContract
import Glibc

/// Measures a sound as it passes: its outline always, its loudness where that is asked for.
struct SoundMeter: Sendable {
    private var waveformMeter: WaveformMeter
    private var loudnessMeter: LoudnessMeter?
    private let volume: Double

    /// - Parameter volume: how loud the sound will come out, as a factor.
    init(_ format: SoundFormat, loudness: LoudnessMode, volume: Float = 1) {
        self.volume = Double(volume)
        waveformMeter = WaveformMeter(sampleRate: format.sampleRate)
        loudnessMeter = loudness != .off ? LoudnessMeter(format) : nil
    }

    /// Takes samples of the buffer in.
    mutating func add(_ buffer: borrowing PCMBuffer, _ range: Range<Int>) {
        waveformMeter.add(buffer, range)
        loudnessMeter?.add(buffer, range)
    }

    /// The loudness of all that came in; nil where it is not measured.
    var loudness: Loudness? {
        // Floats may be infinite, a report may not.
        loudnessMeter.map {
            Loudness(
                integrated: $0.integrated.map { $0 + 20 * log10(volume) },
                peak: min(Double(waveformMeter.peak) * volume, 1e6))
        }
    }

    var waveform: Waveform { waveformMeter.measure() }
}
