public import Domain
import LinuxSystem

extension AccountTree {
    /// Those of the MP3s that are no longer in the account's outbox: its owner took them out or removed them, or put
    /// something there that is no file. What cannot be told, because the storage is in trouble, is not among them.
    public func takenAway(_ outputs: [DropPath], from account: AccountName) -> Set<DropPath> {
        Set(outputs.filter { !isThere($0, of: account) })
    }

    private func isThere(_ output: DropPath, of account: AccountName) -> Bool {
        do throws(SystemError) {
            return try open(.outbox, of: account).status(output.bytes).kind == .regular
        } catch {
            return !(error.isMissing || error.isLink)
        }
    }
}
