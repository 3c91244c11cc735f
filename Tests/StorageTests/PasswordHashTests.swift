import Testing

@testable import Storage

struct PasswordHashTests {
    @Test func `a hash knows its password and no other`() async throws {
        let hash = try await PasswordHash.make("correct horse")
        #expect(try await PasswordHash.verify("correct horse", hash))
        for other in ["", "Correct horse", "correct horse ", "correct horse\0", "correct"] {
            #expect(try await !PasswordHash.verify(other, hash), "\(other)")
        }
    }

    @Test func `is Argon2id with 46 MiB`() async throws {
        #expect(try await PasswordHash.make("x").hasPrefix("$argon2id$v=19$m=47104,t=1,p=1$"))
    }

    @Test func `one password has many hashes`() async throws {
        let (one, two) = (try await PasswordHash.make("x"), try await PasswordHash.make("x"))
        #expect(one != two)
        #expect(try await PasswordHash.verify("x", two))
    }

    @Test func `any text can be a password`() async throws {
        for password in ["", "pässwörd 🔑", String(repeating: "x", count: 10_000)] {
            #expect(try await PasswordHash.verify(password, PasswordHash.make(password)))
        }
    }

    @Test func `where there is no hash nothing fits`() async throws {
        #expect(try await !PasswordHash.verify("x", nil))
        #expect(try await !PasswordHash.verify("", nil))
    }

    @Test(arguments: ["", "x", "$argon2id$", "$2b$12$abcdefghijklmnopqrstuv"])
    func `what is no hash is an error and not a wrong password`(hash: String) async {
        await #expect(throws: PasswordHash.Failure.self) { try await PasswordHash.verify("x", hash) }
    }
}
