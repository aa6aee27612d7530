// A memory of decoded transactions and verified signatures saves work and changes nothing.

import App
import Base
import Ledger
import Store
import TestSupport
import Testing
import Wire

@Suite struct RememberedTransactionTests {
    /// Two chains get the same calls; one remembers.
    @Test(arguments: [1, 2] as [UInt64])
    func resultsAreTheSameWithAndWithoutMemory(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var plain = try TestChain()
        var remembering = try TestChain(
            options: ApplicationOptions(memory: BoundedMemory(byteCount: 200_000)))
        var known: [Bytes] = []
        var mutator = Mutator(seed: seed)
        for _ in 0..<25 {
            for _ in 0..<4 {
                let signed = Draft(plain.send(UInt128(random.int(in: 0...2000))))
                    .signed(by: plain.alice)
                if random.isOne(in: 2) {
                    plain.alice.sequence += 1
                    remembering.alice.sequence += 1
                }
                known.append(signed.encoded())
                known.append(mutator.mutate(signed.encoded()))
            }
            for _ in 0..<8 {
                let bytes = random.element(of: known)
                let recheck = random.isOne(in: 3)
                #expect(
                    try plain.application.checkTransaction(bytes, recheck: recheck)
                        == remembering.application.checkTransaction(bytes, recheck: recheck))
            }
            let candidates = (0..<6).map { _ in random.element(of: known) }
            let block = plain.block(plain.height + 1)
            let chosen = try plain.application.prepareProposal(
                candidates, maximumBytes: 1 << 20, block: block)
            #expect(
                try remembering.application.prepareProposal(
                    candidates, maximumBytes: 1 << 20, block: block) == chosen)
            #expect(
                try plain.application.processProposal(candidates, block: block)
                    == remembering.application.processProposal(candidates, block: block))
            #expect(try plain.deliver(candidates) == remembering.deliver(candidates))
        }
    }

    /// The same bytes under another chain id: what was verified there is not valid here.
    @Test func signaturesAreRememberedForOneChainOnly() throws {
        let memory = BoundedMemory(byteCount: 200_000)
        var chain = try TestChain(options: ApplicationOptions(memory: memory))
        let signed = Draft(chain.send()).signed(by: chain.alice)
        #expect(try chain.check(signed).code == 0)
        var request = try TestChain.request(TestChain.genesisText)
        request.chainID = "aivm-2"
        var other = try AIVMApplication(
            reading: SharedStore(), options: ApplicationOptions(memory: memory))
        _ = try other.initializeChain(request)
        let refused = try other.checkTransaction(signed.encoded(), recheck: false)
        #expect(refused.code == SDKCode.unauthorized.rawValue)
    }
}
