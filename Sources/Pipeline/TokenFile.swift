import Domain
import Glibc
import LinuxSystem
import Storage

/// The token file in an inbox, and whether it lets drops in. Its owner is not trusted: it may be a link, a FIFO or a
/// gigabyte.
struct TokenFile {
    private static let name = Array(AccountTree.tokenFile.utf8)
    private static let maximumSize = 4 << 10
    private static let writableByOthers: UInt32 = 0o002

    private let tokens: TokenStore

    init(tokens: TokenStore) { self.tokens = tokens }

    static func isTokenFile(_ name: [UInt8]) -> Bool { name == Self.name }

    /// What the token says now. Nothing is written.
    func verdict(in inbox: borrowing BeneathDirectory, of account: Account) async throws -> TokenVerdict {
        guard account.isEnabled else { return .accountDisabled }
        switch Self.read(in: inbox) {
        case .failure(let verdict): return verdict
        case .success(let token): return try await tokens.verdict(on: token, of: account.id)
        }
    }

    /// As `verdict`, and writes down that the token was used. That is not worth a drop: a full ledger is told of where
    /// the drop is claimed.
    func use(in inbox: borrowing BeneathDirectory, of account: Account) async throws -> TokenVerdict {
        let verdict = try await verdict(in: inbox, of: account)
        if case .accepted(let id) = verdict { try? await tokens.touch(id) }
        return verdict
    }

    private enum Reading {
        case success(DropToken)
        case failure(TokenVerdict)
    }

    private static func read(in inbox: borrowing BeneathDirectory) -> Reading {
        do throws(SystemError) {
            let file = try inbox.open(name, flags: O_RDONLY)
            let status = try file.status()
            guard status.kind == .regular else { return .failure(.notRegularFile) }
            guard status.mode & writableByOthers == 0 else { return .failure(.writableByOthers) }
            guard status.size <= maximumSize else { return .failure(.tooLarge) }
            let text = String(decoding: try file.readAll(limit: maximumSize), as: UTF8.self)
            return DropToken(text).map(Reading.success) ?? .failure(.malformed)
        } catch {
            if error.isMissing { return .failure(.missing) }
            return .failure(error.isLink ? .notRegularFile : .unreadable)
        }
    }
}
