/// What is done about how loud the sound is.
public enum LoudnessMode: String, Sendable, Codable, CaseIterable, Hashable {
    /// It is measured and written as ReplayGain tags, so that players can play all files equally loud. The sound itself
    /// stays as it is.
    case tag
    /// It is not measured.
    case off
}
