// Real models, small enough that thousands of their proofs are checked in a second or two, each
// with what an honest prover says of it.

import Base
import Commitments
import Fields
import Models
import Proving
import Tensors
import Verification
import Wire

/// An honest proof, ready to be compared with what becomes of it.
struct HonestProof {
    let model: ProvableModel
    let proven: ProvenInference
    let bytes: Bytes

    init(_ proven: ProvenInference) throws {
        self.proven = proven
        model = try ProvableModel(proven.model)
        bytes = proven.proof.encoded()
    }

    /// Whether `proof` shows the statement, bound to what it says that it is bound to.
    func isShown(by proof: InferenceProof) -> Bool {
        do {
            try verify(
                proven.statement, proof, against: model, input: proven.input,
                output: proven.output, context: proof.context)
        } catch {
            precondition(error.code > 0, "a refusal has a code")
            return false
        }
        return true
    }
}

/// All proofs that are true, and nothing else is.
struct HonestProofs {
    let proofs: [HonestProof]

    init() throws {
        let string = StructuredReferenceString.forDevelopment(
            tau: Fr(314_159), count: 1 << 8 + 64)
        // Proofs that hide are new in each process. Bound to a number of their own, those of other
        // processes, which are in the corpus, show nothing here.
        var nonce = Bytes()
        nonce.appendLittleEndian(UInt64.random(in: 0...UInt64.max))
        var proofs: [HonestProof] = []
        for model in [try Self.perceptron(), try Self.convolution(), try Self.attention()] {
            let prover = try InferenceProver(model, threads: 1) { count in
                precondition(count <= string.powers.count, "the models fit the shortest rows")
                return string
            }
            let inputs = TensorSet(
                model.inputs.compactMap { port in
                    port.type.map { type in
                        let values = (0..<type.shape.elementCount).map { Int16($0 * 97 % 301) }
                        return NamedTensor(
                            name: port.name, tensor: Tensor(values, shape: type.shape))
                    }
                })
            let seed = BlindingSeed(Bytes(repeating: 9, count: 32))
            for (index, choice) in Self.choices.enumerated() {
                let weights = prover.commit(seed: choice.hides ? seed : nil)
                var options = choice
                if let seed { options.seed = seed }
                proofs.append(
                    try HonestProof(
                        prover.prove(
                            inputs, weights: weights, options,
                            context: nonce + Bytes(repeating: 3, count: index)
                        ).proven))
            }
        }
        self.proofs = proofs
    }

    private static let choices = [
        DisclosureOptions(),
        DisclosureOptions(hides: false),
        DisclosureOptions(input: .committed, output: .secret),
    ]

    private static func rescaling(_ shift: Int64) -> [(String, AttributeValue)] {
        [("multipliers", .ints([3])), ("shift", .int(shift))]
    }

    private static func weights(_ shape: Shape) -> Tensor {
        Tensor(
            (0..<shape.elementCount).map { Int8(truncatingIfNeeded: $0 * 53 % 41 - 20) },
            shape: shape)
    }

    /// Two layers with a bias and a ReLU between them.
    private static func perceptron() throws -> Model {
        var builder = ProgramBuilder(opset: 17, name: "perceptron")
        builder.profile = .integer
        let x = builder.addInput("x", TensorType(.int16, [1, 4]))
        let hidden = builder.addNode(
            "aivm.integer.Linear",
            [
                x, builder.addConstant("w", weights([4, 5])),
                builder.addConstant("b", Tensor((0..<5).map { Int32($0) * 9 }, shape: [5])),
            ], attributes: rescaling(5) + [("minimum", .int(0))])[0]
        let y = builder.addNode(
            "aivm.integer.Linear", [hidden, builder.addConstant("v", weights([5, 2]))],
            attributes: rescaling(6))[0]
        builder.addOutput("y", y)
        return try builder.build()
    }

    /// A padded convolution and a pool.
    private static func convolution() throws -> Model {
        var builder = ProgramBuilder(opset: 17, name: "convolution")
        builder.profile = .integer
        let x = builder.addInput("x", TensorType(.int16, [1, 1, 4, 4]))
        let sums = builder.addNode(
            "aivm.integer.Conv", [x, builder.addConstant("w", weights([2, 1, 3, 3]))],
            attributes: rescaling(7) + [("pads", .ints([1, 1, 1, 1]))])[0]
        let y = builder.addNode(
            "aivm.integer.MaxPool", [sums],
            attributes: [("kernel_shape", .ints([2, 2])), ("strides", .ints([2, 2]))])[0]
        builder.addOutput("y", y)
        return try builder.build()
    }

    /// A table, a Softmax and a product of activations.
    private static func attention() throws -> Model {
        var builder = ProgramBuilder(opset: 17, name: "attention")
        builder.profile = .integer
        let x = builder.addInput("x", TensorType(.int16, [2, 3]))
        let table = Tensor((-8..<8).map { Int16($0 * $0 * 11) }, shape: [16])
        let curve = builder.addNode(
            "aivm.integer.Table", [x],
            attributes: [("shift", .int(6)), ("table", .tensor(table))])[0]
        func powers(_ ratio: Int) -> AttributeValue {
            var values: [Int32] = []
            var value = 65_536
            for _ in 0..<8 {
                values.append(Int32(value))
                value = value * ratio / 1_000
            }
            return .tensor(Tensor(values, shape: [8]))
        }
        let shares = builder.addNode(
            "aivm.integer.Softmax", [curve],
            attributes: [
                ("axis", .int(1)), ("high", powers(300)), ("low", powers(950)),
                ("multipliers", .ints([5])), ("shift", .int(6)), ("product_shift", .int(16)),
                ("fraction_bits", .int(10)),
            ])[0]
        let turned = builder.addNode("Transpose", [x], attributes: [("perm", .ints([1, 0]))])[0]
        let y = builder.addNode(
            "aivm.integer.MatMul", [shares, turned], attributes: rescaling(8))[0]
        builder.addOutput("y", y)
        return try builder.build()
    }
}
