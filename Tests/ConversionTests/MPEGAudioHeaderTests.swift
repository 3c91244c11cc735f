import Testing

@testable import Conversion

@Suite struct MPEGAudioHeaderTests {
    @Test(
        arguments: [
            ([0xFF, 0xFB, 0x90, 0x64], 44100, 128, 417, 1152), ([0xFF, 0xFB, 0x92, 0x64], 44100, 128, 418, 1152),
            ([0xFF, 0xFB, 0xE4, 0x64], 48000, 320, 960, 1152), ([0xFF, 0xFB, 0x18, 0xC4], 32000, 32, 144, 1152),
            ([0xFF, 0xF3, 0x80, 0xC4], 22050, 64, 208, 576), ([0xFF, 0xE3, 0x88, 0xC4], 8000, 64, 576, 576),
        ] as [([UInt8], Int, Int, Int, Int)])
    func accepts(bytes: [UInt8], sampleRate: Int, bitRate: Int, frameLength: Int, sampleCount: Int) throws {
        let header = try #require(MPEGAudioHeader(bytes))
        #expect(header.sampleRate == sampleRate)
        #expect(header.bitRate == bitRate)
        #expect(header.frameLength == frameLength)
        #expect(header.sampleCount == sampleCount)
    }

    /// Too short, no sync, the reserved version, other layers, free and bad bit rate, the reserved rate.
    @Test(
        arguments: [
            [0xFF, 0xFB, 0x90], [0xFE, 0xFB, 0x90, 0x64], [0xFF, 0xEB, 0x90, 0x64], [0xFF, 0xFD, 0x90, 0x64],
            [0xFF, 0xFF, 0x90, 0x64], [0xFF, 0xF9, 0x90, 0x64], [0xFF, 0xFB, 0x00, 0x64], [0xFF, 0xFB, 0xF0, 0x64],
            [0xFF, 0xFB, 0x9C, 0x64],
        ] as [[UInt8]])
    func rejects(bytes: [UInt8]) {
        #expect(MPEGAudioHeader(bytes) == nil)
    }

    @Test func framesAreCutWhereverTheBytesComeApart() throws {
        let frame: [UInt8] = [0xFF, 0xFB, 0x90, 0x64] + [UInt8](repeating: 7, count: 413)
        let stream = frame + frame + frame
        for step in [1, 3, 416, 417, 418, 2000] {
            var splitter = FrameSplitter()
            var frames: [[UInt8]] = []
            for start in stride(from: 0, to: stream.count, by: step) {
                let part = stream[start..<min(start + step, stream.count)]
                try splitter.append({ $0.append(contentsOf: part) }) { frames.append(Array($0)) }
            }
            #expect(frames == [frame, frame, frame])
            #expect(splitter.remainder == 0)
        }
        var splitter = FrameSplitter()
        #expect(throws: FrameSplitter.NotAFrame.self) { try splitter.append({ $0 += [1, 2, 3, 4] }) { _ in } }
    }
}
