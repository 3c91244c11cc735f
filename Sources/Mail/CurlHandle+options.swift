import CCurl

/// libcurl's options for a mail server, and for any server.
extension CurlHandle {
    func configure(for server: SMTPServer, _ timeouts: TransferTimeouts) throws(CurlError) {
        try set(CURLOPT_URL, server.url)
        try set(CURLOPT_PROTOCOLS_STR, server.scheme.rawValue)
        try configure(timeouts, caFile: server.caFile)
        let use: curl_usessl =
            switch server.tls {
            case .required: CURLUSESSL_ALL
            case .opportunistic: CURLUSESSL_TRY
            case .none: CURLUSESSL_NONE
            }
        try set(CURLOPT_USE_SSL, Int(use.rawValue))
        if let username = server.username, let password = server.password {
            try set(CURLOPT_USERNAME, username)
            // Left to itself libcurl prefers GSSAPI and NTLM wherever they are offered, and fails without their set-up.
            try set(CURLOPT_LOGIN_OPTIONS, server.authentication.loginOptions)
            try set(
                server.authentication == .xoauth2 ? CURLOPT_XOAUTH2_BEARER : CURLOPT_PASSWORD, password.text)
        }
    }

    /// What every server is treated to.
    func configure(_ timeouts: TransferTimeouts, caFile: String?) throws(CurlError) {
        // Otherwise `all_proxy` in the environment would send it elsewhere.
        try set(CURLOPT_PROXY, "")
        // Signals belong to the whole process; libcurl's threaded resolver needs none.
        try set(CURLOPT_NOSIGNAL, 1)
        try set(CURLOPT_CONNECTTIMEOUT_MS, timeouts.connect.milliseconds)
        try set(CURLOPT_SERVER_RESPONSE_TIMEOUT, timeouts.stall.seconds)
        try set(CURLOPT_LOW_SPEED_LIMIT, 1)
        try set(CURLOPT_LOW_SPEED_TIME, timeouts.stall.seconds)
        try set(CURLOPT_MAXCONNECTS, 1)
        // RFC 8997: TLS before 1.2 is not for mail submission.
        try set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        try set(CURLOPT_SSL_VERIFYPEER, 1)
        try set(CURLOPT_SSL_VERIFYHOST, 2)
        if let caFile {
            try set(CURLOPT_CAINFO, caFile)
            try set(CURLOPT_CAPATH, nil)
        }
    }
}

extension SMTPServer.Authentication {
    fileprivate var loginOptions: String {
        switch self {
        case .auto: "AUTH=PLAIN;AUTH=LOGIN"
        case .plain: "AUTH=PLAIN"
        case .login: "AUTH=LOGIN"
        case .xoauth2: "AUTH=XOAUTH2"
        }
    }
}

/// How long a server may be silent.
public struct TransferTimeouts: Sendable, Hashable {
    /// From the first packet to the end of EHLO, TLS and AUTH.
    public var connect: Duration
    /// For a reply, and for taking the message's bytes.
    public var stall: Duration

    /// RFC 5321 section 4.5.3.2 asks for five minutes.
    public init(connect: Duration = .seconds(60), stall: Duration = .seconds(300)) {
        self.connect = connect
        self.stall = stall
    }
}

extension Duration {
    /// Whole seconds, at least one: to libcurl 0 is no limit, or its own.
    fileprivate var seconds: Int { max(1, Int(components.seconds)) }

    /// Whole milliseconds, at least one.
    fileprivate var milliseconds: Int {
        max(1, Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000))
    }
}
