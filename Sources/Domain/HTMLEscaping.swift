extension String {
    /// The text as HTML that shows it, in an element or in a quoted attribute.
    ///
    /// SECURITY: scalar by scalar. A quotation mark that a combining accent follows is another `Character` than a
    /// quotation mark, and in an attribute it would still end the value.
    public var escapedForHTML: String {
        var output = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            switch scalar {
            case "<": output += "&lt;".unicodeScalars
            case ">": output += "&gt;".unicodeScalars
            case "&": output += "&amp;".unicodeScalars
            case "\"": output += "&quot;".unicodeScalars
            case "'": output += "&#39;".unicodeScalars
            default: output.append(scalar)
            }
        }
        return String(output)
    }
}
