import ConversionContract

/// Encodes the sound from first to last in the caller's thread.
final class SerialEncoder: SoundEncoder {
    private let settings: EncoderSettings
    private var encoder: LAMEEncoder
    private var splitter = FrameSplitter()
    private var buffer: PCMBuffer
    private(set) var measured: SoundMeter
    private(set) var sampleCount = 0
    private var frames = 0

    init(_ settings: EncoderSettings, loudness: LoudnessMode = .off) throws {
        self.settings = settings
        encoder = try LAMEEncoder(settings)
        buffer = PCMBuffer(channels: settings.format.channels, capacity: 8192)
        measured = SoundMeter(settings.format, loudness: loudness, volume: encoder.volume)
    }

    var delay: Int { encoder.delay }

    func encode(_ write: (inout PCMBuffer) throws -> Void, _ body: FrameHandler) throws {
        buffer.removeAll()
        try write(&buffer)
        sampleCount += buffer.count
        measured.add(buffer, 0..<buffer.count)
        try split(body) { bytes in try encoder.encode(buffer, 0..<buffer.count, into: &bytes) }
    }

    func finish(_ body: FrameHandler) throws -> Int {
        try split(body) { bytes in try encoder.flush(into: &bytes) }
        return try padding(frames: frames, frameLength: settings.format.frameLength, remainder: splitter.remainder)
    }

    private func split(_ body: FrameHandler, _ write: (inout [UInt8]) throws -> Void) throws {
        try splitter.append(write) { frame in
            frames += 1
            try body(frame)
        }
    }
}
