/// A member that is always there in JSON: null where there is nothing, which the synthesized encoding would leave out.
@propertyWrapper
struct Nullable<Value: Encodable & Sendable>: Encodable, Sendable {
    private var value: Value?

    init(wrappedValue: Value?) { value = wrappedValue }

    var wrappedValue: Value? {
        get { value }
        set { value = newValue }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value)
    }
}
