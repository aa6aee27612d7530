// Fees that somebody else pays.

public import Cryptography

/// Lets an account pay the fees of another.
public protocol FeeAllowing: Sendable {
    /// Checks that `granter` allows `grantee` the fee `fee` for a transaction of messages of these
    /// types, and counts it. The caller takes the coins.
    func useAllowance(
        of granter: Address, by grantee: Address, fee: [Coin], typeURLs: [String],
        _ context: inout Context
    ) throws(Failure)
}
