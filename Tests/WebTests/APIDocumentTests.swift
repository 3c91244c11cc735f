import Domain
import Foundation
import Hummingbird
import Storage
import Testing

@testable import Web

struct APIDocumentTests {
    private func world(_ temporary: TemporaryWorld) async throws -> World {
        let (ledger, spool, live) = (temporary.ledger, Spool(tree: temporary.tree), LiveState())
        let uploads = Uploads(
            store: UploadStore(ledger: ledger, spool: spool), live: live, limit: 1 << 20,
            quota: UploadQuota(ledger: ledger, tree: spool.tree, accountBytes: nil, freeSpace: .bytes(0), onLetter: {}),
            repeats: Repeats(ledger: ledger), onQueued: {})
        let visitors = try await temporary.visitors()
        let keeper = AccountKeeper(
            ledger: ledger, tree: spool.tree, wakeFile: WakeFile(state: temporary.root + "/state"))
        return World(
            settings: WebSettings(), ledger: ledger, tree: spool.tree, live: live, visitors: visitors,
            accounts: Accounts(
                settings: WebSettings(), keeper: keeper, gate: visitors.gate, throttles: visitors.throttles,
                live: live, onLetter: {}),
            uploads: uploads,
            resumable: ResumableUploads(
                store: ResumableUploadStore(ledger: ledger, spool: spool), uploads: uploads, lifetime: .seconds(60)),
            spool: spool, readiness: Readiness(ledger: ledger, spool: spool, checkConverter: {}), onCancelled: {},
            pages: try Pages(settings: WebSettings()), links: LinkSigner(signingKey: TemporaryWorld.signingKey))
    }

    /// What is for programs: the pages for people are not in the document.
    private static func isForPrograms(_ path: String) -> Bool {
        path.hasPrefix("/api/") || ["/healthz", "/readyz", "/metrics", "/upload"].contains(path)
    }

    private static func template(_ path: RouterPath) -> String {
        path.description.split(separator: "/").map { component in
            if component == "**" { return "/{name}" }
            return component.hasPrefix(":") ? "/{\(component.dropFirst())}" : "/\(component)"
        }.joined()
    }

    @Test func saysWhatTheRouterDoes() async throws {
        let router = Routes.make(try await world(TemporaryWorld()))
        let routes = Set(
            router.routes.map { (method: $0.method.rawValue.lowercased(), path: Self.template($0.path)) }
                .filter { Self.isForPrograms($0.path) }.map { "\($0.method) \($0.path)" })
        let documented = Set(APIDocument.operations.map { "\($0.method) \($0.path)" })
        #expect(documented.subtracting(routes) == [])
        #expect(routes.subtracting(documented) == [])
        #expect(documented.count == APIDocument.operations.count)
    }

    @Test func everyParameterOfAPathIsDescribed() {
        for operation in APIDocument.operations {
            let named = Set(operation.parameters.filter { $0.place == "path" }.map(\.name))
            let inPath = operation.path.matches(of: /\{(\w+)\}/).map { String($0.1) }
            #expect(named == Set(inPath), "\(operation.path)")
        }
    }

    @Test func everyReferenceLeadsSomewhere() throws {
        let data = try JSONText.data(APIDocument.json)
        let text = String(decoding: data, as: UTF8.self)
        let schemas = try #require(
            (JSONSerialization.jsonObject(with: data) as? [String: Any])?["components"] as? [String: [String: Any]])
        for match in text.matches(of: /"\$ref":"#\/components\/(\w+)\/(\w+)"/) {
            #expect(schemas[String(match.1)]?[String(match.2)] != nil, "\(match.0)")
        }
    }
}
