import CLinux
import Glibc

/// Ends a process that computes for too long without coming to a point, whatever code it is in (setitimer(2),
/// `ITIMER_PROF`).
///
/// It counts processor time, so that a busy machine ends nobody; who waits for data is not ended either.
public enum ProcessorDeadline {
    /// After `seconds` of processor time of all threads, writes `message` and ends the process with `status`.
    ///
    /// - Parameter message: at most 4096 bytes.
    public static func arm(
        seconds: Int, message: [UInt8], descriptor: Int32, status: Int32
    ) throws(SystemError) {
        try systemCall("setitimer") {
            soundspool_arm_last_message(message, message.count, descriptor, status, seconds)
        }
    }

    /// The point was reached.
    public static func disarm() { _ = soundspool_set_processor_timer(0) }
}
