// What a chain may set without changing the program: sizes, the split of prices, factors of gas.

public import Base
public import Ledger
import Verification
public import Wire

/// Parameters of the module.
public struct AIParameters: WireMessage {
    /// Most bytes of weights of a model; at most 64 MiB.
    public var maximumModelBytes: UInt64 = 0
    /// Most bytes of a program; at most 1 MiB.
    public var maximumProgramBytes: UInt64 = 0
    /// Most bytes of a request's input in canonical form.
    public var maximumRequestBytes: UInt64 = 0
    /// Most bytes of a result in canonical form.
    public var maximumResultBytes: UInt64 = 0
    /// Most bytes of an input or output that stands in the state itself; larger ones are blobs.
    public var maximumInlineBytes: UInt64 = 0
    /// Most UTF-8 bytes of a licence, and of a description.
    public var maximumTextBytes: UInt64 = 0
    /// Share of a price that goes to the model's owner, in basis points.
    public var ownerShare: UInt32 = 0
    /// Share of a price that goes to the validators, in basis points.
    public var validatorShare: UInt32 = 0
    /// Share of a price that goes to the treasury, in basis points; it also gets what rounding
    /// leaves.
    public var treasuryShare: UInt32 = 0
    /// Numerator of the chain gas of one machine gas.
    public var gasNumerator: UInt64 = 0
    /// Denominator of the chain gas of one machine gas.
    public var gasDenominator: UInt64 = 0
    /// Chain gas of checking one byte of a program.
    public var gasPerProgramByte: UInt64 = 0
    /// Bytes of weights that are checked for one chain gas.
    public var weightBytesPerGas: UInt64 = 0
    /// Chain gas of reading a verification key.
    public var verificationKeyGas: UInt64 = 0
    /// Chain gas of verifying a proof, before its signals and bytes.
    public var proofGas: UInt64 = 0
    /// Chain gas of each public signal of a proof.
    public var proofGasPerSignal: UInt64 = 0
    /// Chain gas of each byte of a proof.
    public var proofGasPerByte: UInt64 = 0
    /// Most public signals of a circuit.
    public var maximumPublicSignals: UInt64 = 0
    /// Whether keys from reference strings for development are taken: anybody may be able to prove
    /// anything with them.
    public var allowsUnsafeReferenceStrings = false
    /// When not empty: the only reference strings whose keys are taken, by SHA-256 of tau in the
    /// second group, ascending.
    public var trustedReferenceStrings: [Bytes] = []
    /// Chain gas of verifying the proof of an inference, before its bytes and the steps of its
    /// model.
    public var inferenceProofGas: UInt64 = 0
    /// Chain gas of each byte of such a proof, and of each byte of a committed model.
    public var inferenceProofGasPerByte: UInt64 = 0
    /// Chain gas of each step that the relations of a model ask of a verifier.
    public var inferenceProofGasPerStep: UInt64 = 0

    public static let wireName = "aivm.ai.v1.Params"
    public static let wireFields: WireFields<AIParameters> = [
        .uint64(1, "max_model_bytes", \.maximumModelBytes),
        .uint64(2, "max_program_bytes", \.maximumProgramBytes),
        .uint64(3, "max_request_bytes", \.maximumRequestBytes),
        .uint64(4, "max_result_bytes", \.maximumResultBytes),
        .uint64(5, "max_inline_bytes", \.maximumInlineBytes),
        .uint64(6, "max_text_bytes", \.maximumTextBytes),
        .uint32(7, "owner_share", \.ownerShare),
        .uint32(8, "validator_share", \.validatorShare),
        .uint32(9, "treasury_share", \.treasuryShare),
        .uint64(10, "gas_numerator", \.gasNumerator),
        .uint64(11, "gas_denominator", \.gasDenominator),
        .uint64(12, "gas_per_program_byte", \.gasPerProgramByte),
        .uint64(13, "weight_bytes_per_gas", \.weightBytesPerGas),
        .uint64(14, "verification_key_gas", \.verificationKeyGas),
        .uint64(15, "proof_gas", \.proofGas),
        .uint64(16, "proof_gas_per_signal", \.proofGasPerSignal),
        .uint64(17, "proof_gas_per_byte", \.proofGasPerByte),
        .uint64(18, "max_public_signals", \.maximumPublicSignals),
        .bool(19, "allow_unsafe_srs", \.allowsUnsafeReferenceStrings),
        .byteStrings(20, "trusted_srs", \.trustedReferenceStrings),
        .uint64(21, "inference_proof_gas", \.inferenceProofGas),
        .uint64(22, "inference_proof_gas_per_byte", \.inferenceProofGasPerByte),
        .uint64(23, "inference_proof_gas_per_step", \.inferenceProofGasPerStep),
    ]

