import Foundation
import TestSupport
import Testing

@Suite("A long queue of letters")
struct LetterDrainTests {
    /// The benchmark with fewer letters, at whatever pace.
    @Test("Each arrives once, and the service's memory stays where it is")
    func drain() async throws {
        let script = Program.sourceTree.appending(path: "Benchmarks/mail.py").path
        let program = Program.builtPrograms.appending(path: "soundspool").path
        let result = try await Program("/usr/bin/python3").run([script, program, "--letters", "1000", "--any-pace"])
        #expect(result.status == 0, "\(result.output)\(result.errors)")
        #expect(result.output.contains("1000 of 1000 arrived once"), "\(result.output)")
    }
}
