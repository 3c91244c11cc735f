import ConversionContract
import Domain

/// How the MP3s of one video are called where there is one for each language: `film.de.mp3`, `film.en.mp3`.
enum OutputNames {
    /// - Parameters:
    ///   - output: the directory they go to, or the name that the languages are put into.
    ///   - isDirectory: which of both it is.
    static func path(input: String, output: String, isDirectory: Bool, language: String) -> String {
        guard isDirectory else {
            let stem = output.lowercased().hasSuffix(".mp3") ? String(output.dropLast(4)) : output
            return "\(stem).\(language).mp3"
        }
        let name = input.split(separator: "/").last.map { Array($0.utf8) } ?? []
        let audio = OutputName.audio(for: name).candidate(1).dropLast(4)
        return output + (output.hasSuffix("/") ? "" : "/") + "\(audio).\(language).mp3"
    }
}
