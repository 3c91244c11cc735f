import Storage
import Testing

@testable import Pipeline

struct AttemptPauseTests {
    @Test func `the longer a job breaks off the longer it waits, up to five minutes`() {
        #expect((1...9).map { AttemptPause.seconds(after: $0, .failed) } == [2, 4, 8, 16, 32, 64, 128, 256, 300])
        #expect(AttemptPause.seconds(after: 1, .crashed) == 2)
        #expect(AttemptPause.seconds(after: 1_000_000, .failed) == 300)
    }

    /// A full disk, say, is seldom made room on in a second.
    @Test func `what is not the drop's fault waits longer from the first time on`() {
        #expect((1...6).map { AttemptPause.seconds(after: $0, .held) } == [10, 20, 40, 80, 160, 300])
        #expect(AttemptPause.seconds(after: 1_000_000, .held) == 300)
    }
}
