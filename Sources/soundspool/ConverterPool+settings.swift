import Pipeline

extension ConverterPool {
    /// The configured converters.
    /// - Parameter capacity: idle ones that are kept.
    convenience init(_ settings: Settings.Convert, capacity: Int) throws {
        self.init(
            program: ConverterProgram(executable: try ConverterLocation.find(), sandbox: settings.sandbox),
            orders: settings.orders, capacity: capacity)
    }
}
