/// Why a letter was not taken by the mail server.
public struct DeliveryError: Error, Hashable, CustomStringConvertible {
    public enum Kind: String, Sendable {
        /// The network, or a reply 4yz: try again later.
        case temporary
        /// The server will never take this letter.
        case permanent
        /// The server will take no letter until the administrator has changed a setting.
        case misconfigured
    }

    public let kind: Kind
    /// Whether it is this letter that had trouble, so that another may fare better; otherwise it is the server.
    public let concernsLetter: Bool
    /// For the administrator: the server, what went wrong in its own words, and what would be right. Holds no password.
    public let message: String
    /// The refusal, where it was the server that refused.
    public let reply: SMTPReply?

    init(_ kind: Kind, _ message: String, reply: SMTPReply? = nil, concernsLetter: Bool = false) {
        self.kind = kind
        self.concernsLetter = concernsLetter
        self.message = message
        self.reply = reply
    }

    public var description: String { message }

    /// Judges a failed transfer by the server's refusal, where there is one, else by libcurl's result.
    /// - Parameters:
    ///   - hasTriedLogin: Whether AUTH was sent.
    ///   - hasBegunMessage: Whether the server had asked for the message.
    init(
        _ error: CurlError, refusal: SMTPReply?, hasTriedLogin: Bool = false, hasBegunMessage: Bool = false,
        server: SMTPServer
    ) {
        let kind = Self.kind(of: error.code, refusal: refusal)
        let reply = refusal?.redacted(by: server)
        var message =
            switch reply {
            case let reply?: "\(server.address) refused \(reply.command?.rawValue ?? "the connection"): \(reply.text)."
            case nil: "\(server.address): \(server.redacting("\(error)", most: 500))."
            }
        let remedy = Self.remedy(
            for: error.code, refusal: refusal, kind: kind, hasTriedLogin: hasTriedLogin, server: server)
        if let remedy { message += " " + remedy }
        self.init(
            kind, message, reply: reply, concernsLetter: Self.concernsLetter(refusal, hasBegunMessage: hasBegunMessage))
    }

    /// Judges a failed transfer to a web server.
    init(_ error: CurlError, at url: String) {
        let remedy = Self.remedyForTransport(error.code).map { " " + $0 } ?? ""
        self.init(Self.kind(of: error.code, refusal: nil), "\(url): \(error).\(remedy)")
    }

    private static func concernsLetter(_ refusal: SMTPReply?, hasBegunMessage: Bool) -> Bool {
        guard let refusal else { return hasBegunMessage }
        return switch (refusal.code, refusal.command) {
        // RFC 5321 section 3.8: the server closes, whatever the command was.
        case (421, _): false
        case (530, _), (534, _), (535, _), (538, _): false
        case (_, .recipient), (_, .data), (552, .mail): true
        default: false
        }
    }

    private static func kind(of code: CurlError.Code, refusal: SMTPReply?) -> Kind {
        guard let refusal else { return misconfigurations.contains(code) ? .misconfigured : .temporary }
        return switch (refusal.code, refusal.command) {
        // Only a login that was denied is told with what the server asked.
        case (334, _): .misconfigured
        case (..<500, _): .temporary
        // RFC 4954 section 6 and RFC 3207 section 4: the server wants AUTH or TLS first, or another mechanism.
        case (530, _), (534, _), (535, _), (538, _): .misconfigured
        case (_, .recipient) where refusal.isOfPolicy: .misconfigured
        case (_, .recipient), (_, .data), (552, .mail): .permanent
        // The server refuses this client or this sender, whatever the letter.
        default: .misconfigured
        }
    }

    /// What libcurl reports that trying again will not change.
    private static let misconfigurations: Set<CurlError.Code> = [
        .unsupportedProtocol, .malformedURL, .notBuiltIn, .badFunctionArgument, .unknownOption, .sslCertificateProblem,
        .sslCipher, .peerFailedVerification, .useSSLFailed, .loginDenied, .caFileUnusable,
    ]

    private static func remedy(
        for code: CurlError.Code, refusal: SMTPReply?, kind: Kind, hasTriedLogin: Bool, server: SMTPServer
    ) -> String? {
        switch (code, refusal?.command) {
        case (_, .auth) where kind == .misconfigured, (.loginDenied, nil) where hasTriedLogin:
            server.authentication == .xoauth2
                ? "The access token was not accepted: it may have expired, or be for another user name."
                : "Check the mail server's user name and password."
        case (_, .mail) where kind == .misconfigured:
            "Check the sender's address, and whether the server wants a user name and password."
        case (_, .recipient) where kind == .misconfigured:
            "Check the sender's address, and whether the server relays for this sender, user name and machine."
        case (.loginDenied, nil): "The server offers none of the kinds of AUTH that are set."
        case (.useSSLFailed, nil):
            "TLS is required but not offered. Use a server with STARTTLS, or smtps://, or allow mail without TLS."
        case (.sslConnectError, _) where server.scheme == .smtps:
            "smtps:// needs a port that speaks TLS from the first byte, most often 465."
        default: remedyForTransport(code)
        }
    }

    private static func remedyForTransport(_ code: CurlError.Code) -> String? {
        switch code {
        case .peerFailedVerification:
            "The certificate should be valid for the server's name and from a trusted authority; name a private authority's "
                + "certificate as the CA file."
        case .caFileUnusable: "The CA file should be a readable file of PEM certificates."
        default: nil
        }
    }
}
