// aivm query …: what a chain knows.

import AIModule
import AccountsModule
import BankModule
import Base
import Blocks
import Client
import Cryptography
import Ledger
import Wire

extension CommandLineInterface {
    static let queryCommand = Command(
        name: "query", summary: "Ask a node.",
        children: [
            statusQuery, accountQuery, balanceQuery, transactionQuery, transactionsQuery,
            blockQuery, modelQuery, modelsQuery, inferenceQuery, inferencesQuery, parametersQuery,
        ] + QueryForm.commands)

    private static let homeOption = Option.option(
        "home", "DIR", "Folder of the keys (default: $AIVM_HOME or ~/.aivm).")

    /// A query whose answer is shown as JSON, or as a text of it.
    private static func query(
        _ name: String, _ summary: String, _ arguments: [Argument] = [],
        options: [Option] = [],
        _ run: @escaping @Sendable (ChainSession, Invocation) throws -> Void
    ) -> Command {
        Command(
            name: name, summary: summary, arguments: arguments,
            options: ChainSession.nodeOptions + [homeOption, ChainSession.formOption] + options,
            run: { try run(ChainSession($0), $0) })
    }

    private static func show(_ message: some WireMessage, _ invocation: Invocation) throws {
        Terminal.print(try message.json().prettyText)
    }

    private static let statusQuery = query("status", "The node's chain and height.") {
        session, invocation in
        let status = try session.node.status()
        Output(invocation).show([
            "chain_id": .string(status.chainID), "moniker": .string(status.moniker),
            "latest_height": .string(String(status.latestHeight)),
            "latest_block_hash": .string(status.latestBlockHash.upperHex),
            "latest_app_hash": .string(status.latestAppHash.upperHex),
            "latest_time": .string(status.latestTime.text),
            "validator": .string(status.validator.address.upperHex),
        ]) {
            table([
                ["chain", status.chainID], ["node", status.moniker],
                ["height", grouped(status.latestHeight)], ["time", status.latestTime.text],
                ["block hash", status.latestBlockHash.upperHex],
                ["app hash", status.latestAppHash.upperHex],
            ])
        }
    }

    private static let accountQuery = query(
        "account", "An account's number, sequence and key.",
        [Argument(name: "WHO", help: "Address, or the name of a key.")]
    ) { session, invocation in
        let info = try session.node.account(of: session.address(invocation.arguments[0]))
        Output(invocation).show([
            "address": .string(info.address),
            "account_number": .string(String(info.accountNumber)),
            "sequence": .string(String(info.sequence)),
        ]) {
            table([
                ["address", info.address], ["number", "\(info.accountNumber)"],
                ["sequence", "\(info.sequence)"],
            ])
        }
    }

    private static let balanceQuery = query(
        "balance", "The coins of an account.",
        [Argument(name: "WHO", help: "Address, or the name of a key.")]
    ) { session, invocation in
        var request = AllBalancesRequest()
        request.address = try session.address(invocation.arguments[0]).bech32(prefix: "aivm")
        let response: AllBalancesResponse = try session.node.ask(
            "/cosmos.bank.v1beta1.Query/AllBalances", request)
        Output(invocation).show(try response.json()) {
            response.balances.isEmpty
                ? "nothing" : response.balances.map(\.text).joined(separator: "\n")
        }
    }

    private static let transactionQuery = query(
        "tx", "A transaction by hash.", [Argument(name: "HASH", help: "64 hexadecimal digits.")]
    ) { session, invocation in
        guard let bytes = Bytes(hex: invocation.arguments[0]), let hash = Hash256(bytes) else {
            throw UsageError(
                message: "HASH must have 64 hexadecimal digits", path: invocation.pathText)
        }
        show(try session.node.transaction(hash), invocation)
    }

