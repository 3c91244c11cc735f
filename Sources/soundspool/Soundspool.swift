import ArgumentParser
import Glibc

/// Turns dropped videos into MP3s: the service, and the administrator's commands.
struct Soundspool: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "soundspool",
        abstract: "Turns dropped videos into MP3s: a watch folder you can trust like a print spooler.",
        version: Version.text,
        subcommands: [
            ServeCommand.self, AccountCommand.self, JobCommand.self, MailCommand.self, StatusCommand.self,
            DoctorCommand.self, BackupCommand.self, RestoreCommand.self, ConfigCommand.self, ConvertCommand.self,
            DemoCommand.self,
        ])

    /// Runs the command that the command line names. Returns the exit status.
    static func runToEnd() async -> Int32 {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            return EX_OK
        } catch let failure as CommandFailure {
            StandardError.write("soundspool: \(failure.message)\n")
            return failure.status
        } catch let errors as ConfigurationErrors {
            for error in errors.errors { StandardError.write("soundspool: \(error)\n") }
            return EX_CONFIG
        } catch {
            exit(withError: error)
        }
    }
}

enum Version {
    static let text = "0.1.0"
}
