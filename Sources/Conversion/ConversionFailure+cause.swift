import ConversionContract

extension ConversionFailure {
    /// What an error means to the person whose file it is.
    init(_ error: any Error) {
        switch error {
        case let failure as ConversionFailure: self = failure
        case let failure as DescriptorFile.Failure:
            self.init(.inputOutput, "Reading the video or writing the MP3 failed (\(failure)).")
        case let failure as MessageWriter.Failure:
            self.init(.inputOutput, "Nobody takes the messages of the converter any more (\(failure)).")
        default: self.init(.internalError, "The converter failed (\(error)).")
        }
    }
}
