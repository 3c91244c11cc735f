extension WebSettings {
    /// What a sender has to bring in the middle of a request.
    public struct MinimumRate: Sendable, Hashable {
        /// Over the whole window.
        public var bytes: Int
        public var window: Duration

        public init(bytes: Int = 60 << 10, window: Duration = .seconds(60)) {
            self.bytes = bytes
            self.window = window
        }
    }
}
