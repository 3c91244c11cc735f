public import Mail

/// Where letters go: to a mail server, or as `.eml` files into a directory, the embedded default; and events to a webhook,
/// where there is one.
public struct LetterDelivery: Sendable {
    public enum Destination: Sendable {
        case server(SMTPServer)
        /// An absolute path.
        case directory(String)
    }

    let destination: Destination
    /// Connections to the mail server at a time, at most.
    let connections: Int
    let webhook: Webhook?
    let composer: LetterComposer
    let links: LetterLinks?

    public init(
        to destination: Destination, connections: Int = 1, webhook: Webhook? = nil, composer: LetterComposer,
        links: LetterLinks? = nil
    ) {
        self.destination = destination
        self.connections = connections
        self.webhook = webhook
        self.composer = composer
        self.links = links
    }
}
