// What always holds of the store `auth`.

import Cryptography
public import Ledger

extension Accounts {
    public var invariants: [Invariant] {
        [
            Invariant("auth/numbers") { (context) throws(Failure) in
                let next = try AccountsKeys.nextNumber.get(&context)?.value ?? 0
                var numbers: [UInt64] = []
                try AccountsKeys.accounts.forEach(&context) { (_, account) throws(Failure) in
                    guard account.accountNumber < next else {
                        throw .sdk(.logic, "account number of \(account.address) was never given")
                    }
                    numbers.append(account.accountNumber)
                }
                numbers.sort()
                for (number, next) in zip(numbers, numbers.dropFirst()) where number == next {
                    throw .sdk(.logic, "two accounts have number \(number)")
                }
            },
            Invariant("auth/keys") { (context) throws(Failure) in
                try AccountsKeys.accounts.forEach(&context) { (key, account) throws(Failure) in
                    guard try Address.parse(account.address).bytes == key else {
                        throw .sdk(.logic, "\(account.address) is stored under another address")
                    }
                    var owner = Accounts.multisig(of: account)?.address
                    if owner == nil, let publicKey = try Accounts.publicKey(of: account) {
                        owner = Address(publicKey: publicKey)
                    }
                    if let owner, owner.bytes != key {
                        throw .sdk(.logic, "\(account.address) holds another account's key")
                    }
                }
            },
        ]
    }
}
