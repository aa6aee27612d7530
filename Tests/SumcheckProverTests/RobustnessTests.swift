// Whatever a verifier is given, it answers: mutations of systems, statements and proofs, from
// seeds.

import Base
import Fields
import TestSupport
import Testing

@testable import Sumcheck
@testable import SumcheckProver

/// Changes parts of systems, statements and proofs at random.
private struct Mutation {
    var generator: SeededGenerator

    private mutating func number() -> Int {
        let choices = [-1, 0, 1, 2, 3, 5, 17, 100, 1 << 29, -(1 << 40), .max, .min]
        return generator.element(of: choices)
    }

    private mutating func wide() -> Int128 {
        generator.element(of: [0, 1, -1, 255, .max, .min, 1 << 100])
    }

    private mutating func change(_ map: inout AxisMap) {
        switch generator.int(in: 0..<4) {
        case 0: map.offset = number()
        case 1: map.terms.append(.init(axis: number(), stride: number()))
        case 2 where !map.terms.isEmpty: map.terms[0].axis = number()
        case 3 where !map.terms.isEmpty: map.terms[0].stride = number()
        default: map.terms = []
        }
    }

    private mutating func change(_ view: inout View) {
        switch generator.int(in: 0..<3) {
        case 0: view.tensor = number()
        case 1 where !view.maps.isEmpty: view.maps.removeLast()
        default:
            if view.maps.isEmpty { return }
            change(&view.maps[generator.int(in: view.maps.indices)])
        }
    }

    private mutating func change(_ argument: inout Argument<Int128>) {
        if argument.addends.isEmpty || generator.isOne(in: 4) {
            argument.constant = wide()
        } else if generator.isOne(in: 3) {
            argument.addends[0].coefficient = wide()
        } else {
            change(&argument.addends[generator.int(in: argument.addends.indices)].view)
        }
    }

    private mutating func change(_ scales: inout [Scale<Int128>]) {
        if scales.isEmpty || generator.isOne(in: 2) {
            scales.append(Scale(axis: number(), values: [wide(), wide()]))
        } else if generator.isOne(in: 2) {
            scales[0].values = Array(scales[0].values.dropLast())
        } else {
            scales[0].axis = number()
        }
    }

    private mutating func change(_ relation: inout IntegerRelation) {
        switch generator.int(in: 0..<9) {
        case 0: relation.freeCount = number()
        case 1: relation.axes.append(number())
        case 2 where !relation.axes.isEmpty:
            relation.axes[generator.int(in: relation.axes.indices)] = number()
        case 3 where !relation.products.isEmpty: change(&relation.products[0].left)
        case 4 where !relation.products.isEmpty: change(&relation.products[0].right)
        case 5 where !relation.products.isEmpty:
            relation.products[0].summed.append(number())
            change(&relation.products[0].scales)
        case 6 where !relation.linears.isEmpty:
            change(&relation.linears[generator.int(in: relation.linears.indices)].view)
        case 7 where !relation.linears.isEmpty:
            relation.linears[0].matrix = PublicMatrix(
                row: number(), column: number(),
                entries: [.init(row: number(), column: number(), value: wide())])
        default:
            relation.constants.append(
                ConstantTerm(
                    wide(),
                    inside: Inside(
                        extents: [number()],
                        maps: [AxisMap(offset: number(), terms: [.init(axis: 0, stride: 1)])])))
        }
    }

    mutating func change(_ builder: inout RelationBuilder, rowBits: inout Int) {
        switch generator.int(in: 0..<8) {
        case 0, 1:
            let index = generator.int(in: builder.tensors.indices)
            switch generator.int(in: 0..<4) {
            case 0: builder.tensors[index].extents.append(number())
            case 1: builder.tensors[index].extents[0] = number()
            case 2: builder.tensors[index].element = .limb(bits: number())
            default:
                builder.tensors[index].tensorClass = generator.element(of: TensorClass.allCases)
            }
        case 2 where !builder.lookups.isEmpty: builder.lookups[0].table = number()
        case 3 where !builder.lookups.isEmpty:
            builder.lookups[0].axes = [number()]
            if !builder.lookups[0].arguments.isEmpty { change(&builder.lookups[0].arguments[0]) }
        case 4 where !builder.tables.isEmpty:
            builder.tables[0].columns = [Array(builder.tables[0].columns[0].dropLast()), []]
        case 5: rowBits = number()
        default: change(&builder.relations[generator.int(in: builder.relations.indices)])
        }
    }

    private mutating func change(_ disclosure: inout Disclosure<G1Affine>) {
        switch generator.int(in: 0..<4) {
        case 0: disclosure = .secret
        case 1:
            disclosure = .committed(
                [G1Affine](repeating: .generator, count: generator.int(in: 0...4)))
        case 2: disclosure = .open([])
        default:
            disclosure = .open([
                [Int64](repeating: .min, count: generator.int(in: 0...12))
            ])
        }
    }

    mutating func change(_ statement: inout ProofStatement<KZGRows>) {
        switch generator.int(in: 0..<5) {
        case 0: change(&statement.input)
        case 1: change(&statement.output)
        case 2: statement.hiding.toggle()
        case 3:
            statement.weights = Array(
                (statement.weights + statement.weights).prefix(generator.int(in: 0...8)))
        default: statement.context.append(1)
        }
    }

