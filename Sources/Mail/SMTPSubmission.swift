/// Hands single messages to mail servers, over a connection of its own for each.
public struct SMTPSubmission: Sendable {
    public var timeouts: TransferTimeouts

    public init(timeouts: TransferTimeouts = TransferTimeouts()) {
        self.timeouts = timeouts
    }

    /// As ``SMTPConnection/submit(_:)``, and QUIT after it.
    @discardableResult
    public func submit(
        _ message: MIMEMessage, to server: SMTPServer, transcript: SMTPTranscript? = nil
    ) async throws(DeliveryError) -> SMTPReply? {
        let connection = try SMTPConnection(to: server, timeouts: timeouts, transcript: transcript)
        do throws(DeliveryError) {
            let reply = try await connection.submit(message)
            await connection.close()
            return reply
        } catch {
            await connection.close()
            throw error
        }
    }
}
