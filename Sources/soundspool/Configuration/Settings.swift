import ConversionContract
import Domain
import LinuxSystem
import Mail
import Pipeline
import Web

/// The configuration, resolved once: absolute paths, durations, bytes. What was typed and where is `SettingsReader`'s.
struct Settings {
    struct HTTP {
        var host: String
        var port: Int
        /// The address that people use, nil where the administrator named none.
        var publicURL: String?
        /// Bytes.
        var maxUpload: Int64
        /// Who may make an account.
        var registration: RegistrationPolicy
        /// Whom to believe where a request comes from.
        var trustedProxies: [AddressRange]
        /// A port with TLS beside the other.
        var tls: WebSettings.TLS?
        /// How long an unfinished upload is kept after its last byte.
        var uploadLifetime: Duration
        /// Connections that one address may have open at a time.
        var connectionsPerAddress: Int
        /// Bytes that one account may have; nil for any number.
        var accountBytes: Int64?
        /// What uploads leave free of the disk.
        var freeSpace: FreeSpace
    }

    struct MailSettings {
        var destination: LetterDelivery.Destination
        var sender: EmailAddress
        /// Connections to the mail server at a time.
        var connections: Int
        /// How results become letters.
        var policy: LetterPolicy
        /// Where an administrator's templates are, with what is wrong with them.
        var templates: LetterTemplates
        var templateProblems: [TemplateProblem]
        /// How long a download link in a letter is good.
        var linkLifetime: Duration
        var webhook: Webhook?
    }

    struct Convert {
        /// Conversions at a time.
        var jobs: Int
        /// What new accounts get.
        var preset: Preset
        /// What converters are asked for.
        var orders: ConversionRequest
        /// What the kernel may lack of the converter's sandbox.
        var sandbox: Sandbox.Level
    }

    var root: String
    var state: String
    var http: HTTP
    var mail: MailSettings
    var convert: Convert
    var settle: Arrival.SettleTimes
    /// How long a drop may wait for its end before its owner is told.
    var incompleteAfter: Duration
    /// How long originals stay in `done`.
    var keepOriginals: Duration
    /// Passwords that are configured but nowhere to be found, in words: `requireSecrets` refuses to go on without them.
    var missingSecrets: [String]
    /// For whoever saves the configuration.
    var files: NamedFiles

    /// Held by the one service that serves from here: ``ExclusiveLock``.
    var lock: String { state + "/lock" }

    func requireSecrets() throws {
        guard missingSecrets.isEmpty else {
            throw CommandFailure.misconfigured(missingSecrets.joined(separator: "\n"))
        }
    }
}
