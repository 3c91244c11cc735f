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

/// The encoders made another number of frames than the sound has.
struct WrongFrameCount: Error {
    let expected: Int
    let actual: Int
}

extension SoundEncoder {
    /// Samples per channel that a player must leave out at the end of all frames, of which `remainder` bytes make no whole
    /// one.
    ///
    /// - Throws: `WrongFrameCount` where the frames do not hold the sound, or not only it: LAME adds less than four.
    func padding(frames: Int, frameLength: Int, remainder: Int) throws(WrongFrameCount) -> Int {
        let padding = frames * frameLength - delay - sampleCount
        guard remainder == 0, (0..<4 * frameLength).contains(padding) else {
            throw WrongFrameCount(expected: (delay + sampleCount + frameLength - 1) / frameLength, actual: frames)
        }
        return padding
    }
}
