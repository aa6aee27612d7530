// New coins: every block mints a part of the supply, more while too little of it is bonded. The
// rule is its parameters: equal least and largest inflation make a fixed rate, zero a fixed supply.
// `README.md` in this folder is the specification. Source: cosmos-sdk x/mint.

public import Cryptography
public import Ledger
public import Wire

/// The module of new coins.
public struct Mint: Module {
    public static let name = "mint"

    let bank: any SupplyChanging
    let validators: any ValidatorReading
    let recipient: Address

    /// Makes the module; new coins go to `recipient`, the account of fees.
    public init(bank: any SupplyChanging, validators: any ValidatorReading, recipient: Address) {
        self.bank = bank
        self.validators = validators
        self.recipient = recipient
    }

    public var messages: [MessageRoute] {
        [
            MessageRoute(
                MsgUpdateMintParameters.self, MsgUpdateMintParametersResponse.self,
                signers: { [$0.authority] },
                validate: { (message) throws(Failure) in try message.parameters.validate() },
                handle: { (message, context) throws(Failure) in
                    try Address.checkAuthority(message.authority)
                    try MintKeys.parameters.set(message.parameters, &context)
                    return MsgUpdateMintParametersResponse()
                })
        ]
    }

    /// The parameters in force.
    public func parameters(_ context: inout Context) throws(Failure) -> MintParameters {
        try MintKeys.parameters.get(&context) ?? .standard
    }

    /// Inflation and provisions of the last block.
    func minter(_ context: inout Context) throws(Failure) -> Minter {
        try MintKeys.minter.get(&context) ?? .standard
    }

    public func beginBlock(_ context: inout Context) throws(Failure) {
        let parameters = try parameters(&context)
        let ratio = try validators.bondedRatio(&context)
        var minter = try minter(&context)
        minter.inflation = try parameters.nextInflation(after: minter.inflation, bonded: ratio)
        let supply = try bank.supply(of: parameters.denomination, &context)
        minter.annualProvisions = try minter.inflation.multiplied(
            by: Decimal(supply), rounding: .nearest)
        try MintKeys.minter.set(minter, &context)
        let amount = try minter.annualProvisions.divided(
            by: Decimal(parameters.blocksPerYear), rounding: .down
        ).truncated()
        if amount > .zero {
            try bank.mint([Coin(amount, parameters.denomination)], to: recipient, &context)
        }
        context.emit(
            "mint",
            [
                "bonded_ratio": ratio.description, "inflation": minter.inflation.description,
                "annual_provisions": minter.annualProvisions.description,
                "amount": amount.description,
            ])
    }

    // MARK: Genesis

    public func initialize(genesis: JSONValue, _ context: inout Context) throws(Failure) {
        let state: MintGenesis
        do { state = genesis == .null ? MintGenesis() : try MintGenesis(json: genesis) } catch {
            throw .sdk(.invalidRequest, "genesis of mint: \(error)")
        }
        let parameters = state.parameters ?? .standard
        try parameters.validate()
        let minter = state.minter ?? .standard
        guard minter.inflation <= .one else {
            throw .sdk(.invalidRequest, "genesis inflation is above 100 %")
        }
        try MintKeys.parameters.set(parameters, &context)
        try MintKeys.minter.set(minter, &context)
    }

    public func exportGenesis(_ context: inout Context) throws(Failure) -> JSONValue {
        var state = MintGenesis()
        state.minter = try minter(&context)
        state.parameters = try parameters(&context)
        do { return try state.json() } catch { throw .sdk(.logic, "genesis of mint: \(error)") }
    }
}

/// The typed keys of the store `mint`.
enum MintKeys {
    /// The parameters.
    static let parameters = StateItem<MintParameters>(Mint.name, prefix: 0x00)
    /// Inflation and provisions of the last block.
    static let minter = StateItem<Minter>(Mint.name, prefix: 0x01)
}
