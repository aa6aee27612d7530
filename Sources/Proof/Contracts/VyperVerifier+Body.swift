// The body of the contract's function, step by step.

import Fields
import Plonk

extension VyperVerifier {
    /// The product modulo the order of the groups.
    private func product(_ left: String, _ right: String) -> String {
        "uint256_mulmod(\(left), \(right), ORDER)"
    }

    /// The sum modulo the order of the groups.
    private func sum(_ left: String, _ right: String) -> String {
        "uint256_addmod(\(left), \(right), ORDER)"
    }

    /// Words of the proof, for a hash.
    private func words(_ range: Range<Int>) -> String {
        range.map { "_proof[\($0)]" }.joined(separator: ", ")
    }

    /// Point `index` of the proof.
    private func point(_ index: Int) -> String { "[\(words(2 * index..<2 * index + 2))]" }

    /// A challenge: the hash of 32-byte words, modulo the order.
    private func hash(_ words: String) -> String {
        "convert(keccak256(abi_encode(\(words))), uint256) % ORDER"
    }

    private var signalIndices: Range<Int> { 0..<key.publicCount }

    var checks: [String] {
        var lines = ["# Every point is on the curve y^2 = x^3 + 3, which infinity, (0, 0), is not."]
        for (index, name) in PlonkProof.pointNames.enumerated() {
            let (x, y) = ("_proof[\(2 * index)]", "_proof[\(2 * index + 1)]")
            let cube = "uint256_mulmod(uint256_mulmod(\(x), \(x), BASE), \(x), BASE)"
            lines += [
                "if \(x) >= BASE or \(y) >= BASE:  # \(name)", "    return False",
                "if uint256_mulmod(\(y), \(y), BASE) != uint256_addmod(\(cube), 3, BASE):",
                "    return False",
            ]
        }
        lines.append("# Every scalar is in its one form.")
        for index in 18..<24 { lines += ["if _proof[\(index)] >= ORDER:", "    return False"] }
        lines += [
            "for signal: uint256 in _signals:", "    if signal >= ORDER:", "        return False",
        ]
        return lines
    }

    var challenges: [String] {
        let names = VerificationKey.commitmentNames.map { $0.uppercased() }
        let commitments = names.map { "\($0)[0], \($0)[1]" }.joined(separator: ", ")
        return [
            "# The challenges: each is a hash of what the prover said before.",
            "beta: uint256 = \(hash("\(commitments), _signals, \(words(0..<6))"))",
            "gamma: uint256 = \(hash("beta"))",
            "alpha: uint256 = \(hash("beta, gamma, \(words(6..<8))"))",
            "xi: uint256 = \(hash("alpha, \(words(8..<14))"))",
            "v: uint256 = \(hash("xi, \(words(18..<24))"))",
            "u: uint256 = \(hash(words(14..<18)))",
        ]
    }

    var lagrange: [String] {
        let one = "1"
        var roots = [Fr.one]
        for _ in signalIndices.dropFirst() { roots.append(roots[roots.count - 1] * key.root) }
        var lines = [
            "# xi^n by squaring, and the vanishing polynomial there.",
            "power: uint256 = xi",
            "for _: uint256 in range(\(key.power)):",
            "    power = \(product("power", "power"))",
            "vanishing: uint256 = \(sum("power", "ORDER - \(one)"))",
            "if vanishing == 0:", "    return False",
            "# The Lagrange polynomial of row i is w^i (xi^n - 1) / (n (xi - w^i)).",
        ]
        for index in signalIndices {
            let shifted = sum("xi", "ORDER - \(roots[index])")
            lines.append("d\(index): uint256 = \(product("\(1 << key.power)", shifted))")
        }
        var running = "d0"
        for index in signalIndices.dropFirst() {
            lines.append("m\(index): uint256 = \(product(running, "d\(index)"))")
            running = "m\(index)"
        }
        lines.append("inverse: uint256 = self._inverse(\(running))")
        for index in signalIndices.dropFirst().reversed() {
            let before = index == 1 ? "d0" : "m\(index - 1)"
            let scaled = product("\(roots[index])", "vanishing")
            lines += [
                "l\(index): uint256 = \(product(scaled, product("inverse", before)))",
                "inverse = \(product("inverse", "d\(index)"))",
            ]
        }
        lines.append("l0: uint256 = \(product("vanishing", "inverse"))")
        return lines
    }

