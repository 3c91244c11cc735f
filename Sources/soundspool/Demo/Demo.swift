import Domain
import Foundation
import Glibc
import LinuxSystem
import Pipeline
import ServiceLifecycle
import Storage

/// Drops a video into the demo account's inbox and tells its journey, step by step.
struct Demo: Service {
    let video: String
    let account: Account
    let tree: AccountTree
    let live: LiveState
    let storyteller: Storyteller
    /// Rung once the web page is up.
    let listening: Doorbell
    /// Returns after the journey, which stops the service.
    let once: Bool

    func run() async throws {
        let name = Array(URL(filePath: video).lastPathComponent.utf8)
        let events = live.events()
        await cancelWhenGracefulShutdown { await listening.waitUntilRung(1) }
        try await cancelWhenGracefulShutdown {
            try await drop(name)
            storyteller.tell("dropped \(String.displaying(name)) into the inbox")
            for await event in events {
                if storyteller.heed(event) { break }
            }
        }
        guard !Task.isShuttingDownGracefully, !once else { return }
        print("Drop more videos into \(tree.path(.inbox, of: account.name)). Ctrl-C stops.")
        try await gracefulShutdown()
    }

    /// Copies under a temporary name and renames, as careful programs do. A name that is taken gets a number.
    private func drop(_ name: [UInt8]) async throws {
        let (tree, account, video) = (tree, account, video)
        try await onBlockingThread {
            let inbox = try tree.open(.inbox, of: account.name)
            let temporary = Array(".demo.part".utf8)
            try inbox.remove(temporary)
            let source = try Descriptor.open(video, flags: O_RDONLY)
            let copy = try inbox.open(temporary, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o644)
            while case let bytes = try source.readAll(limit: 1 << 20), !bytes.isEmpty { try copy.writeAll(bytes) }
            try inbox.rename(temporary, to: name, in: inbox)
        }
    }
}
