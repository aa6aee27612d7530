// Circuits that contradict themselves, each with its error.

import Base
import Circom
import Circuits
import Fields
import TestSupport
import Testing

@Suite struct R1CSTests {
    private typealias Term = LinearCombination.Term

    private static let square = RankOneConstraint(
        a: LinearCombination([Term(wire: 2, coefficient: Fr.one)]),
        b: LinearCombination([Term(wire: 2, coefficient: Fr.one)]),
        c: LinearCombination([Term(wire: 1, coefficient: Fr.one)]))

    /// A circuit of one constraint: x · x = y. Its first linear combination starts at byte 0 of
    /// section 2: one term (4), wire (4), coefficient (32).
    private func square() throws -> Bytes {
        try R1CSFile.write(
            .init(wires: 3, publicOutputs: 1, publicInputs: 0, privateInputs: 1),
            [R1CSTests.square], to: BytesSink()
        ).bytes
    }

    private func read(_ bytes: Bytes) -> CircomError? {
        refusal { _ = try R1CSFile(BytesSource(bytes)).constraints() }
    }

    @Test func aCircuitIsReadAsItWasWritten() throws {
        let file = try R1CSFile(BytesSource(square()))
        #expect(try file.constraints() == [R1CSTests.square])
        #expect(file.wireCount == 3 && file.publicCount == 1 && file.privateInputCount == 1)
        #expect(try file.labels() == [0, 1, 2])
        #expect(R1CSTests.square.isSatisfied(by: [Fr.one, Fr(49), Fr(7)]))
        #expect(!R1CSTests.square.isSatisfied(by: [Fr.one, Fr(49), Fr(8)]))
    }

    @Test func contradictionsAreNamed() throws {
        let bytes = try square()
        func change(_ section: UInt32, _ offset: Int, _ new: Bytes) -> CircomError? {
            read(changing(bytes, section: section, at: offset, to: new))
        }
        #expect(
            change(2, 4, UInt32(3).bytes)
                == .wireOutOfRange("constraint", index: 0, wire: 3, count: 3))
        #expect(
            change(2, 8, Fr.modulus.littleEndian)
                == .notCanonical("a coefficient of constraint", index: 0))
        // Counts of terms: one too many, and one whose bytes would overflow.
        #expect(change(2, 0, UInt32(4).bytes)?.code == 4)
        #expect(change(2, 0, UInt32.max.bytes)?.code == 4)
        #expect(change(1, 36, UInt32(4).bytes)?.code == 9)
        #expect(change(1, 36, UInt32(2).bytes)?.code == 20)
        #expect(change(1, 40, UInt32(2).bytes)?.code == 20)
        #expect(change(1, 40, UInt32.max.bytes)?.code == 20)
        #expect(change(1, 60, UInt32(2).bytes)?.code == 4)
        #expect(change(1, 60, UInt32.max.bytes)?.code == 10)
        #expect(
            change(1, 60, UInt32(0).bytes)
                == .trailingBytes(part: "the last constraint", count: 120))
        #expect(change(1, 4, Fq.modulus.littleEndian)?.code == 11)
        let custom = container("r1cs", 1, sections(of: bytes) + [(4, [])])
        #expect(read(custom) == .unsupported("a circuit of custom gates"))
    }

    @Test func aWireNamedTwiceIsRefused() throws {
        // Two terms of wire 2 where there was one.
        let term = UInt32(2).bytes + Fr.one.canonicalLittleEndian
        let side = UInt32(1).bytes + term
        let parts = sections(of: try square()).map { type, content in
            type == 2 ? (type, UInt32(2).bytes + term + term + side + side) : (type, content)
        }
        #expect(read(container("r1cs", 1, parts)) == .repeatedWire(constraint: 0, wire: 2))
    }

    @Test func termsAreSortedByWire() {
        let terms = [Term(wire: 5, coefficient: Fr.one), Term(wire: 0, coefficient: Fr(2))]
        #expect(LinearCombination(terms).terms.map(\.wire) == [0, 5])
    }

    static let foreign = "fixtures/plonk/upstream/arkworks_mycircuit/mycircuit.r1cs"

    @Test(.enabled(if: Fixtures.require(R1CSTests.foreign)))
    func readsACircuitOfAnotherProject() throws {
        let file = try R1CSFile(BytesSource(Fixtures.bytes(R1CSTests.foreign)))
        #expect(file.constraintCount == 1 && file.wireCount == 4)
        let constraint = try #require(try file.constraints().first)
        // a · b = c, with c the output.
        #expect(constraint.isSatisfied(by: [Fr.one, Fr(33), Fr(3), Fr(11)]))
        #expect(!constraint.isSatisfied(by: [Fr.one, Fr(34), Fr(3), Fr(11)]))
    }
}
