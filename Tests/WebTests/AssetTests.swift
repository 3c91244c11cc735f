import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import TestSupport
import Testing

@testable import Web

@Suite("The files that the pages load")
struct AssetTests {
    private static let directory = Program.sourceTree.appending(path: "Sources/Web/Assets")

    private func request(_ ifNoneMatch: String? = nil) -> Request {
        var fields = HTTPFields()
        fields[.ifNoneMatch] = ifNoneMatch
        return Request(
            head: .init(method: .get, scheme: nil, authority: nil, path: "/", headerFields: fields),
            body: .init(buffer: ByteBuffer()))
    }

    @Test func `every file is served as it is`() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.directory.path)
        #expect(Asset.all.map(\.name).sorted() == names.sorted())
        for asset in Asset.all {
            #expect(
                asset.text == (try String(contentsOf: Self.directory.appending(path: asset.name), encoding: .utf8)))
        }
    }

    @Test func `scripts import only one another`() {
        let names = Set(Asset.scripts.map(\.name))
        for script in Asset.scripts {
            for line in script.text.split(separator: "\n") where line.contains(/\bimport\b/) {
                let module = line.firstMatch(of: /^import \{[^}]*\} from '\.\/(.+)';$/).map { String($0.1) }
                #expect(module.map(names.contains) == true, "\(script.name): \(line)")
            }
        }
    }

    @Test func `nothing of another host, and no style that the policy forbids`() {
        for asset in Asset.all {
            let text = asset.text.replacing("http://www.w3.org/2000/svg", with: "").replacing(
                /\(https:\/\/tus\.io\/[^)]*\)/, with: "")
            #expect(!text.contains(/https?:|\bstyle=|cssText|\beval\b|@import/), "\(asset.name)")
        }
    }

    @Test func `is sent again only when it is another`() throws {
        var tags = Set<String>()
        for asset in Asset.all {
            let first = asset.response(to: request())
            #expect(first.status == .ok)
            #expect(first.headers[.cacheControl] == "no-cache")
            let tag = try #require(first.headers[.eTag])
            #expect(tag.contains(/^"[0-9a-f]{64}"$/))
            tags.insert(tag)
            let again = asset.response(to: request(tag))
            #expect(again.status == .notModified)
            #expect(again.headers[.eTag] == tag)
            #expect(again.headers[.contentType] == nil)
            #expect(asset.response(to: request("\"another\"")).status == .ok)
        }
        #expect(tags.count == Asset.all.count)
    }

    @Test(
        arguments: [
            ("\"a\"", true), ("W/\"a\"", true), ("\"b\", \"a\"", true), ("*", true), ("\"b\"", false), ("a", false),
            ("", false), (nil, false),
        ] as [(String?, Bool)])
    func `an entity tag is found among others`(field: String?, isFound: Bool) {
        #expect(EntityTag.matches(field, "\"a\"") == isFound)
    }
}
