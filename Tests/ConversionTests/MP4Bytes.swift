import Testing

@testable import Conversion

/// Changes to an MP4's boxes.
extension [UInt8] {
    /// Where the last box of a type begins: of the last track, which is the sound's.
    func box(_ type: String) throws -> Int {
        try #require(indices.dropLast(4).last { Array(self[$0..<$0 + 4]) == Array(type.utf8) }) - 4
    }

    /// A box of whole numbers.
    static func box(_ type: String, _ numbers: Int64...) -> [UInt8] {
        TableBox.bytes(Int64(8 + 4 * numbers.count)) + Array(type.utf8) + numbers.flatMap { TableBox.bytes($0) }
    }

    /// Writes over a box's content from a number of it on.
    mutating func write(_ numbers: Int64..., at index: Int, of type: String) throws {
        let start = try box(type) + 8 + 4 * index
        replaceSubrange(start..<start + 4 * numbers.count, with: numbers.flatMap { TableBox.bytes($0) })
    }

    /// Adds a box at the end of the last of others. The index is the file's last box: nothing that it tells of moves.
    mutating func add(_ new: [UInt8], to parents: [String]) throws {
        var end = count
        for parent in parents {
            let start = try box(parent)
            let size = try Int(#require(bigEndian(at: start, count: 4)))
            end = start + size
            replaceSubrange(start..<start + 4, with: TableBox.bytes(Int64(size + new.count)))
        }
        insert(contentsOf: new, at: end)
    }
}
