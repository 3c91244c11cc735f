import ConversionContract

/// Why a source is not converted: a reason for programs and one sentence for the person whose file it is.
struct ConversionFailure: Error, Equatable {
    let reason: ConversionReport.Reason
    let message: String

    init(_ reason: ConversionReport.Reason, _ message: String) {
        self.reason = reason
        self.message = message
    }

    static let noAudio = Self(.noAudio, "The video has no sound.")
    static let notAVideo = Self(
        .unsupported,
        "This is not a video or sound file of a kind that can be converted, such as MP4, MKV, WebM or AVI.")
    static let elsewhere = Self(.unsupported, "The sound is in another file, which this one only refers to.")
    static let empty = Self(.incomplete, "The file is empty.")
    static let damaged = Self(.damaged, "The sound in the file is damaged and cannot be converted.")

    static func endsEarly(size: Int64, promised: Int64) -> Self {
        Self(
            .incomplete,
            "The file ends too early: \(Quantity.bytes(size)) of \(Quantity.bytes(promised)) are there.")
    }

    static let endMissing = Self(.incomplete, "The file ends too early: its last part is missing.")

    static func soundEndsEarly(produced: Double, promised: Double) -> Self {
        Self(
            .incomplete,
            "The file ends too early: it has \(Quantity.duration(produced)) of \(Quantity.duration(promised)) of sound."
        )
    }

    static func soundMissing(produced: Double, promised: Double) -> Self {
        Self(
            .damaged,
            "The file is damaged: only \(Quantity.duration(produced)) of its \(Quantity.duration(promised)) of sound "
                + "can be read.")
    }

    static func tooLong(limit: Int) -> Self {
        Self(.overLimit, "The sound is longer than \(Quantity.duration(Double(limit))), the most that is converted.")
    }

    static func outputTooLarge(limit: Int64) -> Self {
        Self(.overLimit, "The MP3 would be larger than \(Quantity.bytes(limit)), the most that is written.")
    }
}
