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
    /// The channels' places, a bit each (`AV_CH_FRONT_LEFT`, …); 0 where they are not known or not in that order.
    var speakers: UInt64 {
        let layout = pointer.pointee.ch_layout
        return layout.order == AV_CHANNEL_ORDER_NATIVE ? layout.u.mask : 0
    }
    /// Presentation time in the time base of the stream; nil where the container gives none.
    var timestamp: Int64? {
        let timestamp = pointer.pointee.best_effort_timestamp
        return timestamp == soundspool_no_pts ? nil : timestamp
    }
}
