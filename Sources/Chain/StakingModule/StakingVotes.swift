// The stake behind votes, as governance reads it.

public import Cryptography
public import Ledger

extension Staking: BondedValidatorReading, DelegationReading {
    public func bondedValidators(
        _ context: inout Context
    ) throws(Failure) -> [ValidatorView] {
        var operators: [Address] = []
        try StakingKeys.lastPowers.forEach(&context) { (key, _) in
            if let address = Address(key) { operators.append(address) }
        }
        var bonded: [ValidatorView] = []
        for address in operators {
            if let view = try validator(operator: address, &context), view.status == .bonded {
                bonded.append(view)
            }
        }
        return bonded
    }

    public func totalBondedTokens(_ context: inout Context) throws(Failure) -> Amount {
        let denom = try parameters(&context).bondDenomination
        return try bank.balance(of: Staking.bondedPool, denom: denom, &context)
    }

    public func forEachDelegation(
        of delegator: Address, _ context: inout Context,
        _ body: (_ operatorAddress: Address, _ shares: Decimal) throws(Failure) -> Void
    ) throws(Failure) {
        try StakingKeys.delegations.forEach(
            keyPrefix: delegator.keyBytes, &context
        ) { (_, delegation) throws(Failure) in
            try body(
                try Address.parseOperator(delegation.validatorAddress), delegation.shares)
        }
    }
}
