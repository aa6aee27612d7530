// The container and the small files: read and written back, cut, damaged, contradicting themselves.

import Base
import Circom
import Fields
import TestSupport
import Testing

/// The error that `body` throws, or `nil`.
func refusal(_ body: () throws -> Void) -> CircomError? {
    do {
        try body()
        return nil
    } catch {
        return error as? CircomError
    }
}

/// A container of sections.
func container(
    _ kind: String, _ version: UInt32, count: UInt32? = nil, _ sections: [(UInt32, Bytes)]
) -> Bytes {
    var bytes = Bytes(kind.utf8)
    bytes.appendLittleEndian(version)
    bytes.appendLittleEndian(count ?? UInt32(sections.count))
    for (type, content) in sections {
        bytes.appendLittleEndian(type)
        bytes.appendLittleEndian(UInt64(content.count))
        bytes += content
    }
    return bytes
}

/// The sections of a file that is well-formed.
func sections(of bytes: Bytes) -> [(UInt32, Bytes)] {
    var found: [(UInt32, Bytes)] = []
    var reader = ByteReader(bytes[12...])
    while let type = try? reader.readLittleEndian32(), let size = try? reader.readLittleEndian64(),
        let content = try? reader.readBytes(Int(size))
    {
        found.append((type, content))
    }
    return found
}

/// The file with bytes of one section replaced from `offset` on.
func changing(
    _ bytes: Bytes, section: UInt32, at offset: Int, to new: Bytes
) -> Bytes {
    let kind = String(decoding: bytes[..<4], as: UTF8.self)
    let changed = sections(of: bytes).map { type, content in
        guard type == section else { return (type, content) }
        var content = content
        content.replaceSubrange(offset..<offset + new.count, with: new)
        return (type, content)
    }
    return container(kind, UInt32(bytes[4]), changed)
}

extension UInt32 {
    var bytes: Bytes {
        var bytes: Bytes = []
        bytes.appendLittleEndian(self)
        return bytes
    }
}

@Suite struct ContainerTests {
    private let witness: Bytes
    private let circuit: Bytes

    init() throws {
        let example = try #require(PlonkCase.committed.first)
        (witness, circuit) = (example.witness, example.circuit)
    }

    private func read(_ bytes: Bytes) -> CircomError? {
        refusal { _ = try WitnessFile(BytesSource(bytes)) }
    }

