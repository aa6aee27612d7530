// A node is killed at random moments under a load of transactions. After each restart its state is
// that of a run nobody interrupted, and everything it acknowledged is in a block.

import AccountsModule
import BankModule
import Base
import Blocks
import Client
import Cryptography
import Foundation
import Ledger
import Node
import Store
import TestSupport
import Testing
import Wire

@Suite struct KilledNodeLosesNothing {
    @Test func underLoadAtRandomMoments() throws {
        let kills = Int(ProcessInfo.processInfo.environment["AIVM_KILLS"] ?? "") ?? 200
        let folder = try TemporaryDirectory()
        // No block comes after the last transaction's own and the one that proves it.
        let test = try TestHome(in: folder.path + "/home", seed: 20, emptyBlockSeconds: 0)
        let recipient = Address.module("recipient of the crash test")
        var shadow = try UninterruptedRun(test)
        var generator = SeededGenerator(seed: 21)
        var acknowledged: [Hash256] = []

        for _ in 0..<kills {
            let node = try NodeProcess(home: test.home.path)
            let status = try node.settle()
            try shadow.follow(node.client, to: status.latestHeight)
            for hash in acknowledged.suffix(200) {
                let record = try node.client.transaction(hash)
                #expect(record.result.code == 0)
            }
            let moment = Double.random(in: 0.002...0.12, using: &generator)
            acknowledged += try load(node, test, recipient, until: moment)
        }

        let node = try NodeProcess(home: test.home.path)
        let status = try node.settle()
        try shadow.follow(node.client, to: status.latestHeight)
        for hash in acknowledged { #expect(try node.client.transaction(hash).result.code == 0) }
        // The index of events lost none of them either.
        let found = try node.client.transactions(
            matching: "transfer.recipient='\(recipient)'", page: SearchPage())
        #expect(found.total >= acknowledged.count)
        #expect(!acknowledged.isEmpty)
        #expect(node.stop() == 0)
        #expect(try ChainReplay.check(home: test.home) == status.latestHeight)
        print("killed \(kills) times; \(acknowledged.count) transactions acknowledged, none lost")
    }

    /// Sends transfers until the node is killed after `moment` seconds; what it acknowledged.
    private func load(
        _ node: NodeProcess, _ test: TestHome, _ recipient: Address, until moment: Double
    ) throws -> [Hash256] {
        var sequence = try test.account(on: node.client).sequence
        let number = try test.account(on: node.client).accountNumber
        let identifier = node.identifier
        let killer = Thread {
            Thread.sleep(forTimeInterval: moment)
            Foundation.kill(identifier, SIGKILL)
        }
        killer.start()
        var acknowledged: [Hash256] = []
        while true {
            let builder = TransactionBuilder(
                chainID: "aivm-1", accountNumber: number, sequence: sequence,
                fee: Fee([Coin(Amount(100), "ucgpt")], gasLimit: 200_000))
            let message = MsgSend(
                from: test.address.bech32(prefix: "aivm"),
                to: recipient.bech32(prefix: "aivm"), [Coin(Amount(1), "ucgpt")])
            let bytes = builder.sign([message], with: test.account).encoded()
            do {
                let result = try node.client.broadcast(bytes)
                #expect(result.code == 0, "\(result.log)")
                guard result.code == 0 else { break }
                acknowledged.append(result.hash)
                sequence += 1
            } catch { break }
        }
        node.waitForEnd()
        return acknowledged
    }
}

extension TestHome {
    /// Number and sequence of the funded account.
    func account(on client: any NodeClient) throws -> BaseAccount {
        var request = AccountInfoRequest()
        request.address = address.bech32(prefix: "aivm")
        // Queries have an answer from the first block on.
        var answer = StateQueryResult()
        for _ in 0..<200 {
            answer = try client.query(
                StateQuery(
                    path: "/cosmos.auth.v1beta1.Query/AccountInfo", data: request.encoded()))
            if answer.code == 0 { break }
            Thread.sleep(forTimeInterval: 0.05)
        }
        let response = try AccountInfoResponse(decoding: answer.value, rules: .tolerant)
        return try #require(response.info)
    }
}

/// A second execution of the same blocks that is never interrupted.
struct UninterruptedRun {
    private var application: any Application
    private let store = MemoryStore()
    private let genesis: Genesis
    private var height: Int64 = 0
    private var appHash: Bytes

    init(_ test: TestHome) throws {
        genesis = test.genesis
        application = try makeApplication(reading: store, NodeConfiguration())
        let result = try application.initializeChain(
            ChainInitialization(
                chainID: genesis.chainID, time: genesis.time, initialHeight: 1,
                validators: genesis.validators.map {
                    ValidatorUpdate(
                        publicKey: $0.publicKey.ed25519 ?? [], power: $0.votingPower)
                }, parameters: genesis.parameters,
                appState: genesis.appState))
        appHash = result.appHash
    }

    /// Executes the node's blocks up to `last`; each header must hold this run's app hash.
    mutating func follow(_ client: any NodeClient, to last: Int64) throws {
        while height < last {
            let block = try client.block(height + 1)
            #expect(block.header.appHash == appHash, "app hash at height \(height + 1)")
            // The validators of the genesis decide every block: nobody bonds stake here.
            let votes = zip(genesis.validators, block.lastCommit.signatures).map {
                CommitVote(
                    address: $0.address, power: $0.votingPower,
                    flag: $1.flag == .commit ? .commit : .absent)
            }
            let result = try application.finalizeBlock(
                block.data.transactions,
                block: BlockInfo(
                    chainID: block.header.chainID, height: block.header.height,
                    time: block.header.time, proposer: block.header.proposerAddress,
                    lastCommit: votes))
            try store.commit(try application.commitWrites())
            application.didCommit()
            appHash = result.appHash
            height += 1
        }
    }
}
