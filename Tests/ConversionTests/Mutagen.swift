import Foundation

/// The tags of an MP3 as mutagen reads them (Debian's `python3-mutagen`).
struct Mutagen: Decodable {
    struct Chapter: Decodable, Equatable {
        var start: Int
        var end: Int
        var title: String
    }

    struct Failure: Error {}

    var version: [Int]
    /// Texts by the frame's key: `TIT2`, `COMM::XXX`, `TXXX:REPLAYGAIN_TRACK_GAIN`.
    var texts: [String: String]
    var chapters: [Chapter]
    /// Identifiers in the table of contents.
    var contents: [String]
    var pictureType: String?
    var picture: Data?
    /// Seconds.
    var length: Double

    private static let program = """
        import base64, json, sys
        from mutagen.mp3 import MP3
        file = MP3(sys.argv[1])
        tags = file.tags
        chapters = sorted(tags.getall("CHAP"), key=lambda chapter: chapter.start_time)
        pictures = tags.getall("APIC")
        print(json.dumps({
            "version": list(tags.version),
            "texts": {key: str(frame) for key, frame in tags.items() if key[0] == "T" or key.startswith("COMM")},
            "chapters": [{"start": c.start_time, "end": c.end_time, "title": str(c.sub_frames.get("TIT2", ""))}
                         for c in chapters],
            "contents": [name for toc in tags.getall("CTOC") for name in toc.child_element_ids],
            "pictureType": pictures[0].mime if pictures and pictures[0].type == 3 else None,
            "picture": base64.b64encode(pictures[0].data).decode() if pictures else None,
            "length": file.info.length,
        }))
        """

    static func read(_ path: String) throws -> Mutagen {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = ["-c", program, path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure() }
        return try JSONDecoder().decode(Mutagen.self, from: data)
    }
}
