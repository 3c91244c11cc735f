import LinuxSystem
import Logging
import Pipeline
import ServiceLifecycle
import Storage
import UnixSignals

/// What SIGHUP does (`systemctl reload`): all inboxes are looked through again, letters that wait are tried at once, and
/// the journal says what is wrong with the configuration, before a restart would stumble over it. Settings themselves
/// are taken by a restart, which loses nothing.
struct Reloading: Service {
    let wakeFile: WakeFile
    let lettersAsked: Doorbell
    let configuration: String?
    /// Rung when the signal does what it is to do.
    let started: Doorbell
    let logger: Logger

    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sighup)
        started.ring()
        for await _ in signals.cancelOnGracefulShutdown() {
            ServiceManager.reloading()
            do {
                _ = try await SettingsReader.read(file: configuration, flags: [:])
                logger.notice("reloaded: all inboxes are looked through; changed settings are taken by a restart")
            } catch {
                logger.error(
                    "the configuration is wrong, and a restart would refuse it", metadata: ["error": "\(error)"])
            }
            lettersAsked.ring()
            do {
                try wakeFile.touch()
            } catch {
                logger.error("the inboxes could not be looked through", metadata: ["error": "\(error)"])
            }
            ServiceManager.ready()
        }
    }
}
