import Configuration
import ConversionContract
import Domain
import FoundationEssentials
import LinuxSystem
import Web

/// Reads the settings as typed, flags over variables over the file, and resolves them into `Settings`.
struct SettingsReader {
    /// Where a value may come from, the stronger first.
    private let layers: [(name: (SettingKey) -> String, reader: ConfigReader)]
    var errors: [ConfigurationError] = []
    let configurationFile: String
    /// What the service cannot do without, but most commands can.
    var missingSecrets: [String] = []

    /// - Parameters:
    ///   - file: nil for the standard path, which may be missing.
    ///   - flags: what the command line says.
    static func read(file: String?, flags: [SettingKey: String]) async throws -> Settings {
        let path = file.map(absolute) ?? ConfigurationFile.standardPath
        let file = try await ConfigurationFile(path: path, mustExist: file != nil)
        var reader = SettingsReader(file: file, flags: flags)
        let settings = reader.resolve()
        guard reader.errors.isEmpty else { throw ConfigurationErrors(errors: reader.errors) }
        return settings
    }

    private init(file: ConfigurationFile, flags: [SettingKey: String]) {
        let flagValues = InMemoryProvider(
            values: Dictionary(
                uniqueKeysWithValues: flags.map { key, value in
                    (
                        AbsoluteConfigKey(key.rawValue.split(separator: ".").map(String.init)),
                        ConfigValue(.string(value), isSecret: false)
                    )
                }))
        let variables = EnvironmentVariablesProvider().prefixKeys(with: "soundspool")
        configurationFile = file.path
        layers = [
            ({ _ in "command line" }, ConfigReader(provider: flagValues)),
            ({ _ in "environment (SOUNDSPOOL_…)" }, ConfigReader(provider: variables)),
            ({ key in "\(file.path):\(file.lines[key.rawValue] ?? 1)" }, ConfigReader(provider: file.provider)),
        ]
    }

    // MARK: Values

    /// The strongest layer's value, parsed; `fallback` where none has one. A value that cannot be parsed is noted with
    /// `rule`, which says what would be right.
    mutating func value<Value>(
        _ key: SettingKey, default fallback: Value, _ rule: String, _ parse: (String) throws -> Value?
    ) -> Value {
        for (name, reader) in layers {
            guard let text = reader.string(forKey: ConfigKey(key.rawValue)) else { continue }
            do {
                if let value = try parse(text) { return value }
                errors.append(
                    ConfigurationError(source: name(key), key: key.rawValue, problem: "'\(text)' should be \(rule)"))
            } catch {
                errors.append(ConfigurationError(source: name(key), key: key.rawValue, problem: "\(error)"))
            }
            return fallback
        }
        return fallback
    }

    mutating func text(_ key: SettingKey) -> String? {
        value(key, default: nil, "text") { $0.isEmpty ? .some(nil) : $0 }
    }

