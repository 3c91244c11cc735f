import LinuxSystem
import Logging

/// What the administrator is told at the start of how converters will be confined.
struct SandboxNotice {
    let level: Sandbox.Level

    func log(to logger: Logger) {
        let missing = Sandbox.Mechanism.missing.sorted { $0.key.rawValue < $1.key.rawValue }
        for (mechanism, cause) in missing where !level.tolerates(mechanism) {
            logger.critical("\(SandboxError.missing(mechanism, cause))")
        }
        logger.log(
            level: missing.isEmpty ? .info : .warning, "converters are confined",
            metadata: [
                "level": "\(level.rawValue)",
                "missing": "\(missing.isEmpty ? "nothing" : missing.map(\.key.rawValue).joined(separator: ", "))",
            ])
    }
}
