// A contract that verifies the proofs of one circuit on any EVM network, as Vyper source. It is the
// verifier of `Plonk`, equation for equation; what differs is named here.
//
//     precompiles   18 ecMul, 18 ecAdd, one pairing of two pairs, one modexp
//     refused       scalars and public signals at or above r, coordinates at or above q, points off
//                   the curve or at infinity, a challenge among the roots of unity
//
// A refusal is the answer false, never a revert, and costs little: no precompile is called before
// everything is known to be well-formed, because a precompile that fails burns the gas it was
// given. The denominators of all Lagrange polynomials are inverted together, by one modexp.
// Openings are folded by Horner's rule from the last to the first.
//
// Vyper and not Solidity because it can be compiled and run where these tests run. Sources:
// EIP-196, EIP-197, EIP-198, EIP-1108, and the equations in `Documentation/plonk.md`.

import Fields
public import Plonk

/// Writes verifier contracts in Vyper 0.4.
public struct VyperVerifier {
    let key: VerificationKey

    /// Prepares the contract of `key`. Throws ``PlonkError/noPublicSignals`` for a circuit without
    /// public signals, whose proofs say nothing that a caller chose.
    public init(_ key: VerificationKey) throws(PlonkError) {
        guard key.publicCount > 0 else { throw .noPublicSignals }
        self.key = key
    }

    /// The source. The same key gives the same text.
    public var source: String {
        [
            header, constants, signature, VyperVerifier.indent(checks),
            VyperVerifier.indent(challenges), VyperVerifier.indent(lagrange),
            VyperVerifier.indent(scalars), VyperVerifier.indent(points),
            VyperVerifier.indent(pairing), VyperVerifier.inverse,
        ].joined(separator: "\n")
    }

    /// `verifyProof(uint256[24],uint256[n])`: what a caller names the function by.
    public var functionSignature: String { "verifyProof(uint256[24],uint256[\(key.publicCount)])" }

    /// q and r of EIP-196.
    private static let base =
        "21888242871839275222246405745257275088696311157297823662689037894645226208583"
    private static let order =
        "21888242871839275222246405745257275088548364400416034343698204186575808495617"

    private static func indent(_ lines: [String]) -> String {
        lines.map { $0.isEmpty ? "" : "    " + $0 }.joined(separator: "\n") + "\n"
    }

    // MARK: The contract before the function's body

    private var header: String {
        let warning =
            key.isUnsafe
            ? """
            @notice UNSAFE: the structured reference string of this key is for development. Whoever
                    made it can forge proofs. Never let this contract guard anything of value.

            """ : ""
        return """
            # pragma version ~=0.4.0
            # pragma optimize gas
            \"""
            @title A verifier of PLONK proofs over BN254, for one circuit
            \(warning)@notice The circuit has 2^\(key.power) rows and \(key.publicCount) public \
            signal\(key.publicCount == 1 ? "" : "s"). A proof is 24 words: A, B, C, Z, T1, T2,
                    T3, Wxi, Wxiw (x, then y), then eval_a, eval_b, eval_c, eval_s1, eval_s2,
                    eval_zw. It is made by aivm or by snarkjs.
            @dev Written by `aivm plonk export-verifier`; change the circuit, not this file.
            \"""

            """
    }

    private var constants: String {
        var lines = [
            "# Coordinates are modulo BASE, scalars modulo ORDER.",
            "BASE: constant(uint256) = \(VyperVerifier.base)",
            "ORDER: constant(uint256) = \(VyperVerifier.order)",
            "# The root of unity whose powers are the rows, and the cosets of the columns.",
            "ROOT: constant(uint256) = \(key.root)",
            "K1: constant(uint256) = \(key.k1)",
            "K2: constant(uint256) = \(key.k2)",
            "# Commitments of the circuit.",
        ]
        for (name, point) in zip(VerificationKey.commitmentNames, key.commitments) {
            lines.append(
                "\(name.uppercased()): constant(uint256[2]) = [\(point.x), \(point.y)]")
        }
        return lines.joined(separator: "\n") + "\n\n"
    }

    private var signature: String {
        """
        @external
        @view
        def verifyProof(_proof: uint256[24], _signals: uint256[\(key.publicCount)]) -> bool:
            \"""
            @notice Whether the proof holds for the public signals.
            @dev False for anything malformed; never reverts for what the arguments hold.
            \"""
        """
    }
}
