// A circuit compiled by circom, `.r1cs` version 1 (iden3's binary format). Everything is
// little-endian:
//
//     section 1, 64 bytes: size of an element (4) = 32, prime r (32), wires (4), public outputs
//         (4), public inputs (4), private inputs (4), labels (8), constraints (4)
//     section 2: for each constraint three linear combinations A, B, C; each is the number of its
//         terms (4), then the terms: wire (4), coefficient as a plain integer (32)
//     section 3: the label of each wire (8)
//     sections 4 and 5: custom gates, which no tool here supports
//
// Wires in order: the constant one, public outputs, public inputs, private inputs, the rest. The
// public signals of a proof are wires 1 to outputs + inputs.

import Base
public import Circuits
import Fields

/// An `.r1cs` file, whose constraints are read when they are asked for.
public struct R1CSFile: Sendable {
    /// Wires, with the constant one.
    public let wireCount: UInt32
    /// Public outputs: the wires from 1 on.
    public let publicOutputCount: UInt32
    /// Public inputs: the wires behind the outputs.
    public let publicInputCount: UInt32
    /// Private inputs: the wires behind the public inputs.
    public let privateInputCount: UInt32
    /// Constraints.
    public let constraintCount: UInt32
    private let file: SectionedFile
    private let constraintRange: Range<Int>

    /// Public signals of a proof about this circuit.
    public var publicCount: UInt32 { publicOutputCount + publicInputCount }

    /// Reads the header. The constraints are not looked at yet.
    public init(_ source: any ByteSource) throws(CircomError) {
        file = try SectionedFile(source, kind: "r1cs", version: 1, known: [1, 2, 3, 4, 5])
        guard !file.has(4), !file.has(5) else { throw .unsupported("a circuit of custom gates") }
        let header = try source.read(try file.section(1, "header", count: 1, width: 64))
        try checkPrime(header, at: 0, isExpected: Fr.modulus, "scalar")
        wireCount = header.littleEndian32(at: 36)
        publicOutputCount = header.littleEndian32(at: 40)
        publicInputCount = header.littleEndian32(at: 44)
        privateInputCount = header.littleEndian32(at: 48)
        constraintCount = header.littleEndian32(at: 60)
        let named =
            1 + UInt64(publicOutputCount) + UInt64(publicInputCount) + UInt64(privateInputCount)
        guard named <= UInt64(wireCount) else {
            throw .contradiction(
                "the header counts \(named) wires with a meaning, but \(wireCount) in all")
        }
        constraintRange = try file.section(2, "constraints")
        _ = try file.section(3, "labels", count: UInt64(wireCount), width: 8)
        // A constraint has at least the three counts of its terms.
        let (least, overflows) = Int(constraintCount).multipliedReportingOverflow(by: 12)
        guard !overflows, least <= constraintRange.count else {
            throw .tooMany(
                "constraints", limit: UInt64(constraintRange.count / 12),
                actual: UInt64(constraintCount))
        }
    }

    /// Calls `body` with each constraint and its number, in order, and checks that they fill their
    /// section. Throws what `body` throws, or what is wrong with the file.
    public func forEachConstraint(
        _ body: (Int, RankOneConstraint) throws(CircomError) -> Void
    ) throws(CircomError) {
        var reader = PieceReader(file.source, constraintRange)
        for index in 0..<Int(constraintCount) {
            let constraint = RankOneConstraint(
                a: try readCombination(&reader, index), b: try readCombination(&reader, index),
                c: try readCombination(&reader, index))
            try body(index, constraint)
        }
        guard reader.left == 0 else {
            throw .trailingBytes(part: "the last constraint", count: reader.left)
        }
    }

    /// All constraints.
    public func constraints() throws(CircomError) -> [RankOneConstraint] {
        var constraints: [RankOneConstraint] = []
        constraints.reserveCapacity(Int(constraintCount))
        try forEachConstraint { _, constraint in constraints.append(constraint) }
        return constraints
    }

    /// The labels of the wires: their numbers in the `.sym` file.
    public func labels() throws(CircomError) -> [UInt64] {
        let range = try file.section(3, "labels")
        let bytes = try file.source.read(range)
        return stride(from: 0, to: bytes.count, by: 8).map { bytes.littleEndian64(at: $0) }
    }

    private func readCombination(
        _ reader: inout PieceReader, _ index: Int
    ) throws(CircomError) -> LinearCombination {
        let part = "constraint \(index)"
        let count = try reader.readLittleEndian32(part)
        guard UInt64(count) * 36 <= UInt64(reader.left) else {
            throw .truncated(part: part, needed: UInt64(count) * 36, left: reader.left)
        }
        var terms: [LinearCombination.Term] = []
        terms.reserveCapacity(Int(count))
        for _ in 0..<count {
            let wire = try reader.readLittleEndian32(part)
            guard wire < wireCount else {
                throw .wireOutOfRange("constraint", index: index, wire: wire, count: wireCount)
            }
            guard let coefficient = Fr(canonical: try reader.readLittleEndian256(part)) else {
                throw .notCanonical("a coefficient of constraint", index: index)
            }
            terms.append(.init(wire: wire, coefficient: coefficient))
        }
        let combination = LinearCombination(terms)
        if let wire = combination.repeatedWire {
            throw .repeatedWire(constraint: index, wire: wire)
        }
        return combination
    }
}

extension R1CSFile {
    /// What a circuit to be written consists of, besides its constraints.
    public struct Counts: Equatable, Sendable {
        /// Wires, with the constant one.
        public var wires: UInt32
        /// Public outputs.
        public var publicOutputs: UInt32
        /// Public inputs.
        public var publicInputs: UInt32
        /// Private inputs.
        public var privateInputs: UInt32

        /// The counts of a circuit.
        public init(
            wires: UInt32, publicOutputs: UInt32, publicInputs: UInt32, privateInputs: UInt32
        ) {
            self.wires = wires
            self.publicOutputs = publicOutputs
            self.publicInputs = publicInputs
            self.privateInputs = privateInputs
        }
    }

    /// Writes a circuit as circom does, constraints first, each wire its own label.
    public static func write<Sink: ByteSink>(
        _ counts: Counts, _ constraints: [RankOneConstraint], to sink: Sink
    ) throws(CircomError) -> Sink {
        var writer = SectionWriter(sink, kind: "r1cs", version: 1, sectionCount: 3)
        let terms = constraints.reduce(0) {
            $0 + $1.a.terms.count + $1.b.terms.count + $1.c.terms.count
        }
        writer.begin(2, byteCount: 12 * constraints.count + 36 * terms)
        for constraint in constraints {
            var bytes: Bytes = []
            for combination in [constraint.a, constraint.b, constraint.c] {
                bytes.appendLittleEndian(UInt32(combination.terms.count))
                for term in combination.terms {
                    bytes.appendLittleEndian(term.wire)
                    bytes.append(littleEndian: term.coefficient.canonical)
                }
            }
            try writer.write(bytes)
        }
        var header: Bytes = []
        header.appendLittleEndian(UInt32(32))
        header.append(littleEndian: Fr.modulus)
        for count in [
            counts.wires, counts.publicOutputs, counts.publicInputs, counts.privateInputs,
        ] { header.appendLittleEndian(count) }
        header.appendLittleEndian(UInt64(counts.wires))
        header.appendLittleEndian(UInt32(constraints.count))
        try writer.write(1, header)
        writer.begin(3, byteCount: 8 * Int(counts.wires))
        for wire in 0..<counts.wires {
            var label: Bytes = []
            label.appendLittleEndian(UInt64(wire))
            try writer.write(label)
        }
        return try writer.finish()
    }
}
