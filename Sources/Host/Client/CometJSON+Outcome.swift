// CometBFT's JSON of what blocks gave, and of transactions found by hash or event.

import Base
public import Blocks
import Cryptography
public import Ledger
import Merkle
public import Wire

extension CometJSON {
    /// A block with its name.
    public static func json(_ named: NamedBlock) -> JSONValue {
        .object(["block_id": json(named.id), "block": json(named.block)])
    }

    /// A block in short: name, size, header, number of transactions.
    public static func summary(_ named: NamedBlock) -> JSONValue {
        .object([
            "block_id": json(named.id), "block_size": int(named.block.encoded().count),
            "header": json(named.block.header),
            "num_txs": int(named.block.data.transactions.count),
        ])
    }

    /// A transaction in a block, with the proof that the header's `data_hash` covers it when
    /// `block` is given.
    public static func json(_ record: TransactionRecord, provedIn block: Block? = nil) -> JSONValue
    {
        var members = [
            JSONMember("hash", hex(record.hash.bytes)), JSONMember("height", int(record.height)),
            JSONMember("index", .number(String(record.index))),
            JSONMember("tx_result", json(record.result)),
            JSONMember("tx", base64(record.bytes)),
        ]
        if let block, block.data.transactions.indices.contains(Int(record.index)) {
            let leaves = block.data.transactions.map { SHA256.hash($0).bytes }
            let proof = MerkleTree.proof(of: Int(record.index), in: leaves)
            members.append(
                JSONMember(
                    "proof",
                    .object([
                        "root_hash": hex(block.header.dataHash), "data": base64(record.bytes),
                        "proof": .object([
                            "total": int(proof.total), "index": int(proof.index),
                            "leaf_hash": base64(proof.leafHash),
                            "aunts": .array(proof.aunts.map(base64)),
                        ]),
                    ])))
        }
        return .object(members)
    }

    /// What a block gave, as `block_results` shows it.
    public static func json(_ outcome: BlockOutcome) -> JSONValue {
        .object([
            "height": int(outcome.height),
            "txs_results": outcome.results.isEmpty ? .null : .array(outcome.results.map(json)),
            "finalize_block_events": outcome.events.isEmpty
                ? .null : .array(outcome.events.map(json)),
            "validator_updates": json(outcome.validatorUpdates),
            "consensus_param_updates": outcome.parameterUpdates.map(json) ?? .null,
            "app_hash": base64(outcome.appHash),
        ])
    }

    /// Parameters of consensus, as far as they are there. Spans are nanoseconds, as text.
    public static func json(_ parameters: ConsensusParameterSet) -> JSONValue {
        var members: [JSONMember] = []
        if let block = parameters.block {
            members.append(
                JSONMember(
                    "block",
                    .object([
                        "max_bytes": int(block.maximumBytes), "max_gas": int(block.maximumGas),
                    ])))
        }
        if let evidence = parameters.evidence {
            let age =
                Int128(evidence.maximumAge.seconds) * 1_000_000_000
                + Int128(evidence.maximumAge.nanoseconds)
            members.append(
                JSONMember(
                    "evidence",
                    .object([
                        "max_age_num_blocks": int(evidence.maximumAgeInBlocks),
                        "max_age_duration": int(age), "max_bytes": int(evidence.maximumBytes),
                    ])))
        }
        if let validator = parameters.validator {
            let types = validator.publicKeyTypes.map { JSONValue.string($0) }
            members.append(JSONMember("validator", .object(["pub_key_types": .array(types)])))
        }
        if let version = parameters.version {
            members.append(JSONMember("version", .object(["app": int(version.application)])))
        }
        if let abci = parameters.abci {
            members.append(
                JSONMember(
                    "abci",
                    .object([
                        "vote_extensions_enable_height": int(abci.voteExtensionsHeight)
                    ])))
        }
        return .object(members)
    }

    /// Changes of the validator set; `null` when there are none.
    public static func json(_ updates: [SimpleValidator]) -> JSONValue {
        if updates.isEmpty { return .null }
        return .array(
            updates.map {
                .object([
                    "pub_key": .object([
                        "Sum": .object([
                            "type": "tendermint.crypto.PublicKey_Ed25519",
                            "value": .object([
                                "ed25519": base64($0.publicKey?.ed25519 ?? [])
                            ]),
                        ])
                    ]),
                    "power": int($0.votingPower),
                ])
            })
    }

    /// A result with its zero members left out, as subscriptions show it.
    public static func sparse(_ result: TransactionResult) -> JSONValue {
        guard case .object(let members) = json(result) else { return .null }
        return .object(
            members.filter { member in
                ![.null, .string(""), .string("0"), .number("0"), .array([])].contains(
                    member.value)
            })
    }
}
