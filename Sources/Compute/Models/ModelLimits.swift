// How large a model may be before a machine refuses to look at it. Every count is compared with its
// limit before memory is taken for what it counts.

import Base

/// Upper bounds on a model.
public struct ModelLimits: Sendable, Equatable {
    /// Most bytes of the encoded program.
    public var maximumProgramBytes: Int
    /// Most bytes of weights.
    public var maximumWeightBytes: Int
    /// Most nodes.
    public var maximumNodes: Int
    /// Most values: inputs, constants and node outputs together.
    public var maximumValues: Int
    /// Most elements of one tensor.
    public var maximumElements: Int
    /// Most dimensions of one tensor.
    public var maximumRank: Int
    /// Most bytes of tensors alive at one time, weights not counted.
    public var maximumLiveBytes: Int
    /// Most UTF-8 bytes of a name.
    public var maximumNameBytes: Int

    /// What a limit bounds.
    public enum Quantity: String, Sendable {
        /// Bytes of the encoded program.
        case programBytes = "bytes of program"
        /// Bytes of weights.
        case weightBytes = "bytes of weights"
        /// Nodes.
        case nodes
        /// Values.
        case values
        /// Elements of one tensor.
        case elements
        /// Dimensions of one tensor.
        case rank = "dimensions"
        /// Bytes alive at one time.
        case liveBytes = "bytes of live tensors"
        /// Bytes of a name.
        case nameBytes = "bytes of name"
    }

    /// Makes limits. Each must be positive and at most 2^40, so that sums of counts fit 63 bits.
    public init(
        maximumProgramBytes: Int = 64 << 20, maximumWeightBytes: Int = 16 << 30,
        maximumNodes: Int = 1 << 17, maximumValues: Int = 1 << 19,
        maximumElements: Int = 1 << 31, maximumRank: Int = 16,
        maximumLiveBytes: Int = 16 << 30, maximumNameBytes: Int = 1024
    ) {
        self.maximumProgramBytes = maximumProgramBytes
        self.maximumWeightBytes = maximumWeightBytes
        self.maximumNodes = maximumNodes
        self.maximumValues = maximumValues
        self.maximumElements = maximumElements
        self.maximumRank = maximumRank
        self.maximumLiveBytes = maximumLiveBytes
        self.maximumNameBytes = maximumNameBytes
    }

    /// What one machine can be asked to hold: 16 GiB of weights, 16 GiB of live tensors.
    public static let `default` = ModelLimits()

    /// What every validator of a chain must hold: 64 MiB of weights, 256 MiB of live tensors.
    public static let chain = ModelLimits(
        maximumProgramBytes: 1 << 20, maximumWeightBytes: 64 << 20, maximumNodes: 1 << 13,
        maximumValues: 1 << 15, maximumElements: 1 << 26, maximumLiveBytes: 256 << 20,
        maximumNameBytes: 256)

    /// The bound on `quantity`.
    public subscript(quantity: Quantity) -> Int {
        switch quantity {
        case .programBytes: maximumProgramBytes
        case .weightBytes: maximumWeightBytes
        case .nodes: maximumNodes
        case .values: maximumValues
        case .elements: maximumElements
        case .rank: maximumRank
        case .liveBytes: maximumLiveBytes
        case .nameBytes: maximumNameBytes
        }
    }

    /// Refuses more of `quantity` than allowed.
    ///
    /// - Parameter owner: what has so many, for the error.
    public func check(
        _ quantity: Quantity, _ actual: Int, of owner: String
    ) throws(ModelError) {
        guard actual <= self[quantity] else {
            throw .tooMany(quantity, of: owner, limit: self[quantity], actual: actual)
        }
    }
}
