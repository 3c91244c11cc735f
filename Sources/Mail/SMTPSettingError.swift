/// A mail setting that is wrong, and what would be right.
public struct SMTPSettingError: Error, Hashable, CustomStringConvertible {
    public enum Setting: String, Sendable {
        case server, username, password, tls, caFile
    }

    public let setting: Setting
    public let message: String

    init(_ setting: Setting, _ message: String) {
        self.setting = setting
        self.message = message
    }

    public var description: String { message }
}
