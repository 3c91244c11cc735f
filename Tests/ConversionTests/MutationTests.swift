import Foundation
import Testing

/// Mutated videos through the real converter; `make fuzz` has more of them.
@Suite struct MutationTests {
    private static let inputs = HostileMedia.directory.deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: ".build/inputs")
    /// Half a second of each container and codec, made once.
    private static let seeds = inputs.appending(path: "mutation-seeds").path

    @Test func theyEndAsDocumented() throws {
        // It throws the table where a case ended otherwise.
        let table = try HostileMedia.run(
            "fuzz.py",
            [
                ConverterProgram.url.path, "--cases", "2000", "--patience", "180", "--seeds", Self.seeds,
                "--keep", Self.inputs.appending(path: "crashes").path,
            ])
        #expect(String(decoding: table, as: UTF8.self).hasPrefix("2000 mutated files"))
    }

    /// The cases of `HostileMedia/regressions`.
    @Test func whatOnceWasAFaultOfOursIsNoneAgain() throws {
        let table = try HostileMedia.run("regressions.py", [ConverterProgram.url.path, Self.seeds])
        #expect(String(decoding: table, as: UTF8.self).contains("otherwise: none"))
    }
}
