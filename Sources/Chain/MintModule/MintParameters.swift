// How fast the supply grows (`cosmos.mint.v1beta1`).

public import Ledger
public import Wire

/// The parameters of new coins.
public struct MintParameters: WireMessage {
    /// Denomination of new coins.
    public var denomination = ""
    /// Largest change of the inflation in a year.
    public var inflationRateChange = Decimal.zero
    /// Largest inflation of a year.
    public var maximumInflation = Decimal.zero
    /// Least inflation of a year.
    public var minimumInflation = Decimal.zero
    /// Part of the supply that should be bonded.
    public var bondedGoal = Decimal.zero
    /// Blocks that a year is expected to have.
    public var blocksPerYear: UInt64 = 0

    public static let wireName = "cosmos.mint.v1beta1.Params"
    public static let wireFields: WireFields<MintParameters> = [
        .string(1, "mint_denom", \.denomination),
        .text(2, "inflation_rate_change", \.inflationRateChange),
        .text(3, "inflation_max", \.maximumInflation),
        .text(4, "inflation_min", \.minimumInflation),
        .text(5, "goal_bonded", \.bondedGoal),
        .uint64(6, "blocks_per_year", \.blocksPerYear),
    ]

    public init() {}

    /// 7 to 20 % a year, toward 67 % bonded, blocks of five seconds.
    public static var standard: MintParameters {
        var parameters = MintParameters()
        parameters.denomination = "ucgpt"
        parameters.inflationRateChange = Decimal(percent: 13)
        parameters.maximumInflation = Decimal(percent: 20)
        parameters.minimumInflation = Decimal(percent: 7)
        parameters.bondedGoal = Decimal(percent: 67)
        parameters.blocksPerYear = 6_311_520
        return parameters
    }

    /// Checks that every value can be used.
    public func validate() throws(Failure) {
        guard Coin.isValid(denom: denomination) else {
            throw .sdk(.invalidCoins, "invalid denom \(denomination.prefix(50))")
        }
        let rates = [inflationRateChange, maximumInflation, minimumInflation, bondedGoal]
        guard rates.allSatisfy({ $0 <= .one }), bondedGoal > .zero else {
            throw .sdk(.invalidRequest, "rates must be from 0 to 1, the goal above 0")
        }
        guard minimumInflation <= maximumInflation else {
            throw .sdk(.invalidRequest, "max inflation must be at least min inflation")
        }
        guard (1...1_000_000_000_000).contains(blocksPerYear) else {
            throw .sdk(.invalidRequest, "blocks per year must be from 1 to 10^12")
        }
    }

    /// The inflation of the next block:
    /// `inflation + (1 - bonded / goal) * change / blocks`, kept within the limits.
    func nextInflation(
        after inflation: Decimal, bonded: Decimal
    ) throws(Failure) -> Decimal {
        let part = try bonded.divided(by: bondedGoal, rounding: .nearest)
        let isBelowGoal = part <= .one
        let distance =
            isBelowGoal
            ? Decimal.one.subtractingClamped(part)
            : part.subtractingClamped(.one)
        let step = try distance.multiplied(by: inflationRateChange, rounding: .nearest)
            .divided(by: Decimal(blocksPerYear), rounding: .nearest)
        let next =
            isBelowGoal ? try inflation.adding(step) : inflation.subtractingClamped(step)
        return min(max(next, minimumInflation), maximumInflation)
    }
}

/// Inflation and provisions of a block.
public struct Minter: WireMessage {
    /// Inflation of a year.
    public var inflation = Decimal.zero
    /// What a year mints at that inflation.
    public var annualProvisions = Decimal.zero

    public static let wireName = "cosmos.mint.v1beta1.Minter"
    public static let wireFields: WireFields<Minter> = [
        .text(1, "inflation", \.inflation),
        .text(2, "annual_provisions", \.annualProvisions),
    ]

    public init() {}

    /// A new chain starts at 13 %.
    public static var standard: Minter {
        var minter = Minter()
        minter.inflation = Decimal(percent: 13)
        return minter
    }
}

/// The module at the start of a chain.
public struct MintGenesis: WireMessage {
    /// Inflation; absent means 13 %.
    public var minter: Minter?
    /// Parameters; absent means the standard ones.
    public var parameters: MintParameters?

    public static let wireName = "cosmos.mint.v1beta1.GenesisState"
    public static let wireFields: WireFields<MintGenesis> = [
        .message(1, "minter", \.minter),
        .message(2, "params", \.parameters),
    ]

    public init() {}
}

/// Changes the parameters; governance signs.
public struct MsgUpdateMintParameters: WireMessage {
    /// The account of governance.
    public var authority = ""
    /// All parameters.
    public var parameters = MintParameters()

    public static let wireName = "cosmos.mint.v1beta1.MsgUpdateParams"
    public static let wireFields: WireFields<MsgUpdateMintParameters> = [
        .string(1, "authority", \.authority),
        .message(2, "params", \.parameters),
    ]

    public init() {}
}

/// The answer to ``MsgUpdateMintParameters``.
public struct MsgUpdateMintParametersResponse: WireMessage {
    public static let wireName = "cosmos.mint.v1beta1.MsgUpdateParamsResponse"
    public static let wireFields: WireFields<MsgUpdateMintParametersResponse> = []
    public init() {}
}
