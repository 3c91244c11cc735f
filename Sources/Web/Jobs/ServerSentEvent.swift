import NIOCore

/// One event of a `text/event-stream`: WHATWG HTML, section "Server-sent events".
struct ServerSentEvent: Equatable {
    let name: String
    let data: String

    /// Begins a stream: how soon to connect again after it ended, in milliseconds.
    static let beginning = ByteBuffer(string: "retry: 1000\n\n")

    /// A comment, which keeps the connection from looking idle.
    static let keepAlive = ByteBuffer(string: ":\n\n")

    var bytes: ByteBuffer {
        var text = "event: \(name)\n"
        for line in data.split(separator: "\n", omittingEmptySubsequences: false) { text += "data: \(line)\n" }
        return ByteBuffer(string: text + "\n")
    }
}