    /// The whole of a price, in basis points.
    public static let wholeShare: UInt32 = 10_000

    public init() {}

    /// What a chain starts with when its genesis says nothing.
    public static let standard: AIParameters = {
        var parameters = AIParameters()
        parameters.maximumModelBytes = 8 << 20
        parameters.maximumProgramBytes = 1 << 20
        parameters.maximumRequestBytes = 1 << 20
        parameters.maximumResultBytes = 1 << 20
        parameters.maximumInlineBytes = 2048
        parameters.maximumTextBytes = 8192
        parameters.ownerShare = 8000
        parameters.validatorShare = 1500
        parameters.treasuryShare = 500
        parameters.gasNumerator = 1
        parameters.gasDenominator = 1
        parameters.gasPerProgramByte = 50
        parameters.weightBytesPerGas = 4
        parameters.verificationKeyGas = 20_000
        parameters.proofGas = 150_000
        parameters.proofGasPerSignal = 100
        parameters.proofGasPerByte = 10
        parameters.maximumPublicSignals = 1024
        parameters.inferenceProofGas = 500_000
        parameters.inferenceProofGasPerByte = 10
        parameters.inferenceProofGasPerStep = 3
        return parameters
    }()

    /// Whether the parameters keep every rule of the README; throws what is wrong otherwise.
    public func check() throws(Failure) {
        let shares = UInt64(ownerShare) + UInt64(validatorShare) + UInt64(treasuryShare)
        guard shares == UInt64(AIParameters.wholeShare) else {
            throw .ai(.invalidGenesis, "shares sum to \(shares) instead of 10000 basis points")
        }
        guard gasDenominator > 0, weightBytesPerGas > 0 else {
            throw .ai(.invalidGenesis, "a divisor is 0")
        }
        let bounds: [(String, UInt64, UInt64)] = [
            ("max_model_bytes", maximumModelBytes, 64 << 20),
            ("max_program_bytes", maximumProgramBytes, 1 << 20),
            ("max_request_bytes", maximumRequestBytes, 16 << 20),
            ("max_result_bytes", maximumResultBytes, 16 << 20),
            ("max_inline_bytes", maximumInlineBytes, 1 << 20),
            ("max_text_bytes", maximumTextBytes, 1 << 20),
            ("gas_per_program_byte", gasPerProgramByte, 1 << 20),
            ("verification_key_gas", verificationKeyGas, 1 << 40),
            ("proof_gas", proofGas, 1 << 40),
            ("proof_gas_per_signal", proofGasPerSignal, 1 << 20),
            ("proof_gas_per_byte", proofGasPerByte, 1 << 20),
            ("inference_proof_gas", inferenceProofGas, 1 << 40),
            ("inference_proof_gas_per_byte", inferenceProofGasPerByte, 1 << 20),
            ("inference_proof_gas_per_step", inferenceProofGasPerStep, 1 << 20),
            ("max_public_signals", maximumPublicSignals, 1 << 16),
        ]
        for (name, value, bound) in bounds where value > bound {
            throw .ai(.invalidGenesis, "\(name) is \(value), above \(bound)")
        }
        let hashes = trustedReferenceStrings.compactMap { Hash256($0) }
        guard hashes.count == trustedReferenceStrings.count, hashes.count <= 64,
            zip(hashes, hashes.dropFirst()).allSatisfy({ $0 < $1 })
        else {
            throw .ai(
                .invalidGenesis, "trusted_srs is not up to 64 hashes of 32 bytes, ascending")
        }
    }