    mutating func change(_ proof: inout SumcheckProof<KZGRows>) {
        func cut<Item>(_ items: inout [Item]) {
            items = Array((items + items).prefix(generator.int(in: 0...items.count + 1)))
        }
        switch generator.int(in: 0..<11) {
        case 0: cut(&proof.input)
        case 1: cut(&proof.output)
        case 2: cut(&proof.trace)
        case 3: cut(&proof.inverses)
        case 4: cut(&proof.firstRounds)
        case 5: cut(&proof.secondRounds)
        case 6: cut(&proof.values)
        case 7: cut(&proof.closing.quotients)
        case 8: cut(&proof.closing.openings)
        case 9: proof.columns = nil
        default: proof.closing.left = generator.isOne(in: 2) ? nil : Fr.one
        }
    }
}

@Suite struct RobustnessTests {
    private static let networks: [@Sendable () -> Network] = [
        { Network.perceptron() }, { Network.convolutional() }, { Network.attention() },
        { Network.mixed() },
    ]

    /// A changed system is refused, or no proof of the old one holds for it.
    @Test(arguments: 0..<4)
    func changedSystemsAreRefused(network: Int) throws {
        let original = RobustnessTests.networks[network]()
        let sample = try Sample(original.witness(rowBits: 8), hiding: network % 2 == 0)
        let bytes = sample.proof.encoded
        var mutation = Mutation(generator: SeededGenerator(seed: UInt64(network)))
        var refusals = (systems: 0, proofs: 0)
        for _ in 0..<250 {
            var builder = original.builder
            var rowBits = 8
            for _ in 0...mutation.generator.int(in: 0...1) {
                mutation.change(&builder, rowBits: &rowBits)
            }
            let system: RelationSystem
            do { system = try builder.system(rowBits: rowBits) } catch {
                refusals.systems += 1
                continue
            }
            guard system.digest != sample.system.digest else { continue }
            #expect(throws: SumcheckError.self) {
                try sample.scheme.verify(sample.proof, of: sample.statement, system: system)
            }
            if let read = try? SumcheckProof<KZGRows>(
                encoded: bytes, system: system, statement: sample.statement)
            {
                #expect(throws: SumcheckError.self) {
                    try sample.scheme.verify(read, of: sample.statement, system: system)
                }
            }
            refusals.proofs += 1
        }
        #expect(refusals.systems > 50 && refusals.proofs > 0)
    }

    @Test(arguments: [false, true])
    func changedStatementsAndProofsAreRefused(hiding: Bool) throws {
        let sample = try Sample(
            Network.perceptron().witness(rowBits: 7), hiding: hiding, input: .secret)
        var mutation = Mutation(generator: SeededGenerator(seed: 5))
        for _ in 0..<600 {
            var (statement, proof) = (sample.statement, sample.proof)
            for _ in 0...mutation.generator.int(in: 0...2) {
                if mutation.generator.isOne(in: 2) {
                    mutation.change(&statement)
                } else {
                    mutation.change(&proof)
                }
            }
            let isSame = proof == sample.proof && same(statement, sample.statement)
            if isSame { continue }
            #expect(throws: SumcheckError.self) {
                try sample.scheme.verify(proof, of: statement, system: sample.system)
            }
        }
    }

    private func same(
        _ a: ProofStatement<KZGRows>, _ b: ProofStatement<KZGRows>
    ) -> Bool {
        a.context == b.context && a.weights == b.weights && a.input == b.input
            && a.output == b.output && a.hiding == b.hiding
    }

    /// Bytes of a proof, changed in several places at once, cut and joined.
    @Test(arguments: [false, true])
    func changedBytesAreRefused(hiding: Bool) throws {
        let sample = try Sample(
            Network.perceptron().witness(rowBits: 7), hiding: hiding, input: .secret)
        let bytes = sample.proof.encoded
        var generator = SeededGenerator(seed: 77)
        for _ in 0..<400 {
            var changed = bytes
            for _ in 0...generator.int(in: 0...3) {
                changed[generator.int(in: changed.indices)] = UInt8(
                    truncatingIfNeeded: generator.next())
            }
            if generator.isOne(in: 8) { changed.removeLast(generator.int(in: 1...64)) }
            if generator.isOne(in: 8) { changed += changed.prefix(generator.int(in: 1...64)) }
            if changed == bytes { continue }
            #expect(throws: SumcheckError.self) {
                let read = try SumcheckProof<KZGRows>(
                    encoded: changed, system: sample.system, statement: sample.statement)
                try sample.scheme.verify(read, of: sample.statement, system: sample.system)
            }
        }
    }

    /// Every byte of the statement's commitments and of the verification key, with a bit flipped.
    @Test(arguments: [false, true])
    func everyByteOfCommitmentsAndKeyCounts(hiding: Bool) throws {
        let sample = try Sample(LinearExample().witness, hiding: hiding)
        var encoded = Bytes()
        for commitment in sample.statement.weights { KZGRows.append(commitment, to: &encoded) }
        for index in encoded.indices {
            var changed = encoded
            changed[index] ^= 1 << UInt8(index % 8)
            var statement = sample.statement
            let points = stride(from: 0, to: changed.count, by: 64).map {
                KZGRows.commitment(encoded: changed[$0..<$0 + 64])
            }
            guard !points.contains(nil) else { continue }
            statement.weights = points.compactMap { $0 }
            #expect(throws: SumcheckError.self) {
                try sample.scheme.verify(sample.proof, of: statement, system: sample.system)
            }
        }
        // Keys of other strings, and of points that are no key at all.
        let tau = sample.scheme.tauG2
        for wrong in [-tau, G2Affine.generator, G2Affine.infinity] {
            guard let other = KZGRows(rowBits: sample.scheme.rowBits, tauG2: wrong) else {
                continue
            }
            #expect(throws: SumcheckError.self) {
                try other.verify(sample.proof, of: sample.statement, system: sample.system)
            }
        }
    }
}
