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
        guard settings.mail.templateProblems.isEmpty else {
            let problems = settings.mail.templateProblems.map(\.description).joined(separator: "\n")
            throw CommandFailure.misconfigured(
                "these are not used, and the letters that are built in are sent in their place:\n\(problems)")
        }
        print("The configuration is fine.")
        print("  root:  \(settings.root)")
        print("  state: \(settings.state)")
        print("  web:   \(settings.http.host):\(settings.http.port)")
        switch settings.mail.destination {
        case .server(let server): print("  mail:  \(server), from \(settings.mail.sender)")
        case .directory(let path): print("  mail:  .eml files in \(path)")
        }
        print("  jobs:  \(settings.convert.jobs) at a time")
        for missing in settings.missingSecrets { print("Not to be seen from here: \(missing)") }
    }
}
