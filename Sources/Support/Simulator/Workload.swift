// Random transactions of a few accounts, most of them good, some wrong in every way that users and
// attackers are wrong. All follows from a seed.

import AIModule
import AccountsModule
import BankModule
public import Base
import Client
public import Cryptography
public import Ledger
import Models
import Tensors
import TestSupport
import Verification
import Wire

/// Someone who signs.
public struct Signatory: Sendable {
    /// The key.
    public let key: Secp256k1.PrivateKey
    /// Address of the key.
    public let address: Address
    /// Account number, once known.
    public var number: UInt64
    /// Next sequence number.
    public var sequence: UInt64 = 0

    /// Makes the account number `number`, whose key follows from `seed`.
    public init(seed: String, number: UInt64) {
        guard let key = Secp256k1.PrivateKey(SHA256.hash(Bytes(seed.utf8)).bytes) else {
            preconditionFailure("a hash is a key but for one in 2^128")
        }
        self.key = key
        address = Address(publicKey: key.publicKey)
        self.number = number
    }

    /// The address as text.
    public var text: String { address.bech32(prefix: "aivm") }
}

/// What users of a simulated chain do.
public struct Workload: Sendable {
    /// Chain the transactions are for.
    public let chainID: String
    /// The users.
    public var signatories: [Signatory]
    var generator: SeededGenerator
    /// Models that users have tried to register.
    private var models: [(owner: Int, name: String)] = []
    /// Whether every other transaction is about results.
    var prefersResults = false
    /// Models with hidden weights, and requests for their results.
    var results = ResultTraffic()

    /// Users of the chain `chainID`, who do what follows from `seed`.
    public init(seed: UInt64, accounts: Int = 8, chainID: String = "sim-1") {
        self.chainID = chainID
        generator = SeededGenerator(seed: seed)
        let name = generator.next()
        signatories = (0..<accounts).map {
            Signatory(seed: "simulated account \(name) \($0)", number: UInt64($0))
        }
    }

    /// Up to `count` transactions for the next block.
    public mutating func transactions(upTo count: Int) -> [Bytes] {
        (0..<generator.int(in: 0...count)).map { _ in transaction() }
    }

    /// Learns what the state says of the users after a block, from an application at its height.
    public mutating func observe(_ application: any Application) throws {
        for index in signatories.indices {
            var request = AccountInfoRequest()
            request.address = signatories[index].text
            let answer = try application.query(
                StateQuery(
                    path: "/cosmos.auth.v1beta1.Query/AccountInfo", data: request.encoded()))
            guard answer.code == 0 else { continue }
            let response = try AccountInfoResponse(decoding: answer.value, rules: .tolerant)
            guard let info = response.info else { continue }
            signatories[index].number = info.accountNumber
            signatories[index].sequence = info.sequence
        }
        try observeRequests(application)
    }

    // MARK: Transactions

    private mutating func transaction() -> Bytes {
        if generator.isOne(in: 12) {
            let count = generator.int(in: 0...60)
            return generator.bytes(count: count)
        }
        let sender = generator.int(in: 0..<signatories.count)
        let isAboutResults = prefersResults && generator.isOne(in: 2)
        let message: any WireMessage =
            switch isAboutResults ? 25 : generator.int(in: 0..<29) {
            case 0..<5: send(sender)
            case 5: multiSend(sender)
            case 6: register(sender)
            case 7: infer(sender)
            case 8..<11: govern(sender)
            case 11..<14: consent(sender)
            case 22..<25: prove(sender)
            case 25..<29: tradeResults(sender)
            default: stake(sender)
            }
        let isHeavy =
            message is MsgRegisterModel || message is MsgRequestInference
        let isAboutProofs =
            message is MsgRegisterCommittedModel || message is MsgSubmitResult
        var bytes = sign(
            [message], by: sender,
            gas: isHeavy ? 20_000_000 : isAboutProofs ? 1_500_000 : 600_000)
        if generator.isOne(in: 20), !bytes.isEmpty {
            bytes[generator.int(in: 0..<bytes.count)] ^= UInt8(generator.int(in: 1...255))
        }
        return bytes
    }

