/// Numbers of bytes for people, in binary units.
enum ByteCountText {
    static func text(_ bytes: Int64) -> String {
        let units = ["bytes", "KiB", "MiB", "GiB", "TiB"]
        var (size, unit) = (Double(bytes), 0)
        while size >= 1024, unit < units.count - 1 {
            size /= 1024
            unit += 1
        }
        let tenths = (size * 10).rounded() / 10
        return (tenths == tenths.rounded() ? "\(Int64(tenths))" : "\(tenths)") + " " + units[unit]
    }
}
