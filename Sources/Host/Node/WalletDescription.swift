// What a wallet must know of a chain to offer it: the JSON that Keplr takes with
// `experimentalSuggestChain`. Source: cosmos.md section 1.4 of the references; chain.ts of Keplr.

import Client
public import Wire

/// A chain as a wallet describes it.
public struct WalletDescription: Sendable {
    /// Chain id.
    public var chainID: String
    /// Name shown to people, at most 30 characters.
    public var name: String
    /// Where the wallet reaches the RPC door.
    public var rpc: String
    /// Where it reaches the REST door.
    public var rest: String
    /// Prices of gas that it offers, ascending.
    public var gasPrices: (low: Double, average: Double, high: Double)

    /// Describes a chain; the name is cut to what wallets take.
    public init(
        chainID: String, name: String, rpc: String, rest: String,
        gasPrices: (low: Double, average: Double, high: Double)
    ) {
        self.chainID = chainID
        self.name = String(name.prefix(30))
        self.rpc = rpc
        self.rest = rest
        self.gasPrices = gasPrices
    }

    /// The description of the chain of `home`, as its node serves it.
    public init(home: NodeHome, rpc: String?, rest: String?) throws(NodeSetupError) {
        let genesis = try home.genesis()
        let configuration = try home.configuration()
        let least = WalletDescription.price(configuration.minimumGasPrices)
        self.init(
            chainID: genesis.chainID, name: "AIVM " + genesis.chainID,
            rpc: rpc ?? "http://\(configuration.address):\(configuration.port)",
            rest: rest ?? "http://\(configuration.rest)",
            // A node without a minimum takes any price; one above zero survives a later minimum.
            gasPrices: (least, max(least * 1.5, 0.01), max(least * 2.5, 0.025)))
    }

    /// The price in `ucgpt` among prices such as `0.025ucgpt,1uother`; 0 when there is none.
    private static func price(_ text: String) -> Double {
        for part in text.split(separator: ",") where part.hasSuffix("ucgpt") {
            if let price = Double(part.dropLast(5)) { return price }
        }
        return 0
    }

    /// The JSON.
    public var json: JSONValue {
        let currency: [JSONMember] = [
            JSONMember("coinDenom", "CGPT"), JSONMember("coinMinimalDenom", "ucgpt"),
            JSONMember("coinDecimals", .number("6")),
        ]
        let step = JSONMember(
            "gasPriceStep",
            .object([
                "low": .number("\(gasPrices.low)"), "average": .number("\(gasPrices.average)"),
                "high": .number("\(gasPrices.high)"),
            ]))
        return .object([
            "chainId": .string(chainID), "chainName": .string(name), "rpc": .string(rpc),
            "rest": .string(rest), "bip44": .object(["coinType": .number("118")]),
            "bech32Config": .object([
                "bech32PrefixAccAddr": "aivm", "bech32PrefixAccPub": "aivmpub",
                "bech32PrefixValAddr": "aivmvaloper", "bech32PrefixValPub": "aivmvaloperpub",
                "bech32PrefixConsAddr": "aivmvalcons", "bech32PrefixConsPub": "aivmvalconspub",
            ]),
            "stakeCurrency": .object(currency), "currencies": .array([.object(currency)]),
            "feeCurrencies": .array([.object(currency + [step])]), "features": .array([]),
        ])
    }
}
