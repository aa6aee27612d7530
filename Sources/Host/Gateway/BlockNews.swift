// What a block means to subscribers, in CometBFT's shapes: a header, a block, its events, each
// transaction, changes of the validator set. The JSON of each is built once, for however many
// subscribers want it, and not at all when none does.

import Base
import Blocks
import Client
import Cryptography
import Ledger
import Wire

/// Everything that happens with one block, in the order it is told.
struct BlockNews {
    let happenings: [Happening]

    init(_ named: NamedBlock, _ outcome: BlockOutcome) {
        let header = named.block.header
        var happenings = [
            Happening("NewBlockHeader") { .object(["header": CometJSON.json(header)]) },
            Happening("NewBlock", events: outcome.events) { BlockNews.block(named, outcome) },
            Happening("NewBlockEvents", events: outcome.events) {
                .object([
                    "height": CometJSON.int(header.height),
                    "events": outcome.events.isEmpty
                        ? .null : .array(outcome.events.map(CometJSON.json)),
                    "num_txs": CometJSON.int(named.block.data.transactions.count),
                ])
            },
        ]
        for (index, bytes) in named.block.data.transactions.enumerated()
        where outcome.results.indices.contains(index) {
            let result = outcome.results[index]
            let facts = [
                EventAttribute("tx.hash", SHA256.hash(bytes).bytes.upperHex),
                EventAttribute("tx.height", String(header.height)),
            ]
            happenings.append(
                Happening("Tx", facts: facts, events: result.events) {
                    BlockNews.transaction(bytes, header.height, index, result)
                })
        }
        if !outcome.validatorUpdates.isEmpty {
            happenings.append(
                Happening("ValidatorSetUpdates") {
                    BlockNews.validators(outcome.validatorUpdates)
                })
        }
        self.happenings = happenings
    }

    private static func block(_ named: NamedBlock, _ outcome: BlockOutcome) -> JSONValue {
        var result: [JSONMember] = []
        if !outcome.events.isEmpty {
            result.append(JSONMember("events", .array(outcome.events.map(CometJSON.json))))
        }
        if !outcome.results.isEmpty {
            result.append(JSONMember("tx_results", .array(outcome.results.map(CometJSON.json))))
        }
        result.append(JSONMember("validator_updates", CometJSON.json(outcome.validatorUpdates)))
        result.append(JSONMember("app_hash", CometJSON.base64(outcome.appHash)))
        return .object([
            "block": CometJSON.json(named.block), "block_id": CometJSON.json(named.id),
            "result_finalize_block": .object(result),
        ])
    }

    private static func transaction(
        _ bytes: Bytes, _ height: Int64, _ index: Int, _ result: TransactionResult
    ) -> JSONValue {
        var members = [JSONMember("height", CometJSON.int(height))]
        // Zero values are left out here, unlike elsewhere.
        if index != 0 { members.append(JSONMember("index", .number(String(index)))) }
        members.append(JSONMember("tx", CometJSON.base64(bytes)))
        members.append(JSONMember("result", CometJSON.sparse(result)))
        return .object(["TxResult": .object(members)])
    }

    private static func validators(_ updates: [SimpleValidator]) -> JSONValue {
        let validators = updates.map { update in
            var validator = Validator()
            validator.publicKey = update.publicKey ?? ValidatorKey()
            validator.votingPower = update.votingPower
            validator.address = Bytes(
                SHA256.hash(validator.publicKey.ed25519 ?? []).bytes.prefix(
                    Validator.addressByteCount))
            return CometJSON.json(validator)
        }
        return .object(["validator_updates": .array(validators)])
    }
}

/// One thing that happened.
final class Happening {
    /// What a query may ask besides events.
    let facts: [EventAttribute]
    /// Its events.
    let events: [Event]
    private let kind: String
    private let value: () -> JSONValue
    /// The part of a message after the query, which is the same for all.
    private lazy var tail: String = makeTail()

    init(
        _ kind: String, facts: [EventAttribute] = [], events: [Event] = [],
        _ value: @escaping () -> JSONValue
    ) {
        self.kind = kind
        self.facts = [EventAttribute("tm.event", kind)] + facts
        self.events = events
        self.value = value
    }

    /// The message to a subscriber whose call had `id`.
    func message(id: JSONValue, query: String) -> Bytes {
        let head =
            "{\"jsonrpc\":\"2.0\",\"id\":\(id.compactText),\"result\":{\"query\":"
            + JSONValue.string(query).compactText
        return Bytes((head + tail).utf8)
    }

    private func makeTail() -> String {
        let data = JSONValue.object([
            "type": .string("tendermint/event/\(kind)"), "value": value(),
        ])
        return ",\"data\":\(data.compactText),\"events\":\(attributes.compactText)}}"
    }

    /// Every attribute by its whole name, indexed or not.
    private var attributes: JSONValue {
        var names: [String] = []
        var values: [String: [JSONValue]] = [:]
        func add(_ name: String, _ value: String) {
            if values[name] == nil { names.append(name) }
            values[name, default: []].append(.string(value))
        }
        for fact in facts { add(fact.key, fact.value) }
        for event in events where !event.type.isEmpty {
            for attribute in event.attributes where !attribute.key.isEmpty {
                add(event.type + "." + attribute.key, attribute.value)
            }
        }
        return .object(names.map { JSONMember($0, .array(values[$0] ?? [])) })
    }
}
