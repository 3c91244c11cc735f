import CFFmpeg

/// The sound of an MP4 whose index libav is shown in windows: a container that is opened anew for each, and time stamps
/// that go on.
struct WindowedSound: ~Copyable {
    /// Codecs of which every sample is a frame that libav hands on as it is. Others it parses, and holds some back.
    private static let codecs = [AV_CODEC_ID_AAC, AV_CODEC_ID_ALAC]

    private let hidden: [Patch]
    /// Of all long sounds while none is chosen, by track.
    private var candidates: [UInt64: SampleWindows] = [:]
    private var firstWindows: [UInt64: SampleWindows.Window] = [:]
    private var windows: SampleWindows?
    private var window = SampleWindows.Window()
    /// Of a window behind the first.
    private var container: Container?
    private(set) var format: UnsafeMutablePointer<AVFormatContext>?
    /// What is added to the time stamps of this window.
    private var offset: Int64 = 0
    /// Of the packet that was read last.
    private var timestamp: Int64 = 0

    init(_ index: MP4Tracks?) throws {
        hidden = index?.withoutPictures ?? []
        for (track, var windows) in try index?.soundWindows() ?? [:] {
            // Where one holds all there is nothing to gain.
            guard let first = try windows.next(), !windows.isAtEnd else { continue }
            (firstWindows[track], candidates[track]) = (first, windows)
        }
    }

    /// What the file is to be read with before the first packet.
    var patches: [Patch] { hidden + firstWindows.values.flatMap(\.patches) }

    /// Takes in which stream is read on. False where it must be opened again, without windows.
    mutating func choose(_ stream: UnsafeMutablePointer<AVStream>) -> Bool {
        let track = UInt64(truncatingIfNeeded: stream.pointee.id)
        windows = candidates[track]
        candidates = [:]
        window = firstWindows[track] ?? window
        guard windows != nil, !Self.codecs.contains(stream.pointee.codecpar.pointee.codec_id) else { return true }
        (windows, firstWindows) = (nil, [:])
        return false
    }

    /// Opens the next window; false behind the last.
    mutating func open(
        _ file: DescriptorFile, _ stream: UnsafeMutablePointer<AVStream>, options: [(name: String, value: String)]
    ) throws -> Bool {
        let lastDuration = window.lastDuration
        guard let next = try windows?.next() else { return false }
        file.patches = hidden + next.patches
        _ = file.seek(to: 0)
        let container = try Container(file, options: options)
        let index = Int(stream.pointee.index)
        guard container.streams.indices.contains(index), container.streams[index].pointee.id == stream.pointee.id else {
            throw ConversionFailure.damaged
        }
        container.discard(allBut: container.streams[index])
        offset = timestamp + lastDuration
        (window, format) = (next, container.format)
        self.container = consume container
        return true
    }

    /// Puts a packet where it belongs in the whole sound.
    mutating func place(_ packet: borrowing Packet) {
        if format != nil {
            packet.move(by: offset)
            // The sound's beginning is in the first window only.
            packet.clearSideData()
        }
        timestamp = packet.pointer.pointee.pts
    }
}
