// The arithmetic under proofs, beside what gnark-crypto 0.20.1 takes on one thread of a machine of
// this kind (its times are of another run), and beside the floor: the multiplications that the
// algorithm makes, each in the time of one when nothing else is done.

import Fields

/// gnark-crypto's milliseconds on one thread, and how much of them ours may take: with the lanes of
/// AVX-512 IFMA, and without. Its transforms use AVX-512 too: 2^16 take it 17.2 ms without.
private struct Peer {
    var milliseconds: Double
    var barWithLanes = 0.5
    var barWithout = 1.1

    func verdict(_ seconds: Double, _ variant: KernelVariant) -> String {
        let bar = (variant == .lanes ? barWithLanes : barWithout) * milliseconds
        return "\(text(seconds * 1e3 / milliseconds)), bar \(text(bar)) ms "
            + (seconds * 1e3 <= bar ? "met" : "missed")
    }
}

private let sumPeers: [Int: Peer] = [
    12: Peer(milliseconds: 29.8), 14: Peer(milliseconds: 81.6), 16: Peer(milliseconds: 269),
    18: Peer(milliseconds: 923), 20: Peer(milliseconds: 3345),
]

private let transformPeers: [Int: Peer] = [
    12: Peer(milliseconds: 0.34), 16: Peer(milliseconds: 7.2), 18: Peer(milliseconds: 32.5),
    20: Peer(milliseconds: 142),
]

private let variants = KernelVariant.allCases.filter(\.isAvailable).reversed()

func benchmarkFields() throws {
    var multiplication: [KernelVariant: Double] = [:]
    var rows = [["kernels", "ns a multiplication"]]
    for variant in variants {
        let kernels = ScalarKernels(variant, threads: 1)
        let factor = Fr(3).power(1000)
        var (value, made) = (Fr(5), 0)
        let seconds = leastSeconds { made = kernels.multiply(&value, by: factor, count: 10_000) }
        multiplication[variant] = seconds / Double(made)
        rows.append(["\(variant)", text(seconds / Double(made) * 1e9)])
    }
    printTable("Multiplication in Fr (gnark 16.7 ns, in vectors 8.2 ns)", rows)
    benchmarkSums(multiplication)
    try benchmarkTransforms(multiplication)
    benchmarkVectors()
    benchmarkPairing()
}

/// The least seconds of single calls, so many that they take about a second, but five at least.
private func leastOfSome(_ body: () -> Void) -> Double {
    let few = (0..<5).map { _ in leastOfRuns(for: 0, body) }.min() ?? 0
    return min(few, leastOfRuns(for: max(0, 1 - 5 * few), body))
}

/// `count` points of the first group and scalars, in no order.
private func inputs(_ count: Int) -> ([G1Affine], [Fr]) {
    let step = G1Projective.generator.times(Fr(7).power(99)).affine
    var (point, scalar) = (G1Projective.generator, Fr(11).power(77))
    var points: [G1Affine] = []
    var scalars: [Fr] = []
    while points.count < count {
        var some: [G1Projective] = []
        for _ in 0..<min(4096, count - points.count) {
            some.append(point)
            point += step
            scalars.append(scalar)
            scalar = scalar.squared() + Fr.one
        }
        points += G1Projective.normalize(some)
    }
    return (points, scalars)
}

private func benchmarkSums(_ multiplication: [KernelVariant: Double]) {
    let (points, scalars) = inputs(1 << 20)
    var rows = [["points", "kernels", "1 thread ms", "2 threads ms", "floor ms", "of gnark"]]
    let workspace = KernelWorkspace()
    for log2 in [8, 12, 14, 16, 18, 20] {
        let (some, factors) = (Array(points.prefix(1 << log2)), Array(scalars.prefix(1 << log2)))
        for variant in variants where log2 == 16 || variant == .fastest {
            func seconds(_ threads: Int) -> Double {
                leastOfSome {
                    _ = MultiScalar.g1(
                        some, factors, threads: threads, workspace: workspace, variant: variant)
                }
            }
            let (one, two) = (seconds(1), seconds(2))
            let floor =
                Double(MultiScalar.multiplications(count: 1 << log2))
                * (multiplication[variant] ?? 0)
            rows.append([
                "2^\(log2)", "\(variant)", text(one * 1e3), text(two * 1e3), text(floor * 1e3),
                sumPeers[log2]?.verdict(one, variant) ?? "-",
            ])
        }
    }
    printTable("Sums of multiples of points of G1", rows)
}

