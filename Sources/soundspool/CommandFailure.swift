import Glibc

/// What a command could not do: a sentence for the administrator and an exit status of `sysexits.h`.
struct CommandFailure: Error {
    let message: String
    let status: Int32

    init(_ message: String, status: Int32 = EX_SOFTWARE) {
        self.message = message
        self.status = status
    }

    static func usage(_ message: String) -> CommandFailure { CommandFailure(message, status: EX_USAGE) }
    static func misconfigured(_ message: String) -> CommandFailure { CommandFailure(message, status: EX_CONFIG) }
}
