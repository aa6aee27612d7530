import Base
import Cryptography
import Ledger
import Proving
import TestSupport
import Testing
import Verification
import Wire

@testable import AIModule

/// Committed models, requests and proved answers in a genesis.
@Suite struct RequestGenesisTests {
    /// Three requests: answered, taken back, open.
    private func makeChain() throws -> TestChain {
        let model = try ProvenModel.shared.get()
        var chain = try model.chain(requests: 2)
        try chain.deliver(model.request(deadline: 10_000))
        try chain.deliver(try model.answer(1))
        chain.time = 1000
        try chain.deliver(MsgCancelRequest(requester: TestChain.bob.bech32(), request: 2))
        return chain
    }

    private func exported(_ chain: TestChain) throws -> AIGenesis {
        var context = chain.makeContext()
        return try AIGenesis(json: try chain.module.exportGenesis(&context))
    }

    @Test func exportAndImportGiveTheSameState() throws {
        let chain = try makeChain()
        let genesis = try exported(chain)
        #expect(
            genesis.requests.map(\.record.status) == [.answered, .cancelled, .open]
                && genesis.inferences.count == 1)
        var copy = try TestChain(escrow: "1000ucgpt") { $0 = genesis }
        #expect(try copy.entries() == chain.entries())
        #expect(try exported(copy) == genesis)
        try copy.checkInvariants()
        // The chain goes on where it was.
        let model = try ProvenModel.shared.get()
        #expect(try copy.deliver(try model.answer(3)).refusal == nil)
        #expect(try copy.balance(TestChain.alice) == 800)
    }

    @Test func refusesAGenesisWhosePricesAreNotThere() throws {
        let genesis = try exported(try makeChain())
        for escrow in ["", "999ucgpt", "1001ucgpt"] {
            #expect(throws: Failure.self) { try TestChain(escrow: escrow) { $0 = genesis } }
        }
    }

    @Test(
        arguments: [
            { $0.requests[0].record.number = 2 },
            { $0.requests[0].record.status = .open },
            { $0.requests[0].record.inference = 2 },
            { $0.requests[1].record.status = .unspecified },
            { $0.requests[2].record.status = .answered },
            { $0.requests[2].record.inputCommitment[0] ^= 1 },
            { $0.requests[2].record.registration = 2 },
            { $0.requests[2].record.model.name = "other" },
            { $0.requests[2].record.requester = "nobody" },
            { $0.requests[2].record.deadline.nanoseconds = -1 },
            { $0.requests[2].record.price = [] },
            { $0.requests.removeLast() },
            { $0.models[0].record.isCommitted = false },
            { $0.models[0].record.isUnsafe = false },
            { $0.models[0].record.proofSize += 1 },
            { $0.models[0].record.referenceStringID[0] ^= 1 },
            { $0.models[0].record.status = .uploading },
            { $0.models[0].program[20] ^= 1 },
            { $0.inferences[0].record.statement.outputCommitment[0] ^= 1 },
            { $0.inferences[0].record.evidence.proof?.input = .committed },
            { $0.inferences[0].record.request = 2 },
        ] as [@Sendable (inout AIGenesis) -> Void])
    func refusesAGenesisThatContradictsItself(
        _ change: @Sendable (inout AIGenesis) -> Void
    ) throws {
        var genesis = try exported(try makeChain())
        change(&genesis)
        #expect(throws: (any Error).self) { try TestChain(escrow: "1000ucgpt") { $0 = genesis } }
    }
}
