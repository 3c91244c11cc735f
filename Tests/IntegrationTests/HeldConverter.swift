import Foundation
import Glibc
import TestSupport
import Testing

/// A converter that takes no job before it is let go: one that is given to it is *converting* until then.
struct HeldConverter {
    /// The directory of the service and this converter. Whoever made it removes it.
    let programs: URL
    /// A file that the converter locks before it begins; it is locked here until then.
    private let hold: FileHandle

    init() throws {
        programs = Program.builtPrograms.appending(path: "programs-\(UUID().uuidString)")
        let hold = programs.appending(path: "hold")
        try FileManager.default.createDirectory(at: programs, withIntermediateDirectories: false)
        try FileManager.default.linkItem(
            at: Program.builtPrograms.appending(path: "soundspool"), to: programs.appending(path: "soundspool"))
        try Data().write(to: hold)
        self.hold = try FileHandle(forWritingTo: hold)
        try #require(flock(self.hold.fileDescriptor, LOCK_EX) == 0)
        let script = try Script(
            program: """
                #!/bin/sh
                case "$*" in
                *--serve*) /usr/bin/flock --shared '\(hold.path)' true ;;
                esac
                exec '\(Program.builtPrograms.appending(path: "soundspool-convert").path)' "$@"
                """, in: programs.path)
        try FileManager.default.moveItem(
            atPath: script.path, toPath: programs.appending(path: "soundspool-convert").path)
    }

    func remove() { try? FileManager.default.removeItem(at: programs) }

    /// Waits until it has been started for the job.
    func eventuallyHolds(_ name: String, of server: Appliance.Server, in appliance: Appliance) async throws {
        try await eventually("\(name) is given to the converter") {
            try await appliance.jobs().contains { $0.name == name && $0.state == "converting" }
                && !Self.converters(of: server).isEmpty
        }
    }

    func letGo() throws { try #require(flock(hold.fileDescriptor, LOCK_UN) == 0) }

    /// Those that a service runs now, held or not.
    static func converters(of server: Appliance.Server) -> [pid_t] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { pid_t($0) }.filter { pid in
            let program = (try? String(contentsOfFile: "/proc/\(pid)/cmdline", encoding: .utf8)) ?? ""
            let status = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
            return program.contains("/soundspool-convert\0") && status.contains("PPid:\t\(server.program.pid)\n")
        }
    }
}
