/// A setting that cannot be used: which, where it was given, what it is, and what would be right.
struct ConfigurationError: Error, CustomStringConvertible {
    let source: String
    let key: String?
    let problem: String

    var description: String {
        let subject = key.map { "\(source): \($0): " } ?? "\(source): "
        return subject + problem
    }
}

/// All that is wrong with a configuration, so that it can be put right in one go.
struct ConfigurationErrors: Error, CustomStringConvertible {
    let errors: [ConfigurationError]

    var description: String { errors.map(\.description).joined(separator: "\n") }
}
