import Foundation
import Testing

@testable import LinuxSystem

struct MachineTests {
    @Test func `memory is what the kernel says`() throws {
        let text = try String(contentsOfFile: "/proc/meminfo", encoding: .utf8)
        let total = try #require(text.firstMatch(of: /MemTotal:\s+(\d+) kB/).flatMap { Int64($0.1) })
        let memory = Machine.memory
        #expect(memory.total == total << 10)
        #expect((1...memory.total).contains(memory.available))
    }

    @Test func `the process's own memory grows with what it uses`() throws {
        let before = try #require(Machine.ownMemory)
        let block = [UInt8](repeating: 7, count: 64 << 20)
        let after = try #require(Machine.ownMemory)
        #expect(after - before > 48 << 20)
        #expect(block.count == 64 << 20)
    }

    @Test func `load and processors are those of the machine`() throws {
        let text = try String(contentsOfFile: "/proc/loadavg", encoding: .utf8)
        let expected = text.split(separator: " ").prefix(3).compactMap { Double($0) }
        let loads = Machine.loadAverages
        #expect(loads.count == 3)
        // They go on between the two looks; that of 15 minutes hardly.
        #expect(abs(loads[2] - (expected.last ?? -1)) < 0.5)
        #expect(Machine.processors == ProcessInfo.processInfo.activeProcessorCount)
    }
}
