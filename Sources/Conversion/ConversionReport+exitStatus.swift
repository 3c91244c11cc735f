public import ConversionContract

extension ConversionReport {
    /// How `soundspool-convert` ends with this report.
    public var exitStatus: ExitStatus {
        switch reason {
        case nil: .converted
        case .unsupported, .noAudio, .damaged, .overLimit: .cannotBeConverted
        case .incomplete: .incomplete
        case .inputOutput: .inputOutput
        case .internalError: .internalError
        }
    }
}
