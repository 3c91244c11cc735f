import ConversionContract
import Foundation
import Glibc

/// What libFuzzer calls with the bytes that it has come up with (`LLVMFuzzerTestOneInput`).
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    fuzz(UnsafeBufferPointer(start: start, count: count))
    return 0
}

/// The parser that gets them, named by `$PARSER`. Each has a corpus of its own.
private let fuzz: @Sendable (UnsafeBufferPointer<UInt8>) -> Void =
    switch ProcessInfo.processInfo.environment["PARSER"] {
    case "containers": { fuzzContainers($0) }
    case "messages": { fuzzMessages($0) }
    case "frames": { fuzzFrames($0) }
    default: preconditionFailure("PARSER is containers, messages or frames")
    }

/// The boxes, elements, chunks, tags, objects, pages and packets by which the length of a file is told.
func fuzzContainers(_ input: UnsafeBufferPointer<UInt8>) {
    guard let file = FuzzFile.shared.holding(input) else { return }
    do {
        let promise = try PromisedLength.read(from: file)
        if case .bytes(let length) = promise { precondition(length >= 0, "a length below zero") }
        _ = try PromisedLength.verify(file)
    } catch is ConversionFailure {
        // Refused, with a reason.
    } catch {
        preconditionFailure("an error of the machine's: \(error)")
    }
    do {
        var index = try MP4Tracks(of: file)
        index.windowLength = 2
        file.patches = index.withoutPictures
        for (track, var windows) in try index.soundWindows() {
            _ = try windows.bitRate(track.table)
            while let window = try windows.next() {
                precondition(areApart(window.patches), "headers over each other")
                file.patches += window.patches
            }
        }
        index.fragmentCount = 1
        if var fragments = try index.fragmentWindows() {
            while let patches = try fragments.next() { precondition(areApart(patches), "headers over each other") }
        }
        let count = try readOn(file)
        precondition(count == input.count, "bytes that were lost")
        _ = try TransportStreamPackets.isIntact(file)
    } catch {
        preconditionFailure("an error of the machine's: \(error)")
    }
}

/// Whether each has its own place, which is all that a table and its header may be laid over.
private func areApart(_ patches: [Patch]) -> Bool {
    let sorted = patches.sorted { $0.offset < $1.offset }
    return zip(sorted, sorted.dropFirst()).allSatisfy { $0.offset + Int64($0.bytes.count) <= $1.offset }
}

/// Reads a file as libav does, and returns how many bytes it had.
private func readOn(_ file: DescriptorFile) throws -> Int {
    _ = file.seek(to: 0)
    var (count, last) = (0, 1)
    while last > 0 {
        last = try withUnsafeTemporaryAllocation(byteCount: 100, alignment: 1) { try file.read(into: $0) }
        count += last
    }
    return count
}

/// A line of the converter's, as the service reads it. What is understood must come out of its own line again, and be fit
/// to be shown; so must what is no message.
func fuzzMessages(_ input: UnsafeBufferPointer<UInt8>) {
    precondition(isPrintable(String.displaying(input)), "words that steer a terminal")
    guard let message = ConverterMessage(line: Data(input)) else { return }
    guard let line = try? message.line() else { return }
    precondition(line.count > ConverterMessage.maximumLength || ConverterMessage(line: line) == message, "not the same")
    guard case .report(let report) = message else { return }
    let tracks = report.tracks ?? []
    let words =
        [report.container, report.codec, report.encoder, report.message] + tracks.flatMap { [$0.language, $0.title] }
    precondition(words.allSatisfy { isPrintable($0 ?? "") }, "words that steer a terminal")
    let languages = SoundTrack.oneALanguage(tracks).compactMap(\.language)
    precondition(
        languages.joined().utf8.allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }, "no language")
}

private func isPrintable(_ text: String) -> Bool { !text.unicodeScalars.contains(where: \.isUnprintable) }

/// MP3 frames: their headers, the splitter, the silence that is like them.
func fuzzFrames(_ input: UnsafeBufferPointer<UInt8>) {
    if let header = MPEGAudioHeader(input) {
        precondition((24...1441).contains(header.frameLength), "a length that no frame has")
        _ = header.reservoir(in: input)
        let silence = MPEGAudioHeader.silence(like: input)
        precondition(silence.map { MPEGAudioHeader($0)?.frameLength == $0.count } ?? true, "silence that is no frame")
    }
    var splitter = FrameSplitter()
    var rest = input[...]
    var bytes = 0
    while !rest.isEmpty {
        let part = rest.prefix(Int(rest[rest.startIndex]) + 1)
        rest = rest.dropFirst(part.count)
        do {
            try splitter.append({ $0.append(contentsOf: part) }, { bytes += $0.count })
        } catch {
            return
        }
        precondition(bytes + splitter.remainder == rest.startIndex, "bytes that were lost")
    }
}

/// A file in memory that holds what is fuzzed.
struct FuzzFile {
    static let shared = FuzzFile()

    private let descriptor: CInt

    private init() {
        var path = Array("/tmp/soundspool-fuzz-XXXXXX".utf8CString)
        descriptor = mkstemp(&path)
        precondition(descriptor >= 0 && unlink(path) == 0, "no file")
    }

    func holding(_ bytes: UnsafeBufferPointer<UInt8>) -> DescriptorFile? {
        guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, bytes.baseAddress, bytes.count, 0) == bytes.count else {
            return nil
        }
        return try? DescriptorFile(reading: descriptor)
    }
}
