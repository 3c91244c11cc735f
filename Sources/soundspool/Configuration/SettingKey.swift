/// The keys of the configuration.
enum SettingKey: String, CaseIterable {
    case root
    case state
    case listen = "http.listen"
    case publicURL = "http.publicURL"
    case maxUpload = "http.maxUpload"
    case trustedProxies = "http.trustedProxies"
    case tlsListen = "http.tls.listen"
    case tlsCertificate = "http.tls.certificate"
    case tlsKey = "http.tls.key"
    case registration = "http.registration"
    case uploadLifetime = "http.uploadLifetime"
    case connectionsPerAddress = "http.connectionsPerAddress"
    case mailServer = "mail.server"
    case mailFrom = "mail.from"
    case mailUsername = "mail.username"
    case mailPasswordFile = "mail.passwordFile"
    case mailTLS = "mail.tls"
    case mailCAFile = "mail.caFile"
    case mailDirectory = "mail.directory"
    case mailAuthentication = "mail.authentication"
    case mailConnections = "mail.connections"
    case mailWindow = "mail.window"
    case mailWindowAtMost = "mail.windowAtMost"
    case mailTemplates = "mail.templates"
    case mailLinkLifetime = "mail.linkLifetime"
    case webhookURL = "webhook.url"
    case webhookSecretFile = "webhook.secretFile"
    case webhookCAFile = "webhook.caFile"
    case jobs = "convert.jobs"
    case threads = "convert.threads"
    case preset = "convert.preset"
    case loudness = "convert.loudness"
    case maxDuration = "convert.maxDuration"
    case sandbox = "convert.sandbox"
    case settle = "intake.settle"
    case settleInPlace = "intake.settleInPlace"
    case incompleteAfter = "intake.incompleteAfter"
    case keepOriginals = "originals.keep"
    case accountBytes = "limits.accountBytes"
    case freeSpace = "limits.freeSpace"

    static let all = Set(allCases.map(\.rawValue))

    /// What to say of a key that there is not.
    static func advice(for unknown: String) -> String {
        let last = unknown.split(separator: ".").last.map(String.init) ?? unknown
        let similar = allCases.map(\.rawValue).filter {
            $0.split(separator: ".").last?.lowercased() == last.lowercased() || distance($0, unknown) <= 2
        }
        let hint =
            similar.isEmpty
            ? "the keys are \(allCases.map(\.rawValue).joined(separator: ", "))"
            : "did you mean \(similar.joined(separator: " or "))?"
        return "there is no such key; \(hint)"
    }

    /// Levenshtein's distance.
    private static func distance(_ left: String, _ right: String) -> Int {
        let right = Array(right)
        var row = Array(0...right.count)
        for (index, character) in left.enumerated() {
            var next = [index + 1]
            for (column, other) in right.enumerated() {
                next.append(min(row[column + 1] + 1, next[column] + 1, row[column] + (character == other ? 0 : 1)))
            }
            row = next
        }
        return row[right.count]
    }
}
