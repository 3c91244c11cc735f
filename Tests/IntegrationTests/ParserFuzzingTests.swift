import Foundation
import TestSupport
import Testing

/// The beginning of what `make fuzz-parsers` does for minutes.
@Suite("The parsers that are our own")
struct ParserFuzzingTests {
    @Test("libFuzzer finds nothing in its first inputs")
    func inputs() async throws {
        let script = Program.sourceTree.appending(path: "Tests/ParserFuzzing/fuzz-parsers").path
        let directory = Program.sourceTree.appending(path: ".build/fuzz-parsers").path
        let result = try await Program(script).run([directory, "-runs=50000"])
        #expect(result.status == 0, "\(result.output)\n\(result.errors.suffix(6000))")
    }
}
