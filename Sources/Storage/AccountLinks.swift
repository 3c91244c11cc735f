public import Domain

/// The addresses of the pages about accounts that letters and commands lead to, each with a secret that opens it once.
public struct AccountLinks: Sendable {
    public static let secret = "secret"
    public static let invitation = "invitation"
    public static let registerPath = "/register"
    public static let confirmPath = "/confirm"
    public static let resetPath = "/reset"
    public static let signInPath = "/sign-in"

    private let base: String

    /// - Parameter publicURL: Where people reach the page, like `https://sound.example.org`.
    public init(publicURL: String) {
        var base = publicURL
        while base.hasSuffix("/") { base.removeLast() }
        self.base = base
    }

    public var signIn: String { base + Self.signInPath }

    public func invitation(_ secret: OneTimeSecret) -> String {
        "\(base)\(Self.registerPath)?\(Self.invitation)=\(secret.text)"
    }

    public func confirm(_ secret: OneTimeSecret) -> String {
        "\(base)\(Self.confirmPath)?\(Self.secret)=\(secret.text)"
    }

    public func reset(_ secret: OneTimeSecret) -> String { "\(base)\(Self.resetPath)?\(Self.secret)=\(secret.text)" }
}
