import CFFmpeg
import ConversionContract

extension Demuxer {
    /// What libav says of a film in fragments when it looks at them all. It is not to keep what it saw: the fragments are
    /// read in windows.
    struct Told {
        let promise: PromisedSound?
        /// Of the film, in `AV_TIME_BASE`.
        let duration: Int64
        /// The index of the sound that was chosen.
        private let stream: Int

        /// nil where the fragments are read as they are: `index` shows them all then.
        init?(
            _ file: DescriptorFile, _ track: TrackChoice, _ index: inout MP4Tracks?,
            _ options: [(name: String, value: String)]
        ) throws {
            guard var plain = index, try plain.fragmentWindows() != nil else { return nil }
            plain.fragments = nil
            let whole = try Demuxer(file, track: track, index: plain, options: options)
            _ = file.seek(to: 0)
            guard WindowedSound.canDivide(whole.stream) else {
                index = plain
                return nil
            }
            promise = whole.promise
            duration = whole.format.pointee.duration
            stream = Int(whole.stream.pointee.index)
        }

        func stream(of container: borrowing Container) -> UnsafeMutablePointer<AVStream>? {
            container.streams.indices.contains(stream) ? container.streams[stream] : nil
        }
    }
}
