import CFFmpeg

/// A negative result of a libav function, with the function's name.
/// The codes are those of `libavutil/error.h`: negated errno values and four-character tags.
struct AVError: Error, Equatable, CustomStringConvertible {
    let code: CInt
    let function: String

    static let endOfFile = soundspool_error_eof
    static let invalidData = soundspool_error_invalid_data
    static let tryAgain = soundspool_error(EAGAIN)
    static let noMemory = soundspool_error(ENOMEM)

    /// Passes a result that is not negative through, and throws the others.
    @discardableResult
    static func check(_ result: CInt, _ function: String) throws(AVError) -> CInt {
        guard result >= 0 else { throw AVError(code: result, function: function) }
        return result
    }

    /// Unwraps what an allocation returned.
    static func allocated<Value>(_ value: Value?, _ function: String) throws(AVError) -> Value {
        guard let value else { throw AVError(code: noMemory, function: function) }
        return value
    }

    /// `av_strerror`'s words for the code.
    var description: String {
        let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer -> String in
            guard let start = buffer.baseAddress, av_strerror(code, start, buffer.count) == 0 else {
                return "error \(code)"
            }
            return String(cString: start)
        }
        return "\(function): \(text)"
    }
}
