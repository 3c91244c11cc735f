import CFFmpeg
import ConversionContract

/// The source's container, of which only the chosen sound is read.
struct Demuxer: ~Copyable {
    let container: Container
    /// Which sound is asked for.
    let track: TrackChoice
    /// The sound that is converted.
    let stream: UnsafeMutablePointer<AVStream>
    /// When the film starts, where the container's clock should begin at 0: a part of a film may have kept its time, in
    /// seconds.
    let start: Double
    /// What comes of it where libav is shown the sound's index in windows.
    private(set) var windows: WindowedSound
    private let options: [(name: String, value: String)]
    /// What the whole of a film in fragments says, of which `container` has the first only.
    let told: Told?
    /// Bytes of sound that were read.
    private var readBytes: Int64 = 0
    /// Packets that the container could not give.
    private(set) var damagedPackets = 0
    /// Whether the sound is uncompressed and of a length that nobody knew when the file was begun.
    private var hasOpenEnd = false
    /// How often the file was read again from its start, to look for pictures.
    var readings = 0
    /// What was read, for a file of bare frames.
    private(set) var raw = RawStream()
    /// Whether reading failed so often that the rest of the file was left unread.
    private(set) var gaveUp = false

    /// How often in a row reading may fail: without coming further in the file, and in all. libav looks for the next part
    /// of an Ogg file in 64 KiB at a time, so that is 4 GiB of rubbish.
    private static let maximumFailures = (standing: 64, moving: 1 << 16)

    /// - Parameters:
    ///   - index: of an MP4, so that libav is shown no more of it than it needs; nil for all.
    ///   - options: a test takes away those that make libav not even ask for other files.
    init(
        _ file: DescriptorFile, track: TrackChoice = .standard, index: MP4Tracks? = nil,
        options: [(name: String, value: String)] = Bounds.demuxerOptions
    ) throws {
        var index = index
        let told = try Told(file, track, &index, options)
        var windows = try WindowedSound(index, of: file)
        file.patches = windows.patches
        var container = try Container(file, options: options)
        windows.correct(container.streams)
        var stream = try told?.stream(of: container) ?? Self.choose(track, of: container)
        if try !windows.choose(stream) {
            file.patches = windows.patches
            _ = file.seek(to: 0)
            container = try Container(file, options: options)
            stream = try Self.choose(track, of: container)
        }
        container.discard(allBut: stream)
        let isLate = stream.pointee.start_time != soundspool_no_pts && stream.pointee.start_time > 0
        start = try isLate && container.name == "matroska" ? Self.earliestTime(in: file, options: options) : 0
        (self.stream, self.track, self.options, self.told) = (stream, track, options, told)
        self.container = container
        self.windows = windows
        if name == "flv" { self.container.setSeekable(false) }
        hasOpenEnd = ["wav", "w64", "caf"].contains(name) && promise == nil
    }

    /// The first of libavformat's names of the container: `mov`, `matroska`.
    var name: String { container.name }

    var format: UnsafeMutablePointer<AVFormatContext> { container.format }

    var descriptor: CInt { container.file.descriptor }

    /// Bytes of the file.
    var size: Int64 { container.file.size }

    /// Whether jumps in the time stamps are ordinary, as in broadcasts (`AVFMT_TS_DISCONT`).
    var hasDiscontinuousTimestamps: Bool { format.pointee.iformat.pointee.flags & AVFMT_TS_DISCONT != 0 }

    /// All streams of the container.
    var streams: [UnsafeMutablePointer<AVStream>] { container.streams }

    /// Reads the next packet of the sound; false at the end (`av_read_frame`).
    mutating func read(into packet: borrowing Packet) throws -> Bool {
        var failures = (standing: 0, moving: 0)
        var furthest: Int64 = 0
        while true {
            packet.clear()
            let format = windows.format ?? format
            let result = av_read_frame(format, packet.pointer)
            if let failure = container.file.failure { throw failure }
            switch result {
            case 0...:
                guard packet.pointer.pointee.stream_index == stream.pointee.index else { continue }
                // What nobody promised the length of ends where it ends.
                if hasOpenEnd { packet.pointer.pointee.flags &= ~AV_PKT_FLAG_CORRUPT }
                try Bounds.check(packet)
                windows.place(packet)
                raw.add(Int64(packet.pointer.pointee.size), at: avio_tell(format.pointee.pb))
                readBytes += Int64(packet.pointer.pointee.size)
                try Bounds.checkRepetition(bytes: readBytes, size: size)
                return true
            case AVError.endOfFile:
                guard try windows.open(stream, in: self.format, options: options) else { return false }
            case AVError.noMemory: throw AVError(code: result, function: "av_read_frame")
            default:
                damagedPackets += 1
                let position = avio_tell(format.pointee.pb)
                failures = (position > furthest ? 0 : failures.standing + 1, failures.moving + 1)
                furthest = max(furthest, position)
                guard
                    failures.standing >= Self.maximumFailures.standing
                        || failures.moving >= Self.maximumFailures.moving
                else { continue }
                // Behind the end there is nothing to lose.
                gaveUp = avio_feof(format.pointee.pb) == 0
                return false
            }
        }
    }

    /// The container's tags, and for Ogg, which has none, those of the sound.
    func withMetadata<Result>(_ body: (OpaquePointer?) -> Result) -> Result {
        body(name == "ogg" ? stream.pointee.metadata : format.pointee.metadata)
    }
}
