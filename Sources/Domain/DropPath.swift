public import ConversionContract

/// Where a file lies below an inbox, outbox or other directory of an account: components of any bytes but `/` and NUL,
/// as Linux has them. Never absolute, never with `.` or `..`.
public struct DropPath: Sendable, Hashable, Comparable {
    public let bytes: [UInt8]

    private static let slash = UInt8(ascii: "/")

    /// Nil for a path that is empty, absolute, or has an empty, `.` or `..` component, or a NUL.
    public init?(bytes: some Sequence<UInt8>) {
        let bytes = Array(bytes)
        let components = bytes.split(separator: Self.slash, omittingEmptySubsequences: false)
        guard !bytes.isEmpty, !bytes.contains(0),
            components.allSatisfy({ !$0.isEmpty && !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8) })
        else { return nil }
        self.bytes = bytes
    }

    public init?(_ text: String) {
        self.init(bytes: text.utf8)
    }

    private init(joining components: some Sequence<ArraySlice<UInt8>>) {
        bytes = Array(components.joined(separator: [Self.slash]))
    }

    private var components: [ArraySlice<UInt8>] { bytes.split(separator: Self.slash) }

    private init(valid bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

    /// The last component.
    public var name: [UInt8] { bytes.lastIndex(of: Self.slash).map { Array(bytes[($0 + 1)...]) } ?? bytes }

    /// The folders above the name, nil where there are none.
    public var folder: DropPath? { bytes.lastIndex(of: Self.slash).map { DropPath(valid: bytes[..<$0]) } }

    public func appending(_ name: [UInt8]) -> DropPath? { DropPath(bytes: bytes + [Self.slash] + name) }

    /// The path of `name` in `folder`, or of `name` alone.
    public static func path(of name: [UInt8], in folder: DropPath?) -> DropPath? {
        folder.map { $0.appending(name) } ?? DropPath(bytes: name)
    }

    /// The preset that the innermost `@PRESET` folder asks for. Other folders may begin with `@` too.
    public var preset: Preset? { components.dropLast().reversed().lazy.compactMap(Self.preset(of:)).first }

    private static func preset(of component: ArraySlice<UInt8>) -> Preset? {
        guard component.first == UInt8(ascii: "@") else { return nil }
        return Preset(rawValue: String(decoding: component.dropFirst(), as: UTF8.self))
    }

    /// This path without its `@PRESET` folders: where the MP3 goes below the outbox.
    public var withoutPresetFolders: DropPath {
        let kept = components.enumerated().filter { index, component in
            index == components.count - 1 || Self.preset(of: component) == nil
        }
        return DropPath(joining: kept.map(\.element))
    }

    public static func < (left: DropPath, right: DropPath) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }

    /// For people: valid UTF-8 with control characters shown as `�`, so that a name can neither break a line nor steer a
    /// terminal.
    public var display: String { String.displaying(bytes) }
}

extension String {
    /// Bytes of a file name as text for people: invalid UTF-8 and unprintable characters become U+FFFD.
    public static func displaying(_ bytes: some Collection<UInt8>) -> String {
        var text = String.UnicodeScalarView()
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            text.append(scalar.isUnprintable ? "\u{FFFD}" : scalar)
        }
        return String(text)
    }
}
