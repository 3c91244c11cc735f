import CFFmpeg

/// The sound of an MP4 whose index libav is shown in windows: a container that is opened anew for each, and time stamps
/// that go on.
struct WindowedSound: ~Copyable {
    /// Codecs of which every sample is a frame that libav hands on as it is.
    private static let codecs = [AV_CODEC_ID_AAC, AV_CODEC_ID_ALAC]
    /// Those that it parses, as their frames may go from one sample to the next.
    private static let parsedCodecs = [AV_CODEC_ID_MP3, AV_CODEC_ID_AC3, AV_CODEC_ID_EAC3]

    private let file: DescriptorFile
    private let hidden: [Patch]
    /// Of all long sounds while none is chosen, by track.
    private var candidates: [UInt64: SampleWindows] = [:]
    private var firstWindows: [UInt64: SampleWindows.Window] = [:]
    /// How many bits a second each really has, where libav is to choose between several sounds.
    private var bitRates: [UInt64: Int64] = [:]
    private var windows: SampleWindows?
    private var window = SampleWindows.Window()
    /// Of a long film in fragments.
    private var fragments: FragmentWindows?
    private var firstFragments: [Patch] = []
    /// Of a window behind the first.
    private var container: Container?
    private(set) var format: UnsafeMutablePointer<AVFormatContext>?
    /// What is added to the time stamps of this window.
    private var offset: Int64 = 0
    /// Where the packet was that was read last.
    private var position: Int64 = -1

    init(_ index: MP4Tracks?, of file: DescriptorFile) throws {
        self.file = file
        hidden = index?.withoutPictures ?? []
        guard let index else { return }
        for (track, var windows) in try index.soundWindows() {
            // Where one holds all there is nothing to gain.
            guard let first = try windows.next(), !windows.isAtEnd else { continue }
            (firstWindows[track.identifier], candidates[track.identifier]) = (first, windows)
            if index.sounds.count > 1 { bitRates[track.identifier] = try windows.bitRate(track.table) }
        }
        fragments = try index.fragmentWindows()
        firstFragments = try fragments?.next() ?? []
    }

    /// Whether fragments with this sound can be read in windows: no frame goes from one to the next.
    static func canDivide(_ stream: UnsafeMutablePointer<AVStream>) -> Bool {
        codecs.contains(stream.pointee.codecpar.pointee.codec_id)
    }

    /// What the file is to be read with before the first packet.
    var patches: [Patch] { hidden + firstWindows.values.flatMap(\.patches) + firstFragments }

    /// Puts right what libav makes of a window as if it were the whole, before a stream is chosen by it.
    func correct(_ streams: [UnsafeMutablePointer<AVStream>]) {
        for stream in streams {
            guard let rate = bitRates[Self.track(stream)] else { continue }
            stream.pointee.codecpar.pointee.bit_rate = rate
        }
    }

    private static func track(_ stream: UnsafeMutablePointer<AVStream>) -> UInt64 {
        UInt64(UInt32(bitPattern: stream.pointee.id))
    }

    /// Takes in which stream is read on. False where it must be opened again, without windows.
    mutating func choose(_ stream: UnsafeMutablePointer<AVStream>) throws -> Bool {
        let (track, codec) = (Self.track(stream), stream.pointee.codecpar.pointee.codec_id)
        defer { candidates = [:] }
        guard let windows = candidates[track], let first = firstWindows[track] else { return true }
        // Where libav sees another index than that of the window, it is not what was taken for it.
        if avformat_index_get_entries_count(stream) <= first.count, try canBeDivided(codec, first, windows) {
            (window, self.windows) = (first, windows)
            return true
        }
        firstWindows = [:]
        return false
    }

    /// Whether no frame goes from one window to the next.
    private func canBeDivided(
        _ codec: AVCodecID, _ first: SampleWindows.Window, _ others: SampleWindows
    ) throws(DescriptorFile.Failure) -> Bool {
        guard Self.parsedCodecs.contains(codec) else { return Self.codecs.contains(codec) }
        var (window, others) = (Optional(first), others)
        while let start = window?.start {
            guard try Self.isFrame(file.bytes(at: start, count: MPEGAudioHeader.length), codec) else { return false }
            window = try others.next()
        }
        return true
    }

    /// Whether a frame begins with these bytes. Those of AC-3 and E-AC-3 have the same first two (ETSI TS 102 366); of the
    /// latter, one that only adds channels to the one before is a part of it (annex E, `strmtyp`).
    private static func isFrame(_ bytes: [UInt8], _ codec: AVCodecID) -> Bool {
        guard codec != AV_CODEC_ID_MP3 else { return MPEGAudioHeader(bytes) != nil }
        return bytes.starts(with: [0x0B, 0x77]) && !(codec == AV_CODEC_ID_EAC3 && bytes.count > 2 && bytes[2] >> 6 == 1)
    }

    /// Opens the next window; false behind the last, and where the one before ended with the file: the rest was cut off.
    mutating func open(
        _ stream: UnsafeMutablePointer<AVStream>, in first: UnsafeMutablePointer<AVFormatContext>,
        options: [(name: String, value: String)]
    ) throws -> Bool {
        let ended = (format ?? first).pointee.streams[Int(stream.pointee.index)]
        let last = avformat_index_get_entry(ended, avformat_index_get_entries_count(ended) - 1)?.pointee
        if fragments != nil {
            // A window may have nothing of this sound.
            guard last == nil || last?.pos == position, let patches = try fragments?.next() else { return false }
            _ = try open(stream, with: patches, options)
        } else {
            guard windows != nil, let last, last.pos == position || avio_feof((format ?? first).pointee.pb) == 0 else {
                return false
            }
            // Not by the last packet: it may be damaged.
            let end = offset &+ last.timestamp &+ window.lastDuration
            guard let next = try windows?.next() else { return false }
            guard try open(stream, with: next.patches, options) == next.count else { throw ConversionFailure.damaged }
            (window, offset) = (next, end)
        }
        return true
    }

    /// Opens the file with these patches. Returns how long an index of the sound libav has then.
    private mutating func open(
        _ stream: UnsafeMutablePointer<AVStream>, with patches: [Patch], _ options: [(name: String, value: String)]
    ) throws -> Int64 {
        // Not both indexes at a time.
        format = nil
        container = nil
        file.patches = hidden + patches
        _ = file.seek(to: 0)
        let container = try Container(file, options: options)
        let index = Int(stream.pointee.index)
        guard container.streams.indices.contains(index), container.streams[index].pointee.id == stream.pointee.id else {
            throw ConversionFailure.damaged
        }
        let again = container.streams[index]
        container.discard(allBut: again)
        format = container.format
        self.container = consume container
        return Int64(avformat_index_get_entries_count(again))
    }

    /// Puts a packet where it belongs in the whole sound.
    mutating func place(_ packet: borrowing Packet) {
        position = packet.pointer.pointee.pos
        if format != nil {
            packet.move(by: offset)
            // The sound's beginning is in the first window only.
            packet.clearSideData()
        }
    }
}
