import App
import Base
import Cryptography
import Ledger
import Testing
import Wire

/// What an honest node proposes every honest node accepts, at the very limits too.
@Suite struct ProposalTests {
    /// Three transactions of Alice, of 200,000 gas each.
    private func transactions(_ chain: TestChain) throws -> [Bytes] {
        var alice = chain.alice
        return (0..<3).map { number in
            let draft = Draft(chain.send(UInt128(number + 1)))
            defer { alice.sequence += 1 }
            return draft.signed(by: alice).encoded()
        }
    }

    private func byteCount(_ transactions: [Bytes]) -> Int64 {
        transactions.reduce(0) { sum, bytes in
            var length = Bytes()
            length.appendVarint(UInt64(bytes.count))
            return sum + Int64(1 + length.count + bytes.count)
        }
    }

    @Test(arguments: [-1, 0, 1] as [Int64])
    func bytesAtTheLimit(offset: Int64) throws {
        var chain = try TestChain()
        let candidates = try transactions(chain)
        let limit = byteCount(candidates) + offset
        let chosen = try chain.application.prepareProposal(
            candidates, maximumBytes: limit, block: chain.block(1))
        #expect(chosen.count == (offset < 0 ? 2 : 3))
        #expect(byteCount(chosen) <= limit)
        #expect(try chain.application.processProposal(chosen, block: chain.block(1)))
    }

    @Test(arguments: [-1, 0, 1] as [Int64])
    func gasAtTheLimit(offset: Int64) throws {
        var chain = try TestChain(maximumGas: 600_000 + offset)
        let candidates = try transactions(chain)
        let chosen = try chain.application.prepareProposal(
            candidates, maximumBytes: 1 << 20, block: chain.block(1))
        #expect(chosen.count == (offset < 0 ? 2 : 3))
        let other = try TestChain(maximumGas: 600_000 + offset)
        var judge = other.application
        #expect(try judge.processProposal(chosen, block: chain.block(1)))
        #expect(try judge.processProposal(candidates, block: chain.block(1)) == (offset >= 0))
        // One that alone is over the limit never goes in, and holds nobody up.
        var draft = Draft(chain.send())
        draft.fee.gasLimit = UInt64(600_001 + offset)
        let heavy = draft.signed(by: chain.bob).encoded()
        #expect(
            try chain.application.prepareProposal(
                [heavy] + candidates, maximumBytes: 1 << 20, block: chain.block(1)) == chosen)
        #expect(try !judge.processProposal([heavy], block: chain.block(1)))
    }

    @Test func hostileMempoolsGiveAcceptableProposals() throws {
        var chain = try TestChain()
        let good = try transactions(chain)
        let candidates = [[], [1, 2, 3], good[0], good[0], Bytes(good[1].dropLast()), good[1]]
        let chosen = try chain.application.prepareProposal(
            candidates, maximumBytes: 1 << 20, block: chain.block(1))
        #expect(chosen == [good[0], good[1]])
        #expect(try chain.application.processProposal(chosen, block: chain.block(1)))
        #expect(
            try chain.application.prepareProposal([], maximumBytes: 0, block: chain.block(1))
                .isEmpty)
        #expect(try chain.application.processProposal([], block: chain.block(1)))
    }

    @Test func dishonestProposalsAreRefusedAndChangeNothing() throws {
        var chain = try TestChain()
        let good = try transactions(chain)
        for proposal in [
            [[]], [[1, 2, 3]], [good[0], good[0]], [good[0], good[1], good[0]],
            [good[0], Bytes(good[1].dropLast())], [good[0] + [0]],
        ] as [[Bytes]] {
            for _ in 0..<2 {
                #expect(try !chain.application.processProposal(proposal, block: chain.block(1)))
            }
        }
        var untouched = try TestChain()
        #expect(try chain.deliver(good) == untouched.deliver(good))
    }

    @Test func proposalsBeyondTheBytesOfABlockAreRefused() throws {
        let limit = byteCount(try transactions(try TestChain()))
        for (offset, isAccepted) in [(-1, false), (0, true), (1, true)] as [(Int64, Bool)] {
            var chain = try TestChain(maximumBytes: limit + offset)
            let all = try transactions(chain)
            #expect(
                try chain.application.processProposal(all, block: chain.block(1)) == isAccepted)
        }
    }

    @Test func proposalsForAnotherHeightStopTheEngine() throws {
        var chain = try TestChain()
        for height in [0, 2, 3] as [Int64] {
            #expect(throws: StorageFailure.self) {
                try chain.application.processProposal([], block: chain.block(height))
            }
            #expect(throws: StorageFailure.self) {
                try chain.application.prepareProposal(
                    [], maximumBytes: 100, block: chain.block(height))
            }
        }
    }
}
