/// What is done about how loud the sound is.
public enum LoudnessMode: String, Sendable, Codable, CaseIterable, Hashable {
    /// It is measured and written as ReplayGain tags, so that players can play all files equally loud. The sound itself
    /// stays as it is. Sound that is MP3 already is copied and not decoded: it keeps the ReplayGain tags it has.
    case tag
    /// The same, but sound that is copied is decoded to be measured, which takes several times as long.
    case always
    /// It is not measured.
    case off
}
