import Crypto
import HTTPTypes
import Hummingbird
import NIOCore

/// A file that the pages load: one of `Assets/`, which the compiler puts into the program.
struct Asset: Sendable {
    let name: String
    private let type: String
    private let content: ByteBuffer
    /// A strong validator (RFC 9110 section 8.8.1): what the file is, not when it was made.
    private let entityTag: String

    /// In the order in which a page's head would load them.
    static let all =
        [
            Asset("style.css", "text/css; charset=utf-8", PackageResources.style_css),
            Asset("icon.svg", "image/svg+xml", PackageResources.icon_svg),
        ] + scripts

    /// Modules of one another, which begin with `app.js`.
    static let scripts = [
        script("administration.js", PackageResources.administration_js),
        script("app.js", PackageResources.app_js),
        script("confirm.js", PackageResources.confirm_js),
        script("dom.js", PackageResources.dom_js),
        script("dropping.js", PackageResources.dropping_js),
        script("format.js", PackageResources.format_js),
        script("job-row.js", PackageResources.job_row_js),
        script("jobs.js", PackageResources.jobs_js),
        script("live.js", PackageResources.live_js),
        script("player.js", PackageResources.player_js),
        script("request.js", PackageResources.request_js),
        script("speed.js", PackageResources.speed_js),
        script("tus.js", PackageResources.tus_js),
        script("unfinished.js", PackageResources.unfinished_js),
        script("upload-memory.js", PackageResources.upload_memory_js),
        script("upload-row.js", PackageResources.upload_row_js),
        script("upload-rows.js", PackageResources.upload_rows_js),
        script("uploads.js", PackageResources.uploads_js),
        script("waveform.js", PackageResources.waveform_js),
    ]

    private static func script(_ name: String, _ bytes: [UInt8]) -> Asset {
        Asset(name, "text/javascript; charset=utf-8", bytes)
    }

    private init(_ name: String, _ type: String, _ bytes: [UInt8]) {
        self.name = name
        self.type = type
        content = ByteBuffer(bytes: bytes)
        entityTag = EntityTag.text(SHA256.hash(data: bytes))
    }

    var path: String { "/static/\(name)" }

    /// The file's text, all of them being text.
    var text: String { String(buffer: content) }

    /// Asked for each time, so that page and scripts never differ after an upgrade; small, and sent only when changed.
    func response(to request: Request) -> Response {
        var headers: HTTPFields = [.eTag: entityTag, .cacheControl: "no-cache"]
        if EntityTag.matches(request.headers[.ifNoneMatch], entityTag) {
            return Response(status: .notModified, headers: headers)
        }
        headers[.contentType] = type
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: content))
    }
}
