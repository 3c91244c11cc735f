import Testing

@testable import Web

struct HeaderParametersTests {
    @Test(
        arguments: [
            (#"form-data; name="file"; filename="a.mp4""#, "a.mp4"),
            (#"form-data;filename=a.mp4"#, "a.mp4"),
            (#"form-data ; FileName = b"#, nil),
            (#"form-data; filename="a;b=c.mp4""#, "a;b=c.mp4"),
            (#"form-data; filename="a\"b\\c.mp4""#, #"a"b\c.mp4"#),
            (#"form-data; filename="C:\dir\a.mp4""#, #"C:\dir\a.mp4"#),
            (#"form-data; filename="first"; filename="second""#, "first"),
            ("form-data; filename=\"a\u{301}\"", "a\u{301}"),
            ("form-data; filename=\"\"", ""),
            ("form-data;", nil),
        ] as [(String, String?)])
    func readsTheFilename(text: String, filename: String?) {
        let parameters = HeaderParameters(text.utf8)
        #expect(parameters?["filename"] == filename)
    }

    @Test(arguments: [
        #"form-data; filename"#, #"form-data; filename="a"#, #"form-data; ="a""#, #"form-data; filename="a"b"#,
        // The quotation mark counts although an accent follows it.
        "form-data; filename=\"a\"\u{301}\"",
    ])
    func refuses(text: String) {
        #expect(HeaderParameters(text.utf8) == nil)
    }
}
