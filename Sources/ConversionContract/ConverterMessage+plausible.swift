// A converter may have been taken over by its source. What it says is shown, written down, logged and reckoned with, far from
// where it was read; so each number is brought into a range that no reckoning leaves, and each text is made fit to be shown.
// A header's honest lie, of a film of a million years, comes through the same way.

extension ConverterMessage {
    /// Seconds of sound, 31 years: what is longer is as long.
    static let mostSeconds = 1e9
    /// Bytes of a sentence, and of a name.
    static let longestSentence = 1000
    static let longestName = 200

    /// The message with nothing in it that could do harm.
    var plausible: ConverterMessage {
        switch self {
        case .progress(let progress): .progress(progress.plausible)
        case .report(let report): .report(report.plausible)
        }
    }
}

extension ConversionProgress {
    fileprivate var plausible: ConversionProgress {
        ConversionProgress(position: position.asSeconds, duration: duration?.asSeconds)
    }
}

extension ConversionReport {
    fileprivate var plausible: ConversionReport {
        var report = self
        report.container = container?.asName
        report.codec = codec?.asName
        report.promised = promised?.asSeconds
        report.produced = produced.asSeconds
        report.encoder = encoder?.asName
        report.damagedPackets = max(damagedPackets, 0)
        report.loudness = loudness?.plausible
        report.tracks = tracks?.prefix(Self.maximumTracks).map(\.plausible)
        report.track = track.map { max($0, 1) }
        report.message = message?.printable(atMost: ConverterMessage.longestSentence)
        return report
    }
}

extension Loudness {
    /// Samples that are floats may be as loud as floats get.
    fileprivate var plausible: Loudness {
        Loudness(integrated: integrated?.clamped(to: -1000...1000), peak: peak.clamped(to: 0...1e9))
    }
}

extension SoundTrack {
    fileprivate var plausible: SoundTrack {
        var track = self
        track.index = max(index, 1)
        track.language = language?.asName
        track.title = title?.asName
        return track
    }
}

extension Double {
    /// What is no number at all is the least.
    fileprivate func clamped(to range: ClosedRange<Double>) -> Double {
        self > range.lowerBound ? min(self, range.upperBound) : range.lowerBound
    }

    fileprivate var asSeconds: Double { clamped(to: 0...ConverterMessage.mostSeconds) }
}

extension String {
    fileprivate var asName: String { printable(atMost: ConverterMessage.longestName) }
}
