// The module's part of a genesis: everything it keeps, blobs included, in one message. What follows
// from the rest (indices, newest versions) is worked out on import, so a genesis cannot contradict
// itself there; models are checked as completely as when they were uploaded.

public import Base
public import Ledger
public import Verification
public import Wire

/// The module's state as genesis.
public struct AIGenesis: WireMessage {
    /// Parameters; the standard ones when the genesis has none. Written in full.
    public var parameters = AIParameters.standard
    /// Models, by registration.
    public var models: [GenesisModel] = []
    /// Inferences, by number.
    public var inferences: [GenesisInference] = []
    /// Verification keys, by number.
    public var verificationKeys: [GenesisVerificationKey] = []
    /// Proven statements, by number.
    public var provenStatements: [ProvenStatement] = []
    /// Requests for results, by number.
    public var requests: [GenesisRequest] = []

    public init() {}
    public static let wireName = "aivm.ai.v1.GenesisState"
    public static let wireFields: WireFields<AIGenesis> = [
        .message(1, "params", \.parameters),
        .messages(2, "models", \.models),
        .messages(3, "inferences", \.inferences),
        .messages(4, "verification_keys", \.verificationKeys),
        .messages(5, "proven_statements", \.provenStatements),
        .messages(6, "requests", \.requests),
    ]
}

/// A model with its blobs.
public struct GenesisModel: WireMessage {
    /// The record.
    public var record = ModelRecord()
    /// Texts and chunk hashes.
    public var details = ModelDetails()
    /// The program; the whole committed model where only that is known.
    public var program: Bytes = []
    /// The chunks that have arrived, by index.
    public var chunks: [GenesisChunk] = []

    public init() {}
    public static let wireName = "aivm.ai.v1.GenesisModel"
    public static let wireFields: WireFields<GenesisModel> = [
        .message(1, "record", \.record),
        .message(2, "details", \.details),
        .bytes(3, "program", \.program),
        .messages(4, "chunks", \.chunks),
    ]
}

/// A chunk of weights.
public struct GenesisChunk: WireMessage {
    /// Index, from 0.
    public var index: UInt32 = 0
    /// The chunk.
    public var data: Bytes = []

    public init() {}
    public static let wireName = "aivm.ai.v1.GenesisChunk"
    public static let wireFields: WireFields<GenesisChunk> = [
        .uint32(1, "index", \.index),
        .bytes(2, "data", \.data),
    ]
}

/// An inference with the tensors that do not stand in its record.
public struct GenesisInference: WireMessage {
    /// The record.
    public var record = InferenceRecord()
    /// The input, when it is a blob.
    public var input: TensorSet?
    /// The output, when it is a blob.
    public var output: TensorSet?

    public init() {}
    public static let wireName = "aivm.ai.v1.GenesisInference"
    public static let wireFields: WireFields<GenesisInference> = [
        .message(1, "record", \.record),
        .message(2, "input", \.input),
        .message(3, "output", \.output),
    ]
}

extension AI {
    public func exportGenesis(_ context: inout Context) throws(Failure) -> JSONValue {
        var genesis = AIGenesis()
        genesis.parameters = try currentParameters(&context)
        try forEach(AIKeys.models, &context) { (record, context) throws(Failure) in
            genesis.models.append(try exported(record, &context))
        }
        try forEach(AIKeys.inferences, &context) { (record, context) throws(Failure) in
            var inference = GenesisInference()
            inference.record = record
            if record.input.blobHash != nil { inference.input = try record.input.load(&context) }
            if record.output.blobHash != nil {
                inference.output = try record.output.load(&context)
            }
            genesis.inferences.append(inference)
        }
        try exportCircuits(to: &genesis, &context)
        try exportRequests(to: &genesis, &context)
        do throws(WireError) {
            return try genesis.json(JSONEncoding(usesCamelCase: false, writesDefaults: true))
        } catch {
            throw .ai(.invalidGenesis, "\(error)")
        }
    }

    private func exported(
        _ record: ModelRecord, _ context: inout Context
    ) throws(Failure) -> GenesisModel {
        var model = GenesisModel()
        model.record = record
        let key = record.registration.keyBytes
        model.details = try AIKeys.details.get(key, &context) ?? ModelDetails()
        model.program = try programBytes(of: record, &context)
        for index in 0..<record.chunkCount {
            guard let data = try chunkBytes(index, of: record, &context) else { continue }
            var chunk = GenesisChunk()
            chunk.index = index
            chunk.data = data
            model.chunks.append(chunk)
        }
        return model
    }

    public func initialize(genesis json: JSONValue, _ context: inout Context) throws(Failure) {
        var genesis = AIGenesis()
        if json != .null {
            do throws(WireError) { genesis = try AIGenesis(json: json) } catch {
                throw .ai(.invalidGenesis, "\(error)")
            }
        }
        try genesis.parameters.check()
        try AIKeys.parameters.set(genesis.parameters, &context)
        for (index, model) in genesis.models.enumerated() {
            guard model.record.registration == UInt64(index) + 1 else {
                throw .ai(.invalidGenesis, "registrations do not count up from 1")
            }
            try restore(model, genesis.parameters, &context)
        }
        for (index, inference) in genesis.inferences.enumerated() {
            guard inference.record.id == UInt64(index) + 1,
                inference.record.registration <= UInt64(genesis.models.count)
            else { throw .ai(.invalidGenesis, "inferences do not count up from 1") }
            try restore(inference, &context)
        }
        if !genesis.models.isEmpty {
            let count = StoredNumber(UInt64(genesis.models.count))
            try AIKeys.registrationCount.set(count, &context)
        }
        if !genesis.inferences.isEmpty {
            let count = StoredNumber(UInt64(genesis.inferences.count))
            try AIKeys.inferenceCount.set(count, &context)
        }
        try restoreCircuits(of: genesis, &context)
        try restoreRequests(of: genesis, &context)
        for invariant in invariants { try invariant.check(&context) }
    }

    /// Calls `body` with every value of `map`, by key, reading a page at a time.
    func forEach<Value: WireMessage>(
        _ map: StateMap<Value>, _ context: inout Context,
        _ body: (Value, inout Context) throws(Failure) -> Void
    ) throws(Failure) {
        var start = Bytes()
        while true {
            let entries = try map.entries(from: start, limit: 100, &context)
            for entry in entries { try body(entry.value, &context) }
            guard entries.count == 100, let last = entries.last else { return }
            // The next key is the last one with a zero byte after it.
            start = last.key + [0]
        }
    }
}
