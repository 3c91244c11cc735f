import ConversionContract
import Foundation
import Glibc
import Testing

@testable import Conversion

/// The program as the service sees it: descriptors, lines and exit statuses.
@Suite struct ConverterProgramTests {
    private let directory: TemporaryDirectory
    private let film: String

    init() throws {
        directory = try TemporaryDirectory()
        film = directory.path("film.mkv")
        try FFmpeg.run(FFmpeg.tones(seconds: 8, rate: 44100) + ["-c:a", "flac", film])
    }

    private func run(_ arguments: [String] = [], _ input: String) throws -> ConverterProgram.Result {
        let input = try OpenFile(input)
        let output = try OpenFile.output(directory.path("out.mp3"))
        return try ConverterProgram.run(arguments, input: input.descriptor, output: output.descriptor)
    }

    @Test func everyLineIsAMessageAndTheLastIsTheReport() throws {
        let result = try run(["--preset", "voice", "--threads", "2"], film)
        #expect(result.status == 0)
        let report = try #require(result.report)
        #expect(report.reason == nil)
        #expect(report.preset == .voice)
        #expect(report.container == "matroska")
        #expect(report.codec == "flac")
        #expect(abs(report.produced - 8) < 0.1)
        #expect(!result.messages.contains(nil))
        var last = -1.0
        for message in result.messages.dropLast() {
            guard case .progress(let progress)? = message else {
                Issue.record("\(String(describing: message))")
                continue
            }
            #expect(progress.position >= last)
            last = progress.position
            #expect(abs((progress.duration ?? 0) - 8) < 0.1)
        }
    }

    @Test func itBeginsAtTheStartWhereverTheDescriptorStands() throws {
        let input = try OpenFile(film)
        lseek(input.descriptor, 0, SEEK_END)
        let output = try OpenFile.output(directory.path("out.mp3"))
        #expect(try ConverterProgram.run(input: input.descriptor, output: output.descriptor).status == 0)
    }

    /// `soundspool-convert < film > MP3`: a shell opens what it writes to for writing only.
    @Test func aShellRedirects() throws {
        let (output, messages) = (directory.path("out.mp3"), directory.path("messages"))
        let shell = Process()
        shell.executableURL = URL(filePath: "/bin/sh")
        shell.arguments = [
            "-c", #""$0" < "$1" > "$2" 2> "$3""#, try ConverterProgram.url.path, film, output, messages,
        ]
        try shell.run()
        shell.waitUntilExit()
        let words = try String(decoding: bytes(of: messages), as: UTF8.self)
        #expect(shell.terminationStatus == 0, "\(words)")
        let expected = try FFmpeg.samples(of: film, rate: 44100, channels: 2)
        let actual = try FFmpeg.samples(of: output, rate: 44100, channels: 2)
        #expect(actual.count == expected.count)
        #expect(signalToNoise(expected, actual) > 15)
    }

    @Test func exitStatuses() throws {
        let text = try directory.write(Array("a letter".utf8), to: "letter.mp4")
        #expect(try run([], text).status == 65)
        let cut = try directory.write(Array(bytes(of: film).dropLast(5000)), to: "cut.mkv")
        #expect(try run([], cut).status == 75)
        let long = try run(["--max-duration", "5"], film)
        #expect(long.status == 65)
        #expect(long.report?.reason == .overLimit)
        let large = try run(["--max-output", "1000"], film)
        #expect(large.status == 65)
        #expect(large.report?.reason == .overLimit)
    }

    @Test func usageErrors() throws {
        for arguments in [
            ["--preset", "loud"], ["--threads", "0"], ["--threads", "many"], ["--max-duration", "-1"],
            ["--max-output", "0"],
            ["film.mp4"], ["--unknown"],
        ] {
            let result = try run(arguments, film)
            #expect(result.status == 64, "\(arguments)")
            #expect(!result.lines.isEmpty)
        }
    }

    @Test func help() throws {
        let input = try OpenFile(film)
        let output = try OpenFile.output(directory.path("help"))
        #expect(try ConverterProgram.run(["--help"], input: input.descriptor, output: output.descriptor).status == 0)
        let text = try String(decoding: bytes(of: directory.path("help")), as: UTF8.self)
        for word in ["--preset", "--threads", "--max-duration", "--max-output", "75"] { #expect(text.contains(word)) }
    }

    @Test func aFullDiskIsAnOutputError() throws {
        let input = try OpenFile(film)
        let output = try OpenFile("/dev/full", O_WRONLY)
        let result = try ConverterProgram.run(input: input.descriptor, output: output.descriptor)
        #expect(result.status == 74)
        #expect(result.report?.reason == .inputOutput)
        #expect(result.report?.message?.contains("No space left on device") == true)
    }

    @Test func unsuitableDescriptorsAreInputOutputErrors() throws {
        let pipe = Pipe()
        let input = try OpenFile(film)
        let output = try OpenFile.output(directory.path("out.mp3"))
        let appending = try OpenFile(directory.path("log.mp3"), O_WRONLY | O_CREAT | O_APPEND)
        let folder = try OpenFile(directory.url.path)
        for (source, destination) in [
            (pipe.fileHandleForReading.fileDescriptor, output.descriptor),
            (input.descriptor, pipe.fileHandleForWriting.fileDescriptor), (input.descriptor, appending.descriptor),
            (input.descriptor, input.descriptor), (folder.descriptor, output.descriptor),
        ] {
            let result = try ConverterProgram.run(input: source, output: destination)
            #expect(result.status == 74, "\(String(describing: result.report))")
            #expect(result.report?.reason == .inputOutput)
        }
    }

    @Test func aReaderThatIsGoneEndsIt() throws {
        let pipe = Pipe()
        try pipe.fileHandleForReading.close()
        let input = try OpenFile(film)
        let output = try OpenFile.output(directory.path("out.mp3"))
        let result = try ConverterProgram.run(
            input: input.descriptor, output: output.descriptor, messages: pipe.fileHandleForWriting)
        #expect(result.status == 74)
    }
}
