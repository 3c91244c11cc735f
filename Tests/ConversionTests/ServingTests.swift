import Foundation
import Testing

/// One converter does many conversions, and keeps nothing of them.
@Suite struct ServingTests {
    private struct Held: Decodable {
        var reasons: [String?]
        /// Open descriptors after each conversion.
        var descriptors: [Int]
        /// Bytes of memory after each conversion.
        var resident: [Int]
    }

    @Test(arguments: ["a.mp4", "a.mkv", "a.mp3"])
    func holdsNothing(name: String) throws {
        let directory = try TemporaryDirectory()
        let input = directory.path(name)
        try FFmpeg.run(
            FFmpeg.tones(seconds: 20, rate: 44100) + (name.hasSuffix("mp3") ? [] : FFmpeg.picture(seconds: 20)) + [
                input
            ])
        let lines = try HostileMedia.run("serve.py", [ConverterProgram.url.path, "20", input])
        let held = try JSONDecoder().decode(Held.self, from: lines)
        #expect(held.reasons == Array(repeating: nil, count: 20))
        // Those of the last conversion may be open while its answer is read.
        let most = (held.descriptors.first ?? 0) + 2
        #expect(held.descriptors.allSatisfy { $0 <= most }, "\(held.descriptors)")
        #expect((held.resident.last ?? 0) < (held.resident.first ?? 0) + 16 << 20, "\(held.resident)")
    }
}
