public import Domain
import FoundationEssentials

/// A letter's items as a webhook gets them, in JSON.
public struct EventDocument: Encodable {
    struct Result: Encodable {
        let event: String
        let job: String?
        let name: String?
        let output: String?
        let duration: Double?
        let reason: String?
        let message: String?
        let time: Date
        /// Where the MP3 can be fetched without signing in, and until when.
        let link: String?
        let expires: Date?
    }

    /// The same on every try.
    let id: String
    let account: String
    let created: Date
    let results: [Result]

    public init(_ letter: Letter, links: LetterLinks?) {
        id = letter.token
        account = letter.accountName.text
        created = letter.created
        results = letter.items.map { item in
            var (output, duration): (String?, Double?) = (nil, nil)
            var (reason, message): (String?, String?) = (nil, nil)
            var download: (link: String, expires: Date)?
            switch item.subject {
            case .completed(let path, let seconds):
                (output, duration, message) = (path.display, seconds, item.note)
                download = item.job.flatMap { links?.download($0, letter.created) }
            case .failed(let failure): (reason, message) = (failure.reason, failure.message)
            case .incomplete: reason = "incomplete"
            case .quota(let words): message = words
            // These hold secrets, and are never queued for a webhook.
            case .confirmAddress, .resetPassword, .alreadyRegistered: break
            }
            return Result(
                event: item.subject.kind.rawValue, job: item.job.map { String($0) }, name: item.drop?.display,
                output: output, duration: duration, reason: reason, message: message, time: item.date,
                link: download?.link, expires: download?.expires)
        }
    }

    public func bytes() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(self))
    }
}
