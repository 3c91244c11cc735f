import CProbe
import Glibc

/// What code in a converter might try against its author's will, by name. Each gives the result of its system call: minus
/// `errno` where that was refused.
enum Attempt {
    typealias Body = @Sendable () -> Int

    static let all: [String: Body] =
        [files, network, processes, kernel, walls, machine].reduce(into: [:]) { $0.merge($1) { first, _ in first } }

    /// A system call by its number.
    static func call(_ number: Int32, _ arguments: Int...) -> Int {
        let padded = arguments + [Int](repeating: 0, count: 6)
        return result(
            probe_call(Int(number), padded[0], padded[1], padded[2], padded[3], padded[4], padded[5]))
    }

    static func result(_ value: Int) -> Int { value == -1 ? -Int(errno) : value }

    static let path = text("/etc/passwd")
    /// In the working directory, which is the test's.
    static let newPath = text("made-by-an-attempt")

    /// The address of a string that stays.
    static func text(_ text: String) -> Int { Int(bitPattern: strdup(text)) }

    /// The address of zeros that stay.
    static let zeros = Int(bitPattern: calloc(1, 4096))
}
