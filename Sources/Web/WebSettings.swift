public import ConversionContract
public import Domain

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
    /// Who may make an account.
    public var registration: RegistrationPolicy
    /// Whether an account is made only once its address is confirmed; needs a public URL.
    public var confirmsAddresses: Bool
    /// What the videos of new accounts become.
    public var preset: Preset
    /// Whom to believe where a request comes from.
    public var trustedProxies: [AddressRange]
    /// A port of its own with TLS.
    public var tls: TLS?

    public struct TLS: Sendable, Hashable {
        public var host: String
        /// 0 for any port that is free.
        public var port: Int
        /// Paths of PEM files: the certificate with those between it and its authority, and its key.
        public var certificate: String
        public var key: String

        public init(host: String, port: Int, certificate: String, key: String) {
            self.host = host
            self.port = port
            self.certificate = certificate
            self.key = key
        }
    }

    /// How long an unfinished upload is kept after its last byte.
    public var uploadLifetime: Duration
    /// Bytes that one account may have; nil for any number.
    public var accountBytes: Int64?
    /// What uploads leave free of the disk.
    public var freeSpace: FreeSpace
    /// Who sends more slowly is let go.
    public var minimumRate = MinimumRate()
    /// Who comes when there are as many is not let in.
    public var connections: Connections
    /// Conversions at a time, for administrators to see.
    public var conversions = 1

    public init(
        host: String = "127.0.0.1", port: Int = 8080, publicURL: String? = nil, maxUpload: Int64 = 20 << 30,
        sessionLifetime: Duration = .seconds(7 * 24 * 60 * 60), registration: RegistrationPolicy = .closed,
        confirmsAddresses: Bool = false, preset: Preset = .standard, trustedProxies: [AddressRange] = [],
        tls: TLS? = nil, uploadLifetime: Duration = .seconds(24 * 60 * 60), accountBytes: Int64? = nil,
        freeSpace: FreeSpace = .bytes(0), connections: Connections = Connections()
    ) {
        self.host = host
        self.port = port
        self.publicURL = publicURL.flatMap { $0.isEmpty ? nil : $0 }
        self.maxUpload = maxUpload
        self.sessionLifetime = sessionLifetime
        self.registration = registration
        self.confirmsAddresses = confirmsAddresses
        self.preset = preset
        self.trustedProxies = trustedProxies
        self.tls = tls
        self.uploadLifetime = uploadLifetime
        self.accountBytes = accountBytes
        self.freeSpace = freeSpace
        self.connections = connections
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
