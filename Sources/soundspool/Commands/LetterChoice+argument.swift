public import ArgumentParser
public import Domain

extension LetterChoice: ExpressibleByArgument {
    static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
