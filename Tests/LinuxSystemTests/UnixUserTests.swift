import Foundation
import Testing

@testable import LinuxSystem

struct UnixUserTests {
    @Test func `a user is found by name and by number`() throws {
        let root = try #require(UnixUser(named: "root"))
        #expect(root.id == 0)
        #expect(root.group == 0)
        #expect(UnixUser(id: 0) == root)
        #expect(root.isMember(of: "root"))
        #expect(!root.isMember(of: "no-such-group"))
    }

    @Test(arguments: ["", "no-such-user", "root\n", "root:x"])
    func `nobody else is found`(name: String) {
        #expect(UnixUser(named: name) == nil)
        #expect(UnixUser(id: 4_000_000_001) == nil)
    }

    @Test func `many threads look users up, each its own`() async throws {
        let daemon = try #require(UnixUser(named: "daemon"))
        let names = try await withThrowingTaskGroup(of: [Bool].self) { group in
            for thread in 0..<8 {
                let id = thread % 2 == 0 ? 0 : daemon.id
                group.addTask {
                    try await onBlockingThread {
                        (0..<500).map { _ in UnixUser(id: id)?.name == (id == 0 ? "root" : "daemon") }
                    }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(names.count == 4000)
        #expect(names.allSatisfy { $0 })
    }
}
