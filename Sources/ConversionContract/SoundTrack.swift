/// One of a video's sound tracks.
public struct SoundTrack: Sendable, Codable, Hashable {
    /// Its place among the sound tracks; 1 is the first.
    public var index: Int
    /// The language by its code of ISO 639-2; nil where the container does not say.
    public var language: String?
    /// What the container calls it.
    public var title: String?
    /// Whether it is a commentary, an audio description or the like, not the film's own sound.
    public var isAuxiliary: Bool
    /// Whether the container calls it the one to play.
    public var isDefault: Bool

    public init(
        index: Int, language: String? = nil, title: String? = nil, isAuxiliary: Bool = false, isDefault: Bool = false
    ) {
        self.index = index
        self.language = language
        self.title = title
        self.isAuxiliary = isAuxiliary
        self.isDefault = isDefault
    }
}
