import Foundation
import Glibc

/// Where `soundspool-convert` is: beside this program, or where it is installed.
enum ConverterLocation {
    private static let name = "soundspool-convert"

    /// The containers and codecs that are let in, but that its libav does not have.
    static func missingFormats() throws -> [String] {
        let (process, output) = (Process(), Pipe())
        process.executableURL = URL(filePath: try find())
        process.arguments = ["--missing-formats"]
        process.standardOutput = output
        try process.run()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == EX_OK else {
            throw CommandFailure("\(name) ended with status \(process.terminationStatus)")
        }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
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
