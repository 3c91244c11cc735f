import CFFmpeg
import ConversionContract

extension Demuxer {
    /// The loudness that the source's own ReplayGain tags tell; nil where it has none.
    var taggedLoudness: Loudness? {
        for dictionary in [format.pointee.metadata, stream.pointee.metadata] {
            // Names are compared without regard to case.
            func number(_ name: String) -> Double? {
                guard let value = av_dict_get(dictionary, name, nil, 0)?.pointee.value else { return nil }
                return Double(String(cString: value).split(separator: " ").first ?? "")
            }
            if let gain = number("REPLAYGAIN_TRACK_GAIN"), let peak = number("REPLAYGAIN_TRACK_PEAK"),
                abs(gain) <= 100, (0...1000).contains(peak)
            {
                return Loudness(integrated: ID3Tag.replayGainReference - gain, peak: peak)
            }
        }
        return nil
    }
}
