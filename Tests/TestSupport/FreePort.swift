import LinuxSystem

/// A port of 127.0.0.1 that nobody listens on, for a server that is to come back on it, or for none.
///
/// It is below those that the kernel gives to outgoing connections and to whoever asks for any: of these another test may
/// get one meanwhile.
public func freePort() throws -> Int {
    let ports = (0..<100).lazy.map { _ in UInt16.random(in: 20_000..<32_000) }
    guard let port = ports.first(where: LoopbackPort.isFree) else {
        throw NeverHappened(description: "no port is free")
    }
    return Int(port)
}
