import ArgumentParser
import ConversionContract
import Domain
import FoundationEssentials
import Glibc
import LinuxSystem
import Logging
import Pipeline
import Storage

/// `make run`: the service on embedded defaults below one directory, with an account and a video to begin with.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Run the service below one directory, with a demo account, and show a video's journey.")

    private static let accountName = "demo"

    @Option(help: ArgumentHelp("Where everything is kept.", valueName: "directory"))
    var directory = ".soundspool"
    @Option(help: ArgumentHelp("The video to drop.", valueName: "file"))
    var video: String
    @Flag(help: "Stop after the journey: 0 if an MP3 was published and its letter written.")
    var once = false
    @Option(
        help: ArgumentHelp(
            "Where the web page listens; without it 127.0.0.1:8080, or a free port.", valueName: "host:port"))
    var listen: String?

    func run() async throws {
        guard access(video, R_OK) == 0 else {
            throw CommandFailure("there is no readable video \(video)", status: EX_NOINPUT)
        }
        let settings = try await SettingsReader.read(
            file: try configurationFile(), flags: [.listen: try listen ?? Self.freeEndpoint(), .mailWindow: "1s"])
        for path in [settings.root, settings.state] {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
        LoggingSystem.bootstrap { _ in ConsoleLogHandler() }
        var logger = Logger(label: "soundspool")
        logger.logLevel = .warning
        let administration = try Administration(settings: settings)
        let (account, password) = try await account(administration)

        let introduction = Introduction(account: account, tree: administration.tree, password: password)
        var serve = Serve(settings: settings, logger: logger)
        let listening = Doorbell()
        serve.onListening = { port in
            introduction.print(host: settings.http.host, port: port)
            listening.ring()
        }
        let storyteller = Storyteller(account: account, tree: administration.tree)
        serve.guest = Demo(
            video: video, account: account, tree: administration.tree, live: serve.live, storyteller: storyteller,
            listening: listening, once: once)
        try await serve.run()
        if once, storyteller.ending != .published {
            throw CommandFailure("no MP3 was published", status: EX_DATAERR)
        }
    }

    /// A configuration of the demo's own, for every other command's `--config` too. One that is there stays as it is.
    private func configurationFile() throws -> String {
        let files = FileManager.default
        let top = directory.hasPrefix("/") ? directory : files.currentDirectoryPath + "/" + directory
        let path = top + "/soundspool.yaml"
        guard !files.fileExists(atPath: path) else { return path }
        try files.createDirectory(atPath: top, withIntermediateDirectories: true)
        let yaml = """
            root: "\(top)/files"
            state: "\(top)/state"
            mail:
              directory: "\(top)/mail"

            """
        try Data(yaml.utf8).write(to: URL(filePath: path))
        return path
    }

    /// The demo account, and its password where it was made just now.
    private func account(_ administration: Administration) async throws -> (Account, password: String?) {
        guard let name = AccountName(Self.accountName), let email = EmailAddress("demo@localhost") else {
            throw CommandFailure("the demo account's name is wrong")
        }
        if let account = try await administration.ledger.accounts.account(named: name) { return (account, nil) }
        let password = Passwords.generate()
        return (
            try await administration.keeper.add(
                name: name, email: email, passwordHash: try await PasswordHash.make(password), preset: .standard,
                isAdministrator: true),
            password
        )
    }

    /// 8080, which people remember, unless somebody has it.
    private static func freeEndpoint() throws -> String {
        let port: UInt16 = 8080
        return "127.0.0.1:\(LoopbackPort.isFree(port) ? port : 0)"
    }
}
