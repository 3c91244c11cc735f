import Foundation
import TestSupport

/// A false converter that its drops have taken over.
enum LyingConverter {
    /// Escapes of terminals, lines of letters and of pages, and what turns text around.
    private static let words =
        #"\u001b]0;owned\u0007\u001b[2J\u009b31m\r\nBcc: eve@example.org\r\n\r\n<script>alert(1)</script>\u202e\u2028\u0085\u0000"#
    private static let longWords = String(repeating: "ü", count: 3000)

    /// What the converter does with a drop that begins with a word; with any other it converts.
    static let lies = [
        "reports": #"""
        printf '%s\n' '{"report":{"damagedPackets":0,"preset":"standard","produced":0,"reason":"unsupported",
          "message":"WORDS LONG","encoder":"WORDS","codec":"WORDS","container":"WORDS",
          "tracks":[{"index":1,"title":"WORDS","language":"WORDS","isAuxiliary":false,"isDefault":true}]}}' | tr -d '\n' >&2
        """#,
        "shouts": #"""
        printf '\033]0;owned\007\033[2J\302\233\r\nBcc: eve@example.org\r\n\r\n<script>alert(1)</script>\342\200\256' >&2
        printf '\377\376\200\0' >&2
        kill -SEGV $$
        """#,
        "floods": #"head -c 3000000 /dev/zero | tr '\0' '\033' >&2"#,
        "raves": #"printf '%s\n' '{"progress":{"position":"WORDS"}}' >&2; exit 0"#,
        "talks": #"printf '{"report":{"damagedPackets":0,"message":"%20000s"}}\n' x >&2"#,
        "mumbles":
            #"printf '{"report":{"damagedPackets":0,"preset":"standard","produced":0,"message":"\377\376"}}\n' >&2"#,
    ]

    /// The programs of a directory: the service, and in the place of its converter one that lies.
    static func programs() throws -> URL {
        let programs = Program.builtPrograms.appending(path: "programs-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: programs, withIntermediateDirectories: false)
        try FileManager.default.linkItem(
            at: Program.builtPrograms.appending(path: "soundspool"), to: programs.appending(path: "soundspool"))
        let cases = lies.map { drop, lie in
            "\(drop)) \(lie.replacing("WORDS", with: words).replacing("LONG", with: longWords)) ;;"
        }
        let real = Program.builtPrograms.appending(path: "soundspool-convert").path
        let script = try Script(
            "case \"$(head -c 20 | tr -d '\\0')\" in\n\(cases.joined(separator: "\n"))\n*) exec '\(real)' --threads 1 ;;\nesac",
            in: programs.path)
        try FileManager.default.moveItem(
            atPath: script.path, toPath: programs.appending(path: "soundspool-convert").path)
        return programs
    }
}
