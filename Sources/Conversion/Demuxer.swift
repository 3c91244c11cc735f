import CFFmpeg
import ConversionContract

/// The source's container (`AVFormatContext`), of which only the chosen sound is read.
struct Demuxer: ~Copyable {
    private let io: DescriptorIO
    let format: UnsafeMutablePointer<AVFormatContext>
    /// Which sound is asked for.
    let track: TrackChoice
    /// The sound that is converted.
    let stream: UnsafeMutablePointer<AVStream>
    /// Bytes of sound that were read.
    private var readBytes: Int64 = 0
    /// Packets that the container could not give.
    private(set) var damagedPackets = 0
    /// What was read, for a file of bare frames.
    private(set) var raw = RawStream()
    /// Whether reading failed so often that the rest of the file was left unread.
    private(set) var gaveUp = false

    /// How often in a row reading may fail: without coming further in the file, and in all. libav looks for the next part
    /// of an Ogg file in 64 KiB at a time, so that is 4 GiB of rubbish.
    private static let maximumFailures = (standing: 64, moving: 1 << 16)

    /// - Parameter options: a test takes away those that make libav not even ask for other files.
    init(
        _ file: DescriptorFile, track: TrackChoice = .standard,
        options: [(name: String, value: String)] = Bounds.demuxerOptions
    ) throws {
        let io = try DescriptorIO(file)
        let format = try Self.open(io, options)
        do {
            stream = try Self.chooseStream(track, of: format)
        } catch {
            var format: UnsafeMutablePointer<AVFormatContext>? = format
            avformat_close_input(&format)
            throw error
        }
        self.io = io
        self.format = format
        self.track = track
    }

    deinit {
        var format: UnsafeMutablePointer<AVFormatContext>? = format
        avformat_close_input(&format)
    }

    /// `avformat_open_input` and `avformat_find_stream_info`, held to `AllowedFormats`.
    private static func open(
        _ io: borrowing DescriptorIO, _ demuxerOptions: [(name: String, value: String)]
    ) throws -> UnsafeMutablePointer<AVFormatContext> {
        let allocated = try AVError.allocated(avformat_alloc_context(), "avformat_alloc_context")
        allocated.pointee.pb = io.context
        // A container that names another file gets none, whatever the protocol.
        allocated.pointee.io_open = { _, _, _, _, _ in soundspool_error(EACCES) }
        var options: OpaquePointer?
        defer { av_dict_free(&options) }
        for (name, value) in demuxerOptions {
            try AVError.check(av_dict_set(&options, name, value, 0), "av_dict_set")
        }
        var context: UnsafeMutablePointer<AVFormatContext>? = allocated
        // It frees the context where it fails.
        let result = avformat_open_input(&context, nil, nil, &options)
        guard result >= 0, let context else {
            if let failure = io.file.failure { throw failure }
            // EINVAL is the answer to a container outside the list.
            guard result == AVError.noMemory else { throw ConversionFailure.notAVideo }
            throw AVError(code: result, function: "avformat_open_input")
        }
        // It fails where no stream can be understood; the choice of a stream says what that means.
        avformat_find_stream_info(context, nil)
        return context
    }

    /// The stream of the sound that is asked for; the others are discarded.
    private static func chooseStream(
        _ track: TrackChoice, of context: UnsafeMutablePointer<AVFormatContext>
    ) throws -> UnsafeMutablePointer<AVStream> {
        let streams = UnsafeBufferPointer(start: context.pointee.streams, count: Int(context.pointee.nb_streams))
        let kinds = streams.compactMap { $0?.pointee.codecpar.pointee.codec_type }
        guard kinds.contains(AVMEDIA_TYPE_VIDEO) || kinds.contains(AVMEDIA_TYPE_AUDIO) else {
            throw ConversionFailure.notAVideo
        }
        let stream = try choose(track, of: context)
        for other in streams where other != stream { other?.pointee.discard = AVDISCARD_ALL }
        return stream
    }

    /// The first of libavformat's names of the container: `mov`, `matroska`.
    var name: String {
        guard let names = format.pointee.iformat.pointee.name else { return "" }
        return String(cString: names).split(separator: ",").first.map(String.init) ?? ""
    }

    var descriptor: CInt { io.file.descriptor }

    /// Bytes of the file.
    var size: Int64 { io.file.size }

    /// Whether jumps in the time stamps are ordinary, as in broadcasts (`AVFMT_TS_DISCONT`).
    var hasDiscontinuousTimestamps: Bool { format.pointee.iformat.pointee.flags & AVFMT_TS_DISCONT != 0 }

    /// All streams of the container.
    var streams: [UnsafeMutablePointer<AVStream>] {
        UnsafeBufferPointer(start: format.pointee.streams, count: Int(format.pointee.nb_streams)).compactMap { $0 }
    }

    /// Reads the next packet of the sound; false at the end (`av_read_frame`).
    mutating func read(into packet: borrowing Packet) throws -> Bool {
        var failures = (standing: 0, moving: 0)
        var furthest: Int64 = 0
        while true {
            packet.clear()
            let result = av_read_frame(format, packet.pointer)
            if let failure = io.file.failure { throw failure }
            switch result {
            case 0...:
                guard packet.pointer.pointee.stream_index == stream.pointee.index else { continue }
                try Bounds.check(packet)
                raw.add(Int64(packet.pointer.pointee.size), at: avio_tell(io.context))
                readBytes += Int64(packet.pointer.pointee.size)
                try Bounds.checkRepetition(bytes: readBytes, size: size)
                return true
            case AVError.endOfFile: return false
            case AVError.noMemory: throw AVError(code: result, function: "av_read_frame")
            default:
                damagedPackets += 1
                let position = avio_tell(io.context)
                failures = (position > furthest ? 0 : failures.standing + 1, failures.moving + 1)
                furthest = max(furthest, position)
                guard
                    failures.standing >= Self.maximumFailures.standing
                        || failures.moving >= Self.maximumFailures.moving
                else { continue }
                // Behind the end there is nothing to lose.
                gaveUp = avio_feof(io.context) == 0
                return false
            }
        }
    }

    /// The container's tags, and for Ogg, which has none, those of the sound.
    func withMetadata<Result>(_ body: (OpaquePointer?) -> Result) -> Result {
        body(name == "ogg" ? stream.pointee.metadata : format.pointee.metadata)
    }
}
