import Foundation

/// The `ffmpeg` program, which makes the sources and judges the results.
enum FFmpeg {
    struct Failure: Error { let arguments: [String] }

    /// It had something to say of a file.
    struct Complaint: Error { let words: String }

    /// Runs it, and returns what it writes to standard output.
    ///
    /// - Parameter isStrict: whether it must find nothing wrong.
    @discardableResult
    static func run(_ arguments: [String], isStrict: Bool = false) throws -> Data {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["ffmpeg", "-nostdin", "-v", "error", "-y"] + arguments
        let output = Pipe()
        process.standardOutput = output
        let directory = try TemporaryDirectory()
        let errors = directory.path("errors")
        if isStrict {
            _ = try directory.write([], to: "errors")
            process.standardError = FileHandle(forWritingAtPath: errors)
        }
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        if isStrict {
            let words = try String(decoding: bytes(of: errors), as: UTF8.self)
            guard words.isEmpty else { throw Complaint(words: words) }
        }
        guard process.terminationStatus == 0 else { throw Failure(arguments: arguments) }
        return data
    }

    /// Two channels of tones that rise and swell, up to 9 kHz, so that a shift by one sample shows.
    static func tones(seconds: Double, rate: Int) -> [String] {
        let left = "0.3*sin(2*PI*t*(300+200*t))+0.2*sin(2*PI*5100*t)*sin(2*PI*0.7*t)"
        let right = "0.3*sin(2*PI*t*(900-40*t))+0.2*sin(2*PI*3300*t)*cos(2*PI*0.9*t)"
        return ["-f", "lavfi", "-i", "aevalsrc=\(left)|\(right):s=\(rate):d=\(seconds)"]
    }

    /// A moving picture of a hundred kilobits a second.
    static func picture(seconds: Double) -> [String] {
        ["-f", "lavfi", "-i", "testsrc2=s=160x90:r=12:d=\(seconds)"]
    }

    /// The first sound of a file as interleaved 32-bit floats. Nothing may be wrong with an MP3.
    static func samples(of path: String, filter: String = "anull", rate: Int, channels: Int) throws -> [Float] {
        let data = try run(
            [
                "-i", path, "-map", "0:a:0", "-af", filter, "-ar", "\(rate)", "-ac", "\(channels)", "-f", "f32le", "-",
            ], isStrict: path.hasSuffix(".mp3"))
        return data.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    }
}

/// Decibels of the reference over the difference, of the samples that both have.
func signalToNoise(_ reference: [Float], _ result: [Float]) -> Double {
    var (signal, noise) = (0.0, 0.0)
    for (expected, actual) in zip(reference, result) {
        signal += Double(expected * expected)
        noise += Double((expected - actual) * (expected - actual))
    }
    return 10 * log10(signal / max(noise, 1e-12))
}
