import FoundationEssentials

/// Where and how letters are submitted: settings that have been checked.
public struct SMTPServer: Sendable, Hashable, CustomStringConvertible {
    public enum Scheme: String, Sendable {
        /// Begins in clear text and changes to TLS with STARTTLS (RFC 3207).
        case smtp
        /// TLS from the first byte (RFC 8314 section 3.3).
        case smtps

        /// The ports of message submission (RFC 6409, RFC 8314).
        var defaultPort: Int { self == .smtp ? 587 : 465 }
    }

    /// Whether STARTTLS must be used. With `smtps` all is TLS and only `required` makes sense.
    public enum TLSPolicy: String, Sendable, CaseIterable {
        case required
        /// Used where the server offers it; its certificate must then be valid.
        case opportunistic
        case none
    }

    /// How the password is sent (RFC 4954): a SASL mechanism.
    public enum Authentication: String, Sendable, CaseIterable {
        /// PLAIN or LOGIN, whichever the server offers.
        case auto
        case plain, login
        /// With an access token of OAuth 2.0 in the password's place, as Google and Microsoft have it.
        case xoauth2
    }

    public let scheme: Scheme
    /// A host name, an IPv4 address, or an IPv6 address in brackets.
    public let host: String
    public let port: Int
    /// What the client calls itself in EHLO; nil for this machine's name.
    public let helloName: String?
    public let username: String?
    public private(set) var password: Secret?
    public let authentication: Authentication
    public let tls: TLSPolicy
    /// PEM file of the certificate authorities that are trusted, in place of the system's.
    public let caFile: String?

    /// - Parameters:
    ///   - url: `smtp://HOST[:PORT]` or `smtps://HOST[:PORT]`, and `/NAME` after it to say NAME in EHLO.
    ///   - username: With `password`, for AUTH; both or neither.
    ///   - authentication: How; with `xoauth2` the password is an access token.
    public init(
        url: String, username: String? = nil, password: Secret? = nil, authentication: Authentication = .auto,
        tls: TLSPolicy = .required, caFile: String? = nil
    ) throws(SMTPSettingError) {
        let example = "Write it as smtp://mail.example.org:587 or smtps://mail.example.org:465."
        // The text is not quoted where it may hold a password.
        guard !url.contains("@") else {
            throw SMTPSettingError(
                .server,
                "The mail server's URL holds a user name. Give user name and password in settings of their own.")
        }
        guard let parts = URLComponents(string: url),
            let scheme = parts.scheme.flatMap({ Scheme(rawValue: $0.lowercased()) })
        else {
            throw SMTPSettingError(.server, "'\(url)' is not the URL of a mail server. \(example)")
        }
        guard let host = parts.host, Self.isHost(host) else {
            throw SMTPSettingError(
                .server, "'\(url)' names no valid host: a name of ASCII letters, an IPv4 address or [IPv6]. \(example)")
        }
        let port = parts.port ?? scheme.defaultPort
        guard (1...65535).contains(port) else {
            throw SMTPSettingError(.server, "\(port) in '\(url)' is not a port: it should be 1 to 65535. \(example)")
        }
        let path = parts.path.drop { $0 == "/" }
        guard parts.query == nil, parts.fragment == nil, path.isEmpty || Self.isHost(String(path)) else {
            throw SMTPSettingError(
                .server, "'\(url)' goes on after the port; only a host name for EHLO may. \(example)")
        }
        // Such a connection would only wait for a greeting that never comes.
        if (scheme, port) == (.smtp, 465) {
            throw SMTPSettingError(.server, "Port 465 speaks TLS from the first byte. Write smtps://\(host):465.")
        }
        if (scheme, port) == (.smtps, 587) {
            throw SMTPSettingError(
                .server, "Port 587 begins in clear text. Write smtp://\(host):587; STARTTLS follows.")
        }
        if scheme == .smtps, tls != .required {
            throw SMTPSettingError(
                .tls, "smtps:// is always TLS; '\(tls.rawValue)' is for smtp://. It should be 'required'.")
        }
        try Self.checkLogin(username, password, isSafe: tls == .required || Self.isLoopback(host))
        if caFile?.isEmpty == true {
            throw SMTPSettingError(
                .caFile, "The CA file has no name. Give a PEM file's path, or leave the setting out.")
        }
        self.scheme = scheme
        self.host = host
        self.port = port
        self.helloName = path.isEmpty ? nil : String(path)
        self.username = username
        self.password = password
        self.authentication = authentication
        self.tls = tls
        self.caFile = caFile
    }

    /// This server with the password that its file holds now.
    func withPasswordRead() -> SMTPServer {
        var server = self
        server.password = password?.current()
        return server
    }

    var address: String { "\(host):\(port)" }

    /// The URL as `CURLOPT_URL` takes it.
    var url: String { "\(scheme.rawValue)://\(address)" + (helloName.map { "/" + $0 } ?? "") }

    public var description: String { url }
}
