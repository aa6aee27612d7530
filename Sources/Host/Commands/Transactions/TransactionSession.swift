// What happens between a command's messages and the chain: gas and fee, then one of three ends. The
// transaction is printed unsigned, printed signed, or signed, sent and waited for.

import AccountsModule
import Base
import Client
import Cryptography
import Ledger
import Node
import Wire

/// One command that makes a transaction.
struct TransactionSession {
    let invocation: Invocation
    private let session: ChainSession

    /// Options of every such command.
    static let options: [Option] =
        ChainSession.signingOptions + [
            .option("timeout-height", "N", "Last block that may hold it."),
            .option("fee-payer", "WHO", "Who pays the fee besides signing."),
            .option("fee-granter", "WHO", "Whose allowance pays the fee."),
            .flag("generate-only", "Print the unsigned transaction."),
            .flag("dry-run", "Print the gas that it would use."),
            .flag("no-wait", "Do not wait for the block."),
        ] + offlineOptions + [documentOption, ChainSession.formOption]

    /// Options of commands that may sign without a node.
    static let offlineOptions: [Option] = [
        .flag("offline", "Ask no node; print the signed transaction."),
        .option("chain-id", "ID", "Chain it is for (default: the node's)."),
        .option("account-number", "N", "Number of the account (default: the node's)."),
        .option("sequence", "N", "Sequence of the account (default: the node's)."),
    ]

    static let documentOption = Option.option(
        "output-document", "FILE", "Where to write the transaction.")

    init(_ invocation: Invocation) throws {
        self.invocation = invocation
        session = try ChainSession(invocation)
    }

    private var isOffline: Bool { invocation.flag("offline") }

    /// Who signs: a key, or an address where nothing is signed here.
    func sender() throws -> Address {
        try FormReader(invocation: invocation).address(try invocation.required("from"))
    }

    /// Carries the messages to the end that the invocation asks for.
    func run(_ messages: [AnyMessage], by sender: Address) throws {
        let body = TxBody(
            messages, memo: invocation.option("memo") ?? "",
            timeoutHeight: try invocation.integer("timeout-height", in: 1...UInt64.max) ?? 0)
        var document = TransactionDocument(body, try fee())
        if invocation.flag("generate-only") {
            document.transaction.authInfo?.fee?.gasLimit = try plainGas() ?? 200_000
            return try document.write(invocation)
        }
        let name = try invocation.required("from")
        let signing = try SigningContext(invocation, session, address: sender)
        if invocation.flag("dry-run") {
            let used = try simulate(document, signing)
            return Output(invocation).show(["gas_used": .string(String(used))]) {
                "gas \(grouped(used))"
            }
        }
        let gasLimit = try gas(document, signing)
        document.transaction.authInfo?.fee?.gasLimit = gasLimit
        let key = try ChainSession.keyStore(invocation).open(
            name: name, password: try ChainSession.password(invocation))
        try document.sign(with: key, signing)
        guard !isOffline else { return try document.write(invocation) }
        try send(document.raw.encoded())
    }

    /// Broadcasts and, unless told not to, waits for the block.
    func send(_ bytes: Bytes) throws {
        let accepted = try session.node.broadcast(bytes)
        guard accepted.code == 0 else {
            throw CommandFailure(
                "the node refused: \(accepted.log) (\(accepted.codespace)/\(accepted.code))",
                .refused)
        }
        if invocation.flag("no-wait") {
            return Output(invocation).show([
                "txhash": .string(accepted.hash.bytes.upperHex), "code": .number("0"),
            ]) { accepted.hash.bytes.upperHex }
        }
        let record = try session.node.waitForTransaction(accepted.hash)
        guard record.result.code == 0 else {
            throw CommandFailure(
                "transaction \(accepted.hash.bytes.upperHex) failed in block \(record.height): "
                    + "\(record.result.log) (\(record.result.codespace)/\(record.result.code))",
                .refused)
        }
        CommandLineInterface.show(record, invocation)
    }

    // MARK: Gas and fee

