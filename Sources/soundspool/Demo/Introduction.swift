import Domain
import Glibc
import Storage

/// What a newcomer is told before the journey.
struct Introduction: Sendable {
    let account: Account
    let tree: AccountTree
    /// Known only when the account was made just now.
    let password: String?

    func print(host: String, port: Int) {
        let inbox = tree.path(.inbox, of: account.name)
        let host = host.contains(":") ? "[\(host)]" : host
        Swift.print(
            """
            soundspool is running.
              inbox       \(inbox)
              token file  \(inbox)/\(AccountTree.tokenFile)
              outbox      \(tree.path(.outbox, of: account.name))
              web page    http://\(host):\(port)/
              sign in as  \(account.name)\(password.map { " with password \($0)   (shown only now)" } ?? ", with the password that was shown the first time")

            The journey of a video:
            """)
        fflush(nil)
    }
}
