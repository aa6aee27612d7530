// What a signature covers, in each mode that is accepted.

import Base
import Cryptography
import Ledger
import Wire

extension SignMode {
    /// Whether signatures of this mode are verified.
    var isAccepted: Bool { self == .direct || self == .legacyAminoJSON }

    /// Why others are refused.
    static let refusal = "only SIGN_MODE_DIRECT and SIGN_MODE_LEGACY_AMINO_JSON are supported"
}

extension TransactionPipeline {
    /// The hash that `account` signs in `mode`.
    func digest(
        _ mode: SignMode, _ transaction: ParsedTransaction, _ account: AccountView,
        _ context: Context
    ) throws(Failure) -> Hash256 {
        // Transactions of a genesis are signed before accounts have numbers.
        let number = context.block.height == 0 ? 0 : account.number
        if mode == .legacyAminoJSON {
            return SHA256.hash(
                try modules.amino.signBytes(
                    bodyBytes: transaction.raw.bodyBytes, fee: transaction.fee,
                    chainID: context.block.chainID, accountNumber: number,
                    sequence: account.sequence))
        }
        let document = SignDoc(
            bodyBytes: transaction.raw.bodyBytes, authInfoBytes: transaction.raw.authInfoBytes,
            chainID: context.block.chainID, accountNumber: number)
        return SHA256.hash(document.encoded())
    }
}
