// Poseidon: the values of circomlib's own tests, and the gates beside the function.

import Base
import Circuits
import Fields
import Foundation
import TestSupport
import Testing

private struct PoseidonVectors: Decodable {
    struct Vector: Decodable {
        var inputs: [UInt64]
        var initState: UInt64
        var out: [String]
    }
    var vectors: [Vector]
}

@Suite struct PoseidonTests {
    @Test(.enabled(if: Fixtures.require("fixtures/poseidon/poseidon_circom.json")))
    func hashesAreThoseOfCircomlib() throws {
        let bytes = try Fixtures.bytes("fixtures/poseidon/poseidon_circom.json")
        let vectors = try JSONDecoder().decode(PoseidonVectors.self, from: Data(bytes)).vectors
        #expect(vectors.count == 7)
        for vector in vectors {
            let poseidon = Poseidon(width: vector.inputs.count + 1)
            var state = [Fr(vector.initState)] + vector.inputs.map { Fr($0) }
            poseidon.permute(&state)
            #expect(state.prefix(vector.out.count).map(\.decimal) == vector.out)
            let inputs = vector.inputs.map { Fr($0) }
            #expect(
                poseidon.hash(inputs, initial: Fr(vector.initState)).decimal == vector.out[0])
        }
    }

    @Test(arguments: Poseidon.widths) func matricesAreInvertibleCauchyMatrices(width: Int) {
        // Entries 1 / (x_i + y_j) with none of them zero, and distinct x and y: then for any two
        // rows and columns 1/m00 + 1/m11 = 1/m01 + 1/m10 with distinct rows and columns.
        let poseidon = Poseidon(width: width)
        let inverses = poseidon.matrix.map { $0.inverted() ?? Fr.zero }
        #expect(!inverses.contains(Fr.zero))
        for row in 1..<width {
            let difference = inverses[row * width] - inverses[0]
            #expect(!difference.isZero)
            for column in 1..<width {
                #expect(inverses[row * width + column] - inverses[column] == difference)
            }
        }
        for column in 1..<width { #expect(inverses[column] != inverses[0]) }
        #expect(poseidon.constants.count == width * poseidon.rounds)
    }

    @Test(arguments: [2, 3, 6]) func gatesComputeTheFunction(width: Int) throws {
        let poseidon = Poseidon(width: width)
        let circuit = try circuit { builder in
            let inputs = (1..<width).map { builder.privateInput("input \($0)") }
            let initial = builder.privateInput("initial")
            let state = builder.permute([initial] + inputs, by: poseidon)
            for (index, value) in state.enumerated() { builder.publish(value, "\(index)") }
        }
        var generator = SeededGenerator(seed: 31)
        for _ in 0..<3 {
            let inputs = (0..<width).map { _ in Fr(generator.next()).squared().squared() }
            var state = [inputs[width - 1]] + inputs.dropLast()
            poseidon.permute(&state)
            #expect(circuit.publicSignals(try circuit.solve(inputs)) == state)
        }
    }
}
