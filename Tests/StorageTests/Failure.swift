import LinuxSystem

/// What `body` failed with; nil where it did not fail.
func failure(_ body: () throws(SystemError) -> Void) -> SystemError? {
    do throws(SystemError) {
        try body()
        return nil
    } catch {
        return error
    }
}
