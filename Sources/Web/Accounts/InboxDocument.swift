import Domain
import Hummingbird
import LinuxSystem
import Storage

/// Where an account's inbox is, for programs and for the pages.
struct InboxDocument: Encodable, Sendable {
    /// On the server.
    let path: String
    /// Null where the account has no user of the server's; like the next.
    @Nullable var sftp: String?
    @Nullable var smb: String?

    /// - Parameter host: Where people reach the server; nil where that is not known.
    init(_ address: InboxAddress, host: String?) {
        path = address.path
        guard let host, let user = address.user else { return }
        let encoded = PercentEncoding.encode(address.pathOverSFTP.utf8, allowed: "/-._~")
        sftp = "sftp://\(PercentEncoding.encode(user.utf8, allowed: "-._~"))@\(host)\(encoded)"
        if address.isShared { smb = "smb://\(host)/soundspool" }
    }

    /// Windows' name for the share (UNC).
    var unc: String? { smb.map { "\\\\" + $0.dropFirst("smb://".count).replacing("/", with: "\\") } }
}

extension World {
    func inbox(of account: Account, _ request: Request) async throws -> InboxDocument {
        let address = try await onBlockingThread { [tree] in tree.inboxAddress(of: account.name) }
        return InboxDocument(
            address, host: settings.publicHost ?? request.head.authority.flatMap { WebSettings.host(in: $0) })
    }
}

extension WebSettings {
    /// The host of the public URL.
    var publicHost: String? { origin?.split(separator: "/").last.flatMap { Self.host(in: $0) } }

    /// The host of an authority, `host:port` (RFC 3986 section 3.2); nil for what cannot be one.
    static func host(in authority: some StringProtocol) -> String? {
        let address = authority.split(separator: "@").last ?? ""
        let end = address.hasPrefix("[") ? address.firstIndex(of: "]").map(address.index(after:)) : nil
        let host = address[..<(end ?? address.firstIndex(of: ":") ?? address.endIndex)]
        let allowed = "-._:[]"
        guard !host.isEmpty, host.utf8.count <= 255,
            host.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || allowed.contains($0)) })
        else { return nil }
        return String(host)
    }
}