    var scalars: [String] {
        let (a, b, c) = ("_proof[18]", "_proof[19]", "_proof[20]")
        let (s1, s2, zw) = ("_proof[21]", "_proof[22]", "_proof[23]")
        func folded(_ wire: String, _ place: String) -> String { sum(wire, sum(place, "gamma")) }
        var lines = ["# The public signals: minus their sum over the Lagrange polynomials."]
        lines.append("shown: uint256 = 0")
        for index in signalIndices {
            lines.append(
                "shown = \(sum("shown", product("_signals[\(index)]", "l\(index)")))")
        }
        let wires = product(folded(a, product("beta", s1)), folded(b, product("beta", s2)))
        let opened = [s1, c, b, a].reduce(s2) { sum(product($0, "v"), $1) }
        let places = product(
            folded(a, "place"), folded(b, product("place", "K1")))
        let third = product(folded(c, product("place", "K2")), "alpha")
        lines += [
            "# What the permutation's two sides have in common.",
            "common: uint256 = \(product(product("alpha", zw), wires))",
            "first: uint256 = \(product("l0", product("alpha", "alpha")))",
            "# The constant of the linearisation, less all that is opened: what G is taken by.",
            "constant_: uint256 = "
                + sum(
                    "ORDER - shown",
                    sum("ORDER - first", "ORDER - " + product("common", sum(c, "gamma")))),
            "constant_ = "
                + sum("constant_", "ORDER - " + sum(product(opened, "v"), product("u", zw))),
            "# What Z is taken by.",
            "place: uint256 = \(product("beta", "xi"))",
            "scale: uint256 = \(sum(sum(product(places, third), "first"), "u"))",
        ]
        return lines
    }

    var points: [String] {
        let (a, b, c) = ("_proof[18]", "_proof[19]", "_proof[20]")
        return [
            "# The quotient, taken by minus the vanishing polynomial.",
            "total: uint256[2] = ecadd(\(point(5)), ecmul(\(point(6)), power))",
            "total = ecadd(\(point(4)), ecmul(total, power))",
            "total = ecmul(total, ORDER - vanishing)",
            "# The wires and the permutation that are opened at xi.",
            "part: uint256[2] = ecadd(S1, ecmul(S2, v))",
            "part = ecadd(\(point(2)), ecmul(part, v))",
            "part = ecadd(\(point(1)), ecmul(part, v))",
            "part = ecadd(\(point(0)), ecmul(part, v))",
            "total = ecadd(total, ecmul(part, v))",
            "# The gates.",
            "total = ecadd(total, QC)",
            "total = ecadd(total, ecmul(QM, \(product(a, b))))",
            "total = ecadd(total, ecmul(QL, \(a)))",
            "total = ecadd(total, ecmul(QR, \(b)))",
            "total = ecadd(total, ecmul(QO, \(c)))",
            "# The permutation.",
            "total = ecadd(total, ecmul(\(point(3)), scale))",
            "total = ecadd(total, ecmul(S3, ORDER - \(product("common", "beta"))))",
            "total = ecadd(total, ecmul([1, 2], constant_))",
            "# Both openings, and what they are opened to.",
            "part = ecmul(\(point(8)), u)",
            "opening: uint256[2] = ecadd(\(point(7)), part)",
            "part = ecadd(\(point(7)), ecmul(part, ROOT))",
            "total = ecadd(total, ecmul(part, xi))",
        ]
    }

    var pairing: [String] {
        // EIP-197 writes the coefficient of i before the constant.
        func words(_ point: G2Affine) -> String {
            [point.x.c1, point.x.c0, point.y.c1, point.y.c0]
                .map { "convert(\($0), uint256)" }.joined(separator: ", ")
        }
        return [
            "# e(-opening, tau G2) e(total, G2) = 1",
            "pairs: Bytes[384] = abi_encode(opening[0], (BASE - opening[1]) % BASE, "
                + "\(words(key.tauG2)), total[0], total[1], \(words(G2Affine.generator)))",
            "result: Bytes[32] = raw_call(\(VyperVerifier.address(8)), pairs, max_outsize=32, "
                + "is_static_call=True)",
            "return convert(result, uint256) == 1",
            "",
        ]
    }

    /// An inversion by Fermat's little theorem (EIP-198: lengths, base, exponent, modulus).
    static var inverse: String {
        """

        @internal
        @view
        def _inverse(_value: uint256) -> uint256:
            length: uint256 = 32
            result: Bytes[32] = raw_call(
                \(address(5)),
                abi_encode(length, length, length, _value, ORDER - 2, ORDER),
                max_outsize=32,
                is_static_call=True,
            )
            return convert(result, uint256)

        """
    }

    private static func address(_ precompile: Int) -> String {
        "0x" + String(repeating: "0", count: 39) + String(precompile)
    }
}
