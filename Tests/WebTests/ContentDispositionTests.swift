import Testing

@testable import Web

struct ContentDispositionTests {
    @Test(arguments: [
        ("a.mp3", #"attachment; filename="a.mp3"; filename*=UTF-8''a.mp3"#),
        ("a b.mp3", #"attachment; filename="a b.mp3"; filename*=UTF-8''a%20b.mp3"#),
        ("vídeo.mp3", #"attachment; filename="v_deo.mp3"; filename*=UTF-8''v%C3%ADdeo.mp3"#),
        (#"q".mp3"#, #"attachment; filename="q_.mp3"; filename*=UTF-8''q%22.mp3"#),
        (#"a\b%41.mp3"#, #"attachment; filename="a_b_41.mp3"; filename*=UTF-8''a%5Cb%2541.mp3"#),
        ("it's (1).mp3", #"attachment; filename="it's (1).mp3"; filename*=UTF-8''it%27s%20%281%29.mp3"#),
        ("a\r\nX: y.mp3", #"attachment; filename="a__X: y.mp3"; filename*=UTF-8''a%0D%0AX%3A%20y.mp3"#),
        ("\u{1F3B5}.mp3", #"attachment; filename="_.mp3"; filename*=UTF-8''%F0%9F%8E%B5.mp3"#),
    ])
    func names(name: String, field: String) {
        #expect(ContentDisposition.attachment(name) == field)
    }
}
