import LinuxSystem

/// Hands messages to a mail server (RFC 6409) with libcurl, one after the other, on a thread of its own and over one
/// connection, which is kept for the next message.
public actor SMTPConnection {
    public nonisolated let server: SMTPServer
    private nonisolated let executor: ThreadExecutor
    private let timeouts: TransferTimeouts
    private let transcript: SMTPTranscript?
    private var session: CurlSession?

    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    public init(
        to server: SMTPServer, timeouts: TransferTimeouts = TransferTimeouts(), transcript: SMTPTranscript? = nil
    ) throws(DeliveryError) {
        self.server = server
        self.timeouts = timeouts
        self.transcript = transcript
        do throws(SystemError) {
            executor = try ThreadExecutor()
        } catch {
            throw DeliveryError(.temporary, "No thread for mail could be started: \(error).")
        }
    }

    /// Returns once the server has taken the message, with its reply. When the task is cancelled the transfer ends within
    /// about a second, as a temporary failure.
    ///
    /// A connection lost between the message's last byte and the server's reply is temporary too: the next try may deliver
    /// it twice, with the same `Message-ID`.
    @discardableResult
    public nonisolated func submit(_ message: MIMEMessage) async throws(DeliveryError) -> SMTPReply? {
        let cancellation = Cancellation()
        let result = await withTaskCancellationHandler {
            await transfer(message, cancellation)
        } onCancel: {
            cancellation.request()
        }
        return try result.get()
    }

    /// How long a server may think about QUIT. libcurl would wait for two minutes.
    private static let farewell: Duration = .seconds(1)

    /// Says QUIT, where a connection is kept, and waits for the answer a little; a server that has fallen silent does not
    /// hold up a stop.
    public nonisolated func close() async {
        guard let session = await letGo() else { return }
        let (ended, end) = AsyncStream<Void>.makeStream()
        Task {
            // Where the system has no thread left, the connection ends with the session.
            try? await onBlockingThread { session.end() }
            end.finish()
        }
        await withTaskGroup { group in
            group.addTask { for await _ in ended {} }
            // Ended early only by a stop.
            group.addTask { try? await Task.sleep(for: Self.farewell) }
            await group.next()
            group.cancelAll()
        }
    }

    private func letGo() -> CurlSession? {
        defer { session = nil }
        return session
    }

    private func transfer(_ message: MIMEMessage, _ cancellation: Cancellation) -> Result<SMTPReply?, DeliveryError> {
        let bytes = message.bytes
        // Read once, so that what is hidden is what was sent.
        let server = server.withPasswordRead()
        var isAnotherTry = false
        while true {
            let transfer = CurlTransfer(bytes: bytes, cancellation: cancellation, transcript: transcript)
            let outcome = send(message, to: server, transfer, size: bytes.count, fresh: isAnotherTry)
            guard let error = outcome.error else { return .success(transfer.dialogue.reply?.redacted(by: server)) }
            if error.code == .abortedByCallback {
                return .failure(
                    DeliveryError(.temporary, "The delivery to \(server.address) was stopped before its end."))
            }
            let dialogue = transfer.dialogue
            let refusal = dialogue.refusal(behind: error)
            // A server may close a connection that it finds idle, or on which it has taken its fill, just as it is used
            // again. That says nothing about the server or the letter.
            let isStale =
                outcome.hasReusedConnection && !dialogue.hasBegunMessage && (refusal == nil || refusal?.code == 421)
            guard isStale, !isAnotherTry else {
                return .failure(
                    DeliveryError(
                        error, refusal: refusal, hasTriedLogin: dialogue.hasTriedLogin,
                        hasBegunMessage: dialogue.hasBegunMessage, server: server))
            }
            isAnotherTry = true
        }
    }

    private func send(
        _ message: MIMEMessage, to server: SMTPServer, _ transfer: CurlTransfer, size: Int, fresh: Bool
    ) -> CurlSession.Outcome {
        do throws(CurlError) {
            let session = try open()
            return session.send(message, to: server, timeouts, transfer, size: size, fresh: fresh)
        } catch {
            return CurlSession.Outcome(error: error)
        }
    }

    private func open() throws(CurlError) -> CurlSession {
        if let session { return session }
        let new = try CurlSession()
        session = new
        return new
    }
}
