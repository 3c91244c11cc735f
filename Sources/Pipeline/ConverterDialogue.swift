import ConversionContract
import FoundationEssentials
import Glibc
import LinuxSystem

/// One conversion's talk with a converter: a request, its progress, a report. It blocks its thread.
///
/// SECURITY: messages are bounded in size by the socket and in number by the watch; what is none ends the talk.
struct ConverterDialogue {
    enum Outcome: Sendable {
        case report(ConversionReport)
        /// The converter is gone, or has hung up.
        case hungUp
        /// It said what no converter says.
        case broken(String)
        case objection(ConversionWatch.Objection)
    }

    /// How often the conversion is looked at while the converter is silent.
    private static let tick = Duration.seconds(1)

    let socket: PacketSocket
    let request: ConversionRequest
    /// The converter's threads that encode.
    let threads: Int
    /// The converter's, where it can be had.
    let status: ProcessStatus?
    let longestSilence: Duration

    /// - Parameters:
    ///   - source: the descriptor of the source.
    ///   - audio: a descriptor of the MP3, whose size is watched. The converter gets one of its own to write with.
    func hold(source: Int32, audio: Int32, _ progress: (ConversionProgress) -> Void) throws -> Outcome {
        do {
            try ask(source: source, audio: audio)
        } catch let error as SystemError where error.call == "sendmsg" && error.code == EAGAIN {
            return .broken("it takes no request")
        }
        let start = SuspendingClock.now
        var watch = ConversionWatch(
            request, sourceSize: try FileStatus(of: source).size, threads: threads, longestSilence: longestSilence)
        while true {
            let heard = try socket.waitUntilReadable(atMost: Self.tick) ? receive() : nil
            let time = SuspendingClock.now - start
            var report: ConversionReport?
            switch heard {
            case .message(.progress(let value)):
                watch.hear(value, at: time)
                progress(value)
            case .message(.report(let last)):
                watch.hear(last, at: time)
                report = last
            case .end(let outcome): return outcome
            case nil: break
            }
            let bytes = try FileStatus(of: audio).size
            if let objection = watch.objection(at: time, bytes: bytes, threads: status?.threads) {
                return .objection(objection)
            }
            if let report { return .report(report) }
        }
    }

    private enum Heard {
        case message(ConverterMessage)
        case end(Outcome)
    }

    private func receive() -> Heard {
        do {
            guard let packet = try socket.receive(limit: ConverterMessage.maximumLength) else { return .end(.hungUp) }
            guard let message = ConverterMessage(line: Data(packet.bytes)) else {
                return .end(.broken("it sent a message that is none"))
            }
            return .message(message)
        } catch {
            return .end(.broken("what it sent cannot be taken: \(error)"))
        }
    }

    /// Once this returns, nobody but the converter has the MP3 open for writing by it: see `ConverterPool.isLetGo`.
    private func ask(source: Int32, audio: Int32) throws {
        let message = try JSONEncoder().encode(request)
        let place = try Descriptor.reopen(audio, flags: O_RDWR)
        try send(message, [source, place.raw])
    }

    private func send(_ message: Data, _ descriptors: [Int32]) throws(SystemError) {
        do throws(SystemError) {
            // It reads one request after the other, so there is room.
            try socket.send(message, descriptors: descriptors, waits: false)
        } catch  where error.code == EPIPE {
            // It may have said why before it hung up.
        }
    }
}
