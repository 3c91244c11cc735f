import ArgumentParser
import Domain
import Mail
import Pipeline

struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Look at the configuration.", subcommands: [ConfigCheck.self])
}

struct ConfigCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Say what is wrong with the configuration, and where.")

    @OptionGroup var options: CommonOptions

    func run() async throws {
        let settings = try await options.settings()
        print("The configuration is fine.")
        print("  root:  \(settings.root)")
        print("  state: \(settings.state)")
        print("  web:   \(settings.http.host):\(settings.http.port)")
        switch settings.mail.destination {
        case .server(let server): print("  mail:  \(server), from \(settings.mail.sender)")
        case .directory(let path): print("  mail:  .eml files in \(path)")
        }
        print("  jobs:  \(settings.convert.jobs) at a time")
    }
}
