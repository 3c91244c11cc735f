import ArgumentParser
import Domain
import Glibc
import LinuxSystem
import Storage

struct JobRetry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry", abstract: "Put the original of a job that failed or was cancelled into the inbox again.")

    @Argument(help: "The job's number.")
    var id: Int64
    @OptionGroup var options: CommonOptions

    func run() async throws {
        let administration = try await options.administration()
        guard let job = try await administration.ledger.jobs.job(id),
            let account = try await administration.ledger.accounts.account(job.account)
        else { throw CommandFailure("there is no job \(id)", status: EX_NOINPUT) }
        guard job.state == .failed || job.state == .cancelled else {
            throw CommandFailure(
                "job \(id) is \(job.state.publicName); only one that failed or was cancelled can be tried again",
                status: EX_USAGE)
        }
        do {
            let drop = try Spool(tree: administration.tree).retry(job, of: account.name)
            try administration.tellService()
            print("\(drop.display) is in the inbox of \(account.name) again, and becomes a new job.")
        } catch let error as SystemError where error.isTaken {
            throw CommandFailure(
                "another file of that name is in \(account.name)'s inbox; move one of them", status: EX_CANTCREAT)
        } catch {
            throw CommandFailure("job \(id) cannot be tried again: \(error)", status: EX_NOINPUT)
        }
    }
}
