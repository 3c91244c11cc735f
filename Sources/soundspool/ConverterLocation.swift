import Foundation
import Glibc
import Subprocess

/// Where `soundspool-convert` is: beside this program, or where it is installed.
enum ConverterLocation {
    private static let name = "soundspool-convert"

    /// The containers and codecs that are let in, but that its libav does not have.
    static func missingFormats() async throws -> [String] {
        let (status, output) = try await OtherProgram.run(try find(), ["--missing-formats"])
        guard status.isSuccess else { throw CommandFailure("\(name) ended: \(status)") }
        return output.split(separator: "\n").map(String.init)
    }

    static func find() throws -> String {
        var candidates = ["../libexec/soundspool", "../lib/soundspool"]
        candidates.insert(".", at: 0)
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let directory = program.split(separator: "/").dropLast().joined(separator: "/")
        for candidate in candidates {
            let path = "/\(directory)/\(candidate)/\(name)"
            if access(path, X_OK) == 0 { return path }
        }
        throw CommandFailure.misconfigured("\(name) is neither beside \(program) nor in its libexec directory")
    }
}
