import ConversionContract
import Foundation
import Testing

@testable import Conversion

/// Sound of floats that no converter of analogue sound makes, on which LAME's assertions would end the process.
@Suite struct FloatTests {
    private static let values: [Double] = [
        .nan, -.nan, .infinity, -.infinity, 3.4e38, -3.4e38, 1e9, .leastNonzeroMagnitude,
    ]

    /// A second of a tone in which every seventh sample of a part is `value`.
    private func wave(_ value: Double, bits: Int) -> [UInt8] {
        let rate = 44100
        let samples = (0..<rate).map { index in
            index % 7 == 0 && (15000..<16000).contains(index) ? value : 0.3 * sin(Double(index) / 20)
        }
        let data = samples.flatMap { sample in
            bits == 32 ? Self.bytes(Float(sample).bitPattern) : Self.bytes(sample.bitPattern)
        }
        let format =
            Self.bytes(UInt16(3)) + Self.bytes(UInt16(1)) + Self.bytes(UInt32(rate))
            + Self.bytes(UInt32(rate * bits / 8)) + Self.bytes(UInt16(bits / 8)) + Self.bytes(UInt16(bits))
        return Array("RIFF".utf8) + Self.bytes(UInt32(36 + data.count)) + Array("WAVEfmt ".utf8)
            + Self.bytes(UInt32(16)) + format + Array("data".utf8) + Self.bytes(UInt32(data.count)) + data
    }

    private static func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }

    @Test(arguments: values, [32, 64])
    func isEncoded(value: Double, bits: Int) throws {
        let directory = try TemporaryDirectory()
        let input = try directory.write(wave(value, bits: bits), to: "in.wav")
        for (preset, threads) in [(Preset.standard, 1), (.small, 2), (.voice, 1)] {
            let source = try OpenFile(input)
            let output = try OpenFile.output(directory.path("out.mp3"))
            let result = try ConverterProgram.run(
                ["--preset", preset.rawValue, "--threads", "\(threads)"], input: source.descriptor,
                output: output.descriptor)
            #expect(result.status == 0, "\(preset)")
            let loudness = try #require(result.report?.loudness)
            #expect(loudness.peak <= Double(PCMBuffer.Room.limit))
            #expect(loudness.integrated?.isFinite == true)
        }
        // What is far from it is as it was.
        let samples = try FFmpeg.samples(of: directory.path("out.mp3"), rate: 44100, channels: 1)
        let tone = (0..<samples.count).map { Float(0.3 * sin(Double($0) / 20)) }
        #expect(signalToNoise(Array(tone[25000..<40000]), Array(samples[25000..<40000])) > 20)
    }

    @Test(arguments: 0..<20)
    func limitsEverySample(index: Int) {
        let count = 20
        var buffer = PCMBuffer(channels: 2, capacity: count)
        buffer.append(atMost: count) { room in
            room.left.update(repeating: 0.5, count: count)
            room.right?.update(repeating: -0.5, count: count)
            room.left[index] = -.infinity
            room.right?[index] = .nan
            room.limit(count)
            return count
        }
        buffer.withSamples(in: 0..<count) { left, right in
            for position in 0..<count {
                #expect(left[position] == (position == index ? -PCMBuffer.Room.limit : 0.5))
                #expect(right[position] == (position == index ? 0 : -0.5))
            }
        }
    }
}
