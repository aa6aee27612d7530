// Commitments to rows: sums over the Lagrange basis, of bytes by the 255 sums that they give, of
// other values as they are; and the commitment to a column.

public import Fields
import Parallel
import Sumcheck

/// The sums of [L_i] by the byte that a row has at i.
public struct RowByteSums: Sendable {
    /// The bytes of the row.
    let count: Int
    /// The sums for bytes from 1 to 255.
    let sums: [G1Affine]
}

extension RowKey: RowProver {
    /// Bytes as integers without and with sign.
    static let unsignedTable = (0..<256).map { Fr(UInt64($0)) }
    static let signedTable = (0..<256).map { Fr(Int128(Int8(truncatingIfNeeded: $0))) }

    public func commit(
        _ rows: [RowValues<Fr>], blinders: [Fr], threads: Int
    ) -> [G1Affine] {
        let sums = mapInParallel(rows.count, threads: threads) { index in
            sum(rows[index]) + G1Projective(vanishing[0]).times(blinders[index])
        }
        return JacobianPoint.normalize(sums)
    }

    public func byteSums(_ rows: [ArraySlice<UInt8>], threads: Int) -> [RowByteSums] {
        mapInParallel(rows.count, threads: threads) { sums(rows[$0]) }
    }

    private func sums(_ row: ArraySlice<UInt8>) -> RowByteSums {
        let bytes = Array(row)
        return RowByteSums(
            count: bytes.count,
            sums: MultiScalar.byteSums(
                lagrange.span.extracting(0..<bytes.count), bytes.span))
    }

    public func commit(
        _ rows: [(sums: RowByteSums, table: [Fr])], blinders: [Fr], threads: Int
    ) -> [G1Affine] {
        let sums = mapInParallel(rows.count, threads: threads) { index in
            sum(rows[index].sums, rows[index].table)
                + G1Projective(vanishing[0]).times(blinders[index])
        }
        return JacobianPoint.normalize(sums)
    }

    /// Σ table[byte_i] [L_i] = table[0] Σ [L_i] + Σ_v (table[v] − table[0]) sums[v].
    private func sum(_ row: RowByteSums, _ table: [Fr]) -> G1Projective {
        let zero = table[0]
        let factors = table.map { $0 - zero }
        let rest = MultiScalar.g1(
            row.sums.span.extracting(1..<256), factors.span.extracting(1..<256), threads: 1)
        if zero.isZero { return rest }
        return rest + prefixSum(row.count).times(zero)
    }

    /// Σ [L_i] over i < count. All of them are the commitment to 1.
    private func prefixSum(_ count: Int) -> G1Projective {
        if count == lagrange.count { return G1Projective(powers[0]) }
        let ones = [Fr](repeating: Fr.one, count: count)
        return MultiScalar.g1(lagrange.span.extracting(0..<count), ones.span, threads: 1)
    }

    private func sum(_ row: RowValues<Fr>) -> G1Projective {
        func elements(_ values: [Fr]) -> G1Projective {
            MultiScalar.g1(
                lagrange.span.extracting(0..<values.count), values.span, threads: 1)
        }
        switch row {
        case .bytes(let bytes): return sum(sums(bytes), RowKey.unsignedTable)
        case .signedBytes(let bytes): return sum(sums(bytes), RowKey.signedTable)
        case .integers(let integers): return elements(integers.map { Fr(Int128($0)) })
        case .elements(let values): return elements(Array(values))
        }
    }

    public func commit(column: [Fr], blinders: [Fr]) -> G1Affine {
        MultiScalar.g1(
            Array(lagrange.prefix(column.count)) + vanishing.prefix(blinders.count),
            column + blinders, threads: 1
        ).affine
    }
}
