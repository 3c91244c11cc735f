import CCurl

/// A handle whose connection is kept from one transfer to the next.
///
/// Unchecked, because it is handed on, never shared: the actor that made it uses it on its own thread, and lets go of it
/// before it gives it to the thread that ends it.
final class CurlSession: @unchecked Sendable {
    private var handle: CurlHandle
    /// Whether the last transfer succeeded: libcurl lets go of a connection on which one has failed.
    private var hasConnection = false

    init() throws(CurlError) { handle = try CurlHandle() }

    /// Ends the connection on the calling thread.
    func end() { handle.end() }

    /// What came of a transfer.
    struct Outcome {
        /// Nil where it succeeded.
        var error: CurlError?
        var hasReusedConnection = false
        /// HTTP's status; SMTP's last reply.
        var responseCode = 0
    }

    /// Blocks until the message is delivered or refused.
    /// - Parameter fresh: Whether a connection that was kept is not to be trusted.
    func send(
        _ message: MIMEMessage, to server: SMTPServer, _ timeouts: TransferTimeouts, _ transfer: CurlTransfer,
        size: Int,
        fresh: Bool
    ) -> Outcome {
        run(transfer) { handle throws(CurlError) in
            try handle.configure(for: server, timeouts)
            if fresh { try handle.set(CURLOPT_FRESH_CONNECT, 1) }
            try handle.set(CURLOPT_MAIL_FROM, "<\(message.from.address)>")
            try handle.set(CURLOPT_MAIL_RCPT, list: ["<\(message.to.address)>"])
            try handle.set(CURLOPT_UPLOAD, 1)
            try handle.set(CURLOPT_INFILESIZE_LARGE, offset: size)
        }
    }

    /// Blocks until the server has answered NOOP (RFC 5321 section 4.1.1.9), behind EHLO, STARTTLS and AUTH.
    func greet(_ server: SMTPServer, _ timeouts: TransferTimeouts, _ transfer: CurlTransfer) -> Outcome {
        run(transfer) { handle throws(CurlError) in
            try handle.configure(for: server, timeouts)
            try handle.set(CURLOPT_CUSTOMREQUEST, "NOOP")
        }
    }

    /// Blocks until the server has answered a POST (RFC 9110 section 9.3.3).
    func post(
        to url: String, fields: [String], _ timeouts: TransferTimeouts, caFile: String?, _ transfer: CurlTransfer,
        size: Int
    ) -> Outcome {
        run(transfer) { handle throws(CurlError) in
            try handle.set(CURLOPT_URL, url)
            try handle.set(CURLOPT_PROTOCOLS_STR, "http,https")
            try handle.configure(timeouts, caFile: caFile)
            try handle.set(CURLOPT_POST, 1)
            try handle.set(CURLOPT_POSTFIELDSIZE_LARGE, offset: size)
            try handle.set(CURLOPT_HTTPHEADER, list: fields)
        }
    }

    private func run(
        _ transfer: CurlTransfer, _ configure: (inout CurlHandle) throws(CurlError) -> Void
    ) -> Outcome {
        var outcome = Outcome()
        do throws(CurlError) {
            try configure(&handle)
            try handle.perform(transfer)
        } catch {
            outcome.error = error
        }
        outcome.hasReusedConnection =
            hasConnection && handle.newConnections == 0 && outcome.error?.isOfConnecting != true
        hasConnection = outcome.error == nil
        outcome.responseCode = handle.responseCode
        handle.reset()
        return outcome
    }
}
