import ConversionContract
import Foundation
import Testing

/// Files named like videos that name other files or servers, with a sound beside them that could be had.
@Suite struct LureTests {
    private static let names = [
        "hls-file", "hls-path", "hls-relative", "hls-server", "hls-concat", "hls-master", "hls-key", "ffconcat",
        "ffconcat-relative", "concat-protocol", "subfile-protocol", "dash", "sdp", "smil", "playlist", "asx",
        "image-sequence", "metadata", "dvd-menu", "mov-url", "mov-alias", "mov-alias-absolute",
        "mov-alias-relative", "mov-server",
    ]

    @Test(arguments: names)
    func isUnsupportedAndNothingIsOpened(name: String) throws {
        let end = try HostileMedia.run("lures.py", on: name, as: HostileMedia.Lured.self)
        #expect(end.status == ConversionContract.ExitStatus.cannotBeConverted.rawValue)
        #expect(end.report.reason == .unsupported, "\(end.report)")
        #expect(end.isConfined)
        #expect(end.early == [])
        #expect(end.reaching == [])
        #expect(end.produced == 0)
    }

    @Test func allAreTried() throws {
        #expect(try HostileMedia.names("lures.py") == Set(Self.names))
    }
}
