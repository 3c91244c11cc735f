import Foundation

/// What a test waited for and did not get.
public struct NeverHappened: Error, CustomStringConvertible {
    public let description: String

    public init(description: String) { self.description = description }
}

/// Waits until `condition` holds, and returns what it gave. The deadline is only there to end a test that would hang;
/// no test is about how long something takes.
@discardableResult
public func eventually<Value>(
    _ what: String, within seconds: Double = 600, isolation: isolated (any Actor)? = #isolation,
    _ condition: () async throws -> Value?
) async throws -> Value {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < deadline {
        if let value = try await condition() { return value }
        try await Task.sleep(for: .milliseconds(10))
    }
    throw NeverHappened(description: "waited \(Int(seconds)) s in vain: \(what)")
}

/// Waits until `condition` is true.
public func eventually(
    _ what: String, within seconds: Double = 600, isolation: isolated (any Actor)? = #isolation,
    _ condition: () async throws -> Bool
) async throws {
    try await eventually(what, within: seconds) { () -> Void? in try await condition() ? () : nil }
}
