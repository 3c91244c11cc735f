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
        if let told { return told.promise }
        guard format.pointee.duration_estimation_method == AVFMT_DURATION_FROM_STREAM else { return nil }
        if Self.exactContainers.contains(name), let duration = seconds(stream.pointee.duration), duration > 0 {
            return PromisedSound(duration: duration, isExact: true)
        }
        if name == "matroska", let end = taggedEnd {
            return PromisedSound(duration: max(0, end - (origin ?? 0)), isExact: true)
        }
        // Ogg has no header to promise in, but each last page says what came before (RFC 3533 section 6, granule position).
        if name == "ogg", let duration = seconds(stream.pointee.duration), duration > 0 {
            // Of a recorded stream libav leaves out what Vorbis missed, and Opus not.
            let isOpus = stream.pointee.codecpar.pointee.codec_id == AV_CODEC_ID_OPUS
            let missed = isOpus ? max(0, seconds(stream.pointee.start_time) ?? 0) : 0
            return PromisedSound(duration: max(0, duration - missed), isExact: true)
        }
        // Its header has the film's length, which libav takes for that of each stream: a late one would end too late.
        if name == "asf", let duration = seconds(stream.pointee.duration), duration > 0 {
            return PromisedSound(duration: duration, isExact: false)
        }
        guard format.pointee.duration > 0 else { return nil }
        // Matroska counts from 0, wherever the film starts.
        let begin = name == "matroska" ? start : 0
        return PromisedSound(
            duration: max(0, Double(format.pointee.duration) / Double(AV_TIME_BASE) - begin), isExact: false)
    }

    /// When the film begins, in seconds of the container's clock: at 0 or, where that clock may begin anywhere, with
    /// the picture. nil where only the sound can tell.
    var origin: Double? {
        if ["mov", "matroska", "avi"].contains(name) { return start }
        return streams.filter(\.isPicture).compactMap { seconds($0.pointee.start_time, of: $0) }.min()
    }

    /// The earliest time of the first packets, in seconds; 0 where it is before that. libav does not say when pictures start
    /// that it cannot decode.
    static func earliestTime(in file: DescriptorFile, options: [(name: String, value: String)]) throws -> Double {
        let container = try Container(DescriptorFile(reading: file.descriptor), options: options)
        var earliest = Double.infinity
        let packet = try Packet()
        for _ in 0..<64 {
            packet.clear()
            guard av_read_frame(container.format, packet.pointer) >= 0 else { break }
            let (time, index) = (packet.pointer.pointee.pts, Int(packet.pointer.pointee.stream_index))
            guard time != soundspool_no_pts, container.streams.indices.contains(index) else { continue }
            earliest = min(earliest, Double(time) * av_q2d(container.streams[index].pointee.time_base))
        }
        return earliest.isFinite ? max(0, earliest) : 0
    }

    /// A time stamp of the sound in seconds.
    func seconds(_ timestamp: Int64) -> Double? { seconds(timestamp, of: stream) }

    /// A time stamp of a stream in seconds; nil for none.
    func seconds(_ timestamp: Int64, of stream: UnsafeMutablePointer<AVStream>) -> Double? {
        timestamp == soundspool_no_pts ? nil : Double(timestamp) * av_q2d(stream.pointee.time_base)
    }

    /// When the sound ends: the `DURATION` tag that FFmpeg and MKVToolNix write for each track,
    /// `00:09:56.458000000`.
    private var taggedEnd: Double? {
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