private func benchmarkTransforms(_ multiplication: [KernelVariant: Double]) throws {
    var rows = [
        ["values", "kernels", "1 thread ms", "2 threads ms", "coset ms", "floor ms", "of gnark"]
    ]
    let workspace = KernelWorkspace()
    for log2 in [12, 14, 16, 18, 20] {
        var values = (0..<1 << log2).map { Fr(UInt64($0)).squared() }
        for variant in variants where log2 == 16 || variant == .fastest {
            guard let transform = ScalarTransform(log2Size: log2, variant: variant) else {
                continue
            }
            func seconds(_ threads: Int, _ shift: Fr) -> Double {
                leastOfSome {
                    var span = values.mutableSpan
                    transform.evaluate(
                        &span, onCosetOf: shift, threads: threads, workspace: workspace)
                }
            }
            let (one, two) = (seconds(1, .one), seconds(2, .one))
            let coset = seconds(1, .multiplicativeGenerator)
            let floor = Double(log2 << (log2 - 1)) * (multiplication[variant] ?? 0)
            rows.append([
                "2^\(log2)", "\(variant)", text(one * 1e3), text(two * 1e3), text(coset * 1e3),
                text(floor * 1e3), transformPeers[log2]?.verdict(one, variant) ?? "-",
            ])
        }
    }
    printTable("Transforms of values of Fr (floor: half a multiplication a value a level)", rows)
}

private func benchmarkVectors() {
    let count = 1 << 16
    var values = (1...count).map { Fr(UInt64($0)).squared() }
    let others = values
    let factor = Fr(3).power(1000)
    var rows = [
        ["kernels", "product", "scaled sum", "powers", "inverses", "products before", "value at"]
    ]
    for variant in variants {
        let kernels = ScalarKernels(variant, threads: 1)
        func nanoseconds(_ body: (inout MutableSpan<Fr>) -> Void) -> String {
            let seconds = leastSeconds(rounds: 5, perRound: 0.05) {
                var span = values.mutableSpan
                body(&span)
            }
            return text(seconds * 1e9 / Double(count))
        }
        rows.append([
            "\(variant)",
            nanoseconds { kernels.multiply(&$0, by: others.span) },
            nanoseconds { kernels.add(others.span, times: factor, to: &$0) },
            nanoseconds { kernels.fill(&$0, withPowersOf: factor, from: factor) },
            nanoseconds { kernels.invert(&$0) },
            nanoseconds { _ = kernels.replaceByProductsBefore(&$0, from: factor) },
            nanoseconds { _ in _ = kernels.value(of: others.span, at: factor) },
        ])
    }
    printTable("Vectors of 2^16 values of Fr, ns a value, one thread", rows)
}

/// Multiplications in Fq of a check of two pairings, a product in Fq2 counted as three and a square
/// as two: in the Miller loop 65 doublings of 24 and 23 additions of 37 for each point, 88 lines of
/// 4 for each point and of 69 for both, 65 squares of 36; in the final exponentiation three powers
/// of 2,070 and some 1,150 around them.
private let pairingMultiplications = 2 * (65 * 24 + 23 * 37 + 88 * 4) + 88 * 69 + 65 * 36 + 7360

private func benchmarkPairing() {
    let (left, right) = (G1Affine.generator, G2Affine.generator)
    let pairs = [(left, right), (-left, right)]
    let seconds = leastSeconds { _ = Pairing.isOne(productOf: pairs) }
    let prepared = pairs.map { ($0.0, PreparedG2($0.1)) }
    let withLines = leastSeconds { _ = Pairing.isOne(productOf: prepared) }
    // Pairings are Swift: their floor is what a product in Swift takes.
    var element = Fq(5)
    let factor = Fq(3).power(1000)
    let product = leastSeconds { for _ in 0..<1000 { element *= factor } } / 1000
    precondition(!element.isZero, "a field has no divisors of zero")
    printTable(
        "Check of the product of two pairings (\(text(product * 1e9)) ns a multiplication)",
        [
            ["", "ms", "floor ms", "gnark ms", "bar ms"],
            [
                "two pairs", text(seconds * 1e3),
                text(Double(pairingMultiplications) * product * 1e3), "0.502", "0.8",
            ],
            ["two pairs, lines known", text(withLines * 1e3), "", "0.383", ""],
        ])
}
