import Conversion
import ConversionContract
import Glibc

extension ConversionRequest {
    /// Threads that encode.
    var encoderThreads: Int { min(max(threads ?? sysconf(CInt(_SC_NPROCESSORS_ONLN)), 1), 64) }

    /// Does what is asked for; see `Transcoder` for the descriptors.
    func fulfil(
        source: CInt, destination: CInt, progress: @escaping (ConversionProgress) throws -> Void
    ) -> ConversionReport {
        let transcoder = Transcoder(
            preset: preset, limits: limits, bitRate: bitRate.map(Preset.BitRate.constant(kilobits:)), track: track,
            loudness: loudness, threads: encoderThreads)
        return listsTracks
            ? transcoder.survey(source: source)
            : transcoder.convert(source: source, destination: destination, progress: progress)
    }
}
