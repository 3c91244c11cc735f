import Configuration
import FoundationEssentials
import SystemPackage
import Yams

/// `soundspool.yaml`: its values, and for messages the line of each key.
struct ConfigurationFile {
    static let standardPath = "/etc/soundspool/soundspool.yaml"

    let path: String
    let provider: FileProvider<YAMLSnapshot>
    /// The line of each key that is in the file.
    let lines: [String: Int]

    /// Reads the file. One that is missing counts as empty, unless it was asked for by name.
    /// - Throws: `ConfigurationErrors` where it is no YAML, or holds keys that there are not.
    init(path: String, mustExist: Bool) async throws {
        self.path = path
        guard let data = FileManager.default.contents(atPath: path) else {
            guard !mustExist, !FileManager.default.fileExists(atPath: path) else {
                throw ConfigurationErrors(errors: [
                    ConfigurationError(source: path, key: nil, problem: "cannot be read; it should be a YAML file")
                ])
            }
            lines = [:]
            provider = try await FileProvider(filePath: FilePath(path), allowMissing: true)
            return
        }
        let text = String(decoding: data, as: UTF8.self)
        var lines: [String: Int] = [:]
        do {
            if let root = try Yams.compose(yaml: text) { try Self.collect(root, prefix: "", into: &lines, path: path) }
        } catch let error as YamlError {
            throw ConfigurationErrors(errors: [
                ConfigurationError(source: path, key: nil, problem: "is not valid YAML: \(error)")
            ])
        }
        let unknown = lines.filter { !SettingKey.all.contains($0.key) }.sorted { $0.value < $1.value }
        guard unknown.isEmpty else {
            throw ConfigurationErrors(
                errors: unknown.map { key, line in
                    ConfigurationError(source: "\(path):\(line)", key: key, problem: SettingKey.advice(for: key))
                })
        }
        self.lines = lines
        provider = try await FileProvider(filePath: FilePath(path))
    }

    private static func collect(
        _ node: Node, prefix: String, into lines: inout [String: Int], path: String
    ) throws {
        guard case .mapping(let mapping) = node else {
            throw ConfigurationErrors(errors: [
                ConfigurationError(
                    source: "\(path):\(node.mark?.line ?? 1)", key: prefix.isEmpty ? nil : prefix,
                    problem: "should hold keys with values, like 'root: /srv/soundspool'")
            ])
        }
        for (key, value) in mapping {
            let name = prefix + (key.string ?? "?")
            if case .mapping = value {
                try collect(value, prefix: name + ".", into: &lines, path: path)
            } else {
                lines[name] = key.mark?.line ?? 1
            }
        }
    }
}
