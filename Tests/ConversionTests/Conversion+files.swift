import ConversionContract
import Foundation

@testable import Conversion

extension Transcoder {
    /// Converts a file to another.
    func convert(_ source: String, _ destination: String) throws -> ConversionReport {
        let input = try OpenFile(source)
        let output = try OpenFile.output(destination)
        return convert(source: input.descriptor, destination: output.descriptor)
    }
}
