/// The Content-Disposition of a download: RFC 6266, with the name in UTF-8 as RFC 8187 has it and an ASCII one for those
/// that do not know that.
enum ContentDisposition {
    static func attachment(_ name: String) -> String {
        let plain = String(
            String.UnicodeScalarView(
                name.unicodeScalars.map { isPlain($0) ? $0 : "_" }))
        // RFC 8187 section 3.2.1's attr-char.
        let encoded = PercentEncoding.encode(name.utf8, allowed: "!#$&+-.^_`|~")
        return "attachment; filename=\"\(plain)\"; filename*=UTF-8''\(encoded)"
    }

    /// `%` too, because browsers differ over what it means there: RFC 6266 appendix D.
    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        (" "..."~").contains(scalar) && !"\"\\%".unicodeScalars.contains(scalar)
    }
}