    /// Chain gas of verifying a proof.
    func verificationGas(signalCount: Int, byteCount: Int) -> UInt64 {
        // Counts are below 2^32, since they fit a transaction; the factors are at most 2^20 and
        // the sum of the rest at most 2^40.
        proofGas + proofGasPerSignal * UInt64(signalCount) + proofGasPerByte * UInt64(byteCount)
    }

    /// Chain gas of verifying the proof of an inference of a committed model that asks `size`
    /// steps.
    func inferenceProofGas(byteCount: Int, size: UInt64) -> UInt64 {
        // Sizes and counts are below 2^40, the factors at most 2^20, the rest at most 2^40.
        inferenceProofGas + inferenceProofGasPerByte * UInt64(byteCount)
            + inferenceProofGasPerStep * min(size, 1 << 40)
    }

    /// The work on a committed model that this much gas pays, at most what a model may ask.
    func work(ofGas gas: UInt64) -> Int {
        let most = UInt64(ProvableModel.chainWork)
        guard inferenceProofGasPerStep > 0 else { return ProvableModel.chainWork }
        return Int(min(gas / inferenceProofGasPerStep, most))
    }

    /// Chain gas of reading a committed model of this many bytes, before its values are known.
    func committedModelGas(byteCount: Int, programByteCount: Int) -> UInt64 {
        verificationKeyGas + inferenceProofGasPerByte * UInt64(byteCount)
            + checkingGas(programByteCount: programByteCount)
    }

    /// Chain gas of a run that costs `machineGas`, rounded up; the largest integer when it
    /// overflows.
    func chainGas(ofMachineGas machineGas: UInt64) -> UInt64 {
        let product = machineGas.multipliedFullWidth(by: gasNumerator)
        guard product.high < gasDenominator else { return .max }
        let (quotient, remainder) = gasDenominator.dividingFullWidth(product)
        let (gas, overflow) = quotient.addingReportingOverflow(remainder == 0 ? 0 : 1)
        return overflow ? .max : gas
    }

    /// Chain gas of checking a program of this many bytes.
    func checkingGas(programByteCount: Int) -> UInt64 {
        // Both factors are at most 2^20.
        gasPerProgramByte * UInt64(programByteCount)
    }

    /// Chain gas of checking a model with weights of this many bytes.
    func checkingGas(programByteCount: Int, weightByteCount: UInt64) -> UInt64 {
        checkingGas(programByteCount: programByteCount) + weightByteCount / weightBytesPerGas
    }
}

extension AI {
    /// The parameters in force.
    func currentParameters(_ context: inout Context) throws(Failure) -> AIParameters {
        try AIKeys.parameters.get(&context) ?? .standard
    }
}

/// Changes the parameters; governance signs.
public struct MsgUpdateParams: WireMessage {
    /// The account of governance.
    public var authority = ""
    /// The new parameters, all of them.
    public var parameters = AIParameters()

    public static let wireName = "aivm.ai.v1.MsgUpdateParams"
    public static let wireFields: WireFields<MsgUpdateParams> = [
        .string(1, "authority", \.authority),
        .message(2, "params", \.parameters),
    ]

    public init() {}
}

/// The answer to ``MsgUpdateParams``.
public struct MsgUpdateParamsResponse: WireMessage {
    public static let wireName = "aivm.ai.v1.MsgUpdateParamsResponse"
    public static let wireFields: WireFields<MsgUpdateParamsResponse> = []
    public init() {}
}