    private static let transactionsQuery = query(
        "txs", "The transactions that something happened in.",
        [
            Argument(
                name: "QUERY", help: "Such as \"transfer.recipient='aivm1…' AND tx.height > 5\".")
        ],
        options: [
            .option("page", "N", "Page, from 1.", fallback: "1"),
            .option("limit", "N", "Transactions a page, at most 100.", fallback: "30"),
            .flag("newest-first", "Begin with the newest."),
        ]
    ) { session, invocation in
        let page = SearchPage(
            number: try invocation.integer("page", in: 1...Int.max) ?? 1,
            count: try invocation.integer("limit", in: 1...SearchPage.maximumCount) ?? 30,
            isDescending: invocation.flag("newest-first"))
        let found = try session.node.transactions(
            matching: invocation.arguments[0], page: page)
        Output(invocation).show([
            "txs": .array(found.elements.map { CometJSON.json($0) }),
            "total_count": .string(String(found.total)),
        ]) {
            let rows = found.elements.map {
                [grouped($0.height), $0.hash.bytes.upperHex, "code \($0.result.code)"]
            }
            return rows.isEmpty ? "none" : table(rows) + "\n\(grouped(found.total)) in all"
        }
    }

    private static let blockQuery = query(
        "block", "A block; the newest by default.",
        [Argument(name: "HEIGHT", help: "Height.", isOptional: true)]
    ) { session, invocation in
        var height: Int64?
        if let text = invocation.arguments.first {
            height = Int64(text)
            guard height != nil else {
                throw UsageError(message: "'\(text)' is no height", path: invocation.pathText)
            }
        }
        let block = try session.node.block(height)
        Output(invocation).show(CometJSON.json(block)) {
            table([
                ["height", grouped(block.header.height)], ["time", block.header.time.text],
                ["hash", block.header.hash.bytes.upperHex],
                ["app hash", block.header.appHash.upperHex],
                ["transactions", "\(block.data.transactions.count)"],
            ])
        }
    }

    private static let modelQuery = query(
        "model", "A model on the chain, with schema, gas and price.",
        [Argument(name: "MODEL", help: "OWNER/NAME, OWNER/NAME/VERSION or ModelID.")],
        options: [.option("from", "NAME", "Owner of a bare NAME.")]
    ) { session, invocation in
        var request = QueryModelRequest()
        request.model = try modelReference(invocation.arguments[0], session)
        let response: QueryModelResponse = try session.node.ask(
            "/aivm.ai.v1.Query/Model", request)
        try show(response, invocation)
    }

    private static let modelsQuery = query(
        "models", "The models on the chain.",
        options: [.option("owner", "WHO", "Only this owner's.")]
    ) { session, invocation in
        var request = QueryModelsRequest()
        if let owner = invocation.option("owner") {
            request.owner = try session.address(owner).bech32(prefix: "aivm")
        }
        let response: QueryModelsResponse = try session.node.ask(
            "/aivm.ai.v1.Query/Models", request)
        Output(invocation).show(try response.json()) {
            let rows = response.models.map {
                [
                    "\($0.owner)/\($0.name)/\($0.version)",
                    String($0.status.wireLabel.dropFirst("MODEL_STATUS_".count)).lowercased(),
                    $0.price.isEmpty ? "free" : $0.price.coinsText, "\(grouped($0.gas)) gas",
                ]
            }
            return rows.isEmpty
                ? "no models" : table([["model", "status", "price", "gas"]] + rows)
        }
    }

    private static let inferenceQuery = query(
        "inference", "The record of an inference.", [Argument(name: "ID", help: "Its number.")]
    ) { session, invocation in
        var request = QueryInferenceRequest()
        request.id = try inferenceID(invocation)
        let response: QueryInferenceResponse = try session.node.ask(
            "/aivm.ai.v1.Query/Inference", request)
        try show(response, invocation)
    }

    private static let inferencesQuery = query(
        "inferences", "The inferences an account paid for.",
        [Argument(name: "WHO", help: "Address, or the name of a key.")]
    ) { session, invocation in
        var request = QueryInferencesRequest()
        request.requester = try session.address(invocation.arguments[0]).bech32(prefix: "aivm")
        let response: QueryInferencesResponse = try session.node.ask(
            "/aivm.ai.v1.Query/Inferences", request)
        try show(response, invocation)
    }

    private static let parametersQuery = query("params", "Parameters of the AI module.") {
        session, invocation in
        let response: QueryParamsResponse = try session.node.ask(
            "/aivm.ai.v1.Query/Params", QueryParamsRequest())
        try show(response, invocation)
    }

    /// The number of an inference, the first argument.
    static func inferenceID(_ invocation: Invocation) throws -> UInt64 {
        guard let id = UInt64(invocation.arguments[0]) else {
            throw UsageError(
                message: "'\(invocation.arguments[0])' is no inference number",
                path: invocation.pathText)
        }
        return id
    }
}
