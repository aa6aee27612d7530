// Writing a `.zkey`, byte for byte as snarkjs 0.7.6 does. The polynomials, by far the largest part,
// are asked for one at a time, so that only one is in memory.

import Base
public import Fields
public import Plonk

extension ProvingKeyFile {
    /// A polynomial of a key, both ways.
    public struct Forms: Sendable {
        /// The n coefficients.
        public var coefficients: [Fr]
        /// The values at the 4n-th roots of unity.
        public var evaluations: [Fr]

        /// A polynomial by coefficients and values.
        public init(coefficients: [Fr], evaluations: [Fr]) {
            self.coefficients = coefficients
            self.evaluations = evaluations
        }
    }

    /// Writes a key.
    ///
    /// - Parameters:
    ///   - key: the verifier's part.
    ///   - gates: the circuit, whose rows and public signals are the key's.
    ///   - powers: powers of tau; the first n + 6 are written.
    ///   - forms: gives the polynomials, called once for each, in the order of the file.
    /// - Throws: what the sink throws, and what `forms` throws.
    public static func write<Sink: ByteSink>(
        _ key: VerificationKey, _ gates: GateSystem, powers: [G1Affine], to sink: Sink,
        forms: (KeyPolynomial) throws(CircomError) -> Forms
    ) throws(CircomError) -> Sink {
        let rows = 1 << key.power
        precondition(powers.count >= rows + 6, "a key has six powers of tau more than rows")
        var writer = SectionWriter(
            sink, kind: "zkey", version: 1, sectionCount: key.isUnsafe ? 15 : 14)
        writer.begin(3, byteCount: 72 * gates.additions.count)
        for addition in gates.additions { try writer.write(encoding(addition)) }
        for (section, wire) in [(4, \Gate.a), (5, \Gate.b), (6, \Gate.c)] {
            var bytes: Bytes = []
            bytes.reserveCapacity(4 * gates.gates.count)
            for gate in gates.gates { bytes.appendLittleEndian(gate[keyPath: wire]) }
            try writer.write(UInt32(section), bytes)
        }
        func write(_ polynomial: KeyPolynomial) throws(CircomError) {
            let forms = try forms(polynomial)
            precondition(
                forms.coefficients.count == rows && forms.evaluations.count == 4 * rows,
                "a polynomial has as many coefficients as rows and four times as many values")
            try writer.write(forms.coefficients)
            try writer.write(forms.evaluations)
        }
        let each = 5 * 32 * rows
        for index in 0..<5 {
            writer.begin(UInt32(7 + index), byteCount: each)
            try write(.selector(index))
        }
        writer.begin(12, byteCount: 3 * each)
        for index in 0..<3 { try write(.permutation(index)) }
        let count = max(key.publicCount, 1)
        writer.begin(13, byteCount: count * each)
        for index in 0..<count { try write(.lagrange(index)) }
        writer.begin(14, byteCount: 64 * (rows + 6))
        try writer.write(powers[..<(rows + 6)])
        var kind: Bytes = []
        kind.appendLittleEndian(plonk)
        try writer.write(1, kind)
        try writer.write(2, header(key, gates))
        if key.isUnsafe {
            try writer.write(SectionedFile.unsafeMark, Bytes(SectionedFile.unsafeText.utf8))
        }
        return try writer.finish()
    }

    private static func encoding(_ addition: WireAddition) -> Bytes {
        var bytes: Bytes = []
        bytes.appendLittleEndian(addition.a)
        bytes.appendLittleEndian(addition.b)
        bytes.append(littleEndian: addition.factorA.montgomery)
        bytes.append(littleEndian: addition.factorB.montgomery)
        return bytes
    }

    private static func header(_ key: VerificationKey, _ gates: GateSystem) -> Bytes {
        var bytes: Bytes = []
        for prime in [Fq.modulus, Fr.modulus] {
            bytes.appendLittleEndian(UInt32(32))
            bytes.append(littleEndian: prime)
        }
        for number in [
            gates.wireCount, key.publicCount, 1 << key.power, gates.additions.count,
            gates.gates.count,
        ] { bytes.appendLittleEndian(UInt32(number)) }
        bytes.append(littleEndian: key.k1.montgomery)
        bytes.append(littleEndian: key.k2.montgomery)
        for point in key.commitments { bytes.append(point) }
        bytes.append(key.tauG2)
        return bytes
    }
}
