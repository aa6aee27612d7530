// What always holds of the store `bank`.

public import Ledger

extension Bank {
    public var invariants: [Invariant] {
        [
            Invariant("bank/supply") { (context) throws(Failure) in
                // Sums by denomination, in arrays so that the order of messages is fixed.
                var denoms: [String] = []
                var sums: [String: Amount] = [:]
                try BankKeys.balances.forEach(&context) { (key, value) throws(Failure) in
                    let (owner, denom) = try BankKeys.parts(key)
                    let amount = try Bank.amount(value)
                    guard amount > .zero else {
                        throw .sdk(.logic, "\(owner) has a stored balance of 0\(denom)")
                    }
                    if sums[denom] == nil { denoms.append(denom) }
                    sums[denom] = try (sums[denom] ?? .zero).adding(amount)
                }
                var supplyCount = 0
                try BankKeys.supply.forEach(&context) { (key, value) throws(Failure) in
                    supplyCount += 1
                    let denom = String(decoding: key, as: UTF8.self)
                    let supply = try Bank.amount(value)
                    guard sums[denom] == supply else {
                        throw .sdk(
                            .logic,
                            "supply of \(denom) is \(supply), balances sum to "
                                + "\(sums[denom] ?? .zero)")
                    }
                }
                guard supplyCount == denoms.count else {
                    throw .sdk(.logic, "a denomination with balances has no supply")
                }
            }
        ]
    }
}
