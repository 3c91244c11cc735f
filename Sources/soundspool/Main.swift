import Dispatch
import Glibc
import LinuxSystem

/// Where the program begins, on the first thread, before there is another: capabilities are a thread's own, and those
/// that come later inherit from it. An `async` main would already run on a second one.
@main
enum Main {
    static func main() {
        do {
            try Identity.keepCapabilitiesToSelf()
        } catch {
            StandardError.write("soundspool: \(error)\n")
            exit(EX_OSERR)
        }
        Task { exit(await Soundspool.runToEnd()) }
        dispatchMain()
    }
}
