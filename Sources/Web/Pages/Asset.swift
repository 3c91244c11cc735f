import HTTPTypes
import Hummingbird
import NIOCore

/// A file that the pages load.
struct Asset: Sendable {
    let name: String
    private let type: String
    private let content: ByteBuffer

    static let all = [
        Asset(name: "app.js", type: "text/javascript; charset=utf-8", text: Script.text),
        Asset(name: "style.css", type: "text/css; charset=utf-8", text: Stylesheet.text),
        Asset(name: "icon.svg", type: "image/svg+xml", text: icon),
    ]

    private static let icon = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><circle cx="16" cy="16" r="15" fill="#1d5c8c"/>\
        <circle cx="16" cy="16" r="9" fill="none" stroke="#fff" stroke-width="2"/>\
        <circle cx="16" cy="16" r="3" fill="#fff"/></svg>
        """

    private init(name: String, type: String, text: String) {
        self.name = name
        self.type = type
        content = ByteBuffer(string: text)
    }

    /// Small enough to be asked for each time, so that page and script never differ after an upgrade.
    var response: Response {
        Response(
            status: .ok, headers: [.contentType: type, .cacheControl: "no-cache"],
            body: ResponseBody(byteBuffer: content))
    }
}
