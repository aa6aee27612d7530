// What one node's operator chooses. Nothing here changes the result of a block: nodes that choose
// differently stay in agreement.

public import Base
public import Ledger

/// Choices of a node's operator.
public struct ApplicationOptions: Sendable {
    /// A transaction is admitted to the mempool when its fee meets one of these; empty admits all.
    public var minimumGasPrices: [GasPrice]
    /// Heights whose state can be queried and proved, at least 2.
    public var retainedVersions: Int64
    /// Version of the program, as shown to clients.
    public var version: String
    /// The operator's name for the node.
    public var moniker: String
    /// Remembers transactions between the mempool and a block; without one each is decoded and
    /// verified again.
    public var memory: (any DerivedValueMemory)?

    /// Makes options; by default no minimum price, 100 heights and no memory.
    public init(
        minimumGasPrices: [GasPrice] = [], retainedVersions: Int64 = 100,
        version: String = "0.1.0", moniker: String = "aivm",
        memory: (any DerivedValueMemory)? = nil
    ) {
        precondition(retainedVersions >= 2, "the newest two versions are always kept")
        self.minimumGasPrices = minimumGasPrices
        self.retainedVersions = retainedVersions
        self.version = version
        self.moniker = moniker
        self.memory = memory
    }
}

/// A price of gas in one denomination, with up to 18 decimals.
public struct GasPrice: Equatable, Sendable, CustomStringConvertible {
    /// Denomination.
    public let denom: String
    /// The price as it was written.
    private let text: String
    /// The price of 10^18 gas, in base units.
    private let units: UInt128

    private static let decimals = 18

    /// Reads text such as `0.025ucgpt`; `nil` for anything else, and for prices of 10^12 or more.
    public init?(_ text: String) {
        let digits = text.utf8.prefix { ($0 >= 0x30 && $0 <= 0x39) || $0 == UInt8(ascii: ".") }
        let number = String(decoding: Bytes(digits), as: UTF8.self)
        let denom = String(decoding: Bytes(text.utf8.dropFirst(digits.count)), as: UTF8.self)
        let parts = number.split(separator: ".", omittingEmptySubsequences: false)
        guard Coin.isValid(denom: denom), (1...2).contains(parts.count),
            parts.allSatisfy({ !$0.isEmpty }), parts[0].utf8.count <= 12
        else { return nil }
        let fraction = parts.count == 2 ? String(parts[1]) : ""
        guard fraction.utf8.count <= GasPrice.decimals else { return nil }
        let zeros = String(repeating: "0", count: GasPrice.decimals - fraction.utf8.count)
        guard let units = UInt128(parts[0] + fraction + zeros) else { return nil }
        self.denom = denom
        self.units = units
        self.text = number
    }

    /// The least fee for `gas`, rounded up; the largest amount when it does not fit.
    public func fee(forGas gas: UInt64) -> Coin {
        let (product, overflow) = units.multipliedReportingOverflow(by: UInt128(gas))
        guard !overflow else { return Coin(Amount(.max), denom) }
        let scale: UInt128 = 1_000_000_000_000_000_000
        let (quotient, remainder) = product.quotientAndRemainder(dividingBy: scale)
        return Coin(Amount(quotient + (remainder == 0 ? 0 : 1)), denom)
    }

    public var description: String { text + denom }
}