    /// Signs `messages` as a user does, or as one who is mistaken.
    private mutating func sign(
        _ messages: [any WireMessage], by sender: Int, gas: UInt64
    ) -> Bytes {
        let mistake = generator.int(in: 0..<24)
        var sequence = signatories[sender].sequence
        if mistake == 0 { sequence += UInt64(generator.int(in: 1...3)) }
        if mistake == 1 { sequence -= min(sequence, 1) }
        var fee = Fee(
            [Coin(Amount(UInt128(generator.int(in: 1...5_000))), "ucgpt")],
            gasLimit: mistake == 3 ? 30_000 : gas)
        if mistake == 7 { fee.granter = generator.element(of: signatories).text }
        let builder = TransactionBuilder(
            chainID: mistake == 2 ? "other-1" : chainID,
            accountNumber: signatories[sender].number, sequence: sequence, fee: fee,
            memo: mistake == 4 ? "hello" : "",
            timeoutHeight: mistake == 5 ? 3 : 0)
        let signer = mistake == 6 ? (sender + 1) % signatories.count : sender
        let bytes = builder.sign(messages, with: signatories[signer].key).encoded()
        if mistake > 7 || mistake == 4 { signatories[sender].sequence += 1 }
        return bytes
    }

    mutating func coins() -> [Coin] {
        // One in ten asks for more than anyone has.
        let most = generator.isOne(in: 10) ? 4_000_000_000_000 : 1_000_000
        return [Coin(Amount(UInt128(generator.int(in: 1...most))), "ucgpt")]
    }

    /// A user, or someone new.
    private mutating func recipient() -> String {
        guard generator.isOne(in: 4) else { return generator.element(of: signatories).text }
        return Address.module("simulated stranger \(generator.int(in: 0..<500))")
            .bech32(prefix: "aivm")
    }

    mutating func send(_ sender: Int) -> any WireMessage {
        MsgSend(from: signatories[sender].text, to: recipient(), coins())
    }

    private mutating func multiSend(_ sender: Int) -> any WireMessage {
        var message = MsgMultiSend()
        var total: UInt128 = 0
        for _ in 0..<generator.int(in: 1...4) {
            let amount = UInt128(generator.int(in: 1...10_000))
            total += amount
            var output = TransferOutput()
            output.address = recipient()
            output.coins = [Coin(Amount(amount), "ucgpt")]
            message.outputs.append(output)
        }
        if generator.isOne(in: 10) { total += 1 }
        var input = TransferInput()
        input.address = signatories[sender].text
        input.coins = [Coin(Amount(total), "ucgpt")]
        message.inputs = [input]
        return message
    }

    private mutating func register(_ sender: Int) -> any WireMessage {
        guard models.count < 3, let model = try? smallModel() else { return send(sender) }
        let name = "m\(generator.int(in: 0..<4))"
        models.append((sender, name))
        return MsgRegisterModel(
            owner: signatories[sender].text, name: name, program: model.programBytes,
            weights: model.weights, price: [Coin(Amount(1000), "ucgpt")])
    }

    private mutating func infer(_ sender: Int) -> any WireMessage {
        guard !models.isEmpty else { return send(sender) }
        let model = generator.element(of: models)
        let values = (0..<3).map { _ in Float(generator.int(in: -100...100)) }
        return MsgRequestInference(
            requester: signatories[sender].text,
            model: ModelReference(
                owner: signatories[model.owner].text, name: model.name, version: 0),
            input: TensorSet([NamedTensor(name: "x", tensor: Tensor(values, shape: [1, 3]))]),
            maximumPrice: [Coin(Amount(generator.isOne(in: 8) ? 1 : 2000), "ucgpt")])
    }

    /// `y = relu(x · w)` with weights of its own.
    private mutating func smallModel() throws -> Model {
        var builder = ProgramBuilder(opset: 17, name: "perceptron")
        let x = builder.addInput("x", TensorType(.float32, [1, 3]))
        let weights = (0..<6).map { _ in Float(generator.int(in: -8...8)) }
        let w = builder.addConstant("w", Tensor(weights, shape: [3, 2]))
        let product = builder.addNode("MatMul", [x, w])
        builder.addOutput("y", builder.addNode("Relu", [product[0]])[0])
        return try builder.build()
    }
}
