public import FoundationEssentials

/// How far a conversion is.
public struct ConversionProgress: Sendable, Codable, Hashable {
    /// Seconds of sound converted.
    public var position: Double
    /// Seconds of sound that the container promises; nil where it promises nothing.
    public var duration: Double?

    public init(position: Double, duration: Double?) {
        self.position = position
        self.duration = duration
    }

    /// 0 to 1, nil where the duration is unknown.
    public var fraction: Double? {
        guard let duration, duration > 0 else { return nil }
        return min(max(position / duration, 0), 1)
    }
}

/// What the converter says of its work in its last line.
public struct ConversionReport: Sendable, Codable, Hashable {
    /// Why a source could not be converted.
    public enum Reason: String, Sendable, Codable, Hashable, CaseIterable {
        /// Not a container or codec that is converted.
        case unsupported
        case noAudio = "no-audio"
        /// The sound is broken beyond use.
        case damaged
        /// Longer, larger or stranger than the limits allow.
        case overLimit = "over-limit"
        /// Cut off: more bytes may still come.
        case incomplete
        /// Reading or writing failed.
        case inputOutput = "input-output"
        /// A fault of the converter's own.
        case internalError = "internal"
        /// The converter could not confine itself, and read nothing.
        case sandbox
    }

    /// The source's container, as libavformat names it.
    public var container: String?
    /// The source's audio codec, as libavcodec names it.
    public var codec: String?
    /// Seconds of sound the container promised; nil where it promises nothing, and in the report of a success where it
    /// promises the whole film's length only, which the sound need not have.
    public var promised: Double?
    /// Seconds of sound in the MP3.
    public var produced: Double
    public var preset: Preset
    /// The encoder's settings in words: `LAME 3.100, VBR V2, 48000 Hz, 2 channels`.
    public var encoder: String?
    /// Packets that could not be decoded and were left out or concealed.
    public var damagedPackets: Int
    /// nil where it was not measured.
    public var loudness: Loudness?
    /// The sound's outline: the highest sample of each of its spans, which are equally long; full scale is 255. At most
    /// `maximumWaveform` bytes, base64 in JSON; nil for no sound.
    public var waveform: Data?
    /// The source's sound tracks, the first `maximumTracks` of them.
    public var tracks: [SoundTrack]?
    /// The track that was converted, by its `index`.
    public var track: Int?
    public var reason: Reason?
    /// One sentence for the person whose file it is; nil where it was converted.
    public var message: String?

    /// How `soundspool-convert` ends with this report.
    public var exitStatus: ExitStatus {
        switch reason {
        case nil: .converted
        case .unsupported, .noAudio, .damaged, .overLimit: .cannotBeConverted
        case .incomplete: .incomplete
        case .inputOutput: .inputOutput
        case .internalError: .internalError
        case .sandbox: .sandbox
        }
    }

    /// What the owner of a converted file should know of its sound, in one sentence; nil for nothing.
    public var note: String? {
        guard reason == nil, damagedPackets > 0 else { return nil }
        return "Small parts of the sound were damaged in the video: they are silent or distorted in the MP3."
    }

    /// The most tracks that a report names, so that it stays one bounded line.
    public static let maximumTracks = 32
    /// The most spans of a waveform.
    public static let maximumWaveform = 512

    public init(
        container: String? = nil, codec: String? = nil, promised: Double? = nil, produced: Double = 0, preset: Preset,
        encoder: String? = nil, damagedPackets: Int = 0, loudness: Loudness? = nil, waveform: Data? = nil,
        tracks: [SoundTrack]? = nil, track: Int? = nil, reason: Reason? = nil, message: String? = nil
    ) {
        self.container = container
        self.codec = codec
        self.promised = promised
        self.produced = produced
        self.preset = preset
        self.encoder = encoder
        self.damagedPackets = damagedPackets
        self.loudness = loudness
        self.waveform = waveform
        self.tracks = tracks
        self.track = track
        self.reason = reason
        self.message = message
    }
}
