import Foundation
import LinuxSystem

@testable import Mail

/// Runs the Python programs beside these tests with Debian's Python, which has aiosmtpd.
enum PythonProgram {
    private static let interpreter = URL(filePath: "/usr/bin/python3")

    static func url(_ name: String) -> URL {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Servers").appending(path: name)
    }

    /// Standard output of a program that reads `input` and ends.
    static func output(of name: String, arguments: [String] = [], input: [UInt8] = []) async throws -> Data {
        try await output(of: interpreter, arguments: [url(name).path()] + arguments, input: input)
    }

    static func output(of program: URL, arguments: [String], input: [UInt8] = []) async throws -> Data {
        let (data, status) = try await onBlockingThread { () -> (Data, Int32) in
            let process = Process()
            let (standardInput, standardOutput) = (Pipe(), Pipe())
            process.executableURL = program
            process.arguments = arguments
            process.standardInput = standardInput
            process.standardOutput = standardOutput
            try process.run()
            try standardInput.fileHandleForWriting.write(contentsOf: Data(input))
            try standardInput.fileHandleForWriting.close()
            let data = try standardOutput.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            return (data, process.terminationStatus)
        }
        guard status == 0 else { throw Failure(program: program.path(), status: status) }
        return data
    }

    struct Failure: Error {
        let program: String
        let status: Int32
    }

    /// Runs a server, waits until it says `ready PORT`, and ends it after `body` by closing its standard input.
    static func withServer<Result>(
        _ name: String, options: [String: Any], _ body: (_ port: Int) async throws -> Result
    ) async throws -> Result {
        let json = try JSONSerialization.data(withJSONObject: options)
        let process = Process()
        let (standardInput, standardOutput) = (Pipe(), Pipe())
        process.executableURL = interpreter
        process.arguments = [url(name).path(), String(decoding: json, as: UTF8.self)]
        process.standardInput = standardInput
        process.standardOutput = standardOutput
        try process.run()
        // A child inherits the blocked signals of the thread that started it, so that SIGTERM might never arrive.
        defer {
            try? standardInput.fileHandleForWriting.close()
            process.waitUntilExit()
        }
        let output = standardOutput.fileHandleForReading
        let line = try await onBlockingThread {
            var line = ""
            repeat {
                let data = output.availableData
                guard !data.isEmpty else { break }
                line += String(decoding: data, as: UTF8.self)
            } while !line.hasSuffix("\n")
            return line
        }
        let words = line.split(whereSeparator: \.isWhitespace)
        guard line.hasSuffix("\n"), words.first == "ready", let port = words.last.flatMap({ Int($0) }) else {
            try? standardInput.fileHandleForWriting.close()
            process.waitUntilExit()
            throw Failure(program: "\(name) said '\(line)'", status: process.terminationStatus)
        }
        return try await body(port)
    }
}
