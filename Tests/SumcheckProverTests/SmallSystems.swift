// Systems small enough to follow by hand, and what proving them needs.

import Base
import Commitments
import Fields
import Sumcheck
import SumcheckProver
import TestSupport

/// Field elements from a seed.
final class SeededElements {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    func next() -> Fr {
        Fr(
            reducing: UInt256(
                generator.next(), generator.next(), generator.next(), generator.next()))
    }
}

/// Keys of a known τ, one for each size of rows.
struct DevelopmentKeys {
    static let tau = Fr(0x1234_5678_9ABC_DEF1)
    private static let keys: [Int: RowKey] = {
        var keys: [Int: RowKey] = [:]
        for bits in 5...8 { keys[bits] = try? RowKey.forDevelopment(tau: tau, rowBits: bits) }
        return keys
    }()

    static func key(_ bits: Int) throws -> RowKey {
        if let key = keys[bits] { return key }
        return try RowKey.forDevelopment(tau: tau, rowBits: bits)
    }
}

/// y = W x + b with x in two limbs, as one product relation, and limbs looked up.
struct LinearExample {
    static let (inputs, outputs) = (6, 5)
    let system: RelationSystem
    var witness: Witness<Fr>

    init(rowBits: Int = 7, seed: UInt64 = 1) throws {
        let (inputs, outputs) = (LinearExample.inputs, LinearExample.outputs)
        let tensors = [
            TensorDeclaration("W", [outputs, inputs], .weights, .signedByte),
            TensorDeclaration("b", [outputs], .weights),
            TensorDeclaration("x", [inputs], .input),
            TensorDeclaration("y", [outputs], .output),
            TensorDeclaration("low limbs of x", [inputs], .trace, .limb(bits: 8)),
            TensorDeclaration("high limbs of x", [inputs], .trace, .limb(bits: 7)),
        ]
        let product = IntegerRelation(
            "product", free: [outputs], summed: [inputs],
            products: [
                ProductTerm(
                    1, Argument([Addend(1, View(0, [.same(0), .same(1)]))], constant: 0),
                    Argument([Addend(1, View(2, [.same(1)]))], constant: 0), summed: [1])
            ],
            linears: [
                LinearTerm(1, View(1, [.same(0)])), LinearTerm(-1, View(3, [.same(0)])),
            ])
        let limbs = IntegerRelation(
            "limbs", free: [inputs],
            linears: [
                LinearTerm(-1, View(2, [.same(0)])), LinearTerm(1, View(4, [.same(0)])),
                LinearTerm(256, View(5, [.same(0)])),
            ])
        system = try RelationSystem(
            tensors: tensors, relations: [product, limbs], rowBits: rowBits)
        witness = Witness(system)
        var generator = SeededGenerator(seed: seed)
        let weights = (0..<inputs * outputs).map { _ in Int64(generator.int(in: -128...127)) }
        let bias = (0..<outputs).map { _ in Int64(generator.int(in: -9999...9999)) }
        let x = (0..<inputs).map { _ in Int64(generator.int(in: 0...32767)) }
        let y = (0..<outputs).map { i in
            bias[i] + (0..<inputs).reduce(0) { $0 + weights[i * inputs + $1] * x[$1] }
        }
        witness.set(0, to: weights)
        witness.set(1, to: bias)
        witness.set(2, to: x)
        witness.set(3, to: y)
        witness.set(4, to: x.map { $0 & 255 })
        witness.set(5, to: x.map { $0 >> 8 })
    }
}

/// A proof with everything that it is checked with.
struct Sample {
    var system: RelationSystem
    var scheme: KZGRows
    var statement: ProofStatement<KZGRows>
    var proof: SumcheckProof<KZGRows>

    init(
        _ witness: Witness<Fr>, hiding: Bool, input: DisclosureChoice<KZGRows> = .open,
        output: DisclosureChoice<KZGRows> = .open, seed: UInt64 = 7, threads: Int = 1
    ) throws {
        system = witness.system
        let key = try DevelopmentKeys.key(system.layout.rowBits)
        scheme = key.scheme
        let random = SeededElements(seed: seed)
        let weights = key.commit(.weights, of: witness, threads: threads, random: random.next)
        let request = ProofRequest(
            context: Bytes("test".utf8), weights: weights, input: input, output: output,
            hiding: hiding)
        (statement, proof) = try key.prove(
            witness, request, threads: threads, random: random.next)
    }

    func verify() throws(SumcheckError) {
        try scheme.verify(proof, of: statement, system: system)
    }
}
