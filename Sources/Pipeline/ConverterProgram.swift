public import LinuxSystem

/// `soundspool-convert`, and how it is to confine itself.
public struct ConverterProgram: Sendable {
    /// An absolute path.
    let executable: String
    /// What the kernel may lack of the converter's sandbox.
    let sandbox: Sandbox.Level

    public init(executable: String, sandbox: Sandbox.Level = .full) {
        self.executable = executable
        self.sandbox = sandbox
    }
}
