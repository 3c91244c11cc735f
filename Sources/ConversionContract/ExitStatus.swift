/// How a conversion ended, as `soundspool-convert`'s exit status. The numbers are those of `sysexits.h`.
public enum ExitStatus: Int32, Sendable, Hashable, Error {
    case converted = 0
    /// `EX_USAGE`: the command line is wrong.
    case usage = 64
    /// `EX_DATAERR`: the source cannot be converted; the report's `reason` says why.
    case cannotBeConverted = 65
    /// `EX_SOFTWARE`: an error of the converter's own.
    case internalError = 70
    /// `EX_IOERR`: reading the source or writing the MP3 failed.
    case inputOutput = 74
    /// `EX_TEMPFAIL`: the source is cut off; more bytes may still come.
    case incomplete = 75
    /// `EX_NOPERM`: the sandbox could not be set up.
    case sandbox = 77
}
