public import ConversionContract
import FoundationEssentials
public import LinuxSystem
import Subprocess
import SystemPackage

/// One run of `soundspool-convert`: a process of its own, given two descriptors and nothing else.
public struct ConverterProcess: Sendable {
    public enum Ending: Sendable, Hashable {
        case exited(ExitStatus, ConversionReport?)
        /// Ended by a signal, or with a status that is not in the contract.
        case crashed(String)
    }

    private let executable: FilePath
    private let arguments: [String]

    /// - Parameters:
    ///   - executable: an absolute path.
    ///   - threads: encoder threads; nil lets the converter choose.
    public init(executable: String, limits: ConversionLimits, threads: Int?) {
        self.executable = FilePath(executable)
        arguments = limits.arguments + (threads.map { ["--threads", String($0)] } ?? [])
    }

    /// Converts `source` into `audio`. Ends the process when the task is cancelled.
    /// - Throws: an error when the process cannot be started, `CancellationError`.
    public func run(
        source: borrowing Descriptor, audio: borrowing Descriptor, preset: Preset,
        progress: (ConversionProgress) -> Void
    ) async throws -> Ending {
        var options = PlatformOptions()
        // A group of its own, so that the terminal's Ctrl-C reaches the service first, which decides.
        options.processGroupID = 0
        let result = try await Subprocess.run(
            .path(executable), arguments: Arguments(arguments + ["--preset", preset.rawValue]),
            environment: .custom(["LC_ALL": "C"]), platformOptions: options,
            input: .fileDescriptor(FileDescriptor(rawValue: source.raw), closeAfterSpawningProcess: false),
            output: .fileDescriptor(FileDescriptor(rawValue: audio.raw), closeAfterSpawningProcess: false),
            error: .sequence
        ) { execution in
            var splitter = LineSplitter()
            var report: ConversionReport?
            for try await buffer in execution.standardError {
                for line in buffer.withUnsafeBytes({ splitter.feed($0) }) {
                    switch ConverterMessage(line: line) {
                    case .progress(let value): progress(value)
                    case .report(let value): report = value
                    case nil: break
                    }
                }
            }
            return report
        }
        try Task.checkCancellation()
        switch result.terminationStatus {
        case .exited(let code):
            guard let status = ExitStatus(rawValue: code) else { return .crashed("exit status \(code)") }
            return .exited(status, result.closureResult)
        case .signaled(let signal): return .crashed("signal \(signal)")
        }
    }
}
