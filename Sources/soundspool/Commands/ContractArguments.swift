public import ArgumentParser
public import ConversionContract

extension Preset: ExpressibleByArgument {
    static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}

extension TrackChoice: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}
