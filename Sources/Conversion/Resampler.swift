import CFFmpeg
import ConversionContract

/// Decoded frames into the MP3's rate, channels and sample format (`SwrContext`). Where only the sample format differs,
/// samples keep their values.
struct Resampler: ~Copyable {
    private let output: SoundFormat
    private let channels: Int
    /// Which speakers they are for; 0 where nobody knows.
    private let speakers: UInt64
    private let sampleRate: CInt
    private let sampleFormat: CInt
    private let isFloat: Bool
    private var context: OpaquePointer?

    /// A resampler for frames like this one.
    init(from frame: borrowing Frame, to output: SoundFormat) throws {
        self.output = output
        let input = frame.pointer
        channels = frame.channelCount
        speakers = frame.speakers
        sampleRate = input.pointee.sample_rate
        sampleFormat = input.pointee.format
        isFloat = [AV_SAMPLE_FMT_FLT, AV_SAMPLE_FMT_FLTP, AV_SAMPLE_FMT_DBL, AV_SAMPLE_FMT_DBLP]
            .contains { $0.rawValue == input.pointee.format }
        var layout = AVChannelLayout()
        if input.pointee.ch_layout.order == AV_CHANNEL_ORDER_UNSPEC {
            av_channel_layout_default(&layout, input.pointee.ch_layout.nb_channels)
        } else {
            try AVError.check(av_channel_layout_copy(&layout, &input.pointee.ch_layout), "av_channel_layout_copy")
        }
        defer { av_channel_layout_uninit(&layout) }
        // libswresample has no mix for some arrangements: then each channel is as loud as the others.
        let even = [Double](repeating: 1 / Double(channels), count: output.channels * channels)
        guard
            let context = try Self.context(from: input, &layout, to: output, mix: nil)
                ?? Self.context(from: input, &layout, to: output, mix: even)
        else { throw ConversionFailure(.unsupported, "The sound has \(channels) channels in an unknown arrangement.") }
        self.context = context
    }

    /// nil where libswresample cannot do it.
    private static func context(
        from frame: UnsafePointer<AVFrame>, _ layout: inout AVChannelLayout, to output: SoundFormat, mix: [Double]?
    ) throws(AVError) -> OpaquePointer? {
        var outputLayout = AVChannelLayout()
        av_channel_layout_default(&outputLayout, CInt(output.channels))
        var context: OpaquePointer?
        do throws(AVError) {
            try AVError.check(
                swr_alloc_set_opts2(
                    &context, &outputLayout, AV_SAMPLE_FMT_FLTP, CInt(output.sampleRate), &layout,
                    AVSampleFormat(rawValue: frame.pointee.format), frame.pointee.sample_rate, 0, nil),
                "swr_alloc_set_opts2")
            // ITU-R BS.775 leaves the low frequencies out; in films they are part of the sound.
            try AVError.check(
                av_opt_set_double(context.map(UnsafeMutableRawPointer.init), "lfe_mix_level", 0.5, 0),
                "av_opt_set_double")
            // Mixing six channels into two must not clip: the matrix is scaled so that its rows sum to 1 at most.
            try AVError.check(
                av_opt_set_double(context.map(UnsafeMutableRawPointer.init), "rematrix_maxval", 1, 0),
                "av_opt_set_double")
            if let mix {
                try AVError.check(swr_set_matrix(context, mix, layout.nb_channels), "swr_set_matrix")
            }
            if swr_init(context) >= 0 { return context }
        } catch {
            swr_free(&context)
            throw error
        }
        swr_free(&context)
        return nil
    }

    deinit {
        var context = context
        swr_free(&context)
    }

    /// Whether this frame is of the kind the resampler was made for.
    func accepts(_ frame: borrowing Frame) -> Bool {
        frame.channelCount == channels && frame.speakers == speakers && frame.pointer.pointee.sample_rate == sampleRate
            && frame.pointer.pointee.format == sampleFormat
    }

    /// The parts in which a frame is converted: of 16,384 samples at most. A stranger's frame may have a million, and
    /// fifty times as many at another rate.
    static func parts(of frame: borrowing Frame) -> [Range<Int>] {
        let count = frame.sampleCount
        return stride(from: 0, to: count, by: mostSamples).map { $0..<min($0 + mostSamples, count) }
    }

    private static let mostSamples = 1 << 14

    /// Appends the samples that come out for a frame that cannot be large.
    func convert(_ frame: borrowing Frame, into buffer: inout PCMBuffer) throws(AVError) {
        try convert(frame.pointer.pointee.extended_data, frame.pointer.pointee.nb_samples, into: &buffer)
    }

    /// Appends the samples that come out for a part of a frame.
    func convert(_ frame: borrowing Frame, _ part: Range<Int>, into buffer: inout PCMBuffer) throws(AVError) {
        let format = AVSampleFormat(rawValue: sampleFormat)
        let isPlanar = av_sample_fmt_is_planar(format) != 0
        let offset = part.lowerBound * Int(av_get_bytes_per_sample(format)) * (isPlanar ? 1 : channels)
        let planes = UnsafeBufferPointer(start: frame.pointer.pointee.extended_data, count: isPlanar ? channels : 1)
        var starts = planes.map { $0.map { $0 + offset } }
        try starts.withUnsafeMutableBufferPointer { starts throws(AVError) in
            try convert(starts.baseAddress, CInt(part.count), into: &buffer)
        }
    }

    /// Appends the samples that are still inside.
    func finish(into buffer: inout PCMBuffer) throws(AVError) { try convert(nil, 0, into: &buffer) }

    private func convert(
        _ planes: UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?, _ count: CInt, into buffer: inout PCMBuffer
    ) throws(AVError) {
        let capacity = try Int(AVError.check(swr_get_out_samples(context, count), "swr_get_out_samples"))
        let input = planes.map { UnsafeMutableRawPointer($0).assumingMemoryBound(to: UnsafePointer<UInt8>?.self) }
        var produced: CInt = 0
        buffer.append(atMost: capacity) { room in
            withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<UInt8>?.self, capacity: 2) { pointers in
                for (channel, plane) in [room.left, room.right].enumerated() {
                    pointers[channel] = plane.map {
                        UnsafeMutableRawPointer($0).assumingMemoryBound(to: UInt8.self)
                    }
                }
                produced = swr_convert(context, pointers.baseAddress, CInt(room.capacity), input, count)
            }
            if isFloat, produced > 0 { room.limit(Int(produced)) }
            return max(Int(produced), 0)
        }
        try AVError.check(produced, "swr_convert")
    }
}
