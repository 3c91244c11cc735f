/// A result of a LAME function that is none of its good ones, with the function's name.
struct LAMEError: Error, Equatable, CustomStringConvertible {
    let code: CInt
    let function: String

    /// Passes a result that is not negative through, and throws the others.
    @discardableResult
    static func check(_ result: CInt, _ function: String) throws(LAMEError) -> CInt {
        guard result >= 0 else { throw LAMEError(code: result, function: function) }
        return result
    }

    /// `lame.h` documents the codes at `lame_encode_buffer`.
    var description: String {
        let meaning =
            switch code {
            case -1: "the output buffer is too small"
            case -2: "out of memory"
            case -3: "the parameters were not set up"
            case -4: "the psychoacoustic model failed"
            default: "error \(code)"
            }
        return "\(function): \(meaning)"
    }
}
