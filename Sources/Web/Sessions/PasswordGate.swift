import FoundationEssentials
import HTTPTypes
import Storage

/// Lets only as many passwords be hashed at once as there are cores: each takes 46 MiB and a core, and anybody may ask
/// for one.
actor PasswordGate {
    static let width = ProcessInfo.processInfo.activeProcessorCount
    static let queueLimit = 32

    private(set) var running = 0
    /// How many were hashed in all.
    private(set) var hashed = 0
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func verify(_ password: String, _ hash: String?) async throws -> Bool {
        try await enter()
        defer { leave() }
        hashed += 1
        return try await PasswordHash.verify(password, hash)
    }

    func hash(_ password: String) async throws -> String {
        try await enter()
        defer { leave() }
        hashed += 1
        return try await PasswordHash.make(password)
    }

    private func enter() async throws {
        if running < Self.width {
            running += 1
            return
        }
        guard waiting.count < Self.queueLimit else {
            throw Problem(
                status: .serviceUnavailable,
                detail: "Too many people want to sign in right now. Try again in a moment.",
                headers: [.retryAfter: "5"])
        }
        // Whoever leaves hands its place on, so `running` stays as it is.
        await withCheckedContinuation { waiting.append($0) }
    }

    private func leave() {
        if waiting.isEmpty {
            running -= 1
        } else {
            waiting.removeFirst().resume()
        }
    }
}
