/// Names in an inbox that are nobody's drop: what clients write on the way to the final name, and what desktops leave
/// behind.
public enum DropName {
    /// Dot-files cover rsync's `.name.XXXXXX`, `._*`, `.DS_Store` and the token file.
    public static func isIgnored(_ name: [UInt8]) -> Bool {
        guard name.first != UInt8(ascii: ".") else { return true }
        let lowercased = String(decoding: name, as: UTF8.self).lowercased()
        return ["thumbs.db", "desktop.ini"].contains(lowercased)
            || [".part", ".filepart", ".partial", ".crdownload"].contains { lowercased.hasSuffix($0) }
    }
}
