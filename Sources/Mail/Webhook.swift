import Crypto
import Domain
import FoundationEssentials
import LinuxSystem

/// Where events are posted, and the secret that signs them.
public struct Webhook: Sendable, Hashable, CustomStringConvertible {
    public let url: String
    let secret: Secret
    let caFile: String?

    public static let rule = "a URL like https://example.org/soundspool; http:// only on this machine"
    /// Bytes; half of what HMAC-SHA256 makes of it (RFC 2104 section 3).
    private static let shortestSecret = 16

    /// Nil for a URL that is none, or that events would travel over in clear text.
    public init?(url: String, secret: Secret, caFile: String? = nil) {
        guard let parts = URLComponents(string: url), let host = parts.host, !host.isEmpty, parts.fragment == nil,
            parts.user == nil, parts.password == nil, url.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            parts.scheme == "https" || parts.scheme == "http" && SMTPServer.isLoopback(host)
        else { return nil }
        self.url = url
        self.secret = secret
        self.caFile = caFile
    }

    public static func isSecret(_ secret: Secret) -> Bool { secret.text.utf8.count >= shortestSecret }

    public var description: String { url }

    /// `t=SECONDS,v1=HEX`: HMAC-SHA256 over the time, a dot and the body, so that neither can be altered and an old
    /// event cannot be sent again as a new one.
    func signature(of body: [UInt8], at seconds: Int64) -> String {
        let key = SymmetricKey(data: Data(secret.current().text.utf8))
        var code = HMAC<SHA256>(key: key)
        code.update(data: Data("\(seconds).".utf8))
        code.update(data: body)
        return "t=\(seconds),v1=" + code.finalize().map(QuotedPrintable.hexadecimal).joined().lowercased()
    }
}

/// Posts events to a webhook, one after the other, on a thread of its own and over one connection that is kept.
public actor WebhookConnection {
    public nonisolated let webhook: Webhook
    private nonisolated let executor: ThreadExecutor
    private let timeouts: TransferTimeouts
    private var session: CurlSession?

    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    public init(
        to webhook: Webhook, timeouts: TransferTimeouts = TransferTimeouts(connect: .seconds(30), stall: .seconds(30))
    ) throws(DeliveryError) {
        self.webhook = webhook
        self.timeouts = timeouts
        do throws(SystemError) {
            executor = try ThreadExecutor()
        } catch {
            throw DeliveryError(.temporary, "No thread for the webhook could be started: \(error).")
        }
    }

    /// Returns once the webhook has answered 2xx, with the status.
    /// - Parameter id: The same on every try, so that a repeat is recognisable.
    public nonisolated func post(_ body: [UInt8], id: String) async throws(DeliveryError) -> Int {
        let cancellation = Cancellation()
        let result = await withTaskCancellationHandler {
            await transfer(body, id, cancellation)
        } onCancel: {
            cancellation.request()
        }
        return try result.get()
    }

    public func close() { session = nil }

    private func open() throws(CurlError) -> CurlSession {
        if let session { return session }
        let new = try CurlSession()
        session = new
        return new
    }

    private func transfer(_ body: [UInt8], _ id: String, _ cancellation: Cancellation) -> Result<Int, DeliveryError> {
        let transfer = CurlTransfer(bytes: body, cancellation: cancellation)
        let fields = [
            "Content-Type: application/json", "Soundspool-Event: \(id)",
            "Soundspool-Signature: \(webhook.signature(of: body, at: Int64(Date.now.timeIntervalSince1970)))",
            "User-Agent: soundspool", "Expect:",
        ]
        let outcome: CurlSession.Outcome
        do throws(CurlError) {
            let session = try open()
            outcome = session.post(
                to: webhook.url, fields: fields, timeouts, caFile: webhook.caFile, transfer, size: body.count)
        } catch {
            outcome = CurlSession.Outcome(error: error)
        }
        return Self.judge(outcome, answer: transfer.answer, of: webhook)
    }

    /// 408, 425, 429 and 5xx are for later (RFC 9110 section 15, RFC 8470, RFC 6585); any other refusal is for good.
    private static func judge(
        _ outcome: CurlSession.Outcome, answer: [UInt8], of webhook: Webhook
    ) -> Result<Int, DeliveryError> {
        if let error = outcome.error { return .failure(DeliveryError(error, at: webhook.url)) }
        let status = outcome.responseCode
        guard !(200..<300).contains(status) else { return .success(status) }
        let isTemporary = status >= 500 || [408, 425, 429].contains(status)
        let words = answer.isEmpty ? "" : ": \(LetterWords.line(String(decoding: answer.prefix(200), as: UTF8.self)))"
        return .failure(
            DeliveryError(
                isTemporary ? .temporary : .permanent, "\(webhook.url) answered \(status)\(words).",
                concernsLetter: !isTemporary))
    }
}
