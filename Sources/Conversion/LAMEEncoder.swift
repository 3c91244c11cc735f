import CLame
import ConversionContract

/// An owned LAME encoder (`lame_t`). It writes frames only: the header frame and the tags are the muxer's.
struct LAMEEncoder: ~Copyable {
    private let flags: OpaquePointer
    private var scratch = [UInt8](repeating: 0, count: maximumCount * 5 / 4 + 7200)

    /// Samples per channel that LAME gets at once. `lame.h`: its output is 1.25 × samples + 7200 bytes at most.
    private static let maximumCount = 4608

    init(_ settings: EncoderSettings) throws(LAMEError) {
        guard let flags = lame_init() else { throw LAMEError(code: -2, function: "lame_init") }
        do {
            try Self.configure(flags, settings)
        } catch {
            lame_close(flags)
            throw error
        }
        self.flags = flags
    }

    deinit { lame_close(flags) }

    private static func configure(_ flags: OpaquePointer, _ settings: EncoderSettings) throws(LAMEError) {
        let rate = CInt(settings.format.sampleRate)
        try LAMEError.check(lame_set_in_samplerate(flags, rate), "lame_set_in_samplerate")
        // Equal to the source's, or LAME would lower it as it sees fit.
        try LAMEError.check(lame_set_out_samplerate(flags, rate), "lame_set_out_samplerate")
        try LAMEError.check(lame_set_num_channels(flags, CInt(settings.format.channels)), "lame_set_num_channels")
        if settings.format.channels == 1 { try LAMEError.check(lame_set_mode(flags, MONO), "lame_set_mode") }
        try LAMEError.check(lame_set_bWriteVbrTag(flags, 0), "lame_set_bWriteVbrTag")
        lame_set_write_id3tag_automatic(flags, 0)
        for report in [lame_set_errorf, lame_set_debugf, lame_set_msgf] { _ = report(flags, nil) }
        switch settings.bitRate {
        case .variable(let quality):
            try LAMEError.check(lame_set_VBR(flags, vbr_mtrh), "lame_set_VBR")
            try LAMEError.check(lame_set_VBR_quality(flags, Float(quality)), "lame_set_VBR_quality")
        case .constant(let kilobits):
            try LAMEError.check(lame_set_VBR(flags, vbr_off), "lame_set_VBR")
            try LAMEError.check(lame_set_brate(flags, CInt(kilobits)), "lame_set_brate")
        }
        try LAMEError.check(lame_init_params(flags), "lame_init_params")
    }

    /// Samples that the encoder puts in front of the sound (`lame_get_encoder_delay`).
    var delay: Int { Int(lame_get_encoder_delay(flags)) }

    /// How loud the sound comes out, as a factor: LAME leaves some room at low constant bit rates (`lame_get_scale`).
    var volume: Float { lame_get_scale(flags) }

    /// Frames that have come out.
    var frameCount: Int { Int(lame_get_frameNum(flags)) }

    /// Encodes samples of the buffer and appends the bytes of the frames that are ready.
    mutating func encode(_ buffer: borrowing PCMBuffer, _ range: Range<Int>, into bytes: inout [UInt8])
        throws(LAMEError)
    {
        var start = range.lowerBound
        while start < range.upperBound {
            let end = min(start + Self.maximumCount, range.upperBound)
            let written = Self.append(&scratch, to: &bytes) { output, size in
                buffer.withSamples(in: start..<end) { left, right in
                    lame_encode_buffer_ieee_float(flags, left, right, CInt(end - start), output, size)
                } ?? 0
            }
            try LAMEError.check(written, "lame_encode_buffer_ieee_float")
            start = end
        }
    }

    /// Completes the frames that have come out, so that the next one needs none of them
    /// (`lame_encode_flush_nogap`).
    mutating func flushReservoir(into bytes: inout [UInt8]) throws(LAMEError) {
        try LAMEError.check(
            Self.append(&scratch, to: &bytes) { lame_encode_flush_nogap(flags, $0, $1) }, "lame_encode_flush_nogap")
    }

    /// Appends the last frames, the rest of the last one filled with silence (`lame_encode_flush`).
    mutating func flush(into bytes: inout [UInt8]) throws(LAMEError) {
        try LAMEError.check(Self.append(&scratch, to: &bytes) { lame_encode_flush(flags, $0, $1) }, "lame_encode_flush")
    }

    /// Lets LAME write into the scratch space, and appends what it wrote.
    private static func append(
        _ scratch: inout [UInt8], to bytes: inout [UInt8], _ body: (UnsafeMutablePointer<UInt8>?, CInt) -> CInt
    ) -> CInt {
        scratch.withUnsafeMutableBufferPointer { buffer in
            let result = body(buffer.baseAddress, CInt(buffer.count))
            if result > 0 { bytes.append(contentsOf: buffer.prefix(Int(result))) }
            return result
        }
    }
}
