import LinuxSystem

extension SMTPSubmission {
    /// Does all that comes before a letter, EHLO, STARTTLS and AUTH, and leaves: whether the server would take one.
    public func greet(_ server: SMTPServer) async throws(DeliveryError) {
        let timeouts = timeouts
        let error: DeliveryError?
        do {
            error = try await onBlockingThread { Self.objection(of: server, timeouts) }
        } catch let failure {
            error = DeliveryError(.temporary, "No thread for mail could be started: \(failure).")
        }
        if let error { throw error }
    }

    private static func objection(of server: SMTPServer, _ timeouts: TransferTimeouts) -> DeliveryError? {
        do throws(CurlError) {
            let session = try CurlSession()
            let transfer = CurlTransfer(bytes: [], cancellation: Cancellation())
            let outcome = session.greet(server, timeouts, transfer)
            session.end()
            guard let error = outcome.error else { return nil }
            return DeliveryError(
                error, refusal: transfer.dialogue.refusal(code: error.responseCode), server: server)
        } catch {
            return DeliveryError(error, refusal: nil, server: server)
        }
    }
}
