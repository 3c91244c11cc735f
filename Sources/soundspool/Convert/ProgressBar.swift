import ConversionContract
import Glibc

/// One line of a terminal that says how far a conversion is, how fast it goes, and how long it will still take.
struct ProgressBar {
    /// Columns of the terminal.
    private let width: Int
    private let start = ContinuousClock.now

    /// nil where standard error is no terminal.
    init?() {
        guard isatty(STDERR_FILENO) == 1 else { return nil }
        var size = winsize()
        let hasSize = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        width = hasSize ? Int(size.ws_col) : 80
    }

    func show(_ progress: ConversionProgress) {
        let elapsed = start.duration(to: .now)
        let line = Self.line(progress, elapsed: elapsed / .seconds(1), width: width)
        StandardError.write("\r\u{1B}[K\(line)")
    }

    func clear() { StandardError.write("\r\u{1B}[K") }

    /// ` 42 % [########............]  4:10 of 9:56  170x  ETA 0:02`, in less than `width` columns: what does not fit is
    /// left out, from the bar on.
    static func line(_ progress: ConversionProgress, elapsed: Double, width: Int) -> String {
        let speed = elapsed > 0 ? progress.position / elapsed : 0
        var words = clock(progress.position)
        if let duration = progress.duration { words += " of \(clock(duration))" }
        words += "  \(factor(speed))x"
        guard let fraction = progress.fraction, let duration = progress.duration else {
            return String(words.prefix(max(width - 1, 0)))
        }
        let rest = speed > 0 ? clock(max(duration - progress.position, 0) / speed) : "-:--"
        let percent = "\(Int(fraction * 100))"
        let front = String(repeating: " ", count: 3 - percent.count) + "\(percent) %"
        let back = "\(words)  ETA \(rest)"
        let room = min(width - 1 - front.count - back.count - 5, 40)
        guard room >= 4 else { return String("\(front)  \(back)".prefix(max(width - 1, 0))) }
        let done = Int(fraction * Double(room))
        let bar = String(repeating: "#", count: done) + String(repeating: ".", count: room - done)
        return "\(front) [\(bar)]  \(back)"
    }

    /// How many times faster than the sound is played: `0.8`, `14.3`, `170`.
    static func factor(_ speed: Double) -> String {
        guard speed.isFinite, speed < 99.95 else { return speed.isFinite ? "\(Int(min(speed, 1e6).rounded()))" : "0" }
        let tenths = Int((max(speed, 0) * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }

    /// `0:07`, `12:05`, `1:02:03`.
    static func clock(_ seconds: Double) -> String {
        guard seconds.isFinite else { return "-:--" }
        let whole = Int(min(max(seconds, 0), 1e7).rounded())
        func padded(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
        return hours > 0 ? "\(hours):\(padded(minutes)):\(padded(rest))" : "\(minutes):\(padded(rest))"
    }
}
