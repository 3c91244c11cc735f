import Foundation
import Testing

@testable import Conversion

/// The fragments of an MP4 are shown to libav in windows: what comes of it is what comes of the whole.
@Suite struct FragmentWindowsTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// - Parameter window: fragments that are shown at a time; so many that it is all of them for nil.
    private func read(_ path: String, window: Int?, track: Int = 1) throws -> PacketReading {
        try PacketReading(path, track: track) { index in
            index.fragmentCount = window ?? 10000
            return true
        }
    }

    /// ffmpeg's words for films in fragments of about half a second.
    private static let films: [(name: String, arguments: [String])] = [
        ("empty.mp4", ["-c:a", "aac", "-movflags", "+frag_keyframe+empty_moov"]),
        ("base.mp4", ["-c:a", "aac", "-movflags", "+frag_keyframe+empty_moov+default_base_moof"]),
        // An edit list in front of the fragments.
        ("delayed.mp4", ["-c:a", "aac", "-movflags", "+frag_keyframe+delay_moov"]),
        // An index of fragments in front of each, and one in front of all.
        ("dash.mp4", ["-c:a", "aac", "-movflags", "+frag_keyframe+empty_moov+dash"]),
        ("index.mp4", ["-c:a", "aac", "-movflags", "+frag_keyframe+empty_moov+dash+global_sidx"]),
        ("separate.mp4", ["-c:a", "aac", "-movflags", "+frag_keyframe+empty_moov+separate_moof"]),
        ("apple.mov", ["-c:a", "alac", "-movflags", "+frag_keyframe+empty_moov"]),
        ("late.mp4", ["-c:a", "aac", "-af", "asetpts=PTS+7/TB", "-movflags", "+frag_keyframe+empty_moov"]),
        // The film goes on when the sound is over.
        ("brief.mp4", ["-c:a", "aac", "-af", "atrim=end=6", "-movflags", "+frag_keyframe+empty_moov"]),
    ]

    private func film(_ name: String, _ arguments: [String]? = nil) throws -> String {
        let path = directory.path(name)
        let words = try arguments ?? #require(Self.films.first { $0.name == name }).arguments
        try FFmpeg.run(
            FFmpeg.tones(seconds: 20, rate: 44100) + FFmpeg.picture(seconds: 20)
                + ["-preset", "ultrafast", "-g", "12", "-frag_duration", "500000"] + words + [path])
        return path
    }

    @Test(arguments: films.map(\.name), [1, 2, 7])
    func windowsAreTheWhole(name: String, window: Int) throws {
        let path = try film(name)
        let (whole, parts) = try (read(path, window: nil), read(path, window: window))
        #expect(whole.packets.count > 100)
        #expect(parts.packets.count == whole.packets.count)
        #expect(zip(parts.packets, whole.packets).first { $0 != $1 } == nil)
        #expect(parts.promise == whole.promise)
        #expect(whole.index == whole.packets.count)
        #expect(parts.index < whole.index * 2 / 3, "it was shown in windows")
    }

    @Test func everySoundHasItsOwn() throws {
        let path = directory.path("two.mp4")
        try FFmpeg.run(
            FFmpeg.tones(seconds: 20, rate: 44100) + ["-f", "lavfi", "-i", "sine=duration=10:sample_rate=22050"]
                + [
                    "-map", "0", "-map", "1", "-c:a", "aac", "-movflags", "+empty_moov", "-frag_duration", "500000",
                    path,
                ])
        for track in 1...2 {
            let (whole, parts) = try (read(path, window: nil, track: track), read(path, window: 3, track: track))
            #expect(whole.packets.count > 200)
            #expect(parts.packets == whole.packets)
        }
    }

    /// Frames of the first two may go from one fragment to the next; the third has samples in front of the fragments.
    @Test(arguments: [
        ("mp3.mp4", ["-c:a", "libmp3lame", "-movflags", "+frag_keyframe+empty_moov"]),
        ("ac3.mp4", ["-c:a", "ac3", "-movflags", "+frag_keyframe+delay_moov"]),
        ("mixed.mp4", ["-c:a", "aac", "-movflags", "+frag_keyframe"]),
    ])
    func othersAreReadWhole(name: String, arguments: [String]) throws {
        let path = try film(name, arguments)
        let (whole, parts) = try (read(path, window: nil), read(path, window: 3))
        #expect(whole.packets.count > 100)
        #expect(parts.packets == whole.packets)
        #expect(parts.index == whole.index)
    }

    /// Changes every so many boxes of a type into ones that are skipped.
    private func hide(_ type: String, every step: Int, of path: String) throws -> String {
        var bytes = try Array(Data(contentsOf: URL(filePath: path)))
        let places = bytes.indices.dropLast(4).filter { Array(bytes[$0..<$0 + 4]) == Array(type.utf8) }
        for (index, place) in places.enumerated() where index % step == step - 1 {
            bytes.replaceSubrange(place..<place + 4, with: Array("free".utf8))
        }
        return try directory.write(bytes, to: "hidden.mp4")
    }

    /// When such a fragment is can only be told from those before. Each has the times of two tracks.
    @Test(arguments: [1, 2, 3, 5])
    func whatHasNoTimeComesBehindTheOneBefore(step: Int) throws {
        let path = try hide("tfdt", every: step, of: film("empty.mp4"))
        let (whole, parts) = try (read(path, window: nil), read(path, window: 2))
        #expect(whole.packets.count > 800)
        #expect(parts.packets == whole.packets)
        #expect((parts.index == whole.index) == (step <= 2))
    }

    @Test(arguments: [0.3, 0.5, 0.99])
    func whatIsCutOffIsCutOff(share: Double) throws {
        let bytes = try Data(contentsOf: URL(filePath: film("empty.mp4")))
        let path = try directory.write(Array(bytes.prefix(Int(Double(bytes.count) * share))), to: "cut.mp4")
        let (whole, parts) = try (read(path, window: nil), read(path, window: 3))
        #expect(whole.packets.count > 200)
        #expect(parts.packets == whole.packets)
    }

    /// What a stranger writes into fragments ends, one way or another: the sound is read, or it is refused.
    @Test func brokenFragmentsEnd() throws {
        let whole = try Array(Data(contentsOf: URL(filePath: film("empty.mp4"))))
        let headers = whole.indices.dropLast(4).filter { Array(whole[$0..<$0 + 4]) == Array("moof".utf8) }
        #expect(headers.count > 20)
        let expected = try read(directory.write(whole, to: "broken.mp4"), window: 3).packets
        var chance = SplitMix(state: 1)
        for _ in 0..<200 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &chance) {
                let header = try #require(headers.randomElement(using: &chance))
                bytes[header + .random(in: -4..<160, using: &chance)] =
                    [0, 1, 0x7F, 0xFF, .random(in: 0...255, using: &chance)].randomElement(using: &chance) ?? 0
            }
            do {
                let reading = try read(directory.write(bytes, to: "broken.mp4"), window: 3)
                #expect(reading.packets.count <= 4 * expected.count)
            } catch is ConversionFailure {
                // Refused, with a reason.
            } catch let error as AVError where error.code == AVError.noMemory {
                // A packet of gigabytes.
            }
        }
    }
}
