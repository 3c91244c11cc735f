import CFFmpeg
import Foundation
import Testing

@testable import Conversion

/// The index of an MP4's pictures, which is read for nothing, is kept from libav.
@Suite struct MP4TracksTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func film(_ name: String, inputs: [String] = [], _ arguments: [String] = []) throws -> String {
        let path = directory.path(name)
        try FFmpeg.run(
            FFmpeg.tones(seconds: 20, rate: 44100) + FFmpeg.picture(seconds: 20)
                + inputs + ["-preset", "ultrafast", "-c:a", "aac"] + arguments + [path])
        return path
    }

    /// What libav sees of a file.
    private func look(_ file: DescriptorFile, index: MP4Tracks? = nil) throws -> (
        streams: Int, pictures: Int, chapters: Int
    ) {
        _ = file.seek(to: 0)
        let demuxer = try Demuxer(file, index: index)
        return (demuxer.streams.count, demuxer.streams.filter(\.isPicture).count, demuxer.metadata.chapters.count)
    }

    @Test(arguments: ["a.mp4", "a.mov", "faststart.mp4"])
    func picturesAreHidden(name: String) throws {
        let input = try OpenFile(film(name, name.hasPrefix("fast") ? ["-movflags", "+faststart"] : []))
        let file = try DescriptorFile(reading: input.descriptor)
        let tracks = try MP4Tracks(of: file)
        #expect(tracks.tracks.map(\.handler).sorted() == ["soun", "vide"])
        #expect(!tracks.areSoundsElsewhere)
        #expect(try look(file).pictures == 1)
        let seen = try look(file, index: tracks)
        #expect(seen.streams == 1)
        #expect(seen.pictures == 0)
    }

    /// Where libav has the pictures' index, it leaves out their packets: nobody would read them.
    @Test(arguments: ["a.mp4", "a.mkv", "a.ts"])
    func picturesAreDiscardedByTheDemuxer(name: String) throws {
        let input = try OpenFile(film(name))
        let demuxer = try Demuxer(DescriptorFile(reading: input.descriptor))
        let pictures = try #require(demuxer.streams.first { $0.isPicture })
        let packet = try Packet()
        var packets = (sound: 0, pictures: 0)
        while av_read_frame(demuxer.format, packet.pointer) >= 0 {
            defer { packet.clear() }
            // Those of the beginning were read to find out what the streams are.
            guard (demuxer.seconds(packet.pointer.pointee.pts) ?? 0) > 10 else { continue }
            if packet.pointer.pointee.stream_index == pictures.pointee.index {
                packets.pictures += 1
            } else {
                packets.sound += 1
            }
        }
        #expect(packets.sound > 100)
        #expect(packets.pictures == 0)
    }

    /// The picture's track may be the one that refers to them.
    @Test func chaptersStay() throws {
        let metadata = try directory.write(
            Array(";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1\nSTART=0\nEND=20\ntitle=One\n".utf8), to: "metadata")
        let input = try OpenFile(
            film("a.mov", inputs: ["-i", metadata], ["-map_metadata", "2", "-map", "0:a", "-map", "1:v"]))
        let file = try DescriptorFile(reading: input.descriptor)
        let tracks = try MP4Tracks(of: file)
        #expect(tracks.tracks.contains { $0.handler == "vide" && $0.refers })
        let seen = try look(file, index: tracks)
        #expect(seen.chapters == 1)
        #expect(seen.pictures == 0)
    }

    @Test func aFilmWithoutSoundKeepsItsPicture() throws {
        let path = directory.path("silent.mp4")
        try FFmpeg.run(FFmpeg.picture(seconds: 1) + ["-preset", "ultrafast", path])
        let input = try OpenFile(path)
        #expect(try MP4Tracks(of: DescriptorFile(reading: input.descriptor)).withoutPictures == [])
    }

    /// Whatever part of a box's type is read; for libav only.
    @Test func boxesAreHiddenFromEveryRead() throws {
        let own = Array("..SIZEtrak..SIZEtrak".utf8)
        let input = try OpenFile(directory.write(own, to: "boxes"))
        let file = try DescriptorFile(reading: input.descriptor)
        file.patches = [.hiding(boxAt: 2), .hiding(boxAt: 12)]
        let hidden = Array("..SIZEfree..SIZEfree".utf8)
        for start in 0..<hidden.count {
            for end in start + 1...hidden.count {
                var bytes = [UInt8](repeating: 0, count: end - start)
                _ = file.seek(to: Int64(start))
                #expect(try bytes.withUnsafeMutableBytes { try file.read(into: $0) } == bytes.count)
                #expect(bytes == Array(hidden[start..<end]))
                #expect(try file.bytes(at: Int64(start), count: end - start) == Array(own[start..<end]))
            }
        }
    }
}
