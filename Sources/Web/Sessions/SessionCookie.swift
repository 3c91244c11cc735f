import FoundationEssentials
import Hummingbird

/// The browser's copy of a session token: RFC 6265bis. Scripts cannot read it, other sites cannot make a browser send
/// it, and over TLS the `__Host-` prefix keeps neighbours on the domain from setting it.
struct SessionCookie: Sendable {
    let isSecure: Bool
    let lifetime: Duration

    var name: String { isSecure ? "__Host-soundspool" : "soundspool" }

    func setting(_ token: String) -> Cookie {
        Cookie(
            name: name, value: token, maxAge: Int(lifetime.components.seconds), path: "/", secure: isSecure,
            httpOnly: true, sameSite: .strict)
    }

    func clearing() -> Cookie {
        Cookie(name: name, value: "", maxAge: 0, path: "/", secure: isSecure, httpOnly: true, sameSite: .strict)
    }

    func token(in request: Request) -> String? { request.cookies[name]?.value }
}
