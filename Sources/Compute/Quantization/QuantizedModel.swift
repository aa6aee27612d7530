// What quantising gives: the integer program, and which of its values stands for which value of the
// float model, so that the two can be compared.

public import Models

/// How a model is quantised.
public struct QuantizationOptions: Sendable, Equatable {
    /// Bits of a table's argument: 8 to 12. Larger tables follow functions more closely and cost
    /// more to prove.
    public var tableBits: Int
    /// Bits kept free in activations for numbers larger than any observed: 0 to 4.
    public var headroomBits: Int
    /// Whether inputs and outputs stay int16 instead of float32.
    public var hasIntegerPorts: Bool

    /// Makes options.
    public init(tableBits: Int = 12, headroomBits: Int = 1, hasIntegerPorts: Bool = false) {
        self.tableBits = min(max(tableBits, 8), 12)
        self.headroomBits = min(max(headroomBits, 0), 4)
        self.hasIntegerPorts = hasIntegerPorts
    }
}

/// A value of an integer program and the value of the float model that it stands for.
public struct QuantizedLayer: Sendable, Equatable {
    /// The name of the float node that makes the value.
    public var name: String
    /// The operators of the float model that the layer does the work of.
    public var operatorNames: [String]
    /// The value's number in the float model.
    public var floatValue: Int
    /// The value's number in the integer program.
    public var integerValue: Int
    /// The float number is the integer times this.
    public var scale: Double
    /// The least result that saturation gives, when it is one of the type and not of the function.
    public var minimum: Int16
    /// The greatest result.
    public var maximum: Int16
    /// Whether a softmax masks some of the numbers: they become the least integer, and vanish.
    public var isMasked: Bool
}

/// An integer program made of a float model.
public struct QuantizedModel: Sendable {
    /// The float model.
    public let original: Model
    /// The integer program.
    public let model: Model
    /// The values that can be compared, in the order of the program.
    public let layers: [QuantizedLayer]
    /// The scales of the integer inputs and outputs by name, where ports are integers.
    public let portScales: [(name: String, scale: Double)]
}
