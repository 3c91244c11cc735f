import Foundation
import TestSupport
import Testing

/// The service holds the passwords and never loads a codec; the converter holds the codecs and knows no network.
@Suite("What the binaries link")
struct LinkageTests {
    @Test(
        arguments: [
            (
                "soundspool", ["libsqlite3", "libcurl", "libsystemd", "libargon2"],
                ["libav", "libswresample", "libmp3lame"]
            ),
            (
                "soundspool-convert", ["libavformat", "libavcodec", "libswresample", "libmp3lame"],
                ["libsqlite3", "libargon2"]
            ),
        ])
    func libraries(binary: String, needed: [String], forbidden: [String]) async throws {
        // What the binary itself asks for; libavformat brings a network library of its own that nothing here calls.
        let result = try await Program("/usr/bin/readelf").run([
            "-d", Program.builtPrograms.appending(path: binary).path,
        ])
        try #require(result.status == 0, "\(result.errors)")
        let libraries = result.output.matches(of: /\(NEEDED\).*\[(.+?)\]/).map { String($0.1) }
        for name in needed { #expect(libraries.contains { $0.hasPrefix(name) }, "\(binary) does not need \(name)") }
        for name in forbidden { #expect(!libraries.contains { $0.hasPrefix(name) }, "\(binary) needs \(name)") }
    }

    @Test("ldd: no libav in the service; no SQLite, curl or HTTP in the converter")
    func loaded() async throws {
        let service = try await Program("/usr/bin/ldd").run([Program.builtPrograms.appending(path: "soundspool").path])
        try #require(service.output.contains("libsqlite3"), "\(service.errors)")
        for name in ["libavformat", "libavcodec", "libavutil", "libswresample", "libmp3lame"] {
            #expect(!service.output.contains(name))
        }
        let converter = try await Program("/usr/bin/ldd").run([
            Program.builtPrograms.appending(path: "soundspool-convert").path
        ])
        try #require(converter.output.contains("libavformat"), "\(converter.errors)")
        for name in ["libsqlite3", "libcurl.", "libcurl-gnutls", "libargon2"] {
            #expect(!converter.output.contains(name))
        }
        let symbols = try await Program("/usr/bin/nm").run([
            "--defined-only", Program.builtPrograms.appending(path: "soundspool-convert").path,
        ])
        // Hummingbird, SwiftNIO and GRDB would be linked in statically.
        for module in ["11Hummingbird", "7NIOCore", "4GRDB"] { #expect(!symbols.output.contains("$s" + module)) }
    }
}
