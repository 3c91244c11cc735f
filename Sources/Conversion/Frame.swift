import CFFmpeg

/// An owned `AVFrame`: decoded samples.
struct Frame: ~Copyable {
    let pointer: UnsafeMutablePointer<AVFrame>

    init() throws(AVError) {
        pointer = try AVError.allocated(av_frame_alloc(), "av_frame_alloc")
    }

    deinit {
        var pointer: UnsafeMutablePointer<AVFrame>? = pointer
        av_frame_free(&pointer)
    }

    /// Samples per channel.
    var sampleCount: Int { Int(pointer.pointee.nb_samples) }
    /// Samples a second.
    var sampleRate: Int { Int(pointer.pointee.sample_rate) }
    var channelCount: Int { Int(pointer.pointee.ch_layout.nb_channels) }
    /// Presentation time in the time base of the stream; nil where the container gives none.
    var timestamp: Int64? {
        let timestamp = pointer.pointee.best_effort_timestamp
        return timestamp == soundspool_no_pts ? nil : timestamp
    }
}
