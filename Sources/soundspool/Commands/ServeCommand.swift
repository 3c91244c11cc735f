public import ArgumentParser
public import Logging

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Run the service until it is told to stop.")

    @OptionGroup var options: CommonOptions
    @Option(help: ArgumentHelp("Where the accounts' directories are.", valueName: "directory"))
    var root: String?
    @Option(help: ArgumentHelp("Where the ledger is.", valueName: "directory"))
    var state: String?
    @Option(help: ArgumentHelp("Where the web page listens; port 0 takes a free one.", valueName: "host:port"))
    var listen: String?
    @Option(help: ArgumentHelp("Where letters go where no mail server is configured.", valueName: "directory"))
    var mailDirectory: String?
    @Option(help: "How much is logged: debug, info, notice, warning or error.")
    var logLevel: Logger.Level = .info

    func run() async throws {
        var flags: [SettingKey: String] = [:]
        flags[.root] = root
        flags[.state] = state
        flags[.listen] = listen
        flags[.mailDirectory] = mailDirectory
        let settings = try await SettingsReader.read(file: options.config, flags: flags)
        LoggingSystem.bootstrap { _ in ConsoleLogHandler() }
        var logger = Logger(label: "soundspool")
        logger.logLevel = logLevel
        try await Serve(settings: settings, logger: logger, configurationFile: options.config).run()
    }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
