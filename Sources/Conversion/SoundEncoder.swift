/// Encodes the sound of one MP3: samples in, frames out, both in order.
protocol SoundEncoder: AnyObject {
    /// Takes a frame of the MP3.
    typealias FrameHandler = (ArraySlice<UInt8>) throws -> Void

    /// Samples per channel that a player must leave out at the start of the frames.
    var delay: Int { get }

    /// Samples per channel that came in.
    var sampleCount: Int { get }

    /// Lets a writer append samples to the buffer, and hands on the frames that are ready.
    func encode(_ write: (inout PCMBuffer) throws -> Void, _ body: FrameHandler) throws

    /// Hands on the last frames. Returns the samples per channel that a player must leave out at their end.
    func finish(_ body: FrameHandler) throws -> Int

    /// What was measured of the sound, after its end.
    var measured: SoundMeter { get }
}
