// Committed models arrive from anybody: whatever they say, they are refused with a code.

import Base
import Models
import Proving
import Testing
import Verification
import Wire

@Suite struct HostileModelTests {
    private let model: CommittedModel

    init() throws {
        let example = try ProvenExample.credit.get()
        model = example.prover.commit(seed: example.seed).model
    }

    private func code(_ change: (inout CommittedModel) throws -> Void) throws -> UInt32 {
        var changed = model
        try change(&changed)
        do { _ = try ProvableModel(changed) } catch { return error.code }
        return 0
    }

    @Test func sizesOfRowsOutOfBoundsAreRefused() throws {
        for bits: UInt32 in [0, 3, 4, 17, 64, .max] {
            #expect(try code { $0.rowBits = bits } == 17, "\(bits)")
        }
    }

    @Test func pointsThatAreNoneAreRefused() throws {
        #expect(try code { $0.tau = [] } == 17)
        #expect(try code { $0.tau = Bytes(repeating: 0, count: 128) } == 17)
        #expect(try code { $0.tau[127] ^= 1 } == 17)
        #expect(try code { $0.tau = Bytes(repeating: 0xFF, count: 128) } == 17)
        #expect(try code { $0.weights[5] ^= 1 } == 17)
        #expect(try code { $0.weights.removeLast() } == 17)
        #expect(try code { $0.weights.removeLast(64) } == 17)
        #expect(try code { $0.weights += $0.weights.prefix(64) } == 17)
    }

    @Test func constantsMustBeThoseThatAreNoWeights() throws {
        #expect(try code { $0.constants.append(PublicConstant(index: 99, data: [])) } == 17)
        #expect(try code { $0.constants.append(PublicConstant(index: .max, data: [1])) } == 17)
        // A weight among them, of its right size.
        let program = try Program(decoding: model.program)
        let size = Int(program.constants[0].byteCount)
        let shown = PublicConstant(index: 0, data: Bytes(repeating: 1, count: size))
        #expect(try code { $0.constants.insert(shown, at: 0) } == 17)
    }

    @Test func programsWithImpossibleWeightsAreRefused() throws {
        for (offset, count): (UInt64, UInt64) in [(.max, 1), (1 << 62, 1 << 62), (1 << 40, 64)] {
            let refusal = try code { committed in
                var program = try Program(decoding: committed.program)
                program.constants[program.constants.count - 1].offset = offset
                program.constants[program.constants.count - 1].byteCount = count
                committed.program = program.encoded()
            }
            #expect(refusal == 17 || refusal == 11, "\(offset)")
        }
        #expect(try code { $0.program = [] } != 0)
        #expect(try code { $0.program.removeLast() } == 11)
    }
}
