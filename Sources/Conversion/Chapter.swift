import CFFmpeg

/// A part of the film with a name.
struct Chapter: Sendable, Equatable {
    /// Milliseconds from the start of the MP3.
    var start: UInt32
    var end: UInt32
    var title: String

    /// The most chapters: an ID3v2 table of contents counts them in one byte.
    static let maximumCount = 255

    /// The chapters of a container, whose film begins at `origin` seconds of its clock.
    static func read(_ format: UnsafePointer<AVFormatContext>, origin: Double) -> [Chapter] {
        let count = min(Int(format.pointee.nb_chapters), maximumCount)
        return UnsafeBufferPointer(start: format.pointee.chapters, count: count).compactMap { pointer in
            guard let chapter = pointer?.pointee else { return nil }
            func milliseconds(_ time: Int64) -> UInt32 {
                let value = (Double(time) * av_q2d(chapter.time_base) - origin) * 1000
                return value.isFinite ? UInt32(min(max(value.rounded(), 0), 4e9)) : 0
            }
            let (start, end) = (milliseconds(chapter.start), milliseconds(chapter.end))
            let title = av_dict_get(chapter.metadata, "title", nil, 0)?.pointee.value.map { Tags.text($0) }
            return Chapter(start: start, end: max(start, end), title: Tags.clean(title ?? ""))
        }
    }
}
