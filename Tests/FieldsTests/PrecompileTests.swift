// The precompiled contracts 6, 7 and 8 of the EVM (EIP-196, EIP-197), written on our curve: any
// chain that verifies our proofs computes with these. Answers of revm (committed) and of
// go-ethereum's test data (read beside the checkout).

import Base
import Fields
import Foundation
import TestSupport
import Testing

@Suite struct PrecompileTests {
    struct Call: Decodable {
        var Name: String, Precompile: Int?, Input: String, Expected: String?
    }

    @Test func answersAsRevmDoes() throws {
        struct File: Decodable { var calls: [Call] }
        let calls = try Vectors.decode(File.self, from: "bn254-precompiles.json").calls
        #expect(calls.count == 15)
        for call in calls { try check(call, try #require(call.Precompile)) }
    }

    private static let folder = "fixtures/bn254/"

    @Test(
        .enabled(if: Fixtures.require(folder + "geth_bn256Pairing.json")),
        arguments: [
            ("geth_bn256Add.json", 6), ("geth_bn256ScalarMul.json", 7),
            ("geth_bn256Pairing.json", 8),
        ])
    func answersAsGoEthereumDoes(file: String, precompile: Int) throws {
        let data = Data(try Fixtures.bytes(PrecompileTests.folder + file))
        for call in try JSONDecoder().decode([Call].self, from: data) {
            try check(call, precompile)
        }
    }

    private func check(_ call: Call, _ precompile: Int) throws {
        let input = try #require(Bytes(hex: call.Input))
        let output =
            switch precompile {
            case 6: add(input)
            case 7: multiply(input)
            default: pair(input)
            }
        #expect(output?.hex == call.Expected, "\(call.Name)")
    }

    private func add(_ input: Bytes) -> Bytes? {
        let padded = padded(input, to: 128)
        guard let first = firstPoint(padded[0..<64]), let second = firstPoint(padded[64..<128])
        else { return nil }
        return encoded((G1Projective(first) + second).affine)
    }

    private func multiply(_ input: Bytes) -> Bytes? {
        let padded = padded(input, to: 96)
        guard let point = firstPoint(padded[0..<64]),
            let scalar = Fr(reducingBigEndian: padded[64..<96])
        else { return nil }
        return encoded(G1Projective(point).times(scalar).affine)
    }

    private func pair(_ input: Bytes) -> Bytes? {
        guard input.count % 192 == 0 else { return nil }
        var pairs: [(G1Affine, G2Affine)] = []
        for start in stride(from: 0, to: input.count, by: 192) {
            guard let first = firstPoint(input[start..<start + 64]),
                let second = secondPoint(input[start + 64..<start + 192])
            else { return nil }
            pairs.append((first, second))
        }
        let isOne = Pairing.isOne(productOf: pairs)
        #expect(isOne == Pairing.isOne(productOf: pairs.map { ($0.0, PreparedG2($0.1)) }))
        return Bytes(repeating: 0, count: 31) + [isOne ? 1 : 0]
    }

    private func padded(_ input: Bytes, to count: Int) -> Bytes {
        Bytes((input + Bytes(repeating: 0, count: count)).prefix(count))
    }

    private func firstPoint(_ bytes: ArraySlice<UInt8>) -> G1Affine? {
        guard let x = Fq(canonicalBigEndian: bytes.prefix(32)),
            let y = Fq(canonicalBigEndian: bytes.dropFirst(32))
        else { return nil }
        let point = G1Affine(x: x, y: y)
        return point.isOnCurve ? point : nil
    }

    /// The EVM writes the factor of u first.
    private func secondPoint(_ bytes: ArraySlice<UInt8>) -> G2Affine? {
        let numbers = stride(from: bytes.startIndex, to: bytes.endIndex, by: 32)
            .compactMap { Fq(canonicalBigEndian: bytes[$0..<$0 + 32]) }
        guard numbers.count == 4 else { return nil }
        let point = G2Affine(x: Fq2(numbers[1], numbers[0]), y: Fq2(numbers[3], numbers[2]))
        return point.isInSubgroup ? point : nil
    }

    private func encoded(_ point: G1Affine) -> Bytes {
        point.x.canonicalBigEndian + point.y.canonicalBigEndian
    }
}
