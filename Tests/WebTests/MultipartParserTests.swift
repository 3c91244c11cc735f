import NIOCore
import Testing

@testable import Web

struct MultipartParserTests {
    /// A part as it was read: its headers and all its bytes.
    struct Part: Equatable {
        let headers: MultipartHeaders
        var body = ""

        init(_ name: String, filename: String? = nil, body: String = "") {
            self.init(MultipartHeaders(name: name, filename: filename.map { Array($0.utf8) }), body: body)
        }

        init(_ headers: MultipartHeaders, body: String = "") {
            self.headers = headers
            self.body = body
        }
    }

    static func parse(_ chunks: [String]) throws(MultipartError) -> [Part] {
        var parser = try MultipartParser(boundary: "b-1")
        var parts: [Part] = []
        for chunk in chunks {
            for event in try parser.parse(ByteBuffer(string: chunk)) {
                switch event {
                case .part(let headers): parts.append(Part(headers))
                case .data(let bytes): parts[parts.count - 1].body += String(buffer: bytes)
                case .end: break
                }
            }
        }
        try parser.finish()
        return parts
    }

    static let form =
        "ignored\r\n--b-1 \t\r\nContent-Disposition: form-data; name=\"preset\"\r\n\r\nvoice\r\n"
        + "--b-1\r\ncontent-disposition:form-data;name=file;filename=\"a.mp4\"\r\nContent-Type: video/mp4\r\n\r\n"
        + "\r\n--b-\r\n--b\r-1\r\r\n-\r\n\r\n--b-1\r\n"
        + "Content-Disposition: form-data; name=\"file\"; filename=\"\"\r\n\r\n\r\n--b-1--\r\nignored\r\n--b-1\r\n"
    static let parts = [
        Part("preset", body: "voice"),
        Part("file", filename: "a.mp4", body: "\r\n--b-\r\n--b\r-1\r\r\n-\r\n"),
        Part("file", filename: ""),
    ]

    @Test func readsAForm() throws {
        #expect(try Self.parse([Self.form]) == Self.parts)
    }

    @Test func readsAFormCutAnywhere() throws {
        let bytes = Array(Self.form.utf8)
        for cut in bytes.indices {
            let chunks = [bytes[..<cut], bytes[cut...]].map { String(decoding: $0, as: UTF8.self) }
            #expect(try Self.parse(chunks) == Self.parts, "cut at \(cut)")
        }
    }

    @Test(arguments: 1...7) func readsAFormInSmallChunks(length: Int) throws {
        let bytes = Array(Self.form.utf8)
        let chunks = stride(from: 0, to: bytes.count, by: length).map {
            String(decoding: bytes[$0..<min($0 + length, bytes.count)], as: UTF8.self)
        }
        #expect(try Self.parse(chunks) == Self.parts)
    }

    static let disposition = "Content-Disposition: form-data; name=\"f\""

    static let broken: [(form: String, error: MultipartError)] = [
        ("", .brokenOff),
        ("--b-1", .brokenOff),
        ("--b-2\r\n\(disposition)\r\n\r\nx\r\n--b-2--\r\n", .brokenOff),
        ("--b-1\r\n\(disposition)\r\n\r\nx", .brokenOff),
        ("--b-1\r\n\(disposition)\r\n\r\nx\r\n--b-1\r\n", .brokenOff),
        ("--b-1\r\n\(disposition)\r\n\r\nx\r\n--b-1-", .brokenOff),
        ("--b-1x\r\n\(disposition)\r\n\r\nx\r\n--b-1--", .malformedBoundaryLine),
        ("--b-1\(String(repeating: " ", count: 200))", .malformedBoundaryLine),
        ("--b-1\r\n\r\n\r\nx\r\n--b-1--", .malformedHeaders),
        ("--b-1\r\nContent-Type: text/plain\r\n\r\nx\r\n--b-1--", .malformedHeaders),
        ("--b-1\r\nContent-Disposition: attachment; name=f\r\n\r\nx\r\n--b-1--", .malformedHeaders),
        ("--b-1\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b-1--", .malformedHeaders),
        ("--b-1\r\nContent-Disposition: form-data; name=\"f\r\n\r\nx\r\n--b-1--", .malformedHeaders),
        ("--b-1\r\n\(disposition)\r\n\(disposition)\r\n\r\nx\r\n--b-1--", .malformedHeaders),
        ("--b-1\r\n\(disposition);\r\n filename=x\r\n\r\nx\r\n--b-1--", .malformedHeaders),
        ("--b-1\r\n\(disposition)\nX: y\r\n\r\nx\r\n--b-1--", .malformedHeaders),
        ("--b-1\r\nno colon\r\n\r\nx\r\n--b-1--", .malformedHeaders),
        ("--b-1\r\n\(String(repeating: "X: y\r\n", count: 20))\r\nx\r\n--b-1--", .headersTooLong),
        ("--b-1\r\nX: \(String(repeating: "y", count: 9000))", .headersTooLong),
        ("--b-1\r\nX: \(String(repeating: "y", count: 9000))\r\n\r\nx\r\n--b-1--", .headersTooLong),
    ]

    @Test(arguments: broken)
    func refuses(form: String, error: MultipartError) {
        #expect(throws: error) { try Self.parse([form]) }
    }

    /// Hostile input that never comes to an end must not pile up.
    @Test func holdsNoMoreThanItMust() throws {
        var parser = try MultipartParser(boundary: "b-1")
        let noise = ByteBuffer(string: String(repeating: "x\r\n--b-", count: 1000))
        for _ in 1...100 { #expect(try parser.parse(noise) == []) }
        _ = try parser.parse(ByteBuffer(string: "\r\n--b-1\r\n\(Self.disposition)\r\n\r\n"))
        var count = 0
        for _ in 1...100 {
            for case .data(let bytes) in try parser.parse(noise) { count += bytes.readableBytes }
        }
        #expect(count > 99 * noise.readableBytes)
    }

    @Test(
        arguments: [
            ("multipart/form-data; boundary=abc", true),
            ("Multipart/Form-Data; charset=utf-8; boundary=\"a b\"", true),
            ("multipart/form-data", false),
            ("multipart/form-data; boundary=", false),
            ("multipart/form-data; boundary=\(String(repeating: "a", count: 71))", false),
            ("multipart/mixed; boundary=abc", false),
            ("application/x-www-form-urlencoded", false),
            (nil, false),
        ] as [(String?, Bool)])
    func readsTheContentType(type: String?, isForm: Bool) {
        #expect(((try? MultipartParser(contentType: type)) != nil) == isForm)
    }
}
