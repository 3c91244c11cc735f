import Domain
import Foundation
import Logging
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Web

@Suite("Senders that bring a byte now and then")
struct SlowSenderTests {
    /// Opens connections of every kind, sends each a byte in turns, asks for a page meanwhile, and goes on until the server
    /// has closed them all. `arguments`: port, session token, connections of each kind.
    private static let drip = """
        import http.client, json, select, socket, sys, time
        port, token, count = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
        put = "PUT /api/v1/inbox/slow.mp4 HTTP/1.1\\r\\nHost: localhost\\r\\n"
        mine = put + f"Authorization: Bearer {token}\\r\\n"
        kinds = {
            "headers": (put + "X-Slow: ", b"a"),
            "body": (mine + "Content-Length: 9999999\\r\\n\\r\\n", b"a"),
            "chunks": (mine + "Transfer-Encoding: chunked\\r\\n\\r\\n", b"1\\r\\na\\r\\n"),
            "refused": (put + "Content-Length: 9999999\\r\\n\\r\\n", b"a"),
            "silent": ("", b""),
        }
        slow, served = [], []
        for kind, (head, piece) in kinds.items():
            for _ in range(count):
                connection = socket.create_connection(("127.0.0.1", port))
                connection.sendall(head.encode())
                slow.append((kind, connection, piece))
        limit = time.monotonic() + 120
        def is_open(entry):
            kind, connection, piece = entry
            try:
                if select.select([connection], [], [], 0)[0] and not connection.recv(65536):
                    return False
                connection.sendall(piece)
                return True
            except OSError:
                return False
        def ask(method, path, body=None):
            client = http.client.HTTPConnection("127.0.0.1", port)
            client.request(method, path, body, {"Authorization": f"Bearer {token}"})
            served.append(client.getresponse().status)
        while slow and time.monotonic() < limit:
            slow = [entry for entry in slow if is_open(entry)]
            ask("GET", "/healthz")
            time.sleep(0.05)
        ask("PUT", "/api/v1/inbox/whole.mp4", b"x" * 5000000)
        print(json.dumps({"open": sorted({entry[0] for entry in slow}), "served": sorted(set(served))}))
        """

    private struct Outcome: Decodable {
        let open: [String]
        let served: [Int]
    }

    @Test("Slow headers, bodies, chunks, refused bodies and silence are all let go, while others are served")
    func slowSenders() async throws {
        let world = try TemporaryWorld()
        let account = try await world.account("ada")
        let port = Mutex<Int?>(nil)
        var settings = WebSettings(port: 0)
        settings.minimumRate = .init(bytes: 1024, window: .seconds(5), silence: .seconds(5))
        let spool = Spool(tree: world.tree)
        let server = try await WebServer(
            settings: settings, ledger: world.ledger, spool: spool,
            keeper: AccountKeeper(
                ledger: world.ledger, tree: world.tree, wakeFile: WakeFile(state: world.root + "/state")),
            live: LiveState(), signingKey: TemporaryWorld.signingKey, logger: Logger(label: "test"),
            checkConverter: {}, onQueued: {}, onCancelled: {}, onLetter: {},
            onListening: { number in port.withLock { $0 = number } })
        let token = try await world.visitors().begin(account)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            let number = try await eventually("it listens") { port.withLock { $0 } }
            let result = try await Program("/usr/bin/python3").run(["-c", Self.drip, "\(number)", token, "10"])
            try #require(result.status == 0, "\(result.errors)")
            let outcome = try JSONDecoder().decode(Outcome.self, from: Data(result.output.utf8))
            #expect(outcome.open == [])
            #expect(outcome.served == [200, 201])
            try await eventually("nothing half done is left") {
                try FileManager.default.contentsOfDirectory(atPath: world.root + "/.spool").count == 1
            }
            #expect(try await world.ledger.jobs.jobs().map(\.drop.display) == ["whole.mp4"])
            group.cancelAll()
        }
    }
}
