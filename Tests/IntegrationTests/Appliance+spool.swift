import Foundation
import TestSupport

extension Appliance {
    /// The names in the spool.
    var spooled: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: root.appending(path: ".spool").path) }
    }

    func eventuallyEmptySpool() async throws {
        try await eventually("the spool is empty") { try spooled.isEmpty }
    }
}
