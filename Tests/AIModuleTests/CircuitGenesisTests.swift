import Base
import Forgery
import Ledger
import TestSupport
import Testing
import Verification
import Wire

@testable import AIModule

/// Verification keys and proven statements in a genesis.
@Suite struct CircuitGenesisTests {
    private func makeChain() throws -> TestChain {
        let keys = [try ForgeableKey("a"), try ForgeableKey("b", publicCount: 2)]
        var chain = try TestChain.circuits()
        try chain.deliver(registration(keys[0].key, name: "first", description: "shows a"))
        try chain.deliver(registration(keys[1].key, name: "second"))
        for index in 0..<3 { try chain.deliver(submission(keys[index % 2], UInt64(index))) }
        return chain
    }

    private func exported(_ chain: TestChain) throws -> AIGenesis {
        var context = chain.makeContext()
        return try AIGenesis(json: try chain.module.exportGenesis(&context))
    }

    @Test func exportAndImportGiveTheSameState() throws {
        let chain = try makeChain()
        let genesis = try exported(chain)
        #expect(genesis.verificationKeys.count == 2 && genesis.provenStatements.count == 3)
        let copy = try TestChain { $0 = genesis }
        #expect(try copy.entries() == chain.entries())
        #expect(try exported(copy) == genesis)
        try copy.checkInvariants()
    }

    @Test(
        arguments: [
            { $0.verificationKeys[0].record.number = 2 },
            { $0.verificationKeys[1].record.keyID[0] ^= 1 },
            { $0.verificationKeys[1].record.key[100] ^= 1 },
            { $0.verificationKeys[1].record.publicSignalCount = 7 },
            { $0.verificationKeys[1].record.isUnsafe = true },
            { $0.verificationKeys[1].record.owner = "nobody" },
            { $0.verificationKeys[1].record.name = "" },
            {
                $0.verificationKeys[1].record = $0.verificationKeys[0].record
                $0.verificationKeys[1].record.number = 2
            },
            { $0.verificationKeys.removeLast() },
            { $0.provenStatements[0].number = 2 },
            { $0.provenStatements[0].statementID[0] ^= 1 },
            { $0.provenStatements[0].publicSignalsHash[0] ^= 1 },
            { $0.provenStatements[0].proofHash = [] },
            { $0.provenStatements[0].submitter = "" },
            {
                $0.provenStatements[1] = $0.provenStatements[0]
                $0.provenStatements[1].number = 2
            },
        ] as [@Sendable (inout AIGenesis) -> Void])
    func refusesAGenesisThatContradictsItself(
        _ change: @Sendable (inout AIGenesis) -> Void
    ) throws {
        var genesis = try exported(try makeChain())
        change(&genesis)
        #expect(throws: Failure.self) { try TestChain { $0 = genesis } }
    }
}
