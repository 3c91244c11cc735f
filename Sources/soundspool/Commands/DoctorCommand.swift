import ArgumentParser

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Send a probe through every stage, and say what does not work and what helps.",
        discussion: "Ends with status 0 where all is well, 1 with warnings, 2 with failures: what monitoring expects.")

    @OptionGroup var options: CommonOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let findings = await Doctor(settings: try await options.settings()).findings()
        if output.json {
            try Printing.json(findings)
        } else {
            for finding in findings {
                print("\(finding.verdict.rawValue): \(finding.subject): \(finding.finding)")
                if let remedy = finding.remedy { print("    \(remedy)") }
            }
        }
        let verdicts = Set(findings.map(\.verdict))
        if verdicts.contains(.failure) { throw ExitCode(2) }
        if verdicts.contains(.warning) { throw ExitCode(1) }
    }
}
