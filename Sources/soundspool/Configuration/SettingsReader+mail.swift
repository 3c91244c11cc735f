import Domain
import FoundationEssentials
import Mail
import Pipeline

/// The settings of letters and of the webhook.
extension SettingsReader {
    mutating func resolveMail(state: String, configurationFile: String) -> Settings.MailSettings {
        let fallback = EmailAddress("soundspool@\(ProcessInfo.processInfo.hostName)") ?? .localService
        let sender = value(.mailFrom, default: fallback, EmailAddress.rule, EmailAddress.init(_:))
        let directory = path(.mailDirectory, default: state + "/mail")
        let connections = value(.mailConnections, default: 2, "a number from 1 to 32") { text in
            Int(text).flatMap { (1...32).contains($0) ? $0 : nil }
        }
        let server = resolveServer()
        let webhook = resolveWebhook()
        let folder = configurationFile.split(separator: "/").dropLast().map { "/\($0)" }.joined()
        let (templates, problems) = LetterTemplates.reading(path(.mailTemplates, default: folder + "/letters"))
        return Settings.MailSettings(
            destination: server.map { .server($0) } ?? .directory(directory), sender: sender, connections: connections,
            policy: LetterPolicy(
                window: duration(.mailWindow, default: .seconds(60)),
                windowAtMost: duration(.mailWindowAtMost, default: .seconds(10 * 60)),
                hasWebhook: text(.webhookURL) != nil),
            templates: templates, templateProblems: problems,
            linkLifetime: duration(.mailLinkLifetime, default: .seconds(7 * 24 * 60 * 60)), webhook: webhook)
    }

    /// Letters that confirm an address need an address to lead to.
    mutating func checkLinks(_ http: Settings.HTTP, _ mail: Settings.MailSettings) {
        guard http.registration != .closed, http.publicURL == nil, case .server = mail.destination else { return }
        errors.append(
            ConfigurationError(
                source: configurationFile, key: SettingKey.publicURL.rawValue,
                problem:
                    "should be set where http.registration is \(http.registration.rawValue) and mail.server is set: "
                    + "letters that confirm addresses lead there"))
    }

    private mutating func resolveServer() -> SMTPServer? {
        let username = text(.mailUsername)
        let password = secret(.mailPasswordFile, credential: "mail-password", "a file that holds the password")
        let authentication = value(
            .mailAuthentication, default: SMTPServer.Authentication.auto, Self.choices(SMTPServer.Authentication.self),
            SMTPServer.Authentication.init(rawValue:))
        let tls = value(
            .mailTLS, default: SMTPServer.TLSPolicy.required, Self.choices(SMTPServer.TLSPolicy.self),
            SMTPServer.TLSPolicy.init(rawValue:))
        let caFile = certificates(.mailCAFile)
        // A command outside the service does not see the service's credentials, and most need none.
        let isDeferred = username != nil && password == nil && !Credentials.areGiven
        let server: SMTPServer? = value(.mailServer, default: nil, "a URL like smtp://mail.example.org:587") { url in
            url.isEmpty
                ? .some(nil)
                : try SMTPServer(
                    url: url, username: isDeferred ? nil : username, password: username == nil ? nil : password,
                    authentication: authentication, tls: tls, caFile: caFile)
        }
        if isDeferred, server != nil {
            missingSecrets.append(
                "mail.username has no password; give mail.passwordFile, or the service a credential named mail-password"
            )
        }
        return server
    }

    private mutating func resolveWebhook() -> Webhook? {
        let rule = "a file whose first line is a secret of at least 16 bytes"
        let secret = secret(.webhookSecretFile, credential: "webhook-secret", rule)
        let caFile = certificates(.webhookCAFile)
        let missing =
            "webhook.url needs a secret; give webhook.secretFile, or the service a credential named webhook-secret: \(rule)"
        guard let secret else {
            if text(.webhookURL) != nil { missingSecrets.append(missing) }
            return nil
        }
        return value(.webhookURL, default: nil, Webhook.rule) { url in
            guard !url.isEmpty else { return .some(nil) }
            guard Webhook.isSecret(secret) else { throw UnusableSecret(description: missing) }
            return Webhook(url: url, secret: secret, caFile: caFile)
        }
    }

    private struct UnusableSecret: Error, CustomStringConvertible { let description: String }

    /// The first line of a file that the administrator named, or else of the credential that systemd gave the service
    /// (`systemd.exec(5)`, LoadCredential=). Never a value of its own: those would be on command lines and in logs.
    private mutating func secret(_ key: SettingKey, credential: String, _ rule: String) -> Secret? {
        let named: Secret?? = value(key, default: nil, rule) { path in
            guard !path.isEmpty else { return .some(nil) }
            return Secret(file: Self.absolute(path)).map { .some(.some($0)) }
        }
        if let named, let password = named { return password }
        return Secret(file: "\(Credentials.directory)/\(credential)")
    }

    private mutating func certificates(_ key: SettingKey) -> String? {
        value(key, default: nil, "a file of certificates in PEM") { path in
            let path = Self.absolute(path)
            return FileManager.default.isReadableFile(atPath: path) ? path : nil
        }
    }
}

/// Where systemd puts what LoadCredential= names (`systemd.exec(5)`).
private enum Credentials {
    private static let given = ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"]

    static var areGiven: Bool { given != nil }

    /// Outside the service, where the running service has them: root may look.
    static let directory = given ?? "/run/credentials/soundspool.service"
}
