import CFFmpeg
import ConversionContract

extension Demuxer {
    /// What streams that are not the film's own sound are marked as.
    private static let auxiliary =
        AV_DISPOSITION_COMMENT | AV_DISPOSITION_VISUAL_IMPAIRED | AV_DISPOSITION_HEARING_IMPAIRED
        | AV_DISPOSITION_KARAOKE | AV_DISPOSITION_DESCRIPTIONS | AV_DISPOSITION_CLEAN_EFFECTS
        | AV_DISPOSITION_DEPENDENT
    /// What they are called where nobody marked them.
    private static let auxiliaryWords = [
        "commentary", "kommentar", "commentaire", "audio description", "audiodescription", "audiodeskription",
        "descriptive", "described",
    ]

    /// The sound tracks of a container with their streams, in its order.
    static func tracks(
        of format: UnsafePointer<AVFormatContext>
    ) -> [(track: SoundTrack, stream: UnsafeMutablePointer<AVStream>)] {
        let streams = UnsafeBufferPointer(start: format.pointee.streams, count: Int(format.pointee.nb_streams))
        let sounds = streams.compactMap { $0 }.filter {
            $0.pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_AUDIO
        }
        return sounds.enumerated().map { index, stream in
            // Short, because the report is one bounded line.
            func tag(_ name: String, maximumLength: Int) -> String? {
                guard let value = av_dict_get(stream.pointee.metadata, name, nil, 0)?.pointee.value else { return nil }
                let clean = Tags.clean(Tags.text(value), maximumLength: maximumLength)
                return clean.isEmpty || clean == "und" ? nil : clean
            }
            let title = tag("title", maximumLength: 80)
            let words = title?.lowercased() ?? ""
            let isAuxiliary =
                stream.pointee.disposition & auxiliary != 0 || auxiliaryWords.contains { words.contains($0) }
            return (
                SoundTrack(
                    index: index + 1, language: tag("language", maximumLength: 12), title: title,
                    isAuxiliary: isAuxiliary,
                    isDefault: stream.pointee.disposition & AV_DISPOSITION_DEFAULT != 0), stream
            )
        }
    }

    /// The stream that is asked for. Of several that would do: one that is the film's own sound, then the container's
    /// default, then the one that libav finds best, then the first.
    static func choose(
        _ choice: TrackChoice, of container: borrowing Container
    ) throws -> UnsafeMutablePointer<AVStream> {
        let kinds = container.streams.map(\.pointee.codecpar.pointee.codec_type)
        guard kinds.contains(AVMEDIA_TYPE_VIDEO) || kinds.contains(AVMEDIA_TYPE_AUDIO) else {
            throw ConversionFailure.notAVideo
        }
        let tracks = tracks(of: container.format)
        guard !tracks.isEmpty else { throw ConversionFailure.noAudio }
        let candidates =
            switch choice {
            case .standard: tracks
            case .index(let index): tracks.filter { $0.track.index == index }
            case .language(let code):
                tracks.filter { Language.areEqual($0.track.language ?? SoundTrack.undetermined, code) }
            }
        let best = av_find_best_stream(container.format, AVMEDIA_TYPE_AUDIO, -1, -1, nil, 0)
        func rank(_ candidate: (track: SoundTrack, stream: UnsafeMutablePointer<AVStream>)) -> Int {
            (candidate.track.isAuxiliary ? 0 : 4)
                + (candidate.track.isDefault ? 2 : 0)
                + (candidate.stream.pointee.index == best ? 1 : 0)
        }
        let highest = candidates.map(rank).max()
        guard let chosen = candidates.first(where: { rank($0) == highest }) else {
            throw ConversionFailure.noTrack(choice, tracks: tracks.map(\.track))
        }
        return chosen.stream
    }
}

extension ConversionFailure {
    /// The track that was asked for is not there.
    static func noTrack(_ choice: TrackChoice, tracks: [SoundTrack]) -> Self {
        switch choice {
        case .language(let code):
            let languages = Set(tracks.compactMap(\.language)).sorted().prefix(8).joined(separator: ", ")
            return Self(
                .noAudio,
                "The video has no sound in the language \(code)\(languages.isEmpty ? "" : ", only in \(languages)").")
        default:
            let count = tracks.count == 1 ? "1 sound track" : "\(tracks.count) sound tracks"
            return Self(.noAudio, "The video has \(count), no track \(choice).")
        }
    }
}
