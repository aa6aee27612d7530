// The values of a circuit's wires, `.wtns` version 2 (snarkjs). Everything is little-endian:
//
//     section 1, 40 bytes: size of an element (4) = 32, prime r (32), values (4)
//     section 2: the values as plain integers (32 each), the constant one first

import Base
public import Fields

/// A `.wtns` file.
public struct WitnessFile: Equatable, Sendable {
    /// The values of the wires; the first is one.
    public var values: [Fr]

    /// A witness of `values`.
    public init(values: [Fr]) { self.values = values }

    /// Reads a witness.
    public init(_ source: any ByteSource) throws(CircomError) {
        let file = try SectionedFile(source, kind: "wtns", version: 2, known: [1, 2])
        let header = try source.read(try file.section(1, "header", count: 1, width: 40))
        try checkPrime(header, at: 0, isExpected: Fr.modulus, "scalar")
        let count = header.littleEndian32(at: 36)
        let range = try file.section(2, "values", count: UInt64(count), width: 32)
        values = try source.canonicalElements(range, "value")
        guard values.first == Fr.one else {
            throw .contradiction("the first value of a witness must be one")
        }
    }

    /// Writes the witness as snarkjs does.
    public func write<Sink: ByteSink>(to sink: Sink) throws(CircomError) -> Sink {
        var writer = SectionWriter(sink, kind: "wtns", version: 2, sectionCount: 2)
        var header: Bytes = []
        header.appendLittleEndian(UInt32(32))
        header.append(littleEndian: Fr.modulus)
        header.appendLittleEndian(UInt32(values.count))
        try writer.write(1, header)
        writer.begin(2, byteCount: 32 * values.count)
        for value in values {
            var bytes: Bytes = []
            bytes.append(littleEndian: value.canonical)
            try writer.write(bytes)
        }
        return try writer.finish()
    }
}
