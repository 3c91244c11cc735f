import LinuxSystem

/// The `errno` that `body` failed with; nil where it did not fail.
func failure(_ body: () throws(SystemError) -> Void) -> Int32? {
    do throws(SystemError) {
        try body()
        return nil
    } catch {
        return error.code
    }
}

extension String {
    var bytes: [UInt8] { Array(utf8) }
}
