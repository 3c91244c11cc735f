import CCurl
import LinuxSystem

/// Hands messages to a mail server (RFC 6409) with libcurl, one connection for each.
public struct SMTPSubmission: Sendable {
    /// How long a server may be silent.
    public struct Timeouts: Sendable, Hashable {
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

    public var timeouts: Timeouts

    public init(timeouts: Timeouts = Timeouts()) {
        self.timeouts = timeouts
    }

    /// Returns once the server has taken the message. When the task is cancelled the transfer ends within about a second,
    /// as a temporary failure.
    ///
    /// A connection lost between the message's last byte and the server's reply is temporary too: the next try may deliver
    /// it twice, with the same `Message-ID`.
    public func submit(_ message: MIMEMessage, to server: SMTPServer) async throws(DeliveryError) {
        let cancellation = Cancellation()
        do {
            try await withTaskCancellationHandler {
                try await onBlockingThread { try transfer(message, to: server, cancellation: cancellation) }
            } onCancel: {
                cancellation.request()
            }
        } catch {
            throw error as? DeliveryError
                ?? DeliveryError(.temporary, "No transfer to \(server.address) could be started: \(error).")
        }
    }

    /// Blocks until the message is delivered or refused.
    private func transfer(
        _ message: MIMEMessage, to server: SMTPServer, cancellation: Cancellation
    ) throws(DeliveryError) {
        let bytes = message.bytes
        let transfer = CurlTransfer(bytes: bytes, cancellation: cancellation)
        do throws(CurlError) {
            var handle = try CurlHandle()
            try configure(&handle, for: server)
            try handle.set(CURLOPT_MAIL_FROM, "<\(message.from.address)>")
            try handle.set(CURLOPT_MAIL_RCPT, list: ["<\(message.to.address)>"])
            try handle.set(CURLOPT_UPLOAD, 1)
            try handle.set(CURLOPT_INFILESIZE_LARGE, offset: bytes.count)
            try handle.perform(transfer)
        } catch {
            if error.code == .abortedByCallback {
                throw DeliveryError(.temporary, "The delivery to \(server.address) was stopped before its end.")
            }
            let refusal = transfer.dialogue.refusal(code: error.responseCode)
            throw DeliveryError(error, refusal: refusal, server: server)
        }
    }

    private func configure(_ handle: inout CurlHandle, for server: SMTPServer) throws(CurlError) {
        try handle.set(CURLOPT_URL, server.url)
        try handle.set(CURLOPT_PROTOCOLS_STR, server.scheme.rawValue)
        // Otherwise `all_proxy` in the environment would send the letter elsewhere.
        try handle.set(CURLOPT_PROXY, "")
        // Signals belong to the whole process; libcurl's threaded resolver needs none.
        try handle.set(CURLOPT_NOSIGNAL, 1)
        try handle.set(CURLOPT_CONNECTTIMEOUT_MS, timeouts.connect.milliseconds)
        try handle.set(CURLOPT_SERVER_RESPONSE_TIMEOUT, timeouts.stall.seconds)
        try handle.set(CURLOPT_LOW_SPEED_LIMIT, 1)
        try handle.set(CURLOPT_LOW_SPEED_TIME, timeouts.stall.seconds)

        let use: curl_usessl =
            switch server.tls {
            case .required: CURLUSESSL_ALL
            case .opportunistic: CURLUSESSL_TRY
            case .none: CURLUSESSL_NONE
            }
        try handle.set(CURLOPT_USE_SSL, Int(use.rawValue))
        // RFC 8997: TLS before 1.2 is not for mail submission.
        try handle.set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        try handle.set(CURLOPT_SSL_VERIFYPEER, 1)
        try handle.set(CURLOPT_SSL_VERIFYHOST, 2)
        if let caFile = server.caFile {
            try handle.set(CURLOPT_CAINFO, caFile)
            try handle.set(CURLOPT_CAPATH, nil)
        }
        if let username = server.username, let password = server.password {
            try handle.set(CURLOPT_USERNAME, username)
            try handle.set(CURLOPT_PASSWORD, password.text)
            // Left to itself libcurl prefers GSSAPI and NTLM wherever they are offered, and fails without their set-up.
            try handle.set(CURLOPT_LOGIN_OPTIONS, "AUTH=PLAIN;AUTH=LOGIN")
        }
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
