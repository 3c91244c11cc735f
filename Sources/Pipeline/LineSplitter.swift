import ConversionContract
import FoundationEssentials

/// Cuts a stream of bytes into lines. A line that is too long is dropped whole: a converter that floods costs a bounded
/// buffer and nothing else.
struct LineSplitter {
    private var line = Data()
    private var isOverlong = false

    /// The lines that end in these bytes.
    mutating func feed(_ bytes: some Sequence<UInt8>) -> [Data] {
        var lines: [Data] = []
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                if !isOverlong { lines.append(line) }
                line.removeAll(keepingCapacity: true)
                isOverlong = false
            } else if line.count < ConverterMessage.maximumLength {
                line.append(byte)
            } else {
                isOverlong = true
            }
        }
        return lines
    }
}
