// Accounts that sign, and the chain on which they are rich.

import BankModule
import Base
import Client
import Consensus
import Cryptography
import Ledger
import Node
import Wire

/// What went wrong in a benchmark: its figures would mean nothing.
struct BenchmarkFailure: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}

/// An account with its key and next sequence.
struct TestAccount {
    let key: Secp256k1.PrivateKey
    let publicKey: Secp256k1.PublicKey
    let address: Address
    var number: UInt64 = 0
    var sequence: UInt64 = 0

    init(_ index: Int) throws {
        guard let key = Secp256k1.PrivateKey(SHA256.hash(Bytes("bench \(index)".utf8)).bytes)
        else { throw BenchmarkFailure("no key \(index)") }
        self.key = key
        publicKey = key.publicKey
        address = Address(publicKey: key.publicKey)
    }

    /// The signed transaction that does `message`, and the digest that its signature covers.
    mutating func sign(
        _ message: any WireMessage, gasLimit: UInt64
    ) -> (transaction: TxRaw, digest: Hash256) {
        let builder = TransactionBuilder(
            chainID: TestNetwork.chainID, accountNumber: number, sequence: sequence,
            fee: Fee([Coin(Amount(2500), "ucgpt")], gasLimit: gasLimit))
        sequence += 1
        let document = builder.signDocument(of: [message], publicKey: publicKey)
        return (builder.sign([message], with: key), SHA256.hash(document.encoded()))
    }
}

/// The chain of the benchmarks: one validator, some rich accounts.
struct TestNetwork {
    static let chainID = "bench-1"
    static let time = Timestamp(seconds: 1_750_000_000)
    let validator: Ed25519.PrivateKey
    var accounts: [TestAccount]
    let genesis: Genesis

    init(accountCount: Int) throws {
        guard let validator = Ed25519.PrivateKey(seed: Bytes(repeating: 7, count: 32)) else {
            throw BenchmarkFailure("no validator key")
        }
        self.validator = validator
        let accounts = try (0..<accountCount).map { try TestAccount($0) }
        self.accounts = accounts
        genesis = Genesis.singleValidator(
            chainID: TestNetwork.chainID, key: validator.publicKey, time: TestNetwork.time,
            balances: accounts.map { ($0.address, Coin(Amount(1_000_000_000_000), "ucgpt")) })
    }

    var engineGenesis: EngineGenesis {
        EngineGenesis(
            chainID: genesis.chainID, time: genesis.time, parameters: genesis.parameters,
            appState: genesis.appState)
    }

    var initialization: ChainInitialization {
        ChainInitialization(
            chainID: genesis.chainID, time: genesis.time, initialHeight: 1,
            validators: [ValidatorUpdate(publicKey: validator.publicKey.bytes, power: 10)],
            parameters: genesis.parameters, appState: genesis.appState)
    }

    /// Asks a node for the numbers of the accounts.
    mutating func readAccountNumbers(_ client: some NodeClient) throws {
        for index in accounts.indices {
            accounts[index].number = try client.account(of: accounts[index].address).accountNumber
        }
    }
}

extension EmbeddedEngine {
    /// Makes blocks until there is no reason for another.
    func settle() throws {
        while try produceBlock() != nil {}
    }
}
