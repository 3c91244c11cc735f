/// What goes along with the sound.
struct SourceMetadata: Sendable, Equatable {
    var tags: Tags
    var chapters: [Chapter] = []
    var cover: CoverPicture?
}

extension Demuxer {
    var metadata: SourceMetadata {
        SourceMetadata(
            tags: withMetadata { Tags($0) }, chapters: Chapter.read(format, origin: origin ?? 0),
            cover: CoverPicture.read(streams))
    }
}
