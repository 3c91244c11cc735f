import ConversionContract
import Foundation
import Glibc

/// The `soundspool-convert` that was built beside these tests, run with descriptors as the service runs it.
struct ConverterProgram {
    struct Result {
        var status: CInt
        var lines: [Data]

        var messages: [ConverterMessage?] { lines.map(ConverterMessage.init) }

        var report: ConversionReport? {
            if case .report(let report)?? = messages.last { report } else { nil }
        }
    }

    static var url: URL {
        get throws {
            let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            return URL(filePath: tests).deletingLastPathComponent().appending(path: "soundspool-convert")
        }
    }

    /// Runs it to its end. `messages` takes standard error; without it, the lines are in the result.
    static func run(
        _ arguments: [String] = [], input: CInt, output: CInt, messages: FileHandle? = nil
    ) throws -> Result {
        let process = Process()
        process.executableURL = try url
        process.arguments = arguments
        process.standardInput = FileHandle(fileDescriptor: input, closeOnDealloc: false)
        process.standardOutput = FileHandle(fileDescriptor: output, closeOnDealloc: false)
        let pipe = Pipe()
        process.standardError = messages ?? pipe
        try process.run()
        let data = messages == nil ? pipe.fileHandleForReading.readDataToEndOfFile() : Data()
        process.waitUntilExit()
        return Result(
            status: process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus,
            lines: data.split(separator: UInt8(ascii: "\n")).map { Data($0) })
    }
}
