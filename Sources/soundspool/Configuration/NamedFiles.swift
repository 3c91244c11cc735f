/// Files that the configuration names, as absolute paths.
struct NamedFiles {
    /// The directory of the letters' templates; it may be missing.
    var templates: String
    /// Certificates.
    var open: [String]
    /// Passwords and keys.
    var secret: [String]
}

extension SettingsReader {
    mutating func namedFiles() -> NamedFiles {
        let folder = configurationFile.split(separator: "/").dropLast().map { "/\($0)" }.joined()
        return NamedFiles(
            templates: path(.mailTemplates, default: folder + "/letters"),
            open: [SettingKey.tlsCertificate, .mailCAFile, .webhookCAFile].compactMap { text($0).map(Self.absolute) },
            secret: [SettingKey.tlsKey, .mailPasswordFile, .webhookSecretFile].compactMap {
                text($0).map(Self.absolute)
            })
    }
}
