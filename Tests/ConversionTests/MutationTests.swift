import Foundation
import Testing

/// Mutated videos through the real converter; `make fuzz` has more of them.
@Suite struct MutationTests {
    @Test func theyEndAsDocumented() throws {
        let inputs = HostileMedia.directory.deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: ".build/inputs")
        // It throws the table where a case ended otherwise.
        let table = try HostileMedia.run(
            "fuzz.py",
            [
                ConverterProgram.url.path, "--cases", "2000", "--patience", "180",
                "--seeds", inputs.appending(path: "seeds").path, "--keep", inputs.appending(path: "crashes").path,
            ])
        #expect(String(decoding: table, as: UTF8.self).hasPrefix("2000 mutated files"))
    }
}
