import Foundation
import HTTPTypes
import Testing

@testable import Web

struct PasswordGateTests {
    @Test func hashesAsManyAtOnceAsThereAreCoresAndRefusesALongQueue() async throws {
        let gate = PasswordGate()
        let watch = Task {
            var most = 0
            while !Task.isCancelled {
                most = max(most, await gate.running)
                await Task.yield()
            }
            return most
        }
        let statuses = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<300 {
                group.addTask {
                    do {
                        _ = try await gate.hash("correct horse battery")
                        return 200
                    } catch {
                        return Problem(error).status.code
                    }
                }
            }
            return await group.reduce(into: [Int: Int]()) { counts, status in counts[status, default: 0] += 1 }
        }
        watch.cancel()
        let most = await watch.value
        #expect((1...PasswordGate.width).contains(most))
        #expect(Set(statuses.keys) == [200, 503])
        #expect(try #require(statuses[200]) >= PasswordGate.width + PasswordGate.queueLimit)
        #expect(await gate.running == 0)
    }
}
