import Foundation
import Glibc
import TestSupport
import Testing

/// The converter that a service keeps warm, stopped: a job that is given to it is *converting* until it is let go.
struct HeldConverter {
    private let pids: [pid_t]

    /// Publishes a first drop, `first.mp4`, so that there is a warm converter for the account.
    init(of server: Appliance.Server, _ appliance: Appliance) async throws {
        try await appliance.drop(try await Videos.short(), as: "first.mp4")
        try await eventually("the first drop has gone all its way") {
            try appliance.letters.count == 1 && appliance.names("done") == ["first.mp4"]
        }
        try await appliance.eventuallyEmptySpool()
        pids = try await eventually("a converter is idle") {
            let pids = Self.converters(of: server)
            return pids.isEmpty ? nil : pids
        }
        for pid in pids { kill(pid, SIGSTOP) }
    }

    /// Waits until it has the second job.
    func eventuallyHolds(_ name: String, in appliance: Appliance) async throws {
        try await eventually("\(name) is given to the converter") {
            try await appliance.jobs().contains { $0.name == name && $0.state == "converting" }
        }
    }

    func letGo() { for pid in pids { kill(pid, SIGCONT) } }

    static func converters(of server: Appliance.Server) -> [pid_t] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { pid_t($0) }.filter { pid in
            let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/exe")) ?? ""
            let status = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
            return program.hasSuffix("/soundspool-convert") && status.contains("PPid:\t\(server.program.pid)\n")
        }
    }
}
