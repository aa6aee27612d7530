// A committed model that has been checked: its relations, and what proofs about it are verified
// with. Where the program needs weights to be read, zeros stand in: nothing that is public depends
// on them. Models arrive as hostile bytes.

import Arithmetization
public import Base
import Cryptography
import Fields
public import Models
import Sumcheck
import Tensors
import Wire

/// A committed model, ready to verify proofs. Immutable; a reference, so that passing it on costs
/// nothing.
public final class ProvableModel: Sendable {
    /// Hash that names the model.
    public let modelID: Hash256
    /// Arithmetic version of its program.
    public let arithmeticVersion: UInt32
    /// Whether its reference string says of itself that it is for development.
    public let isUnsafe: Bool
    /// SHA-256 of tau, which names the reference string.
    public let srsID: Hash256
    /// Inputs in the program's order.
    public let inputs: [TensorSchema]
    /// Outputs in the program's order.
    public let outputs: [TensorSchema]
    /// How many values prover and verifier speak of: what reading the model takes.
    public let size: Int
    /// What reading the model and verifying a proof cost, in field multiplications, about: the work
    /// of the relations, one for each value, and ``rowWork`` for each row.
    public let verificationWork: Int
    let relations: ProgramRelations
    let system: RelationSystem
    let scheme: KZGRows
    let weights: [G1Affine]

    /// log2 of the least and the largest rows.
    static let rowBits = 8...16
    /// What adding a row's commitment costs, in field multiplications.
    static let rowWork = 400
    /// The most work that a model may ask of a verifier: some seconds.
    static let maximumWork = 1 << 27

    /// Checks a committed model.
    ///
    /// Cost: a pass over the program, as much memory as its weights take, a check of
    /// each commitment, and a multiplication in the second group.
    ///
    /// - Parameter limits: bounds on the program, part of consensus on a chain.
    /// - Throws: `invalidModel` for its program, `invalidCommittedModel` for anything else.
    public init(
        _ committed: CommittedModel, limits: ModelLimits = .chain
    ) throws(VerificationError) {
        guard ProvableModel.rowBits.contains(Int(committed.rowBits)) else {
            throw .invalidCommittedModel("rows of 2^\(committed.rowBits) values")
        }
        let rowBits = Int(committed.rowBits)
        let model = try ProvableModel.model(committed, limits)
        do throws(ArithmetizationError) { relations = try ProgramRelations(model) } catch {
            throw .invalidCommittedModel("\(error)")
        }
        do throws(SumcheckError) { system = try relations.builder.system(rowBits: rowBits) } catch {
            throw .invalidCommittedModel("\(error)")
        }
        size = system.tensors.reduce(0) { $0 + $1.count }
        let others = system.layout.rows.count * ProvableModel.rowWork + size
        verificationWork = system.verificationWork.addingReportingOverflow(others).partialValue
        guard (0...ProvableModel.maximumWork).contains(verificationWork) else {
            throw .invalidCommittedModel("it asks \(verificationWork) steps of a verifier")
        }
        let constants = relations.weights.map { $0.value - model.program.inputs.count }
        let expected = model.program.constants.indices.filter { !constants.contains($0) }
        guard committed.constants.map({ Int($0.index) }) == expected else {
            throw .invalidCommittedModel("its constants are not those that are no weights")
        }
        guard let tau = ProvableModel.tau(committed.tau),
            let scheme = KZGRows(rowBits: rowBits, tauG2: tau)
        else { throw .invalidCommittedModel("tau is no point of the second group") }
        self.scheme = scheme
        guard let weights = ProvableModel.points(committed.weights),
            weights.count == system.layout.rowRange(of: .weights).count
        else { throw .invalidCommittedModel("other commitments than its weights have rows for") }
        self.weights = weights
        modelID = committed.modelID
        arithmeticVersion = model.program.arithmeticVersion
        isUnsafe = committed.isUnsafe
        srsID = committed.srsID
        inputs = model.inputs.compactMap { port in port.type.map { TensorSchema(port.name, $0) } }
        outputs = model.outputs.compactMap { port in
            port.type.map { TensorSchema(port.name, $0) }
        }
    }

    /// The program with zeros for weights.
    private static func model(
        _ committed: CommittedModel, _ limits: ModelLimits
    ) throws(VerificationError) -> Model {
        let program: Program
        var rules = WireRules.canonical
        rules.maximumBytes = limits.maximumProgramBytes
        do throws(WireError) {
            program = try Program(decoding: committed.program, rules: rules)
        } catch {
            throw .invalidModel(.malformedProgram(error))
        }
        let end = program.constants.last.map { $0.offset.addingReportingOverflow($0.byteCount) }
        guard end?.overflow != true, let end = Int(exactly: end?.partialValue ?? 0),
            end <= limits.maximumWeightBytes
        else { throw .invalidCommittedModel("weights above the limit") }
        var weights = Bytes(repeating: 0, count: end)
        for constant in committed.constants {
            guard Int(constant.index) < program.constants.count else {
                throw .invalidCommittedModel("a constant that its program has not")
            }
            let declared = program.constants[Int(constant.index)]
            guard let start = Int(exactly: declared.offset), start <= end,
                declared.byteCount == UInt64(constant.data.count),
                end - start >= constant.data.count
            else { throw .invalidCommittedModel("constant \(constant.index) has another size") }
            weights.replaceSubrange(start..<start + constant.data.count, with: constant.data)
        }
        do throws(ModelError) {
            return try Model(programBytes: committed.program, weights: weights, limits: limits)
        } catch {
            throw .invalidModel(error)
        }
    }

    /// A point of the second group, not infinity, from its canonical bytes.
    static func tau(_ bytes: Bytes) -> G2Affine? {
        guard let point = G2Affine(canonicalBigEndian: bytes), !point.isInfinity,
            point.isOnCurve, point.isInSubgroup
        else { return nil }
        return point
    }

    /// Commitments from their bytes; `nil` unless all are on the curve.
    static func points(_ bytes: Bytes) -> [G1Affine]? {
        guard bytes.count % KZGRows.commitmentSize == 0 else { return nil }
        var points: [G1Affine] = []
        for start in stride(from: 0, to: bytes.count, by: KZGRows.commitmentSize) {
            guard
                let point = KZGRows.commitment(
                    encoded: bytes[start..<start + KZGRows.commitmentSize])
            else { return nil }
            points.append(point)
        }
        return points
    }
}