    static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }

    mutating func path(_ key: SettingKey, default fallback: String) -> String {
        value(key, default: fallback, "a path") { $0.isEmpty ? nil : Self.absolute($0) }
    }

    mutating func duration(_ key: SettingKey, default fallback: Duration) -> Duration {
        value(key, default: fallback, Quantity.durationRule, Quantity.duration)
    }

    // MARK: Settings

    private mutating func resolve() -> Settings {
        let root = path(.root, default: "/srv/soundspool")
        let state = path(.state, default: "/var/lib/soundspool")
        let http = resolveHTTP()
        let mail = resolveMail(state: state, configurationFile: configurationFile)
        checkLinks(http, mail)
        return Settings(
            root: root, state: state, http: http, mail: mail, convert: resolveConvert(),
            settle: Arrival.SettleTimes(
                renamed: duration(.settle, default: .seconds(1)),
                inPlace: duration(.settleInPlace, default: .seconds(5))),
            incompleteAfter: duration(.incompleteAfter, default: .seconds(24 * 60 * 60)),
            keepOriginals: duration(.keepOriginals, default: .seconds(7 * 24 * 60 * 60)),
            missingSecrets: missingSecrets, files: namedFiles())
    }

    private mutating func resolveHTTP() -> Settings.HTTP {
        let (host, port) = value(
            .listen, default: ("127.0.0.1", 8080), "HOST:PORT, like 127.0.0.1:8080 or [::1]:8080", Quantity.endpoint)
        let publicURL = value(.publicURL, default: String?.none, "a URL like https://sound.example.org") { text in
            guard !text.isEmpty else { return .some(nil) }
            guard let url = URL(string: text), ["http", "https"].contains(url.scheme), url.host != nil else {
                return nil
            }
            return text
        }
        let maxUpload = value(.maxUpload, default: 20 << 30, Quantity.bytesRule, Quantity.bytes)
        let registration = value(
            .registration, default: RegistrationPolicy.closed, Self.choices(RegistrationPolicy.self),
            RegistrationPolicy.init(rawValue:))
        let proxies = value(.trustedProxies, default: [], AddressRange.rule, AddressRange.list)
        let accountBytes = value(.accountBytes, default: Int64?.none, "empty, or " + Quantity.bytesRule) { text in
            text.isEmpty ? .some(nil) : Quantity.bytes(text).map { .some($0) }
        }
        let freeSpace = value(.freeSpace, default: .percent(5), "a share like 5%, or " + Quantity.bytesRule) { text in
            guard text.hasSuffix("%") else { return Quantity.bytes(text).map(FreeSpace.bytes) }
            return Int(text.dropLast()).flatMap { (0...99).contains($0) ? .percent($0) : nil }
        }
        let connectionsPerAddress = value(.connectionsPerAddress, default: 256, "a number from 1 on") { text in
            Int(text).flatMap { $0 > 0 ? $0 : nil }
        }
        return Settings.HTTP(
            host: host, port: port, publicURL: publicURL, maxUpload: maxUpload, registration: registration,
            trustedProxies: proxies, tls: resolveTLS(),
            uploadLifetime: duration(.uploadLifetime, default: .seconds(24 * 60 * 60)),
            connectionsPerAddress: connectionsPerAddress, accountBytes: accountBytes,
            freeSpace: freeSpace)
    }

    private mutating func resolveTLS() -> WebSettings.TLS? {
        let endpoint: (host: String, port: Int)? = value(
            .tlsListen, default: nil, "HOST:PORT, like 0.0.0.0:443, or nothing"
        ) { text in
            text.isEmpty ? .some(nil) : Quantity.endpoint(text).map { .some($0) }
        }
        let certificate = text(.tlsCertificate)
        let key = text(.tlsKey)
        guard let endpoint else { return nil }
        guard let certificate, let key else {
            let missing = certificate == nil ? SettingKey.tlsCertificate : .tlsKey
            errors.append(
                ConfigurationError(
                    source: configurationFile, key: missing.rawValue,
                    problem: "should be set where http.tls.listen is: a file in PEM"))
            return nil
        }
        return WebSettings.TLS(
            host: endpoint.host, port: endpoint.port, certificate: Self.absolute(certificate), key: Self.absolute(key))
    }

    private mutating func resolveConvert() -> Settings.Convert {
        let cores = ProcessInfo.processInfo.activeProcessorCount
        let rule = "auto or a number from 1 to 256"
        func count(_ text: String) -> Int?? {
            if text == "auto" { return .some(nil) }
            return Int(text).flatMap { (1...256).contains($0) ? .some($0) : nil }
        }
        let jobs = value(.jobs, default: Int?.none, rule, count)
        let threads = value(.threads, default: Int?.none, rule, count)
        let preset = value(.preset, default: Preset.standard, Self.choices(Preset.self), Preset.init(rawValue:))
        let loudness = value(
            .loudness, default: LoudnessMode.tag, Self.choices(LoudnessMode.self), LoudnessMode.init(rawValue:))
        let maxDuration = duration(.maxDuration, default: .seconds(24 * 60 * 60))
        let sandbox = value(
            .sandbox, default: Sandbox.Level.full, Self.choices(Sandbox.Level.self), Sandbox.Level.init(rawValue:))
        return Settings.Convert(
            jobs: jobs ?? cores, preset: preset,
            orders: ConversionRequest(
                preset: preset, loudness: loudness, threads: threads,
                limits: ConversionLimits(duration: Int(maxDuration.components.seconds))), sandbox: sandbox)
    }

    static func choices<Choice: CaseIterable & RawRepresentable<String>>(_ type: Choice.Type) -> String {
        "one of " + type.allCases.map(\.rawValue).joined(separator: ", ")
    }
}
