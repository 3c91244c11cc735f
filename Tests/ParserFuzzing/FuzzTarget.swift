import ConversionContract
import Foundation
import Glibc

/// What libFuzzer calls with the bytes that it has come up with (`LLVMFuzzerTestOneInput`). Which parser gets them is said
/// when this is compiled: each has a program of its own, and a corpus.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = UnsafeBufferPointer(start: start, count: count)
    #if CONTAINERS
        fuzzContainers(input)
    #elseif MESSAGES
        fuzzMessages(input)
    #else
        fuzzFrames(input)
    #endif
    return 0
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
        _ = try MP4Tracks(of: file).picturesIndexes
        _ = try TransportStreamPackets.isIntact(file)
    } catch {
        preconditionFailure("an error of the machine's: \(error)")
    }
}

/// A line of the converter's, as the service reads it. What is understood must come out of its own line again.
func fuzzMessages(_ input: UnsafeBufferPointer<UInt8>) {
    guard let message = ConverterMessage(line: Data(input)) else { return }
    guard let line = try? message.line() else { return }
    precondition(line.count > ConverterMessage.maximumLength || ConverterMessage(line: line) == message, "not the same")
}

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
