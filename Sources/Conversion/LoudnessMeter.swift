import CEBUR128
import ConversionContract

/// Measures the loudness of a sound as it passes (libebur128), in memory that does not grow.
struct LoudnessMeter: ~Copyable {
    /// A function of libebur128 that failed, with its code (`enum error` in `ebur128.h`).
    struct Failure: Error {
        let code: CInt
        let function: String
    }

    private var state: UnsafeMutablePointer<ebur128_state>?
    private let channels: Int
    private var interleaved: [Float]

    /// Samples per channel that are handed on at once.
    private static let step = 1024

    init(_ format: SoundFormat) throws(Failure) {
        // The histogram keeps the loudness of all blocks in tenths of a decibel.
        let mode = EBUR128_MODE_I.rawValue | EBUR128_MODE_SAMPLE_PEAK.rawValue | EBUR128_MODE_HISTOGRAM.rawValue
        channels = format.channels
        interleaved = [Float](repeating: 0, count: Self.step * format.channels)
        state = ebur128_init(CUnsignedInt(format.channels), CUnsignedLong(format.sampleRate), CInt(mode))
        guard state != nil else { throw Failure(code: CInt(EBUR128_ERROR_NOMEM.rawValue), function: "ebur128_init") }
    }

    deinit {
        var state = state
        ebur128_destroy(&state)
    }

    /// Takes samples of the buffer in.
    mutating func add(_ buffer: borrowing PCMBuffer, _ range: Range<Int>) throws(Failure) {
        var start = range.lowerBound
        while start < range.upperBound {
            let count = min(Self.step, range.upperBound - start)
            let (state, channels) = (state, channels)
            let code = interleaved.withUnsafeMutableBufferPointer { target -> CInt in
                buffer.withSamples(in: start..<start + count) { left, right in
                    guard let base = target.baseAddress else { return 0 }
                    guard channels == 2 else { return ebur128_add_frames_float(state, left, count) }
                    for index in 0..<count {
                        base[2 * index] = left[index]
                        base[2 * index + 1] = right[index]
                    }
                    return ebur128_add_frames_float(state, base, count)
                } ?? 0
            }
            guard code == 0 else { throw Failure(code: code, function: "ebur128_add_frames_float") }
            start += count
        }
    }

    /// The loudness of all that came in.
    func measure() throws(Failure) -> Loudness {
        var integrated = 0.0
        var code = ebur128_loudness_global(state, &integrated)
        guard code == 0 else { throw Failure(code: code, function: "ebur128_loudness_global") }
        var highest = 0.0
        for channel in 0..<channels {
            var peak = 0.0
            code = ebur128_sample_peak(state, CUnsignedInt(channel), &peak)
            guard code == 0 else { throw Failure(code: code, function: "ebur128_sample_peak") }
            highest = max(highest, peak)
        }
        return Loudness(integrated: integrated.isFinite ? integrated : nil, peak: highest)
    }
}
