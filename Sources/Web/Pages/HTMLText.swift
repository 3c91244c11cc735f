import Domain
import Mustache

/// Escapes text for HTML, scalar by scalar.
///
/// SECURITY: swift-mustache's own escaping goes by characters, and a quotation mark that a combining accent follows is
/// another character than a quotation mark: in an attribute it would end the value. Every template begins with the
/// pragma that asks for this type.
struct HTMLText: MustacheContentType {
    static let name = "HTMLText"
    static let pragma = "{{% CONTENT_TYPE:\(name)}}"

    func escapeText(_ text: String) -> String { text.escapedForHTML }
}
