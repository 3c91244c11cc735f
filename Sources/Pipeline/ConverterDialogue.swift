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
    let longestSilence: Duration

    /// - Parameters:
    ///   - source: the descriptor of the source.
    ///   - audio: the descriptor of the MP3; its size is watched.
    func hold(source: Int32, audio: Int32, _ progress: (ConversionProgress) -> Void) throws -> Outcome {
        try ask(descriptors: [source, audio])
        let start = SuspendingClock.now
        var watch = ConversionWatch(limits: request.limits, longestSilence: longestSilence)
        while true {
            let isReadable = try socket.waitUntilReadable(atMost: Self.tick)
            let time = SuspendingClock.now - start
            if isReadable {
                let packet: Packet?
                do {
                    packet = try socket.receive(limit: ConverterMessage.maximumLength)
                } catch {
                    return .broken("what it sent cannot be taken: \(error)")
                }
                guard let packet else { return .hungUp }
                switch ConverterMessage(line: Data(packet.bytes)) {
                case .progress(let value):
                    watch.hear(value, at: time)
                    progress(value)
                case .report(let report): return .report(report)
                case nil: return .broken("it sent a message that is none")
                }
            }
            let bytes = try FileStatus(of: audio).size
            if let objection = watch.objection(at: time, bytes: bytes) { return .objection(objection) }
        }
    }

    private func ask(descriptors: [Int32]) throws {
        let bytes = try JSONEncoder().encode(request)
        do {
            try socket.send(bytes, descriptors: descriptors)
        } catch  where error.code == EPIPE {
            // It may have said why before it hung up.
        }
    }
}
