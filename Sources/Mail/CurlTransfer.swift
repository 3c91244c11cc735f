import CCurl
import Synchronization

/// What libcurl's callbacks work on during one `curl_easy_perform`. A class, since the callbacks need an address; it
/// stays on the thread that performs.
final class CurlTransfer {
    private let bytes: [UInt8]
    private var position = 0
    private let cancellation: Cancellation
    private let transcript: SMTPTranscript?
    private(set) var dialogue = SMTPDialogue()
    /// The beginning of an HTTP answer's body.
    private(set) var answer: [UInt8] = []

    private static let mostOfAnswer = 1 << 10

    init(bytes: [UInt8], cancellation: Cancellation, transcript: SMTPTranscript? = nil) {
        self.bytes = bytes
        self.cancellation = cancellation
        self.transcript = transcript
    }

    private static func at(_ context: UnsafeMutableRawPointer?) -> CurlTransfer? {
        context.map { Unmanaged<CurlTransfer>.fromOpaque($0).takeUnretainedValue() }
    }

    /// `CURLOPT_READFUNCTION`: the next bytes to upload, none at the end.
    static let read: curl_read_callback = { buffer, size, count, context in
        guard let transfer = at(context), let buffer else { return 0 }
        let part = transfer.bytes[transfer.position...].prefix(size * count)
        UnsafeMutableRawBufferPointer(start: buffer, count: size * count).copyBytes(from: part)
        transfer.position += part.count
        return part.count
    }

    /// `CURLOPT_WRITEFUNCTION`: without one libcurl writes to standard output.
    static let write: curl_write_callback = { buffer, size, count, context in
        guard let transfer = at(context), let buffer else { return size * count }
        let room = mostOfAnswer - transfer.answer.count
        transfer.answer += UnsafeRawBufferPointer(start: buffer, count: min(room, size * count))
        return size * count
    }

    /// `CURLOPT_XFERINFOFUNCTION`, called about once a second however little happens: other than 0 ends the transfer.
    static let progress: curl_xferinfo_callback = { context, _, _, _, _ in
        at(context)?.cancellation.isRequested == true ? 1 : 0
    }

    /// `CURLOPT_DEBUGFUNCTION`: SMTP's commands and replies are to libcurl headers sent and received.
    static let debug: curl_debug_callback = { _, type, text, count, context in
        guard let transfer = at(context), let text else { return 0 }
        let line = UnsafeRawBufferPointer(start: text, count: count)
        switch type {
        case CURLINFO_HEADER_OUT:
            transfer.transcript?.sent(line, after: transfer.dialogue.code)
            transfer.dialogue.sent(line)
        case CURLINFO_HEADER_IN:
            transfer.dialogue.received(line)
            transfer.transcript?.received(line)
        case CURLINFO_TEXT: transfer.transcript?.noted(line)
        default: break
        }
        return 0
    }
}

/// A wish, from any thread, that a transfer end early.
final class Cancellation: Sendable {
    private let flag = Atomic(false)

    var isRequested: Bool { flag.load(ordering: .relaxed) }

    func request() { flag.store(true, ordering: .relaxed) }
}
