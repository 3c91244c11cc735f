import CFFmpeg
import ConversionContract

extension Demuxer {
    /// The most gaps that are looked into, because each look begins anew.
    private static let maximumLooks = 16

    /// A timeline for the sound of this container.
    var timeline: Timeline {
        let (descriptor, track) = (descriptor, track)
        var looks = 0
        return Timeline(
            origin: origin, promisedEnd: hasDiscontinuousTimestamps ? nil : promisedEnd, clock: clock
        ) { start, end in
            looks += 1
            guard looks <= Self.maximumLooks else { return false }
            // A second look needs a place in the file of its own.
            var demuxer = try Demuxer(DescriptorFile(reading: descriptor), track: track)
            return try demuxer.hasPictures(from: start, to: end)
        }
    }

    /// AVI has no time stamps. Sound of a variable rate may be written as bytes of an average one; libav's unit of time is a
    /// frame of sound where it is not.
    private var clock: Timeline.Clock {
        if name == "avi", av_q2d(stream.pointee.time_base) < 0.01 { return .reckoned }
        return hasDiscontinuousTimestamps ? .restarting : .steady
    }

    /// Up to where the container promises that there is something, in seconds from its origin. Where MP4's index counts the
    /// sound's samples, its late start is only in the whole film's length.
    private var promisedEnd: Double? {
        guard let promise else { return nil }
        return max(promise.duration, Double(told?.duration ?? format.pointee.duration) / Double(AV_TIME_BASE))
    }
}
