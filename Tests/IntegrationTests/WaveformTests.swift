import Foundation
import TestSupport
import Testing

@Suite("The outline of an MP3's sound, for whoever draws it")
struct WaveformTests {
    private struct Waveform: Decodable {
        let peaks: [Int]
        let duration: Double
    }

    @Test("Loud, quiet and loud again, encoded or copied; for its owner only", arguments: ["aac", "libmp3lame"])
    func shape(codec: String) async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        try await appliance.addAccount("mallory")
        let server = try await appliance.serve()
        var client = try HTTPClient(server)
        try await client.signIn()
        var mallory = try HTTPClient(server)
        try await mallory.signIn("mallory")
        _ = try await client.call("/api/v1/inbox/a.mp4", "-T", try await Videos.loudQuietLoud(codec).path)
        try await eventually("it is published") { try await client.jobs().first?.state == "published" }

        let answer = try await client.call("/api/v1/outbox/1/waveform")
        #expect(answer.status == 200, "\(answer.body)")
        #expect(answer.headers.contains("cache-control: private, max-age="))
        let waveform = try answer.json(Waveform.self)
        #expect(abs(waveform.duration - 12) < 0.1)
        #expect((100...512).contains(waveform.peaks.count))
        let third = waveform.peaks.count / 3
        let parts = (0..<3).map { waveform.peaks[($0 * third + third / 4)..<(($0 + 1) * third - third / 4)] }
        #expect(parts[0].allSatisfy { (150...255).contains($0) }, "\(waveform)")
        #expect(parts[1].allSatisfy { (5...50).contains($0) }, "\(waveform)")
        #expect(parts[2].allSatisfy { (150...255).contains($0) }, "\(waveform)")

        #expect(try await mallory.call("/api/v1/outbox/1/waveform").status == 404)
        #expect(try await client.call("/api/v1/outbox/1/waveform", withToken: false).status == 401)
        #expect(try await client.call("/api/v1/outbox/2/waveform").status == 404)
        try await server.stop()
    }

    @Test("A job without an MP3 has none")
    func none() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let server = try await appliance.serve()
        var client = try HTTPClient(server)
        try await client.signIn()
        _ = try await client.call("/api/v1/inbox/a.mp4", "-T", try await Videos.silent().path)
        try await eventually("it failed") { try await client.jobs().first?.state == "failed" }
        let answer = try await client.call("/api/v1/outbox/1/waveform")
        #expect(answer.status == 404)
        #expect(answer.headers.contains("application/problem+json"))
        try await server.stop()
    }
}
