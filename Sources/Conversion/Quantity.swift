/// Amounts in the words of messages for people.
enum Quantity {
    /// `0 bytes`, `999 bytes`, `12.3 MB`: decimal units, as file managers show them.
    static func bytes(_ count: Int64) -> String {
        var value = Double(count)
        guard value >= 1000 else { return count == 1 ? "1 byte" : "\(count) bytes" }
        for unit in ["kB", "MB", "GB"] {
            value /= 1000
            if value < 1000 || unit == "GB" { return "\(tenths(value)) \(unit)" }
        }
        return "\(count) bytes"
    }

    /// `9.5 seconds`, `12:05`, `1:02:03`.
    static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "unknown length" }
        guard seconds >= 59.95 else { return "\(tenths(seconds)) seconds" }
        let whole = Int(seconds.rounded())
        func padded(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
        return hours > 0 ? "\(hours):\(padded(minutes)):\(padded(rest))" : "\(minutes):\(padded(rest))"
    }

    private static func tenths(_ value: Double) -> String {
        let tenths = Int64((value * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }

    /// A number with as many places behind the point: `-7.89`.
    static func decimal(_ value: Double, places: Int) -> String {
        let scale = (0..<places).reduce(Int64(1)) { scale, _ in scale * 10 }
        let scaled = value.isFinite ? (min(max(value, -1e6), 1e6) * Double(scale)).rounded() : 0
        let magnitude = Int64(scaled.magnitude)
        guard places > 0 else { return "\(Int64(scaled))" }
        let fraction = String(magnitude % scale)
        let zeros = String(repeating: "0", count: places - fraction.count)
        return "\(scaled < 0 ? "-" : "")\(magnitude / scale).\(zeros)\(fraction)"
    }
}
