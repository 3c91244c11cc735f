extension SoundTrack {
    /// The name of a language that the container does not say (ISO 639-2).
    public static let undetermined = "und"

    /// A track for each language that a video has, with the language's shortest code: of several in one language the
    /// container's default, or else the first. Commentary, audio description and the like are left out where the video
    /// has anything else.
    public static func oneALanguage(_ tracks: [SoundTrack]) -> [(language: String, track: SoundTrack)] {
        let main = tracks.filter { !$0.isAuxiliary }
        var result: [(language: String, track: SoundTrack)] = []
        for track in main.isEmpty ? tracks : main {
            // It names a file.
            let language =
                track.language.map(Language.shortest).flatMap { Language.isCode($0) ? $0 : nil } ?? undetermined
            if let index = result.firstIndex(where: { $0.language == language }) {
                if track.isDefault, !result[index].track.isDefault { result[index].track = track }
            } else {
                result.append((language, track))
            }
        }
        return result
    }
}
