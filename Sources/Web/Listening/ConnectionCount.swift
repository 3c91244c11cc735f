import Synchronization

/// How many connections there are, in all and from each place. Whoever comes when there are enough is not let in, so that
/// nobody takes all descriptors, and nobody who opens connections without end keeps the others out.
final class ConnectionCount: Sendable {
    private struct State {
        var all = 0
        var byPlace: [[UInt8]: Int] = [:]
    }

    private let limits: WebSettings.Connections
    private let trusted: [AddressRange]
    private let state = Mutex(State())

    /// - Parameter trusted: Proxies, each of which brings many people.
    init(limits: WebSettings.Connections, trusted: [AddressRange]) {
        self.limits = limits
        self.trusted = trusted
    }

    var all: Int { state.withLock { $0.all } }

    /// Returns whether there is room for one more. Who got in has to `leave`.
    /// - Parameter address: Nil where the peer has none, as with a Unix socket.
    func enter(_ address: IPAddress?) -> Bool {
        let place = place(address)
        return state.withLock { state in
            guard state.all < limits.most else { return false }
            if let place {
                guard state.byPlace[place, default: 0] < limits.mostFromOnePlace else { return false }
                state.byPlace[place, default: 0] += 1
            }
            state.all += 1
            return true
        }
    }

    func leave(_ address: IPAddress?) {
        let place = place(address)
        state.withLock { state in
            state.all -= 1
            guard let place, let count = state.byPlace[place] else { return }
            state.byPlace[place] = count > 1 ? count - 1 : nil
        }
    }

    private func place(_ address: IPAddress?) -> [UInt8]? {
        guard let address, !trusted.contains(where: { $0.contains(address) }) else { return nil }
        return address.network
    }
}
