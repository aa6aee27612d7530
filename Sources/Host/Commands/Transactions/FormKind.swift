// The kinds of text that fields take.

import Base
import Cryptography
import Ledger
import Wire

/// How a text becomes JSON.
struct FormKind: Sendable {
    /// Name for complaints.
    let name: String
    /// The JSON form; `nil` when the text is none of this kind.
    let read: @Sendable (String, FormReader) throws -> JSONValue?

    /// Any text.
    static let text = FormKind(name: "text") { text, _ in .string(text) }
    /// The address of an account, or the name of a key.
    static let account = FormKind(name: "account") { text, reader in
        .string(try reader.address(text).bech32(prefix: "aivm"))
    }
    /// The operator address of a validator, or the name of its key.
    static let validator = FormKind(name: "validator") { text, reader in
        .string(try reader.validator(text))
    }
    /// An amount with its denomination.
    static let coin = FormKind(name: "coin such as 1000000ucgpt") { text, _ in
        Coin(text: text).map(json)
    }
    /// Amounts with their denominations, joined by commas.
    static let coins = FormKind(name: "list of coins such as 5ucgpt,7uother") { text, _ in
        parse(coins: text)
    }
    /// An unsigned integer.
    static let integer = FormKind(name: "whole number") { text, _ in
        UInt64(text).map { .string(String($0)) }
    }
    /// A decimal, written with 18 places.
    static let decimal = FormKind(name: "decimal such as 0.05") { text, _ in
        decimal(text).map { .string($0.whole + "." + $0.fraction) }
    }
    /// A decimal in a field that carries digits without a point.
    static let scaledDecimal = FormKind(name: "decimal such as 0.05") { text, _ in
        decimal(text).map { parts in
            let digits = (parts.whole + parts.fraction).drop { $0 == "0" }
            return .string(digits.isEmpty ? "0" : String(digits))
        }
    }
    /// A moment in UTC.
    static let time = FormKind(name: "time such as 2027-01-31T00:00:00Z") { text, _ in
        Timestamp(text: text).map { .string($0.text) }
    }
    /// `true`.
    static let yes = FormKind(name: "flag") { _, _ in .bool(true) }
    /// Names of a type, joined by commas.
    static let texts = FormKind(name: "list") { text, _ in
        .array(text.split(separator: ",").map { .string(String($0)) })
    }

    /// One of several words, each standing for a value.
    static func choice(_ words: KeyValuePairs<String, String>) -> FormKind {
        let pairs = words.map { ($0.key, $0.value) }
        let names = pairs.map(\.0).joined(separator: ", ")
        return FormKind(name: "choice among \(names)") { text, _ in
            pairs.first { $0.0 == text }.map { .string($0.1) }
        }
    }

    /// How a vote goes.
    static let vote = choice([
        "yes": "VOTE_OPTION_YES", "abstain": "VOTE_OPTION_ABSTAIN", "no": "VOTE_OPTION_NO",
        "no_with_veto": "VOTE_OPTION_NO_WITH_VETO", "veto": "VOTE_OPTION_NO_WITH_VETO",
    ])

    /// Several votes with weights, such as `yes=0.6,no=0.4`.
    static let weightedVote = FormKind(name: "list such as yes=0.6,no=0.4") { text, reader in
        var options: [JSONValue] = []
        for part in text.split(separator: ",") {
            let halves = part.split(separator: "=").map(String.init)
            guard halves.count == 2, let option = try vote.read(halves[0], reader),
                let weight = decimal(halves[1])
            else { return nil }
            options.append(
                .object([
                    "option": option, "weight": .string(weight.whole + "." + weight.fraction),
                ]))
        }
        return options.isEmpty ? nil : .array(options)
    }

    /// A consensus key: base64 of 32 bytes, or the JSON that other chains' tools print.
    static let consensusKey = FormKind(name: "Ed25519 key") { text, _ in
        let key = (try? JSONValue(parsing: text))?["key"]?.text ?? text
        guard Bytes(base64: key)?.count == 32 else { return nil }
        return .object(["@type": "/cosmos.crypto.ed25519.PubKey", "key": .string(key)])
    }

    /// The right to run messages of one type.
    static let authorization = FormKind(name: "type URL") { text, _ in
        guard text.hasPrefix("/") else { return nil }
        return .object([
            "@type": "/cosmos.authz.v1beta1.GenericAuthorization", "msg": .string(text),
        ])
    }
    /// The messages of a transaction in a file.
    static let messages = FormKind(name: "transaction") { path, reader in
        let json = try reader.file(path)
        return json["body"]?["messages"] ?? json["messages"]
    }
    /// An object in a file.
    static let file = FormKind(name: "file") { path, reader in try reader.file(path) }

    static func json(_ coin: Coin) -> JSONValue {
        .object(["denom": .string(coin.denom), "amount": .string(coin.amount)])
    }

    /// Coins, ascending by denomination as the chain wants them.
    static func parse(coins text: String) -> JSONValue? {
        var coins: [Coin] = []
        for part in text.split(separator: ",") {
            guard let coin = Coin(text: String(part)) else { return nil }
            coins.append(coin)
        }
        guard !coins.isEmpty else { return nil }
        return .array(coins.sorted { $0.denom < $1.denom }.map(json))
    }

    /// The digits before the point, and exactly 18 after it.
    private static func decimal(_ text: String) -> (whole: String, fraction: String)? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard (1...2).contains(parts.count), !parts[0].isEmpty, parts[0].utf8.count <= 20,
            parts.allSatisfy({ $0.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } })
        else { return nil }
        let fraction = parts.count == 2 ? parts[1] : ""
        guard fraction.utf8.count <= 18 else { return nil }
        return (parts[0], fraction + String(repeating: "0", count: 18 - fraction.utf8.count))
    }
}
