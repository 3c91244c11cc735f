/// One thing that the doctor looked at.
struct Finding: Encodable {
    enum Verdict: String, Encodable {
        case fine = "ok"
        case warning
        case failure
    }

    let subject: String
    let verdict: Verdict
    let finding: String
    /// What to do about it; nil where nothing is to be done.
    let remedy: String?

    static func fine(_ subject: String, _ finding: String) -> Finding {
        Finding(subject: subject, verdict: .fine, finding: finding, remedy: nil)
    }

    static func warning(_ subject: String, _ finding: String, _ remedy: String) -> Finding {
        Finding(subject: subject, verdict: .warning, finding: finding, remedy: remedy)
    }

    static func failure(_ subject: String, _ finding: String, _ remedy: String) -> Finding {
        Finding(subject: subject, verdict: .failure, finding: finding, remedy: remedy)
    }
}
