import ConversionContract
import Foundation

/// The makers of hostile files in `Tests/HostileMedia`, which run the built converter on them.
enum HostileMedia {
    /// How the converter ended on a file.
    struct Ending: Decodable {
        /// The exit status, or minus the signal.
        var status: Int32
        /// Wall seconds.
        var seconds: Double
        /// Seconds of processor time.
        var cpu: Double
        /// Peak resident bytes.
        var memory: Int
        var report: Report
        var timedOut: Bool
    }

    /// How it ended on a file that wants other files read.
    struct Lured: Decodable {
        var status: Int32
        var report: Report
        /// Whether the sandbox was seen to be entered.
        var isConfined: Bool
        /// System calls before that which read the file.
        var early: [String]
        /// System calls after it which would open, connect or start something.
        var reaching: [String]
        /// Bytes of MP3.
        var produced: Int
    }

    struct Report: Decodable {
        var reason: ConversionReport.Reason?
        var message: String?
    }

    struct Failure: Error {
        var status: Int32
        var words: String
    }

    static let directory = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "HostileMedia")

    /// Runs one of the programs, and returns what it prints.
    static func run(_ program: String, _ arguments: [String]) throws -> Data {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", directory.appending(path: program).path] + arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(status: process.terminationStatus, words: String(decoding: data, as: UTF8.self))
        }
        return data
    }

    static func names(_ program: String) throws -> Set<String> {
        Set(try String(decoding: run(program, ["list"]), as: UTF8.self).split(separator: "\n").map(String.init))
    }

    static func run<Result: Decodable>(_ program: String, on name: String, as type: Result.Type) throws -> Result {
        try JSONDecoder().decode(type, from: run(program, ["run", ConverterProgram.url.path, name]))
    }
}
