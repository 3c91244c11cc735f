import Foundation
import Testing

@testable import Mail

@Suite struct SecretTests {
    /// While a token is being replaced its file may be empty or missing.
    @Test func theLastKnownIsKeptWhileAFileIsReplaced() async throws {
        try await withTemporaryDirectory { directory in
            let file = directory.appending(path: "token")
            func write(_ text: String) throws { try Data(text.utf8).write(to: file) }
            #expect(Secret(file: file.path()) == nil)
            try write("")
            #expect(Secret(file: file.path()) == nil)
            try write("first\nnot this\n")
            let secret = try #require(Secret(file: file.path()))
            #expect(secret.current().text == "first")
            try write("second\n")
            #expect(secret.current().text == "second")
            for text in ["", "\n"] {
                try write(text)
                #expect(secret.current().text == "second")
            }
            try FileManager.default.removeItem(at: file)
            #expect(secret.current().text == "second")
            #expect("\(secret)" == "(hidden)")
        }
    }

    /// What one letter is sent with does not change under it.
    @Test func aPasswordThatWasReadStays() async throws {
        try await withTemporaryDirectory { directory in
            let file = directory.appending(path: "token")
            try Data("first".utf8).write(to: file)
            let server = try SMTPServer(url: "smtp://h", username: "ada", password: Secret(file: file.path()))
            let read = server.withPasswordRead()
            try Data("second".utf8).write(to: file)
            #expect(read.password?.current().text == "first")
            #expect(server.password?.current().text == "second")
        }
    }
}
