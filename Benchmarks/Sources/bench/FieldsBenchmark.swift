// BN254: multiplication, pairing checks, sums of multiples and transforms, each beside the time
// that the multiplications of its algorithm would take alone ("floor"), and beside what
// gnark-crypto 0.20.1 took with its assembly on a machine of this kind (two cores, AVX-512 IFMA;
// 2026).

import Fields

/// Multiplications in Fq of a check of two pairings: 13.9 thousand in the Miller loop (65
/// doublings, 21 + 2 additions, 88 lines a point, 65 squares in Fq12), 7.4 thousand in the final
/// exponentiation. A product in Fq2 counts 3, a square 2.
private let pairingProducts = 21_300.0

func benchmarkFields() {
    var seed: UInt64 = 1
    func scalar() -> Fr {
        // SplitMix64, four times.
        func word() -> UInt64 {
            seed &+= 0x9E37_79B9_7F4A_7C15
            let mixed = (seed ^ (seed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            return (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        }
        return Fr(reducing: UInt256(word(), word(), word(), word()))
    }
    let scalars = (0..<1 << 20).map { _ in scalar() }
    let points = FixedBaseTable(G1Affine.generator).times(all: scalars)
    let (product, laneProduct) = productTimes(scalars)
    benchmarkPairing(product)
    var rows = [["one thread", "ms", "floor", "ratio", "gnark"]]
    let workspace = KernelWorkspace()
    for (log2Count, gnark) in [(12, 29.8), (14, 81.6), (16, 269), (18, 923), (20, 3345)] {
        let count = 1 << log2Count
        let seconds = leastSeconds(rounds: 5, perRound: 0.05) {
            consume(
                MultiScalar.g1(
                    points.span.extracting(..<count), scalars.span.extracting(..<count),
                    threads: 1, workspace: workspace))
        }
        rows.append(
            row("sum of 2^\(log2Count)", seconds, sumProducts(count) * laneProduct, gnark))
    }
    for (log2Count, gnark) in [(12, 0.34), (16, 7.1), (18, 32), (20, 142)] {
        let count = 1 << log2Count
        guard let transform = ScalarTransform(log2Size: log2Count) else { continue }
        var values = Array(scalars[..<count])
        let seconds = leastSeconds(rounds: 5, perRound: 0.05) {
            var span = values.mutableSpan
            transform.evaluate(&span, threads: 1, workspace: workspace)
        }
        let products = Double(count / 2 * log2Count)
        rows.append(row("transform of 2^\(log2Count)", seconds, products * laneProduct, gnark))
    }
    printTable("BN254 by the kernels (\(KernelVariant.fastest))", rows)
}

/// Seconds of a product in Swift, each waiting for the one before, and of one of many by the
/// kernels.
private func productTimes(_ scalars: [Fr]) -> (Double, Double) {
    var element = scalars[0]
    let chain = leastSeconds(perRound: 0.02) {
        for _ in 0..<1000 { element *= scalars[1] }
    }
    consume(element)
    var values = Array(scalars[..<1024])
    let kernels = ScalarKernels(threads: 1)
    let factors = Array(scalars[1024..<2048])
    let many = leastSeconds(perRound: 0.02) {
        var span = values.mutableSpan
        kernels.multiply(&span, by: factors.span)
    }
    let rows = [
        ["product", "ns", "gnark"], ["Swift, one after another", text(chain * 1e6), "16.7"],
        ["kernels, each of many", text(many / 1024 * 1e9), "8.2"],
    ]
    printTable("BN254 products", rows)
    return (chain / 1000, many / 1024)
}

private func benchmarkPairing(_ product: Double) {
    let (first, second) = (G1Affine.generator, G2Affine.generator)
    let pairs = [(first, second), (-first, second)]
    let prepared = pairs.map { ($0.0, PreparedG2($0.1)) }
    let check = leastSeconds { consume(Pairing.isOne(productOf: pairs)) }
    let fixed = leastSeconds { consume(Pairing.isOne(productOf: prepared)) }
    let floor = pairingProducts * product
    let rows = [
        ["one thread", "ms", "floor", "ratio", "gnark"],
        row("check of two pairs", check, floor, 0.502),
        ["with prepared points", text(fixed * 1e3), "", "", "0.383"],
    ]
    printTable("BN254 pairings", rows)
}

private func row(_ name: String, _ seconds: Double, _ floor: Double, _ gnark: Double) -> [String] {
    [name, text(seconds * 1e3), text(floor * 1e3), text(seconds / floor), text(gnark)]
}

/// Multiplications for a sum by buckets: of the digit widths c the least of 128/c places with 6 for
/// each of two halves of a scalar (an addition in a batch that shares an inversion) and 27 for each
/// of 2^(c-1) buckets (two additions).
private func sumProducts(_ count: Int) -> Double {
    (4...16).map { width in
        let places = Double((127 + width) / width)
        return places * (12 * Double(count) + 27 * Double(1 << (width - 1)))
    }.min() ?? 0
}

@_optimize(none)
private func consume<Value>(_ value: Value) {}
