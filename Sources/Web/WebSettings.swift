/// What the web server needs to know: settings that have been checked.
public struct WebSettings: Sendable, Hashable {
    /// A host name or IP address to listen on.
    public var host: String
    /// 0 for any port that is free.
    public var port: Int
    /// Where people reach the page, like `https://soundspool.example.org`; nil where that is where the server listens.
    public var publicURL: String?
    /// The largest request body that is taken, in bytes.
    public var maxUpload: Int64
    /// How long a sign-in lasts.
    public var sessionLifetime: Duration

    public init(
        host: String = "127.0.0.1", port: Int = 8080, publicURL: String? = nil, maxUpload: Int64 = 20 << 30,
        sessionLifetime: Duration = .seconds(7 * 24 * 60 * 60)
    ) {
        self.host = host
        self.port = port
        self.publicURL = publicURL.flatMap { $0.isEmpty ? nil : $0 }
        self.maxUpload = maxUpload
        self.sessionLifetime = sessionLifetime
    }

    /// Whether people come over TLS, so that cookies must not travel without it.
    var isSecure: Bool { publicURL?.lowercased().hasPrefix("https://") == true }

    /// The public URL's origin (RFC 6454 section 6.2): scheme and authority, without the path.
    var origin: String? {
        guard let parts = publicURL?.lowercased().split(separator: "/", omittingEmptySubsequences: true),
            parts.count > 1
        else { return nil }
        return "\(parts[0])//\(parts[1])"
    }
}
