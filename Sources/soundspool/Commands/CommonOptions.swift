import ArgumentParser
import Domain

/// What every command that looks at a spool takes.
struct CommonOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The configuration file.", valueName: "file"))
    var config: String?

    func settings() async throws -> Settings {
        try await SettingsReader.read(file: config, flags: [:])
    }

    /// The same again, for another command.
    var arguments: [String] { config.map { ["--config", $0] } ?? [] }

    /// The ledger and the files, for a command.
    func administration() async throws -> Administration {
        try await Administration(settings: settings())
    }
}

/// Whether a command prints JSON.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Print JSON.")
    var json = false
}
