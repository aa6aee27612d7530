import App
import BankModule
import Base
import Cryptography
import Ledger
import TestSupport
import Testing
import Wire

/// Someone who signs: a key made from a text, and the account's number and next sequence.
struct Signer {
    let key: Secp256k1.PrivateKey
    let number: UInt64
    var sequence: UInt64 = 0

    init(_ seed: String, number: UInt64) throws {
        key = try #require(Secp256k1.PrivateKey(SHA256.hash(Bytes(seed.utf8)).bytes))
        self.number = number
    }

    var address: Address { Address(publicKey: key.publicKey) }
}

/// A transaction in the making: every part can be made wrong.
struct Draft {
    var messages: [AnyMessage]
    var memo = ""
    var timeoutHeight: UInt64 = 0
    var fee = Fee([Coin(Amount(2500), "ucgpt")], gasLimit: 200_000)
    var chainID = "aivm-1"
    var showsKey = true
    var mode = SignMode.direct
    var change: (inout TxBody) -> Void = { _ in }

    init(_ messages: any WireMessage...) { self.messages = messages.map { AnyMessage($0) } }

    /// The transaction signed by `signers`, each with its number and sequence.
    func signed(by signers: Signer...) -> TxRaw {
        var body = TxBody(messages, memo: memo, timeoutHeight: timeoutHeight)
        change(&body)
        let infos = signers.map { signer in
            let key = AnyMessage(Secp256k1KeyMessage(signer.key.publicKey.bytes))
            var info = SignerInfo(publicKey: showsKey ? key : nil, sequence: signer.sequence)
            info.modeInfo = ModeInfo(single: mode)
            return info
        }
        var raw = TxRaw(
            bodyBytes: body.encoded(),
            authInfoBytes: AuthInfo(signerInfos: infos, fee: fee).encoded(), signatures: [])
        raw.signatures = signers.map { signer in
            let document = SignDoc(
                bodyBytes: raw.bodyBytes, authInfoBytes: raw.authInfoBytes, chainID: chainID,
                accountNumber: signer.number)
            return signer.key.signature(for: SHA256.hash(document.encoded()))
        }
        return raw
    }
}

/// A chain in memory with two rich accounts, driven block by block.
struct TestChain {
    let store: SharedStore
    var application: AIVMApplication
    var height: Int64 = 0
    var alice: Signer
    var bob: Signer

    /// The part of a genesis by which the supply does not grow.
    static let fixedSupply = """
        {"minter": {"inflation": "0.000000000000000000",
           "annual_provisions": "0.000000000000000000"},
         "params": {"mint_denom": "ucgpt", "inflation_rate_change": "0.000000000000000000",
           "inflation_max": "0.000000000000000000", "inflation_min": "0.000000000000000000",
           "goal_bonded": "0.670000000000000000", "blocks_per_year": "6311520"}}
        """

    static let genesisText = """
        {"bank": {"balances": [
          {"address": "aivm1vmaczejvydtrrzfzn9wqgg43w3xys5m7r9gwj4",
           "coins": [{"denom": "uaivm", "amount": "1000000"},
                     {"denom": "ucgpt", "amount": "1000000000"}]},
          {"address": "aivm1vutw4fkeaa82yryg6x82pjj7aqxg74lslrcuw0",
           "coins": [{"denom": "ucgpt", "amount": "1000000000"}]}]}}
        """

    init(
        genesis: String = genesisText, maximumGas: Int64 = 100_000_000,
        maximumBytes: Int64 = 22_020_096, options: ApplicationOptions = ApplicationOptions(),
        initialHeight: Int64 = 1
    ) throws {
        store = SharedStore()
        application = try AIVMApplication(reading: store, options: options)
        alice = try Signer("aivm test vector", number: 0)
        bob = try Signer("aivm test vector 2", number: 1)
        height = initialHeight - 1
        _ = try application.initializeChain(
            TestChain.request(
                genesis, maximumGas: maximumGas, maximumBytes: maximumBytes,
                initialHeight: initialHeight))
    }

    static func request(
        _ genesis: String, maximumGas: Int64 = 100_000_000,
        maximumBytes: Int64 = 22_020_096, initialHeight: Int64 = 1
    ) throws -> ChainInitialization {
        ChainInitialization(
            chainID: "aivm-1", time: Timestamp(seconds: 1_700_000_000),
            initialHeight: initialHeight,
            validators: [ValidatorUpdate(publicKey: Bytes(repeating: 7, count: 32), power: 10)],
            parameters: ConsensusParameterSet(
                BlockParameters(maximumBytes: maximumBytes, maximumGas: maximumGas)),
            appState: try JSONValue(parsing: genesis))
    }

    func block(_ height: Int64) -> BlockInfo {
        BlockInfo(
            chainID: "aivm-1", height: height, time: Timestamp(seconds: 1_700_000_000 + height))
    }

    /// Executes a block and makes it durable.
    @discardableResult
    mutating func deliver(_ transactions: [Bytes]) throws -> BlockResult {
        height += 1
        let result = try application.finalizeBlock(transactions, block: block(height))
        store.apply(try application.commitWrites())
        application.didCommit()
        return result
    }

    /// Executes a block of one transaction.
    mutating func deliver(_ transaction: TxRaw) throws -> TransactionResult {
        try #require(try deliver([transaction.encoded()]).results.first)
    }

    mutating func check(_ transaction: TxRaw) throws -> TransactionResult {
        try application.checkTransaction(transaction.encoded(), recheck: false)
    }

    func send(_ amount: UInt128 = 100, denom: String = "ucgpt") -> MsgSend {
        MsgSend(
            from: alice.address.description, to: bob.address.description,
            [Coin(Amount(amount), denom)])
    }

    func query<Request: WireMessage, Response: WireMessage>(
        _ path: String, _ request: Request, _ response: Response.Type, height: Int64 = 0
    ) throws -> Response {
        let answer = try application.query(
            StateQuery(path: path, data: request.encoded(), height: height))
        try #require(answer.code == 0, "\(answer.log)")
        return try Response(decoding: answer.value)
    }

    func balance(_ address: Address, _ denom: String = "ucgpt", height: Int64 = 0) throws -> UInt128
    {
        let response = try query(
            "/cosmos.bank.v1beta1.Query/Balance", BalanceRequest(address, denom),
            BalanceResponse.self, height: height)
        return try #require(try response.balance?.value()).units
    }
}
