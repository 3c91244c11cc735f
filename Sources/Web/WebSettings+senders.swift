extension WebSettings {
    /// What a sender has to bring in the middle of a request.
    public struct MinimumRate: Sendable, Hashable {
        /// Over the whole window.
        public var bytes: Int
        public var window: Duration
        /// How long a new connection may wait with its first byte.
        public var silence: Duration

        public init(
            bytes: Int = 60 << 10, window: Duration = .seconds(60), silence: Duration = .seconds(20)
        ) {
            self.bytes = bytes
            self.window = window
            self.silence = silence
        }
    }

    /// How many connections there may be.
    public struct Connections: Sendable, Hashable {
        /// In all.
        public var most: Int
        /// From one address, or IPv6 network of 64 bits. Proxies that are trusted are left out.
        public var mostFromOnePlace: Int

        public init(most: Int = 10_000, mostFromOnePlace: Int = 256) {
            self.most = most
            self.mostFromOnePlace = mostFromOnePlace
        }

        /// As many as a process can serve.
        /// - Parameter descriptors: how many it may have open.
        public init(descriptors: Int, mostFromOnePlace: Int) {
            // Files, the ledger, converters and mail need some. A connection that uploads has a file beside it, and
            // beyond so many it is memory that would not do.
            let reserve = min(512, descriptors / 4)
            self.init(most: min(10_000, max(16, (descriptors - reserve) / 2)), mostFromOnePlace: mostFromOnePlace)
        }
    }
}
