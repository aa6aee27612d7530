// Powers of tau made by one alone, for development: whoever made them can forge proofs. The file
// says so in a section of ours, over which snarkjs passes; and it has the Lagrange points that
// snarkjs's PLONK wants, so that either tool can go on from it.

import Base
public import Fields
import Parallel
import Polynomials

/// The secrets of powers of tau made for development.
public struct DevelopmentSecrets: Sendable {
    /// The number whose powers they are.
    public var tau: Fr
    /// The number of the section that only Groth16 uses.
    public var alpha: Fr
    /// The number of two sections that only Groth16 uses.
    public var beta: Fr

    /// Given secrets.
    public init(tau: Fr, alpha: Fr, beta: Fr) {
        (self.tau, self.alpha, self.beta) = (tau, alpha, beta)
    }

    /// Secrets from the system's random number generator, to be forgotten.
    public static func random() -> DevelopmentSecrets {
        var generator = SystemRandomNumberGenerator()
        return DevelopmentSecrets(
            tau: generator.scalar(), alpha: generator.scalar(), beta: generator.scalar())
    }
}

extension PowersOfTauFile {
    /// Writes a file of power 1 to 28 for development, marked as unsafe.
    ///
    /// - Parameters:
    ///   - power: the file has 2^(power + 1) - 1 powers of tau.
    ///   - secrets: what to forget afterwards.
    ///   - sink: what the file is written to.
    ///   - threads: threads to use.
    ///   - observe: is told which part of the work is done, from 0 to 1.
    public static func writeForDevelopment<Sink: ByteSink>(
        power: Int, _ secrets: DevelopmentSecrets, to sink: Sink, threads: Int,
        observe: (Double) -> Void = { _ in }
    ) throws(CircomError) -> Sink {
        guard (1...28).contains(power) else {
            throw .tooMany("bits of a power", limit: 28, actual: UInt64(clamping: power))
        }
        var writer = PointWriter(
            SectionWriter(sink, kind: "ptau", version: 1, sectionCount: 9), threads: threads)
        let single = 1 << power
        let (tau, alpha, beta) = (secrets.tau, secrets.alpha, secrets.beta)
        var header: Bytes = []
        header.appendLittleEndian(UInt32(32))
        header.append(littleEndian: Fq.modulus)
        header.appendLittleEndian(UInt32(power))
        header.appendLittleEndian(UInt32(power))
        try writer.sections.write(1, header)
        // Points written, in eighths of 2^power.
        var done = 0.0
        func step(_ count: Double) {
            done += count
            observe(min(done / 12, 1))
        }
        writer.sections.begin(2, byteCount: 64 * (2 * single - 1))
        try writer.writePowers(of: tau, from: Fr.one, count: 2 * single - 1)
        step(2)
        writer.sections.begin(3, byteCount: 128 * single)
        try writer.writeSecondGroupPowers(of: tau, count: single)
        step(4)
        for (section, first) in [(4, alpha), (5, beta)] {
            writer.sections.begin(UInt32(section), byteCount: 64 * single)
            try writer.writePowers(of: tau, from: first, count: single)
            step(1)
        }
        var point: Bytes = []
        point.append(G2Projective.generator.times(beta).affine)
        try writer.sections.write(6, point)
        try writer.sections.write(7, Bytes(repeating: 0, count: 4))
        writer.sections.begin(12, byteCount: 64 * (4 * single - 1))
        for log2Size in 0...power + 1 {
            guard let values = lagrange(log2Size, tau, isLast: log2Size == power + 1) else {
                throw .contradiction("tau is a root of unity")
            }
            try writer.write(values)
        }
        step(4)
        try writer.sections.write(
            SectionedFile.unsafeMark, Bytes(SectionedFile.unsafeText.utf8))
        return try writer.sections.finish()
    }

    /// The Lagrange polynomials of a domain at tau; `nil` when tau is in the domain. The last
    /// domain has one value more than there are powers of tau; the missing power counts as nothing.
    private static func lagrange(_ log2Size: Int, _ tau: Fr, isLast: Bool) -> [Fr]? {
        guard let domain = EvaluationDomain(log2Size: log2Size),
            var values = domain.lagrange(count: domain.size, at: tau)
        else { return nil }
        guard isLast else { return values }
        // The highest coefficient of L_i is w^i / n.
        var highest = domain.inverseSize * tau.power(UInt64(domain.size - 1))
        for index in values.indices {
            values[index] -= highest
            highest *= domain.root
        }
        return values
    }
}

/// Writes multiples of the generators.
private struct PointWriter<Sink: ByteSink>: ~Copyable {
    var sections: SectionWriter<Sink>
    private let table = FixedBaseTable(G1Affine.generator)
    private let threads: Int

    /// Points made by a thread at a time.
    private static var pieceSize: Int { 4096 }

    init(_ sections: consuming SectionWriter<Sink>, threads: Int) {
        self.sections = sections
        self.threads = max(threads, 1)
    }

    /// Writes first · base^i times the generator of the first group.
    mutating func writePowers(of base: Fr, from first: Fr, count: Int) throws(CircomError) {
        var next = first
        var left = count
        while left > 0 {
            let scalars = ScalarVectors(threads: threads).powers(
                of: base, from: next, count: min(left, threads * PointWriter.pieceSize))
            try write(scalars)
            left -= scalars.count
            next = scalars[scalars.count - 1] * base
        }
    }

    /// Writes the scalars times the generator of the first group.
    mutating func write(_ scalars: [Fr]) throws(CircomError) {
        let table = table
        let size = PointWriter.pieceSize
        for start in stride(from: 0, to: scalars.count, by: threads * size) {
            let part = scalars[start..<min(start + threads * size, scalars.count)]
            let pieces = stride(from: start, to: part.endIndex, by: size).map {
                Array(part[$0..<min($0 + size, part.endIndex)])
            }
            for points in mapInParallel(
                pieces.count, threads: pieces.count, { table.times(all: pieces[$0]) })
            {
                try sections.write(points)
            }
        }
    }

    /// Writes base^i times the generator of the second group.
    mutating func writeSecondGroupPowers(of base: Fr, count: Int) throws(CircomError) {
        let table = FixedBaseTable(G2Affine.generator)
        let vectors = ScalarVectors(threads: threads)
        var next = Fr.one
        var left = count
        while left > 0 {
            let scalars = vectors.powers(
                of: base, from: next, count: min(left, threads * PointWriter.pieceSize))
            let pieces = stride(from: 0, to: scalars.count, by: PointWriter.pieceSize).map {
                Array(scalars[$0..<min($0 + PointWriter.pieceSize, scalars.count)])
            }
            for points in mapInParallel(
                pieces.count, threads: pieces.count, { table.times(all: pieces[$0]) })
            {
                var bytes: Bytes = []
                for point in points { bytes.append(point) }
                try sections.write(bytes)
            }
            left -= scalars.count
            next = scalars[scalars.count - 1] * base
        }
    }
}
