// CometBFT's JSON of blocks, commits, validators and results, in both directions: the RPC door
// writes it, clients and receipts read it. 64-bit integers are text, hashes and addresses
// upper-case hexadecimal, other bytes base64, times RFC 3339.

public import Base
public import Blocks
public import Ledger
public import Wire

/// A member of CometBFT's JSON that is missing or has the wrong form.
public struct CometJSONError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Dotted path of the member.
    public let member: String

    public var description: String { "\(member) is missing or has the wrong form" }
}

/// CometBFT's JSON.
public enum CometJSON {
    /// A header.
    public static func json(_ header: Header) -> JSONValue {
        .object([
            "version": .object([
                "block": int(header.version.block), "app": int(header.version.application),
            ]),
            "chain_id": .string(header.chainID), "height": int(header.height),
            "time": .string(header.time.text), "last_block_id": json(header.lastBlockID),
            "last_commit_hash": hex(header.lastCommitHash), "data_hash": hex(header.dataHash),
            "validators_hash": hex(header.validatorsHash),
            "next_validators_hash": hex(header.nextValidatorsHash),
            "consensus_hash": hex(header.consensusHash), "app_hash": hex(header.appHash),
            "last_results_hash": hex(header.lastResultsHash),
            "evidence_hash": hex(header.evidenceHash),
            "proposer_address": hex(header.proposerAddress),
        ])
    }

    /// A block id.
    public static func json(_ id: BlockID) -> JSONValue {
        .object([
            "hash": hex(id.hash),
            "parts": .object([
                "total": .number(String(id.partSetHeader.total)),
                "hash": hex(id.partSetHeader.hash),
            ]),
        ])
    }

    /// A commit.
    public static func json(_ commit: Commit) -> JSONValue {
        .object([
            "height": int(commit.height), "round": .number(String(commit.round)),
            "block_id": json(commit.blockID),
            "signatures": .array(
                commit.signatures.map {
                    .object([
                        "block_id_flag": .number(String($0.flag.rawValue)),
                        "validator_address": hex($0.validatorAddress),
                        "timestamp": .string($0.timestamp.text),
                        "signature": base64($0.signature),
                    ])
                }),
        ])
    }

    /// A header with its commit.
    public static func json(_ signed: SignedHeader) -> JSONValue {
        .object([
            "header": json(signed.header ?? Header()), "commit": json(signed.commit ?? Commit()),
        ])
    }

    /// A block.
    public static func json(_ block: Block) -> JSONValue {
        .object([
            "header": json(block.header),
            "data": .object(["txs": .array(block.data.transactions.map(base64))]),
            "evidence": .object(["evidence": .array([])]),
            "last_commit": json(block.lastCommit),
        ])
    }

    /// A validator.
    public static func json(_ validator: Validator) -> JSONValue {
        .object([
            "address": hex(validator.address),
            "pub_key": .object([
                "type": "tendermint/PubKeyEd25519",
                "value": base64(validator.publicKey.ed25519 ?? []),
            ]),
            "voting_power": int(validator.votingPower),
            "proposer_priority": int(validator.proposerPriority),
        ])
    }

    /// A transaction's result.
    public static func json(_ result: TransactionResult) -> JSONValue {
        .object([
            "code": .number(String(result.code)), "data": base64(result.data),
            "log": .string(result.log), "info": .string(result.info),
            "gas_wanted": int(result.gasWanted), "gas_used": int(result.gasUsed),
            "events": .array(result.events.map(json)), "codespace": .string(result.codespace),
        ])
    }

    /// An event.
    public static func json(_ event: Event) -> JSONValue {
        .object([
            "type": .string(event.type),
            "attributes": .array(
                event.attributes.map {
                    .object([
                        "key": .string($0.key), "value": .string($0.value),
                        "index": .bool($0.index),
                    ])
                }),
        ])
    }

    /// A 64-bit integer as text.
    public static func int(_ value: some FixedWidthInteger) -> JSONValue { .string(String(value)) }
    /// Bytes as upper-case hexadecimal.
    public static func hex(_ bytes: Bytes) -> JSONValue { .string(bytes.upperHex) }
    /// Bytes as base64; `null` when there are none.
    public static func base64(_ bytes: Bytes) -> JSONValue {
        bytes.isEmpty ? .null : .string(bytes.base64)
    }
}