    private func fee() throws -> Fee {
        var fee = Fee([], gasLimit: 0)
        if let text = invocation.option("fee") {
            let coins = text.split(separator: ",").map { Coin(text: String($0)) }
            guard !coins.contains(where: { $0 == nil }) else {
                throw UsageError(
                    message: "--fee takes amounts such as 2500ucgpt, not '\(text)'",
                    path: invocation.pathText)
            }
            fee.amount = coins.compactMap { $0 }.sorted { $0.denom < $1.denom }
        }
        let reader = FormReader(invocation: invocation)
        if let payer = invocation.option("fee-payer") {
            fee.payer = try reader.address(payer).bech32(prefix: "aivm")
        }
        if let granter = invocation.option("fee-granter") {
            fee.granter = try reader.address(granter).bech32(prefix: "aivm")
        }
        return fee
    }

    /// The gas limit that is given as a number.
    private func plainGas() throws -> UInt64? {
        invocation.option("gas") == "auto"
            ? nil : try invocation.integer("gas", in: 1...UInt64(Int64.max))
    }

    private func gas(
        _ document: TransactionDocument, _ signing: SigningContext
    ) throws -> UInt64 {
        if let gas = try plainGas() { return gas }
        guard !isOffline else { return 200_000 }
        let used = try simulate(document, signing)
        return used &+ used / 5 &+ 20_000
    }

    private func simulate(
        _ document: TransactionDocument, _ signing: SigningContext
    ) throws -> UInt64 {
        var trial = document
        trial.transaction.authInfo?.signerInfos = [
            SignerInfo(publicKey: nil, sequence: signing.sequence)
        ]
        trial.transaction.signatures = [[]]
        return try session.node.simulate(trial.raw.encoded()).gasUsed
    }
}

/// What a signature covers besides the transaction.
struct SigningContext: Equatable {
    let chainID: String
    let accountNumber: UInt64
    let sequence: UInt64

    /// What was told before.
    init(chainID: String, accountNumber: UInt64, sequence: UInt64) {
        self.chainID = chainID
        self.accountNumber = accountNumber
        self.sequence = sequence
    }

    /// From the options, and what they leave out from the node.
    init(_ invocation: Invocation, _ session: ChainSession, address: Address) throws {
        let number = try invocation.integer("account-number", in: 0...UInt64.max)
        let sequence = try invocation.integer("sequence", in: 0...UInt64.max)
        let chainID = invocation.option("chain-id")
        if let number, let sequence, let chainID {
            (accountNumber, self.sequence, self.chainID) = (number, sequence, chainID)
            return
        }
        guard !invocation.flag("offline") else {
            throw UsageError(
                message: "--offline needs --chain-id, --account-number and --sequence",
                path: invocation.pathText)
        }
        let account: BaseAccount?
        if number == nil || sequence == nil {
            account = try session.node.account(of: address)
        } else {
            account = nil
        }
        accountNumber = number ?? account?.accountNumber ?? 0
        self.sequence = sequence ?? account?.sequence ?? 0
        if let chainID {
            self.chainID = chainID
        } else {
            self.chainID = try session.node.status().chainID
        }
    }
}

extension TransactionDocument {
    /// Signs for the transaction's only signer.
    mutating func sign(
        with key: Secp256k1.PrivateKey, _ context: SigningContext, mode: SignMode = .direct
    ) throws {
        var info = SignerInfo(
            publicKey: AnyMessage(Secp256k1KeyMessage(key.publicKey.bytes)),
            sequence: context.sequence)
        info.modeInfo = ModeInfo(single: mode)
        transaction.authInfo?.signerInfos = [info]
        transaction.signatures = [
            key.signature(for: try digest(mode, context))
        ]
    }

    /// The hash that is signed in `mode`, of the transaction as it stands.
    func digest(_ mode: SignMode, _ context: SigningContext) throws -> Hash256 {
        if mode == .legacyAminoJSON {
            return SHA256.hash(
                try ChainTypes.amino.signBytes(
                    bodyBytes: body.encoded(), fee: authInfo.fee ?? Fee(),
                    chainID: context.chainID, accountNumber: context.accountNumber,
                    sequence: context.sequence))
        }
        let document = SignDoc(
            bodyBytes: body.encoded(), authInfoBytes: authInfo.encoded(),
            chainID: context.chainID, accountNumber: context.accountNumber)
        return SHA256.hash(document.encoded())
    }
}
