import ConversionContract
import Foundation
import Testing

@testable import Pipeline

struct LineSplitterTests {
    private func lines(_ pieces: [String]) -> [String] {
        var splitter = LineSplitter()
        return pieces.flatMap { splitter.feed($0.utf8) }.map { String(decoding: $0, as: UTF8.self) }
    }

    @Test(arguments: [
        ("", []), ("\n", [""]), ("a", []), ("a\n", ["a"]), ("a\nb\n", ["a", "b"]), ("a\n\nb\nc", ["a", "", "b"]),
        ("ä€🎬\n", ["ä€🎬"]), ("a\r\n", ["a\r"]),
    ])
    func `cuts at newlines`(text: String, expected: [String]) {
        #expect(lines([text]) == expected)
    }

    @Test func `it does not matter where the pieces end`() {
        let bytes = Array("one\n\ntwo ä\nthree\n".utf8)
        for cut in 0...bytes.count {
            for second in cut...bytes.count {
                var splitter = LineSplitter()
                let lines = [bytes[..<cut], bytes[cut..<second], bytes[second...]].flatMap { splitter.feed($0) }
                #expect(lines == ["one", "", "two ä", "three"].map { Data($0.utf8) })
            }
        }
    }

    @Test func `a line that is too long is dropped whole, and the next is not`() {
        let most = String(repeating: "x", count: ConverterMessage.maximumLength)
        #expect(lines([most + "\n"]) == [most])
        #expect(lines([most + "x\nnext\n"]) == ["next"])
        #expect(lines([most, "x", most, "y\n", "next\n", most + "\n"]) == ["next", most])
    }
}
