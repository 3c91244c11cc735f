import ConversionContract
import Testing

@testable import Conversion

/// A sound encoded in segments against the same sound encoded by one encoder.
@Suite struct SegmentEncoderTests {
    struct Kind: Sendable, CustomTestStringConvertible {
        var rate: Int
        var channels = 2
        var bitRate: Preset.BitRate
        var testDescription: String { "\(rate) Hz, \(channels) channels, \(bitRate)" }

        var settings: EncoderSettings {
            EncoderSettings(format: SoundFormat(sampleRate: rate, channels: channels), bitRate: bitRate)
        }
    }

    /// The frames of a sound and the samples to leave out.
    struct Encoded: Equatable {
        var frames: [[UInt8]] = []
        var delay = 0
        var padding = 0
    }

    static let kinds = [
        Kind(rate: 44100, bitRate: .variable(quality: 2)), Kind(rate: 48000, bitRate: .constant(kilobits: 128)),
        Kind(rate: 44100, bitRate: .constant(kilobits: 320)),
        Kind(rate: 22050, channels: 1, bitRate: .constant(kilobits: 64)),
        Kind(rate: 8000, channels: 1, bitRate: .variable(quality: 5)),
    ]

    /// The frames that the second, the third and the fourth segment start with.
    private static func joins(_ kind: Kind, threads: Int) -> [Int] {
        let plan = SegmentPlan(format: kind.settings.format, threads: threads, expectedDuration: 0)
        var starts = [0]
        for index in 0..<3 { starts.append(starts[index] + plan.length(index: index, start: starts[index])) }
        return Array(starts.dropFirst())
    }

    private static func encoder(_ kind: Kind, threads: Int) throws -> any SoundEncoder {
        guard threads > 1 else { return try SerialEncoder(kind.settings) }
        return try SegmentEncoder(
            kind.settings, plan: SegmentPlan(format: kind.settings.format, threads: threads, expectedDuration: 0))
    }

    /// Encodes `count` samples that come in `step` at a time.
    private static func encode(_ kind: Kind, count: Int, step: Int = 1000, threads: Int) throws -> Encoded {
        let encoder = try encoder(kind, threads: threads)
        var result = Encoded(delay: encoder.delay)
        var position = 0
        while position < count {
            let length = min(step, count - position)
            try encoder.encode({ Noise.append(length, at: position, to: &$0) }, { result.frames.append(Array($0)) })
            position += length
        }
        result.padding = try encoder.finish { result.frames.append(Array($0)) }
        #expect(encoder.sampleCount == count)
        return result
    }

    @Test(arguments: [kinds[0], kinds[1], kinds[3]])
    func asManyFramesAsOneEncoder(kind: Kind) throws {
        let length = kind.settings.format.frameLength
        let joins = Self.joins(kind, threads: 2)
        let (segment, second) = (joins[0] * length, joins[1] * length)
        let edge = segment + SegmentPlan.lookahead * length
        for count in [
            0, 1, length - 1, length, length + 1, segment - 1, segment, segment + 1, edge - 1, edge, edge + 1,
            second - 1, second, second + 1, second + edge + 17,
        ] {
            let serial = try Self.encode(kind, count: count, threads: 1)
            let parallel = try Self.encode(kind, count: count, threads: 2)
            #expect(parallel.frames.count == serial.frames.count, "\(count) samples")
            #expect(parallel.delay == serial.delay)
            #expect(parallel.padding == serial.padding)
            #expect(parallel.padding >= 0)
            #expect(parallel.frames.allSatisfy { MPEGAudioHeader($0)?.frameLength == $0.count })
            // Until the first join nothing differs, but that the bits saved up are spent before it.
            let prefix = min(joins[0] / 2, serial.frames.count)
            if kind.bitRate == .variable(quality: 2) {
                #expect(parallel.frames.prefix(prefix) == serial.frames.prefix(prefix), "\(count) samples")
            }
        }
    }

    @Test(arguments: [1, 1153, 20_000, 500_000])
    func theResultIsTheSameHoweverTheSamplesCome(step: Int) throws {
        let kind = Self.kinds[0]
        let count = step == 1 ? 1153 : 700_000
        let expected = try Self.encode(kind, count: count, threads: 2)
        #expect(try Self.encode(kind, count: count, step: step, threads: 2) == expected)
    }

    @Test func theResultIsTheSameEveryTime() throws {
        let expected = try Self.encode(Self.kinds[0], count: 900_000, threads: 3)
        for _ in 0..<3 { #expect(try Self.encode(Self.kinds[0], count: 900_000, threads: 3) == expected) }
    }

    /// Players hear the joins no more than any other place.
    @Test(arguments: kinds)
    func theSoundIsAsGoodAtTheJoins(kind: Kind) throws {
        let format = kind.settings.format
        let joins = Self.joins(kind, threads: 4)
        let count = (joins[2] + SegmentPlan.minimumLength) * format.frameLength
        let source = Noise.samples(count, channels: format.channels)
        let directory = try TemporaryDirectory()
        func decode(_ encoded: Encoded) throws -> [Float] {
            let path = try directory.write(encoded.frames.flatMap { $0 }, to: "a.mp3")
            let all = try FFmpeg.samples(of: path, rate: format.sampleRate, channels: format.channels)
            // Without a header frame nobody leaves the delay out.
            return Array(all.dropFirst((encoded.delay + 529) * format.channels))
        }
        let serial = try decode(Self.encode(kind, count: count, threads: 1))
        let parallel = try decode(Self.encode(kind, count: count, threads: 4))
        let width = format.sampleRate / 10 * format.channels
        func difference(at sample: Int) -> Double {
            let start = sample * format.channels - width / 2
            let range = start..<start + width
            return signalToNoise(Array(source[range]), Array(parallel[range]))
                - signalToNoise(Array(source[range]), Array(serial[range]))
        }
        let differences = joins.map { difference(at: $0 * format.frameLength) }
        #expect(differences.allSatisfy { $0 > -2.5 }, "\(differences)")
        #expect(differences.reduce(0, +) / 3 > -1, "\(differences)")
        #expect(signalToNoise(source, parallel) > signalToNoise(source, serial) - 0.2)
    }
}
