import CFFmpeg

/// How much sound the container says there is.
struct PromisedSound: Equatable {
    /// Seconds.
    var duration: Double
    /// Whether the promise is the sound's own. Otherwise it is the whole file's, and the sound may rightly be shorter.
    var isExact: Bool
}

extension Demuxer {
    /// Containers whose header or index counts each stream's samples.
    private static let exactContainers: Set<String> = ["mov", "wav", "w64", "aiff", "caf", "flac", "mp3"]

    /// nil where the container promises nothing, and libav has only measured or estimated
    /// (`AVFormatContext.duration_estimation_method`).
    var promise: PromisedSound? {
        guard format.pointee.duration_estimation_method == AVFMT_DURATION_FROM_STREAM else { return nil }
        if Self.exactContainers.contains(name), let duration = seconds(stream.pointee.duration), duration > 0 {
            return PromisedSound(duration: duration, isExact: true)
        }
        if name == "matroska", let duration = taggedDuration {
            return PromisedSound(duration: duration, isExact: true)
        }
        // Ogg has no header to promise in, but each last page says what came before (RFC 3533 section 6, granule position).
        if name == "ogg", let duration = seconds(stream.pointee.duration), duration > 0 {
            return PromisedSound(duration: duration, isExact: true)
        }
        guard format.pointee.duration > 0 else { return nil }
        return PromisedSound(duration: Double(format.pointee.duration) / Double(AV_TIME_BASE), isExact: false)
    }

    /// When the film begins, in seconds of the container's clock: at 0 or, where that clock may begin anywhere, with
    /// the picture. nil where only the sound can tell.
    var origin: Double? {
        if ["mov", "matroska", "avi"].contains(name) { return 0 }
        return streams.filter(\.isPicture).compactMap { seconds($0.pointee.start_time, of: $0) }.min()
    }

    /// A time stamp of the sound in seconds.
    func seconds(_ timestamp: Int64) -> Double? { seconds(timestamp, of: stream) }

    /// A time stamp of a stream in seconds; nil for none.
    func seconds(_ timestamp: Int64, of stream: UnsafeMutablePointer<AVStream>) -> Double? {
        timestamp == soundspool_no_pts ? nil : Double(timestamp) * av_q2d(stream.pointee.time_base)
    }

    /// When the sound ends: the `DURATION` tag that FFmpeg and MKVToolNix write for each track,
    /// `00:09:56.458000000`.
    private var taggedDuration: Double? {
        guard let entry = av_dict_get(stream.pointee.metadata, "DURATION", nil, 0), let value = entry.pointee.value
        else { return nil }
        return Self.seconds(clock: String(cString: value))
    }

    /// Seconds of `hours:minutes:seconds`; nil for anything else.
    static func seconds(clock text: String) -> Double? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) }
        guard parts.count == 3, let hours = parts[0], let minutes = parts[1], let seconds = parts[2] else { return nil }
        let total = hours * 3600 + minutes * 60 + seconds
        return total.isFinite && total >= 0 ? total : nil
    }
}

extension UnsafeMutablePointer<AVStream> {
    /// Whether it is a moving picture, and no cover.
    var isPicture: Bool {
        pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_VIDEO
            && pointee.disposition & AV_DISPOSITION_ATTACHED_PIC == 0
    }
}
