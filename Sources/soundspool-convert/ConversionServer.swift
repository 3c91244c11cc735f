import ConversionContract
import FoundationEssentials
import Glibc
import LinuxSystem

/// Serves one conversion after another over a socket, so that a short video does not wait for the codecs to be loaded.
///
/// A message is a `ConversionRequest` in JSON and two descriptors: the source, and the empty file for the MP3. The
/// answers are `ConverterMessage`s, each a message; the report ends the conversion.
///
/// SECURITY: who sends the requests is trusted; the sources are not. A process that met one that it could not convert
/// takes no other.
struct ConversionServer {
    let socket: PacketSocket
    let processors: Int
    /// The process has twice this; so it takes another conversion only while it has not used half.
    let cpuSeconds: UInt64

    /// Serves until the other end hangs up, a conversion fails, or half of the process's time is used.
    func run() throws -> ExitStatus {
        while let packet = try socket.receive(limit: ConversionRequest.maximumLength) {
            guard let report = try fulfil(packet) else { return .usage }
            try socket.send(ConverterMessage.report(report).line())
            guard report.reason == nil else { return report.exitStatus }
            guard clock() / Int(CLOCKS_PER_SEC) < cpuSeconds else { break }
        }
        return .converted
    }

    /// nil for what is no request. The descriptors are closed when this returns: the service takes the report for the end
    /// of all writing, and ends a process that can still write.
    private func fulfil(_ packet: consuming Packet) throws -> ConversionReport? {
        let request = try? JSONDecoder().decode(ConversionRequest.self, from: Data(packet.bytes))
        guard let request, packet.descriptors.count == 2 else { return nil }
        return request.fulfil(
            source: packet.descriptors[0], destination: packet.descriptors[1], messages: STDIN_FILENO,
            processors: processors
        ) {
            try socket.send(ConverterMessage.progress($0).line())
        }
    }
}
