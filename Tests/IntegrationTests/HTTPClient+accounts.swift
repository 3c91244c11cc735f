import Foundation
import TestSupport
import Testing

extension HTTPClient {
    /// Sends JSON.
    func send(_ method: String, _ path: String, _ fields: [String: Any], withToken: Bool = true) async throws -> Answer
    {
        let json = String(decoding: try JSONSerialization.data(withJSONObject: fields), as: UTF8.self)
        return try await call(
            path, "-X", method, "-H", "Content-Type: application/json", "-d", json, withToken: withToken)
    }

    /// Tries to sign in, and keeps nothing.
    func signInStatus(_ login: String, _ password: String) async throws -> Int {
        try await send("POST", "/api/v1/sessions", ["email": login, "password": password], withToken: false).status
    }

    /// A second session of the account.
    func another(_ server: Appliance.Server, _ name: String = "ada") async throws -> HTTPClient {
        var client = try HTTPClient(server)
        try await client.signIn(name)
        return client
    }
}

extension String {
    /// A letter's text, without quoted-printable's soft line breaks and `=3D`.
    var unquoted: String { replacing("=\r\n", with: "").replacing("=\n", with: "").replacing("=3D", with: "=") }

    /// What the first group of `pattern` matches.
    func group(_ pattern: some RegexComponent<(Substring, Substring)>) throws -> String {
        String(try #require(firstMatch(of: pattern)?.output.1))
    }
}
