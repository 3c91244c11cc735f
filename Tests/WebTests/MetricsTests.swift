import ConversionContract
import Domain
import LinuxSystem
import Storage
import Testing

@testable import Web

struct MetricsTests {
    @Test func countsWhatThereIs() async throws {
        let world = try TemporaryWorld()
        let ada = try await world.account("ada")
        try world.tree.make(for: ada.name)
        let drop = try #require(DropPath("a.mp4"))
        let claim = try await world.ledger.jobs.beginClaim(account: ada.id, drop: drop, preset: .standard, size: 7)
        _ = try await world.ledger.jobs.confirmClaim(claim.id)
        let text = MetricsRoute.text(
            try await world.ledger.figures(), waiting: 3, space: try world.tree.homes().space())
        for line in [
            "soundspool_drops_waiting 3", "soundspool_jobs{state=\"queued\"} 1",
            "soundspool_jobs_ended{state=\"failed\"} 0", "soundspool_bytes{kind=\"jobs\"} 7",
            "soundspool_letters{channel=\"mail\",state=\"queued\"} 0",
        ] {
            #expect(text.contains(line + "\n"))
        }
        let samples = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(samples.allSatisfy { $0.wholeMatch(of: /[a-z_]+(\{[a-z="_,]+\})? [0-9.]+/) != nil })
    }
}
