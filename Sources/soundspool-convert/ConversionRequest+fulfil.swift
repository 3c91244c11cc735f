import Conversion
import ConversionContract
import Glibc

extension ConversionRequest {
    /// Threads that encode.
    var encoderThreads: Int { min(max(threads ?? sysconf(CInt(_SC_NPROCESSORS_ONLN)), 1), 64) }

    /// Does what is asked for; see `Transcoder` for the descriptors.
    /// - Parameter messages: where the process's last message goes if the source's headers take too long.
    func fulfil(
        source: CInt, destination: CInt, messages: CInt, progress: @escaping (ConversionProgress) throws -> Void
    ) -> ConversionReport {
        OpeningDeadline.begin(preset: preset, messages: messages)
        defer { OpeningDeadline.end() }
        let transcoder = Transcoder(
            preset: preset, limits: limits, bitRate: bitRate.map(Preset.BitRate.constant(kilobits:)), track: track,
            loudness: loudness, threads: encoderThreads)
        return listsTracks
            ? transcoder.survey(source: source)
            : transcoder.convert(
                source: source, destination: destination, opened: OpeningDeadline.end, progress: progress)
    }
}
