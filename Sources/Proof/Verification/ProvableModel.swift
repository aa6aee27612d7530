// A committed model that has been checked: its relations, and what proofs about it are verified
// with. Where the program needs weights to be read, zeros stand in: nothing that is public depends
// on them. Models arrive as hostile bytes.

package import Arithmetization
public import Base
import Cryptography
import Fields
public import Models
package import Sumcheck
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
    /// How many values a proof speaks of; the prover's work grows with them, no verifier's.
    public let size: Int
    /// What reading the model and verifying a proof cost, in field multiplications, about: that of
    /// building the relations, the work that they ask, ``rowWork`` for each row, and one for each
    /// ``weightBytesPerWork`` bytes of weights.
    public let verificationWork: Int
    /// The relations of the program.
    package let relations: ProgramRelations
    /// The same, laid out in rows.
    package let system: RelationSystem
    /// What rows are checked with.
    package let scheme: KZGRows
    let weights: [G1Affine]

    /// log2 of the least and the largest rows.
    static let rowBits = 8...16
    /// What adding a row's commitment costs, in field multiplications.
    static let rowWork = 400
    /// Bytes of weights that are set to zero and hashed for one step of work.
    static let weightBytesPerWork = 8
    /// Most bytes of weights, whatever the limits say: a proof has a byte at least for each.
    static let maximumWeightBytes = 1 << RelationSystem.maximumBits
    /// The most work that a model may ask of a chain: some three seconds.
    public static let chainWork = 1 << 27

    /// Checks a committed model that asks no more than `maximumWork`.
    ///
    /// - Parameters:
    ///   - limits: bounds on the program, part of consensus on a chain.
    ///   - maximumWork: most work, which whoever verifies for himself may take higher.
    /// - Throws: `invalidModel` for its program, `invalidCommittedModel` for anything else.
    public convenience init(
        _ committed: CommittedModel, limits: ModelLimits = .chain,
        maximumWork: Int = ProvableModel.chainWork
    ) throws(VerificationError) {
        var budget = WorkBudget(limit: maximumWork)
        try self.init(committed, limits: limits, budget: &budget)
    }

    /// Checks a committed model that asks no more than `maximumWork`, and tells what it asked.
    ///
    /// Cost: a pass over the program, as much memory as its weights take, a check of each
    /// commitment, and a multiplication in the second group. Nothing is built before its work is
    /// counted, so that a few bytes of program never take long.
    ///
    /// - Parameters:
    ///   - limits: bounds on the program, part of consensus on a chain.
    ///   - maximumWork: most work, of which at most ``chainWork`` are taken.
    /// - Returns: the model, or `invalidModel` for its program, `invalidCommittedModel` for all
    ///   else; and the work of it, ``verificationWork`` where there is a model, and one more than
    ///   the limit where that was not enough.
    public static func read(
        _ committed: CommittedModel, limits: ModelLimits, maximumWork: Int
    ) -> (outcome: Result<ProvableModel, VerificationError>, work: Int) {
        var budget = WorkBudget(limit: min(maximumWork, chainWork))
        let outcome: Result<ProvableModel, VerificationError>
        do throws(VerificationError) {
            outcome = .success(try ProvableModel(committed, limits: limits, budget: &budget))
        } catch {
            outcome = .failure(error)
        }
        return (outcome, budget.spent)
    }

    private init(
        _ committed: CommittedModel, limits: ModelLimits, budget: inout WorkBudget
    ) throws(VerificationError) {
        let before = budget.spent
        guard ProvableModel.rowBits.contains(Int(committed.rowBits)) else {
            throw .invalidCommittedModel("rows of 2^\(committed.rowBits) values")
        }
        let rowBits = Int(committed.rowBits)
        let model = try ProvableModel.model(committed, limits, &budget)
        do throws(ArithmetizationError) {
            relations = try ProgramRelations(model, budget: &budget)
        } catch {
            throw .invalidCommittedModel("\(error)")
        }
        do throws(SumcheckError) {
            system = try relations.builder.system(rowBits: rowBits)
            size = system.tensors.reduce(0) { $0 + $1.count }
            try budget.spend(system.layout.rows.count * ProvableModel.rowWork)
            try budget.spend(system.verificationWork)
        } catch {
            throw .invalidCommittedModel("\(error)")
        }
        verificationWork = budget.spent - before
        var isWeight = [Bool](repeating: false, count: model.program.constants.count)
        for weight in relations.weights {
            isWeight[weight.value - model.program.inputs.count] = true
        }
        let expected = isWeight.indices.filter { !isWeight[$0] }
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
        _ committed: CommittedModel, _ limits: ModelLimits, _ budget: inout WorkBudget
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
            end <= min(limits.maximumWeightBytes, ProvableModel.maximumWeightBytes)
        else { throw .invalidCommittedModel("weights above the limit") }
        for (ports, count) in [
            ("inputs", program.inputs.count), ("outputs", program.outputs.count),
        ] where count > InferenceEngine.maximumPortCount {
            throw .invalidCommittedModel("\(count) \(ports)")
        }
        do throws(SumcheckError) {
            try budget.spend(end / ProvableModel.weightBytesPerWork)
        } catch {
            throw .invalidCommittedModel("\(error)")
        }
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
            return try Model(
                program: program, readFrom: committed.program, weights: weights, limits: limits)
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
