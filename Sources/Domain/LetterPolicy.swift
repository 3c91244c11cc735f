/// How results become letters: the administrator's part of it.
public struct LetterPolicy: Sendable, Hashable {
    /// A letter waits so long after each result for another one of the same account; zero makes a letter of each.
    public var window: Duration
    /// But never longer than this after its first.
    public var windowAtMost: Duration
    /// Whether every result is also an event for the webhook.
    public var hasWebhook: Bool

    /// The most results that share a letter, which tells each by name; further ones go into another.
    public static let mostItems = 500

    public init(window: Duration = .zero, windowAtMost: Duration = .zero, hasWebhook: Bool = false) {
        self.window = window
        self.windowAtMost = windowAtMost
        self.hasWebhook = hasWebhook
    }

    public var isSharing: Bool { window > .zero && windowAtMost > .zero }
}
