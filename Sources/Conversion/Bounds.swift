import CFFmpeg
import ConversionContract

/// How far a stranger's file may lead libav: what no honest video comes near.
///
/// SECURITY: a container's header is a list of promises, and libav reserves memory and loops by them. These keep each
/// promise small before it is believed; what adds up all the same is the sandbox's to end.
enum Bounds {
    /// Streams of one container. libav refuses the rest, and with them the file.
    static let streams = 512
    /// Bytes that are read to find out what the streams are (`probesize`), and seconds of them (`analyzeduration`).
    static let probedBytes = 5_000_000
    static let probedSeconds = 5
    /// Bytes of one block of memory (`av_max_alloc`). libav's index of a day's AAC is 100 MB.
    static let allocatedBytes = 160 << 20
    /// Bytes of one packet of sound. A second of eight channels of uncompressed sound at 192 kHz is 6 MB.
    static let packetBytes = 16 << 20
    /// Samples of one frame and channel (`AVCodecContext.max_samples`).
    static let frameSamples: Int64 = 1 << 20
    /// Samples a second that a sound may have.
    static let sampleRates = 1_000...768_000
    /// Channels that a sound may have: 22.2 surround has 24.
    static let channels = 1...64

    /// The options of `avformat_open_input`. Nothing but the descriptor is ever read: a container that names another file
    /// has no protocol to reach it by, MOV's references to other files are off, and `Demuxer` refuses to open any.
    static let demuxerOptions: [(name: String, value: String)] = [
        ("format_whitelist", AllowedFormats.demuxers.joined(separator: ",")),
        ("codec_whitelist", AllowedFormats.decoders.joined(separator: ",")), ("protocol_whitelist", ""),
        ("enable_drefs", "0"), ("use_absolute_path", "0"), ("max_streams", "\(streams)"),
        ("probesize", "\(probedBytes)"), ("analyzeduration", "\(probedSeconds * Int(AV_TIME_BASE))"),
    ]

    /// A file must have this many bytes for each second of sound: 2 kbit/s, less than any codec for speech takes. What is
    /// below is silence, or a header's lie, and would keep a processor busy for hours.
    static let leastBytesPerSecond = 250.0
    /// Seconds of sound that any file may have.
    static let alwaysAllowed = 600.0

    /// Throws `over-limit` where a file of `size` bytes has too much sound to be true.
    static func checkDensity(seconds: Double, size: Int64) throws(ConversionFailure) {
        guard seconds > alwaysAllowed, seconds * leastBytesPerSecond > Double(size) else { return }
        throw ConversionFailure(
            .overLimit,
            "The file is too small for its sound: \(Quantity.bytes(size)) for more than "
                + "\(Quantity.duration(alwaysAllowed)) can only be silence.")
    }

    /// A file's sound has so many times its bytes at most, and these in any case. Lossless compression of a whole packet,
    /// as Matroska has, comes to less.
    static let mostRepetitions: Int64 = 8
    static let alwaysRead: Int64 = 16 << 20

    /// Throws `over-limit` where more sound was read than a file of `size` bytes holds: its index leads to the same bytes
    /// again and again.
    static func checkRepetition(bytes: Int64, size: Int64) throws(ConversionFailure) {
        guard bytes > alwaysRead, bytes / mostRepetitions > size else { return }
        throw ConversionFailure(
            .overLimit, "The file has the same sound again and again: more than \(Quantity.bytes(bytes)) of it.")
    }

    /// Throws `over-limit` for sound that no machine records and no player plays.
    static func check(_ frame: borrowing Frame) throws(ConversionFailure) {
        guard sampleRates.contains(frame.sampleRate) else {
            throw ConversionFailure(
                .overLimit,
                "The sound has \(frame.sampleRate) samples a second; \(sampleRates.lowerBound) to "
                    + "\(sampleRates.upperBound) are converted.")
        }
        guard channels.contains(frame.channelCount) else {
            throw ConversionFailure(
                .overLimit,
                "The sound has \(frame.channelCount) channels; at most \(channels.upperBound) are converted.")
        }
    }

    /// Throws `over-limit` for a packet that is too large to be one.
    static func check(_ packet: borrowing Packet) throws(ConversionFailure) {
        guard packet.pointer.pointee.size <= packetBytes else {
            throw ConversionFailure(.overLimit, "The sound comes in pieces that are too large to be converted.")
        }
    }
}
