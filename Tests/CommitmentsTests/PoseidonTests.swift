// Poseidon against the values that the tests of circomlib assert.

import Base
import Commitments
import Fields
import Foundation
import TestSupport
import Testing

@Suite struct PoseidonTests {
    static let path = "fixtures/poseidon/poseidon_circom.json"

    struct File: Decodable {
        struct Vector: Decodable { var inputs: [UInt64], initState: UInt64, out: [String] }
        var vectors: [Vector]
    }

    @Test(.enabled(if: Fixtures.require(PoseidonTests.path)))
    func agreesWithCircomlib() throws {
        let data = Data(try Fixtures.bytes(PoseidonTests.path))
        let vectors = try JSONDecoder().decode(File.self, from: data).vectors
        #expect(vectors.count == 7)
        for vector in vectors {
            let poseidon = try #require(Poseidon(inputCount: vector.inputs.count))
            let state = poseidon.permuted(
                initial: Fr(vector.initState), vector.inputs.map { Fr($0) })
            #expect(state.prefix(vector.out.count).map(\.decimal) == vector.out)
        }
    }

    /// The hash of (1, 2) is the number that everybody's implementation is tried with.
    @Test func hashOfOneAndTwoIsKnown() throws {
        let poseidon = try #require(Poseidon(inputCount: 2))
        #expect(
            poseidon.hash([Fr(1), Fr(2)]).decimal
                == "7853200120776062878684798364095072458815029376092732009249414926327459813530")
        #expect(poseidon.hash([Fr(2), Fr(1)]) != poseidon.hash([Fr(1), Fr(2)]))
    }

    @Test func thereAreOneToSixteenInputs() {
        #expect(Poseidon(inputCount: 0) == nil)
        #expect(Poseidon(inputCount: 17) == nil)
        #expect(Poseidon(inputCount: 16)?.roundCount == 76)
    }
}
