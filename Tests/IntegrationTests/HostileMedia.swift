import Foundation
import TestSupport
import Testing

/// The small files that ask for much, of `Tests/HostileMedia`.
enum HostileMedia {
    /// Writes one into a directory, and returns where it is.
    static func bomb(_ name: String, in directory: TemporaryDirectory) async throws -> URL {
        let url = directory.url.appending(path: name + ".mp4")
        let maker = Program.sourceTree.appending(path: "Tests/HostileMedia/bombs.py")
        let result = try await Program("/usr/bin/python3").run([maker.path, "make", name, url.path])
        try #require(result.status == 0, "\(result.errors)")
        return url
    }
}
