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
        // The machine's memory is not short: what a conversion may take is bounded, and honest videos take a fifth of it.
        case let failure as AVError where failure.code == AVError.noMemory:
            self.init(.overLimit, "The video has more parts, or takes more memory, than is allowed.")
        default: self.init(.internalError, "The converter failed (\(error)).")
        }
    }
}