    @Test func sectionsMayStandInAnyOrder() throws {
        let turned = container("wtns", 2, sections(of: witness).reversed())
        #expect(
            try WitnessFile(BytesSource(turned)).values
                == WitnessFile(BytesSource(witness)).values)
    }

    @Test func headsThatAreWrongAreNamed() {
        #expect(read([]) == .truncated(part: "the header", needed: 12, left: 0))
        #expect(read(circuit) == .wrongKind(expected: "wtns", actual: "r1cs"))
        #expect(
            read(container("wtns", 1, sections(of: witness)))
                == .unsupportedVersion(expected: 2, actual: 1))
        #expect(
            read(container("wtns", 2, count: 65, sections(of: witness)))
                == .tooMany("sections", limit: 64, actual: 65))
        #expect(
            read(container("wtns", 2, count: 3, sections(of: witness)))
                == .truncated(part: "the head of section number 3", needed: 12, left: 0))
        #expect(
            read(container("wtns", 2, count: 1, sections(of: witness)))
                == .trailingBytes(part: "the last section", count: 620))
        #expect(read(witness + [0]) == .trailingBytes(part: "the last section", count: 1))
    }

    @Test func sectionsThatAreWrongAreNamed() {
        let parts = sections(of: witness)
        #expect(read(container("wtns", 2, parts + [parts[0]])) == .duplicateSection(1))
        #expect(read(container("wtns", 2, parts + [(3, [])])) == .unknownSection(3))
        #expect(
            read(container("wtns", 2, [parts[0]])) == .missingSection(2, name: "values"))
        let longer = container("wtns", 2, [(1, parts[0].1 + [0]), parts[1]])
        #expect(
            read(longer) == .wrongSectionSize(name: "header", expected: 40, actual: 41))
        let shorter = container("wtns", 2, [parts[0], (2, Bytes(parts[1].1.dropLast()))])
        #expect(
            read(shorter) == .wrongSectionSize(name: "values", expected: 608, actual: 607))
        // A size beyond the file, and one that would wrap around.
        for size in [609, UInt64.max, 1 << 63] {
            var bytes = witness
            var size8: Bytes = []
            size8.appendLittleEndian(size)
            bytes.replaceSubrange(12 + 12 + 40 + 4..<12 + 12 + 40 + 12, with: size8)
            #expect(read(bytes) == .truncated(part: "section 2", needed: size, left: 608))
        }
    }

    @Test func witnessesThatAreNoneAreNamed() {
        let large = changing(witness, section: 2, at: 32 * 5, to: Fr.modulus.littleEndian)
        #expect(read(large) == .notCanonical("value", index: 5))
        let two = changing(witness, section: 2, at: 0, to: [2])
        #expect(read(two)?.code == 20)
        let other = changing(witness, section: 1, at: 4, to: Fq.modulus.littleEndian)
        #expect(read(other) == .wrongCurve("the prime of the scalar field is another"))
        let wide = changing(witness, section: 1, at: 0, to: UInt32(48).bytes)
        #expect(read(wide)?.code == 11)
        let many = changing(witness, section: 1, at: 36, to: UInt32.max.bytes)
        #expect(read(many)?.code == 9)
    }

    @Test(arguments: PlonkCase.all)
    func whatWasReadIsWrittenAsItWas(example: PlonkCase) throws {
        let values = try WitnessFile(BytesSource(example.witness))
        #expect(try values.write(to: BytesSink()).bytes == example.witness)
        let circuit = try R1CSFile(BytesSource(example.circuit))
        let counts = R1CSFile.Counts(
            wires: circuit.wireCount, publicOutputs: circuit.publicOutputCount,
            publicInputs: circuit.publicInputCount, privateInputs: circuit.privateInputCount)
        let written = try R1CSFile.write(counts, circuit.constraints(), to: BytesSink()).bytes
        let again = try R1CSFile(BytesSource(written))
        #expect(try again.constraints() == circuit.constraints())
        #expect(again.publicCount == circuit.publicCount)
        // Circom writes terms in an order of its own; ours are sorted by wire.
        if PlonkCase.committed.contains(where: { $0.name == example.name }) {
            #expect(written == example.circuit)
        }
    }

    @Test func filesCutAnywhereAreRefused() {
        for count in 0..<witness.count {
            #expect(read(Bytes(witness.prefix(count))) != nil, "\(count) bytes")
        }
        for count in 0..<circuit.count {
            let error = refusal {
                _ = try R1CSFile(BytesSource(Bytes(circuit.prefix(count)))).constraints()
            }
            #expect(error != nil, "\(count) bytes")
        }
    }

    @Test func damagedFilesNeverTrap() {
        var mutator = Mutator(seed: 2026)
        for _ in 0..<3000 {
            _ = read(mutator.mutate(witness, corpus: [circuit]))
            let bytes = mutator.mutate(circuit, corpus: [witness])
            _ = refusal { _ = try R1CSFile(BytesSource(bytes)).constraints() }
        }
    }

    @Test func filesOnDiskAreReadAndWritten() throws {
        let folder = try TemporaryDirectory()
        let path = folder.path("witness.wtns")
        let file = try WitnessFile(BytesSource(witness))
        let sink = try FileSink(path)
        _ = try file.write(to: sink)
        // Nothing is there until the file is complete.
        #expect(refusal { _ = try FileSource(path) }?.code == 1)
        try sink.finish()
        #expect(try WitnessFile(FileSource(path)) == file)
        #expect(refusal { _ = try FileSource(folder.path("absent")) }?.code == 1)
        #expect(refusal { _ = try FileSink(folder.path("no/such/folder")) }?.code == 1)
    }

    @Test func everyErrorHasACodeAndSaysWhatToDo() {
        let errors: [CircomError] = [
            .unreadable(path: "", reason: ""), .wrongKind(expected: "", actual: ""),
            .unsupportedVersion(expected: 0, actual: 0),
            .truncated(part: "", needed: 0, left: 0), .trailingBytes(part: "", count: 0),
            .duplicateSection(0), .missingSection(0, name: ""), .unknownSection(0),
            .wrongSectionSize(name: "", expected: 0, actual: 0),
            .tooMany("", limit: 0, actual: 0), .wrongCurve(""), .notCanonical("", index: 0),
            .wireOutOfRange("", index: 0, wire: 0, count: 0),
            .repeatedWire(constraint: 0, wire: 0), .pointOffCurve("", index: 0),
            .pointOutsideGroup("", index: 0), .pointAtInfinity("", index: 0),
            .wrongProtocol(expected: "", actual: ""), .unsupported(""), .contradiction(""),
            .wrongJSON(file: "", reason: ""), .tooFewPowers(needed: 0, available: 0),
            .wrongHash(expected: "", actual: ""), .brokenContribution(index: 0, reason: ""),
        ]
        #expect(errors.map(\.code) == Array(1...24))
        for error in errors { #expect(error.description.hasSuffix("; " + error.advice)) }
    }
}
