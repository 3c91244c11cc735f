import Domain
import Hummingbird

/// Which jobs a list shall hold: `?state=&before=&limit=`.
struct JobQuery: Sendable, Equatable {
    enum State: Sendable, Equatable {
        case any, waiting
        case only(JobState)
    }

    var state = State.any
    var before: Job.ID?
    var limit = 50

    private static let maximumLimit = 200
    private static let states: [JobState] = [.queued, .converting, .published, .failed, .cancelled]

    init() {}

    init(_ parameters: some Collection<(key: Substring, value: Substring)>) throws(Problem) {
        for (key, value) in parameters {
            switch key {
            case "state": state = try Self.state(value)
            case "before":
                guard let id = Job.ID(value) else { throw .badRequest("'before' should be a job's number.") }
                before = id
            case "limit":
                guard let number = Int(value), (1...Self.maximumLimit).contains(number) else {
                    throw .badRequest("'limit' should be 1 to \(Self.maximumLimit).")
                }
                limit = number
            default: break
            }
        }
    }

    private static func state(_ value: Substring) throws(Problem) -> State {
        if value == JobDocument.waiting { return .waiting }
        guard let state = states.first(where: { $0.rawValue == value }) else {
            let names = [JobDocument.waiting] + states.map(\.rawValue)
            throw .badRequest("'state' should be one of \(names.joined(separator: ", ")).")
        }
        return .only(state)
    }
}
