import Conversion
import ConversionContract
import Glibc

extension ConversionRequest {
    /// Asked before the sandbox is entered: the C library looks into `/sys` for it.
    static var processors: Int { sysconf(CInt(_SC_NPROCESSORS_ONLN)) }

    /// Threads that encode, where there are so many processors.
    func encoderThreads(of processors: Int) -> Int { min(max(threads ?? processors, 1), 64) }

    /// Does what is asked for; see `Transcoder` for the descriptors.
    /// - Parameter messages: where the process's last message goes if the source's headers take too long.
    func fulfil(
        source: CInt, destination: CInt, messages: CInt, processors: Int,
        progress: @escaping (ConversionProgress) throws -> Void
    ) -> ConversionReport {
        OpeningDeadline.begin(preset: preset, messages: messages)
        defer { OpeningDeadline.end() }
        let transcoder = Transcoder(
            preset: preset, limits: limits, bitRate: bitRate.map(Preset.BitRate.constant(kilobits:)), track: track,
            loudness: loudness, threads: encoderThreads(of: processors))
        return listsTracks
            ? transcoder.survey(source: source)
            : transcoder.convert(
                source: source, destination: destination, opened: OpeningDeadline.end, progress: progress)
    }
}
