// A model that has been checked: its program, its weights, and what follows from them. There is no
// other way to make one, so whoever holds a `Model` may run it without further doubt.

public import Base
import Cryptography
public import Tensors
import Wire

/// A checked program with its weights.
public struct Model: Sendable {
    /// Number of bytes of a weight chunk: 1 MiB.
    public static let chunkByteCount = 1 << 20
    /// The versions of the ONNX operator set that programs may use.
    public static let supportedOpsets: ClosedRange<UInt32> =
        1...UInt32(OperatorRegistry.latestOpset)

    /// The program.
    public let program: Program
    /// The canonical bytes of the program.
    public let programBytes: Bytes
    /// The constants, in memory or elsewhere.
    private(set) var weightStore: WeightStore
    /// The hash that names this model.
    public private(set) var modelID: Hash256
    /// SHA-256 of the canonical program bytes.
    public let programHash: Hash256
    /// Merkle root over the weight chunks.
    public private(set) var weightsRoot: Hash256
    /// The type of every value: inputs, then constants, then node outputs; `nil` where only a run
    /// tells.
    public let valueTypes: [TensorType?]
    /// The nodes, in the order in which they run.
    public let nodes: [CheckedNode]
    /// Whether every type is known before a run, so that gas and memory are too.
    public let isStatic: Bool
    /// Most bytes of inputs, intermediate values and outputs alive at one time; of a model that is
    /// not static, the part that is known.
    public let peakLiveBytes: Int

    /// Checks a program and its weights.
    ///
    /// - Throws: ``ModelError`` that says what is wrong and where.
    /// - Complexity: one pass over the nodes, one SHA-256 over the weights.
    public init(
        program: Program, weights: Bytes, limits: ModelLimits = .default
    ) throws(ModelError) {
        let bytes = program.encoded()
        try limits.check(.programBytes, bytes.count, of: "the program")
        try limits.check(.weightBytes, weights.count, of: "the model")
        var peeks: [PeekedBytes] = []
        try self.init(
            program: program, bytes: bytes, weights: WeightStore(weights), limits: limits,
            peeks: &peeks)
    }

    /// Checks a program that arrives as bytes, and its weights.
    ///
    /// - Throws: ``ModelError``; bytes other than the canonical ones are refused.
    public init(
        programBytes: Bytes, weights: Bytes, limits: ModelLimits = .default
    ) throws(ModelError) {
        try limits.check(.weightBytes, weights.count, of: "the model")
        try self.init(programBytes: programBytes, weights: WeightStore(weights), limits: limits)
    }

    /// Checks a program that the caller has read from `programBytes` by the rules of canonical
    /// bytes, and its weights: reading takes a good part of the time, and is not done twice.
    ///
    /// - Throws: ``ModelError``.
    package init(
        program: Program, readFrom programBytes: Bytes, weights: Bytes, limits: ModelLimits
    ) throws(ModelError) {
        try limits.check(.programBytes, programBytes.count, of: "the program")
        try limits.check(.weightBytes, weights.count, of: "the model")
        var peeks: [PeekedBytes] = []
        try self.init(
            program: program, bytes: programBytes, weights: WeightStore(weights), limits: limits,
            peeks: &peeks)
    }

    init(
        programBytes: Bytes, weights: WeightStore, limits: ModelLimits
    ) throws(ModelError) {
        var peeks: [PeekedBytes] = []
        try self.init(
            programBytes: programBytes, weights: weights, limits: limits, peeks: &peeks)
    }

    private init(
        programBytes: Bytes, weights: WeightStore, limits: ModelLimits,
        peeks: inout [PeekedBytes]
    ) throws(ModelError) {
        try limits.check(.programBytes, programBytes.count, of: "the program")
        var rules = WireRules.canonical
        rules.maximumBytes = limits.maximumProgramBytes
        let program: Program
        do throws(WireError) {
            program = try Program(decoding: programBytes, rules: rules)
        } catch {
            throw .malformedProgram(error)
        }
        try self.init(
            program: program, bytes: programBytes, weights: weights, limits: limits, peeks: &peeks)
    }

    private init(
        program: Program, bytes: Bytes, weights: WeightStore, limits: ModelLimits,
        peeks: inout [PeekedBytes]
    ) throws(ModelError) {
        var inference = ProgramInference(
            program, weights: WeightCursor(weights), limits: limits)
        let inferred = try inference.run()
        try inference.checkOutputs(inferred)
        peeks = inference.peeks
        let constants = program.inputs.count..<program.inputs.count + program.constants.count
        let liveness = Liveness(
            inferred.nodes, held: constants, inputs: program.inputs.indices,
            outputs: program.outputs.map { Int($0.value) - 1 }, types: inferred.valueTypes)
        var nodes = inferred.nodes
        for index in nodes.indices { nodes[index].releases = liveness.releases[index] }
        try limits.check(.liveBytes, liveness.peakBytes, of: "the model")
        self.program = program
        weightStore = weights
        programBytes = bytes
        valueTypes = inferred.valueTypes
        isStatic = inferred.valueTypes.allSatisfy { $0 != nil }
        self.nodes = nodes
        peakLiveBytes = liveness.peakBytes
        programHash = SHA256.hash(bytes)
        weightsRoot = weights.root
        modelID = Model.identity(program, programHash, weightsRoot)
    }

