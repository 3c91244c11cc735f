import Foundation
import TestSupport

/// A program that stands in for the converter: a shell script made for one test.
struct Script {
    let path: String

    init(_ body: String, in directory: String) throws {
        path = directory + "/converter-\(UUID().uuidString)"
        try Data(("#!/bin/sh\n" + body + "\n").utf8).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }

    /// What a converter says that made `seconds` of sound.
    static func report(_ seconds: Double = 2.5) -> String {
        #"echo '{"report":{"damagedPackets":0,"preset":"standard","produced":\#(seconds),"promised":2.5}}' >&2"#
    }
}