    private static func identity(
        _ program: Program, _ programHash: Hash256, _ weightsRoot: Hash256
    ) -> Hash256 {
        ModelIdentity.modelID(
            arithmeticVersion: program.arithmeticVersion, programHash: programHash,
            weightsRoot: weightsRoot)
    }

    /// A model whose weights have not been read, under the ModelID `identity`, and what was read
    /// of them to check the program.
    static func pending(
        programBytes: Bytes, weights: WeightStore, identity: Hash256?, limits: ModelLimits
    ) throws(ModelError) -> (Model, [PeekedBytes]) {
        var peeks: [PeekedBytes] = []
        var model = try Model(
            programBytes: programBytes, weights: weights, limits: limits, peeks: &peeks)
        if let identity { model.modelID = identity }
        return (model, peeks)
    }

    /// A pending model whose weights have been read: `store` has their hashes.
    ///
    /// - Throws: `wrongModelID` when they are not those of the ModelID.
    func completed(_ store: WeightStore) throws(ModelError) -> Model {
        var model = self
        model.weightStore = store
        model.weightsRoot = store.root
        model.modelID = Model.identity(program, programHash, model.weightsRoot)
        try model.check(identity: modelID)
        return model
    }
}

extension Model {
    /// Name and type of an input or output.
    public struct Port: Sendable, Equatable {
        /// The name.
        public var name: String
        /// The type; `nil` for a value known only in a run.
        public var type: TensorType?

        /// Makes a port.
        public init(name: String, type: TensorType?) {
            self.name = name
            self.type = type
        }
    }

    /// The inputs, in order.
    public var inputs: [Port] {
        zip(program.inputs, valueTypes).map { Port(name: $0.name, type: $1) }
    }

    /// The outputs, in order.
    public var outputs: [Port] {
        program.outputs.map { Port(name: $0.name, type: valueTypes[Int($0.value) - 1]) }
    }

    /// What the program promises of its operators, and keeps.
    public var profile: ProgramProfile {
        ProgramProfile(rawValue: program.profile) ?? .none
    }

    /// The numbers of the values that are constants.
    public var constantRange: Range<Int> {
        program.inputs.count..<program.inputs.count + program.constants.count
    }

    /// Number of elements of all constants: what people call the model's parameters.
    public var parameterCount: Int {
        constantRange.reduce(0) { $0 + (valueTypes[$1]?.shape.elementCount ?? 0) }
    }

    /// The constants, laid out as ``WeightLayout`` says.
    ///
    /// - Precondition: they are in memory, as they are unless the model came from
    ///   ``init(reading:limits:)``.
    public var weights: Bytes {
        guard let bytes = weightStore.bytes else {
            preconditionFailure("weights that are asked for whole are in memory")
        }
        return bytes
    }

    /// Number of bytes of the weights.
    public var weightByteCount: Int { weightStore.count }

    /// The weights in chunks of ``chunkByteCount`` bytes, the last one shorter. Copies them.
    public var weightChunks: [Bytes] { ModelIdentity.chunks(of: weights) }

    /// The constant that is the value numbered `value`, which must be in ``constantRange``.
    ///
    /// - Complexity: copies the constant's bytes.
    public func constant(_ value: Int) throws(ModelError) -> Tensor {
        guard constantRange.contains(value), let type = valueTypes[value] else {
            preconditionFailure("value \(value) is no constant")
        }
        let start = Int(program.constants[value - program.inputs.count].offset)
        var cursor = WeightCursor(weightStore)
        let bytes = try cursor.read(start..<start + type.byteCount)
        do throws(OperatorError) {
            return try Tensor(type: type, littleEndianBytes: bytes)
        } catch {
            throw .wrongTensor(of: "constant \(value - program.inputs.count)", error)
        }
    }

    /// The node numbered `index`, as errors name it.
    public func place(ofNode index: Int) -> NodePlace {
        let node = program.nodes[index]
        return NodePlace(index: index, name: node.name, operatorName: node.operatorName)
    }
}

extension Model {
    /// The same model giving out the values numbered `values` instead, each under its number, and
    /// promising no profile. For whoever looks into a model.
    ///
    /// - Throws: `unreadable`, `changedWeights`; what ``init(program:weights:limits:)`` throws.
    /// - Complexity: copies the weights.
    public func observing(_ values: [Int]) throws(ModelError) -> Model {
        var observed = program
        observed.profile = ProgramProfile.none.rawValue
        observed.outputs = values.map { value in
            var output = OutputDeclaration()
            output.name = "\(value)"
            output.value = Program.reference(to: value)
            if let type = valueTypes[value] { output.type = TypeDeclaration(type) }
            return output
        }
        var cursor = WeightCursor(weightStore)
        return try Model(program: observed, weights: Bytes(cursor.read(0..<weightByteCount)))
    }
}
